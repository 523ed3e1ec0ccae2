"""Where does the people's workbench come from? Its page and its files, as built."""

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

from bot.errors import NotFoundError
from connectors.base import Route

BUILT_WORKBENCH: Final = Path(__file__).parents[2] / "web/dist/workbench"
"""What ``scripts/web`` makes."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:]+\](:[0-9]+)?")
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_TYPES: Final = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_PACKED: Final = frozenset({".js", ".css", ".svg"})
_FOR_EVER = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
}
"""A file's name has the hash of its content: another content has another name."""
_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class AssetPlace(msgspec.Struct, frozen=True):
    """``/workbench/assets/{name}``."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One built file as it goes out."""

    plain: bytes
    packed: bytes | None


class Workbench:
    """The page and the files of the workbench; public, as they hold no data."""

    def __init__(self, *, folder: Path = BUILT_WORKBENCH) -> None:
        """Serve what lies in this folder; each file is read once."""
        self._folder = folder
        self._files: dict[str, _File] = {}

    def routes(self) -> Sequence[Route]:
        """Return the page and its files."""
        return (
            Route(
                method="GET",
                path="/workbench",
                handler=self.page,
                role="public",
                summary="The workbench of agents and managers.",
                replies={200: None, 503: None},
            ),
            Route(
                method="GET",
                path="/workbench/assets/{name}",
                handler=self.asset,
                role="public",
                summary="A file of the workbench; its name has its content's hash.",
                place=AssetPlace,
                replies={200: None, 404: None},
            ),
        )

    async def page(self, request: web.Request) -> web.Response:
        """Show the page; which view it shows stands behind the address's #."""
        try:
            page = (self._folder / "index.html").read_bytes()
        except FileNotFoundError:
            return web.Response(
                status=503, text="the workbench is not built: run scripts/web\n"
            )
        return web.Response(
            body=page,
            content_type="text/html",
            charset="utf-8",
            headers={**_PAGE_HEADERS, "Content-Security-Policy": policy(request.host)},
        )

    async def asset(self, request: web.Request) -> web.Response:
        """Send a file, packed for whoever can unpack it."""
        name = request.match_info["name"]
        file = self._find(name)
        headers = dict(_FOR_EVER)
        is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
        body = file.plain
        if is_packed and file.packed is not None:
            body = file.packed
            headers["Content-Encoding"] = "gzip"
        return web.Response(
            body=body, content_type=_TYPES[Path(name).suffix], headers=headers
        )

    def _find(self, name: str) -> _File:
        suffix = Path(name).suffix
        if not _NAME.fullmatch(name) or suffix not in _TYPES:
            raise NotFoundError("file", name)
        if name not in self._files:
            try:
                plain = (self._folder / "assets" / name).read_bytes()
            except FileNotFoundError:
                raise NotFoundError("file", name) from None
            self._files[name] = _File(
                plain=plain,
                packed=gzip.compress(plain, mtime=0) if suffix in _PACKED else None,
            )
        return self._files[name]


def policy(host: str) -> str:
    """Return a policy that allows our own files, socket and pictures, and nothing else.

    Styles come as files: a ``style`` that a script sets on an element is no inline style.
    """
    # Not every browser takes 'self' to mean the socket too.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; "
        f"connect-src 'self'{sockets}; img-src 'self' blob: data:; font-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
