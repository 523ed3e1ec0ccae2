"""Which library is each shop served from? Its published version in the pack's frame.

A shop's lines are laid over the pack's matcher at once (decision 0016), and learnt in
full by a process beside when they are many. What was made is kept until the shop
publishes again or the pack changes. A version that cannot be used leaves
the shop with what it had.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.errors import TrainingFailedError
from bot.scripts import Pack
from bot.understanding.overlay import overlay
from scripts_library.shop.composing import compose
from scripts_library.shop.entries import (
    unpack_content,
    unpack_edits,
    with_edits,
)
from server.learning.librarian import learnt_beside
from server.learning.models import Models
from server.library import Build, Library, make_library, training_set_of
from storage.database import Database
from storage.queries.library import LibraryVersion, library_content

MOST_OVERLAID: Final = 100
"""Lines of a shop's own, added or removed, that stay an overlay for good: from so many
its correction learns (:mod:`bot.understanding.overlay`)."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A shop's library, and what it was made of."""

    version: LibraryVersion
    base: Library
    library: Library


class ShopLibraries:
    """The libraries of the shops that have published one."""

    def __init__(self, database: Database, *, models: Models) -> None:
        self._database = database
        self._models = models
        self._made: dict[int, _Made] = {}
        self._changed = asyncio.Event()
        self._settled = asyncio.Event()

    def of(self, shop_id: int, *, base: Library) -> Library:
        """Return what a shop is served from; ``base`` is the pack's own."""
        made = self._made.get(shop_id)
        return base if made is None else made.library

    def version_of(self, shop_id: int) -> int | None:
        """Return the number of the version that is served; None: the plain pack."""
        made = self._made.get(shop_id)
        return None if made is None else made.version.number

    def is_behind(self, *, bases: Mapping[int, Library]) -> bool:
        """Return whether some library was made of another one than its pack's now."""
        return any(
            shop_id in bases and made.base is not bases[shop_id]
            for shop_id, made in self._made.items()
        )

    async def follow(
        self,
        wanted: Mapping[int, LibraryVersion | None],
        *,
        bases: Mapping[int, Library],
    ) -> None:
        """Make what is not there yet; return when every shop has what it published.

        Args:
            wanted: The current version of each shop; None: it speaks from its pack.
            bases: The library of each shop's pack; a shop whose pack is missing has
                none, and keeps what was made.
        """
        for shop_id, version in wanted.items():
            if version is None:
                self._made.pop(shop_id, None)
                continue
            base = bases.get(shop_id)
            if base is None:
                continue
            made = self._made.get(shop_id)
            if made is not None and made.version == version and made.base is base:
                continue
            await self._make(shop_id, version, base)

    async def _make(self, shop_id: int, version: LibraryVersion, base: Library) -> None:
        made = self._made.get(shop_id)
        try:
            if made is not None and made.base is base and _is_same(made, version):
                library = made.library  # another number of the same content
            else:
                blobs = await self._database.read(
                    lambda connection: _blobs(connection, shop_id, version)
                )
                library = await asyncio.to_thread(make_shop_library, base, *blobs)
        except Exception as error:  # noqa: BLE001 - whatever it breaks, serving goes on
            _log.exception(
                "library.version_unusable",
                shop_id=shop_id,
                version=version.number,
                reason=str(error),
            )
            if made is None:
                return
            library = made.library
        self._made[shop_id] = _Made(version=version, base=base, library=library)
        self._settled.clear()
        self._changed.set()
        _log.info(
            "library.version_served",
            shop_id=shop_id,
            version=version.number,
            build=library.build.value,
        )

    async def run(self, serve: Callable[[int], None]) -> None:
        """Learn in full what is too much for an overlay, one library after the other.

        Args:
            serve: Called with the id of each shop whose library is learnt.
        """
        while True:
            self._changed.clear()
            for shop_id, made in list(self._made.items()):
                if await asyncio.to_thread(needs_learning, made.library, made.base):
                    await self._learn(shop_id, made, serve)
            if not self._changed.is_set():
                self._settled.set()
            await self._changed.wait()

    async def settled(self) -> None:
        """Wait until nothing more has to be learnt of what was made."""
        await self._settled.wait()

    async def _learn(
        self, shop_id: int, made: _Made, serve: Callable[[int], None]
    ) -> None:
        """Put the full build of a library in its place, unless it is another by now."""
        pack = made.library.pack
        try:
            matcher = await learnt_beside(training_set_of(pack), models=self._models)
        except TrainingFailedError as error:
            # The overlay goes on; the next publication or start tries again.
            _log.error("library.failed", shop_id=shop_id, reason=str(error))
            return
        if self._made.get(shop_id) is not made:
            return
        library = await asyncio.to_thread(
            make_library,
            pack,
            matcher,
            source=made.base.source,
            build=Build.FULL,
            earlier=made.library.assistant,
            frame=made.base.pack,
        )
        if self._made.get(shop_id) is made:
            self._made[shop_id] = replace(made, library=library)
            serve(shop_id)
            _log.info(
                "library.version_served",
                shop_id=shop_id,
                version=made.version.number,
                build=library.build.value,
            )


def make_shop_library(base: Library, baseline: bytes, edits: bytes) -> Library:
    """Return a shop's library: its content in the frame of the pack's.

    Args:
        base: The pack's.
        baseline: Blob of the pack's entries that the shop's edits are over.
        edits: Blob of these.

    Raises:
        ScriptLibraryError: a blob cannot be read.
    """
    opened = unpack_content(baseline)
    content = with_edits(opened, unpack_edits(edits))
    composed = compose(base.pack, content)
    for problem in composed.problems:
        _log.warning("library.entry_left_out", problem=str(problem))
    return library_over(base, composed.pack)


def library_over(base: Library, pack: Pack) -> Library:
    """Return the library of a pack that differs a little from one that is learnt."""
    training_set = training_set_of(pack)
    is_same = training_set == training_set_of(base.pack)
    return make_library(
        pack,
        base.matcher if is_same else overlay(base.matcher, training_set),
        source=base.source,
        build=base.build if is_same else Build.OVERLAY,
        earlier=base.assistant,
        frame=base.pack,
    )


def needs_learning(library: Library, base: Library) -> bool:
    """Return whether a library has more lines of its own than an overlay learns from."""
    if library.build is Build.FULL:
        return False
    lines, known = (
        Counter(
            (intent, text)
            for intent, texts in it.pack.examples.items()
            for text in texts
        )
        for it in (library, base)
    )
    return (lines - known).total() + (known - lines).total() > MOST_OVERLAID


def _is_same(made: _Made, version: LibraryVersion) -> bool:
    return (made.version.baseline, made.version.edits) == (
        version.baseline,
        version.edits,
    )


def _blobs(
    connection: Connection, shop_id: int, version: LibraryVersion
) -> tuple[bytes, bytes]:
    return (
        library_content(connection, shop_id, version.baseline),
        library_content(connection, shop_id, version.edits),
    )
