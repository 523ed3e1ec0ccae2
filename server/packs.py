"""Which pack has a shop chosen? From the name in its record to a folder, and to libraries."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import structlog

from bot.errors import NotFoundError, ScriptLibraryError, TrainingFailedError
from bot.scripts import Pack
from scripts_library.loader import builtin_pack, load_pack, pack_id_of
from server.learning.training import logged_stages
from server.library import Library, load_library
from server.settings import Settings

_log = structlog.get_logger(__name__)

DEFAULT_PACK: Final = builtin_pack().name
"""Of shops that have chosen none; the settings may put another folder in its place."""


def default_folder(settings: Settings) -> Path:
    """Return the folder of the pack of shops that have chosen none."""
    return Path(settings.pack) if settings.pack else builtin_pack()


def pack_folder(settings: Settings, pack_id: str) -> Path:
    """Return the folder of a shop's pack: of the operator's packs, else of ours.

    Raises:
        NotFoundError: there is no pack of this name; names those there are.
    """
    default = default_folder(settings)
    if pack_id in (DEFAULT_PACK, pack_id_of(default)):
        return default
    known = {
        folder.parent.name: folder.parent
        for root in _roots(settings)
        for folder in sorted(root.glob("*/pack.yaml"))
    }
    if pack_id not in known:
        names = ", ".join(sorted(known))
        raise NotFoundError("pack", f"{pack_id}; there are {names}")
    return known[pack_id]


def pack_of(settings: Settings, pack_id: str) -> Pack:
    """Return a shop's pack, checked.

    Raises:
        NotFoundError: there is no pack of this name.
        ScriptLibraryError: it has problems; all of them are in the error.
    """
    return load_pack(pack_folder(settings, pack_id))


def library_of(settings: Settings, pack_id: str) -> Library:
    """Return what a shop's pack becomes when it is learnt; trained unless it is kept.

    Raises:
        NotFoundError: there is no pack of this name.
        ScriptLibraryError: it has problems; all of them are in the error.
        TrainingFailedError: the training process failed or was killed.
    """
    return load_library(
        pack_folder(settings, pack_id),
        var_path=settings.var_path,
        progress=logged_stages(),
    )


class Shelf:
    """The libraries of all packs that shops are served from; one a process."""

    def __init__(self, library: Library, *, settings: Settings) -> None:
        """Begin with the library of the shops that have chosen no pack."""
        self._default = library
        self._settings = settings
        self._others: dict[str, Library] = {}

    @property
    def default(self) -> Library:
        """Return what shops without a choice are served from."""
        return self._default

    @property
    def others(self) -> tuple[Library, ...]:
        """Return what the other shops are served from."""
        return tuple(self._others.values())

    def of(self, pack_id: str) -> Library | None:
        """Return the library of a shop's pack; None when it could not be fetched."""
        if self._is_default(pack_id):
            return self._default
        return self._others.get(pack_id)

    def put(self, library: Library) -> None:
        """Let a changed pack take the place of the one from its folder."""
        folder = library.source.folder
        if folder == self._default.source.folder:
            self._default = library
        for pack_id, other in self._others.items():
            if other.source.folder == folder:
                self._others[pack_id] = library

    async def fetch(self, pack_ids: Iterable[str]) -> None:
        """Load the packs that are not here yet; one that fails is told, not served."""
        for pack_id in dict.fromkeys(pack_ids):
            if self.of(pack_id) is not None:
                continue
            try:
                self._others[pack_id] = await asyncio.to_thread(
                    library_of, self._settings, pack_id
                )
            except (NotFoundError, ScriptLibraryError, TrainingFailedError) as error:
                _log.error("library.missing", pack=pack_id, reason=str(error))

    def _is_default(self, pack_id: str) -> bool:
        return pack_id in (DEFAULT_PACK, self._default.pack.pack_id)


def _roots(settings: Settings) -> tuple[Path, ...]:
    """Return where packs stand, each in a folder of its name; later ones win."""
    own = (Path(settings.packs),) if settings.packs else ()
    return (builtin_pack().parent, *own)
