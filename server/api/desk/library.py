"""What does the shop speak from, since when, and how is it different? Versions."""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from scripts_library.shop.entries import Key
from scripts_library.shop.wording import describe
from server.api.desk.library_bodies import (
    DiffBody,
    DiffQuery,
    EntryBody,
    EntryPlace,
    FindingsBody,
    LibraryBody,
    LibrarySettingsBody,
    LibraryVersionsBody,
    NumberBody,
    RollbackBody,
)
from server.api.desk.library_views import (
    change_body,
    finding_body,
    version_body,
)
from server.api.desk.library_work import CURRENT, LibraryWork, who_asks
from server.api.desk.parts import (
    DESK,
    answer,
    asking,
    body_of,
    place_of,
    query_of,
)
from server.curating.contents import read_standing
from server.curating.publishing import TWO_PERSONS, require_two, roll_back
from storage.queries.library import versions

LIBRARY = DESK + "/library"


class ShopLibrary:
    """The published library of one shop."""

    def __init__(self, work: LibraryWork) -> None:
        self._work = work
        self._parts = work.parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=LIBRARY,
                handler=self.show,
                role="agent",
                summary="What the shop speaks from, and whether a new pack waits.",
                replies={200: LibraryBody},
            ),
            Route(
                method="GET",
                path=LIBRARY + "/entries/{kind}/{entry_id}",
                handler=self.show_entry,
                role="agent",
                summary="One entry as buyers are told now.",
                place=EntryPlace,
                replies={200: EntryBody},
            ),
            Route(
                method="GET",
                path=LIBRARY + "/versions",
                handler=self.list_versions,
                role="manager",
                summary="Everything published, newest first.",
                replies={200: LibraryVersionsBody},
            ),
            Route(
                method="GET",
                path=LIBRARY + "/findings",
                handler=self.list_findings,
                role="manager",
                summary="What the checks of this release say of what is published.",
                replies={200: FindingsBody},
            ),
            Route(
                method="GET",
                path=LIBRARY + "/diff",
                handler=self.diff,
                role="manager",
                summary="What is different between two versions or drafts, in words.",
                query=DiffQuery,
                replies={200: DiffBody},
            ),
            Route(
                method="POST",
                path=LIBRARY + "/rollback",
                handler=self.roll_back,
                role="manager",
                summary="Publish an old version again, under a new number.",
                body=RollbackBody,
                replies={200: NumberBody},
            ),
            Route(
                method="PUT",
                path=LIBRARY + "/settings",
                handler=self.put_settings,
                role="admin",
                summary="Whether a second person has to approve a publication.",
                body=LibrarySettingsBody,
                replies={200: LibrarySettingsBody},
            ),
        )

    async def show(self, request: web.Request) -> web.Response:
        """Answer with what is published and what is served."""
        ask = asking(request, now=self._parts.clock())
        frame = await self._work.frame(ask)
        standing = await self._parts.database.read(
            lambda connection: read_standing(connection, ask.shop_id)
        )
        version = standing.version
        baseline = frame.packed.content_hash if version is None else version.baseline
        return answer(
            LibraryBody(
                version=standing.number,
                served=ask.shop.library_version,
                pack_id=frame.pack.pack_id,
                pack_version=(
                    frame.pack.version if version is None else version.pack_version
                ),
                release=frame.pack.version,
                has_new_pack=baseline != frame.packed.content_hash,
                two_person_publish=ask.shop.record.settings.get(TWO_PERSONS) is True,
            )
        )

    async def show_entry(self, request: web.Request) -> web.Response:
        """Answer with an entry; ``content`` is null when there is none."""
        ask = asking(request, now=self._parts.clock())
        place = place_of(request, EntryPlace)
        content = await self._work.content(ask, CURRENT)
        entry = content.get(Key(place.kind, place.entry_id))
        shown = None if entry is None else dict(entry)
        return answer(
            EntryBody(
                kind=place.kind,
                id=place.entry_id,
                content=shown,
                revision=0,
                published=shown,
            )
        )

    async def list_versions(self, request: web.Request) -> web.Response:
        """Answer with what was published."""
        ask = asking(request, now=self._parts.clock())
        found = await self._parts.database.read(
            lambda connection: versions(connection, ask.shop_id)
        )
        return answer(LibraryVersionsBody(items=[version_body(one) for one in found]))

    async def list_findings(self, request: web.Request) -> web.Response:
        """Answer with what the checks say; the revision is the version's number."""
        ask = asking(request, now=self._parts.clock())
        found = await self._work.findings_now(ask)
        number = ask.shop.library_version
        return answer(
            FindingsBody(
                revision=0 if number is None else number,
                items=[finding_body(one) for one in found],
            )
        )

    async def diff(self, request: web.Request) -> web.Response:
        """Answer with what is different."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, DiffQuery)
        before = await self._work.content(ask, query.before)
        after = await self._work.content(ask, query.after)
        intents = {
            name: intent.zh for name, intent in ask.shop.library.pack.intents.items()
        }
        changes = await asyncio.to_thread(describe, before, after, intents=intents)
        return answer(DiffBody(items=[change_body(one) for one in changes]))

    async def roll_back(self, request: web.Request) -> web.Response:
        """Publish an old version; buyers are told its words from the next turn on."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, RollbackBody)
        number = await self._work.change(
            lambda connection: roll_back(
                connection,
                who_asks(ask),
                number=min(body.number, 2**31 - 1),
                note=body.note,
            )
        )
        return answer(NumberBody(version=number))

    async def put_settings(self, request: web.Request) -> web.Response:
        """Store how this shop publishes."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, LibrarySettingsBody)

        def unit(connection: Connection) -> None:
            require_two(connection, who_asks(ask), is_required=body.two_person_publish)

        await self._work.change(unit)
        return answer(body)
