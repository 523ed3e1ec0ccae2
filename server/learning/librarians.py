"""Who keeps each pack that is served in step with its folder? One librarian a pack."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from server.learning.librarian import Librarian
from server.library import Library
from server.packs import Shelf

_LOOK_SECONDS = 1.0
"""How soon a pack that a new shop has brought gets its librarian."""


class Librarians:
    """All librarians of a serving process; the first is the default pack's."""

    def __init__(
        self, first: Librarian, *, shelf: Shelf, employ: Callable[[Library], Librarian]
    ) -> None:
        """Keep what is needed; ``employ`` makes the librarian of another pack."""
        self._first = first
        self._shelf = shelf
        self._employ = employ
        self._known: set[Path] = set()

    async def run(self) -> None:
        """Look for changes of every pack until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._first.run(), name="librarian-default")
            while True:
                for librarian in self._new():
                    group.create_task(librarian.run(), name="librarian-other")
                await asyncio.sleep(_LOOK_SECONDS)

    def _new(self) -> list[Librarian]:
        """Return librarians for the packs that have none yet."""
        new = [
            library
            for library in self._shelf.others
            if library.source.folder not in self._known
        ]
        self._known.update(library.source.folder for library in new)
        return [self._employ(library) for library in new]
