"""Where does the buyer's chat window come from? Its script, its page, its notice."""

import base64
import gzip
import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

import msgspec
from aiohttp import web

from bot.errors import NotFoundError
from connectors.base import Route
from server.chat.service import chat_shop
from server.shops import Shop, Shops

BUILT_WIDGET: Final = Path(__file__).parents[2] / "web/dist/widget.js"
"""What ``scripts/web`` makes."""

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?|\[[0-9A-Fa-f:]+\](:[0-9]+)?")
_STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_SHARED_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_SCRIPT_HEADERS = {**_SHARED_HEADERS, "Vary": "Accept-Encoding"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long things are kept, as the privacy notice says it."""

    message_days: int = 180
    picture_days: int = 90
    """0 is for ever."""


class ShopLook(msgspec.Struct):
    """How the button looks before the buyer has opened the window."""

    name: str
    colour: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Script:
    """The built script as it goes out."""

    plain: bytes
    packed: bytes
    etag: str
    changed_at: int


class Widget:
    """The public pages of the chat window; they need no login."""

    def __init__(
        self, *, shops: Shops, keeping: Keeping, script: Path = BUILT_WIDGET
    ) -> None:
        self._shops = shops
        self._keeping = keeping
        self._path = script
        self._script: _Script | None = None
        self._chat = _template("chat.html")
        self._privacy = _template("privacy.html")

    def routes(self) -> Sequence[Route]:
        """Return the script, the page and the privacy notice."""
        return (
            Route(
                method="GET",
                path="/widget.js",
                handler=self.script,
                role="public",
                summary="The chat window, for one script tag.",
                replies={200: None, 304: None, 503: None},
            ),
            Route(
                method="GET",
                path="/chat/{shop}",
                handler=self.page,
                role="public",
                summary="The chat window as a page.",
                replies={200: None, 404: None},
            ),
            Route(
                method="GET",
                path="/chat/{shop}/look",
                handler=self.look,
                role="public",
                summary="Name, colour and side of the chat window.",
                replies={200: ShopLook, 404: None},
            ),
            Route(
                method="GET",
                path="/chat/{shop}/privacy",
                handler=self.privacy,
                role="public",
                summary="The privacy notice of the chat window.",
                replies={200: None, 302: None, 404: None},
            ),
        )

    async def script(self, request: web.Request) -> web.Response:
        """Send the script, packed for whoever can unpack it."""
        script = self._current()
        if script is None:
            return web.Response(
                status=503,
                text="the chat window is not built: run scripts/web\n",
                headers={"X-Content-Type-Options": "nosniff"},
            )
        headers = {**_SCRIPT_HEADERS, "ETag": f'W/"{script.etag}"'}
        known = request.if_none_match or ()
        if any(one.value in {script.etag, "*"} for one in known):
            return web.Response(status=304, headers=headers)
        is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
        if is_packed:
            headers["Content-Encoding"] = "gzip"
        return web.Response(
            body=script.packed if is_packed else script.plain,
            content_type="text/javascript",
            charset="utf-8",
            headers=headers,
        )

    async def page(self, request: web.Request) -> web.Response:
        """Show the chat window of a shop, full size."""
        record = self._shop(request).record
        page = self._chat.substitute(
            name=html.escape(record.name), slug=html.escape(record.slug)
        )
        return _page(page, policy=_chat_policy(request.host))

    async def look(self, request: web.Request) -> web.Response:
        """Say how the shop's button looks, to any page that shows it."""
        shop = chat_shop(self._shop(request))
        look = ShopLook(name=shop.name, colour=shop.colour, position=shop.position)
        return web.Response(
            body=msgspec.json.encode(look),
            content_type="application/json",
            headers=_SHARED_HEADERS,
        )

    async def privacy(self, request: web.Request) -> web.Response:
        """Show the privacy notice: the shop's own one, where it has one."""
        shop = self._shop(request)
        own = shop.policies.get("shop.privacy_url", "")
        if own.startswith(("https://", "http://")):
            raise web.HTTPFound(own)
        page = self._privacy.substitute(
            name=html.escape(shop.record.name),
            messages=_kept(self._keeping.message_days),
            pictures=_kept(self._keeping.picture_days),
        )
        return _page(page, policy=_notice_policy(self._privacy.template))

    def _shop(self, request: web.Request) -> Shop:
        slug = request.match_info["shop"]
        shop = self._shops.find(slug)
        if shop is None:
            raise NotFoundError("shop", slug)
        return shop

    def _current(self) -> _Script | None:
        """Return the script as it was built last; None when it never was."""
        try:
            changed_at = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if self._script is None or self._script.changed_at != changed_at:
            plain = self._path.read_bytes()
            self._script = _Script(
                plain=plain,
                packed=gzip.compress(plain, mtime=0),
                etag=hashlib.sha256(plain).hexdigest()[:20],
                changed_at=changed_at,
            )
        return self._script


def _template(name: str) -> Template:
    return Template(files("server.api").joinpath(name).read_text("utf-8"))


def _kept(days: int) -> str:
    if days == 0:
        return "不设期限，您可以随时要求删除"
    return f"{days} 天，到期删除"


def _page(text: str, *, policy: str) -> web.Response:
    return web.Response(
        text=text,
        content_type="text/html",
        headers={**_HEADERS, "Content-Security-Policy": policy},
    )


def _chat_policy(host: str) -> str:
    """Return a policy that allows our script, socket and pictures, and nothing else."""
    # Not every browser takes 'self' to mean the socket too.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        f"default-src 'none'; script-src 'self'; connect-src 'self'{sockets}; "
        "img-src 'self' blob:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def _notice_policy(page: str) -> str:
    """Return a policy that allows the page's own style, by its hash."""
    style = "".join(_STYLE.findall(page))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
