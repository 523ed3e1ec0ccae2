"""How is an entry of a draft read, stored, removed and taken back?"""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from connectors.base import Route
from scripts_library.shop.entries import Key
from server.api.desk.library_bodies import (
    DraftEntryPlace,
    EntryBody,
    FindingsBody,
    RevisionBody,
    SaveEntryBody,
    check_content,
)
from server.api.desk.library_drafts import DRAFT
from server.api.desk.library_views import finding_body
from server.api.desk.library_work import CURRENT, LibraryWork, who_asks
from server.api.desk.parts import Asking, answer, asking, body_of, place_of
from server.curating.contents import DraftReading, check_removal
from server.curating.saving import revert, save
from storage.repositories.drafts import EntryChange

_ENTRY = DRAFT + "/entries/{kind}/{entry_id}"


class DraftEntries:
    """The entries of one shop's drafts."""

    def __init__(self, work: LibraryWork) -> None:
        self._work = work
        self._parts = work.parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=_ENTRY,
                handler=self.show_entry,
                role="manager",
                summary="One entry as the draft has it.",
                place=DraftEntryPlace,
                replies={200: EntryBody},
            ),
            Route(
                method="PUT",
                path=_ENTRY,
                handler=self.put_entry,
                role="manager",
                summary="Store an entry; answers with what the checks say of it.",
                body=SaveEntryBody,
                place=DraftEntryPlace,
                replies={200: FindingsBody},
            ),
            Route(
                method="POST",
                path=_ENTRY + "/remove",
                handler=self.remove_entry,
                role="manager",
                summary="Let the draft remove an entry.",
                body=RevisionBody,
                place=DraftEntryPlace,
                replies={200: FindingsBody},
            ),
            Route(
                method="POST",
                path=_ENTRY + "/revert",
                handler=self.revert_entry,
                role="manager",
                summary="Take back what the draft changes of an entry.",
                body=RevisionBody,
                place=DraftEntryPlace,
                replies={204: None},
            ),
        )

    async def show_entry(self, request: web.Request) -> web.Response:
        """Answer with an entry of a draft, and as it is published."""
        ask = asking(request, now=self._parts.clock())
        place = place_of(request, DraftEntryPlace)
        key = Key(place.kind, place.entry_id)
        reading = await self._work.draft(ask, place.draft)
        opened = await asyncio.to_thread(reading.open)
        published = await self._work.content(ask, CURRENT)
        entry, known = opened.content.get(key), published.get(key)
        return answer(
            EntryBody(
                kind=place.kind,
                id=place.entry_id,
                content=None if entry is None else dict(entry),
                revision=_revision(reading, key),
                published=None if known is None else dict(known),
            )
        )

    async def put_entry(self, request: web.Request) -> web.Response:
        """Store an entry, and check it."""
        ask = asking(request, now=self._parts.clock())
        place = place_of(request, DraftEntryPlace)
        body = await body_of(request, SaveEntryBody)
        check_content(body.content)
        change = EntryChange(
            kind=place.kind.value,
            entry_id=place.entry_id,
            content=body.content,
            reason=body.reason,
        )
        return await self._save(ask, place, change, seen=body.revision)

    async def remove_entry(self, request: web.Request) -> web.Response:
        """Remove an entry, and check what is left."""
        ask = asking(request, now=self._parts.clock())
        place = place_of(request, DraftEntryPlace)
        body = await body_of(request, RevisionBody)
        change = EntryChange(
            kind=place.kind.value,
            entry_id=place.entry_id,
            content=None,
            reason=body.reason,
        )
        reading = await self._work.draft(ask, place.draft)
        frame = await self._work.frame(ask)
        key = Key(place.kind, place.entry_id)
        await asyncio.to_thread(check_removal, reading, frame, key)
        return await self._save(ask, place, change, seen=body.revision)

    async def revert_entry(self, request: web.Request) -> web.Response:
        """Take back what a draft changes of an entry."""
        ask = asking(request, now=self._parts.clock())
        place = place_of(request, DraftEntryPlace)
        body = await body_of(request, RevisionBody)
        await self._parts.database.write(
            lambda connection: revert(
                connection,
                who_asks(ask),
                draft=place.draft,
                kind=place.kind.value,
                entry_id=place.entry_id,
                seen=body.revision,
            )
        )
        return web.Response(status=204)

    async def _save(
        self, ask: Asking, place: DraftEntryPlace, change: EntryChange, *, seen: int
    ) -> web.Response:
        revision = await self._parts.database.write(
            lambda connection: save(
                connection, who_asks(ask), draft=place.draft, change=change, seen=seen
            )
        )
        reading = await self._work.draft(ask, place.draft)
        found = await self._work.findings(
            ask, reading, only=frozenset({Key(place.kind, place.entry_id)})
        )
        return answer(
            FindingsBody(revision=revision, items=[finding_body(one) for one in found])
        )


def _revision(reading: DraftReading, key: Key) -> int:
    return next(
        (
            one.revision
            for one in reading.entries
            if (one.kind, one.entry_id) == (key.kind.value, key.entry_id)
        ),
        0,
    )
