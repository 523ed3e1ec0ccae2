"""What does the use of a library teach its managers? Missed messages, use, drift."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
from aiohttp import web

from bot.learning.drift import find_jumps
from bot.learning.use import Fate, report_use
from connectors.base import Route
from scripts_library.shop.checking import check_content
from scripts_library.shop.composing import compose
from server.api.desk.library import LIBRARY
from server.api.desk.library_learning_bodies import (
    AcceptedBody,
    AcceptMissedBody,
    CountedBody,
    DaysQuery,
    DriftBody,
    JumpBody,
    MissedBody,
    MissedGroupBody,
    MissedPlace,
    MissedQuery,
    RefuseMissedBody,
    ScriptUseBody,
    UseBody,
    WeekBody,
)
from server.api.desk.library_work import LibraryWork, who_asks
from server.api.desk.parts import (
    Asking,
    answer,
    asking,
    body_of,
    place_of,
    query_of,
)
from server.curating.missing import MissedReport, find_group, find_missed, group_json
from server.curating.replaying import Setting
from server.curating.taking_missed import (
    Accepted,
    accept_missed,
    content_with,
    entries_for,
    known_acceptance,
    refuse_missed,
)
from storage.queries.missed import missed_decisions
from storage.queries.served_turns import (
    WEEK,
    said_scripts,
    served_turns,
    wanted_intents,
    weeks,
)

_MISSED: Final = LIBRARY + "/missed"
_GROUP: Final = _MISSED + "/{key}"
_LIMIT: Final = 20_000
_WEEKS: Final = 5


class LibraryLearning:
    """What one shop's library can learn."""

    def __init__(self, work: LibraryWork) -> None:
        self._work = work
        self._parts = work.parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=_MISSED,
                handler=self.list_missed,
                role="manager",
                summary="Missed messages that want the same, with a proposal for each.",
                query=MissedQuery,
                replies={200: MissedBody},
            ),
            Route(
                method="POST",
                path=_GROUP + "/accept",
                handler=self.accept,
                role="manager",
                summary="Write a proposal into an open draft.",
                body=AcceptMissedBody,
                place=MissedPlace,
                replies={200: AcceptedBody},
            ),
            Route(
                method="POST",
                path=_GROUP + "/refuse",
                handler=self.refuse,
                role="manager",
                summary="Leave a group alone until it has grown much.",
                body=RefuseMissedBody,
                place=MissedPlace,
                replies={204: None},
            ),
            Route(
                method="GET",
                path=LIBRARY + "/use",
                handler=self.show_use,
                role="manager",
                summary="Which suggestions are sent, edited, unused; scripts never used.",
                query=DaysQuery,
                replies={200: UseBody},
            ),
            Route(
                method="GET",
                path=LIBRARY + "/drift",
                handler=self.show_drift,
                role="manager",
                summary="Intents whose share jumped this week; the missed share by week.",
                replies={200: DriftBody},
            ),
        )

    async def list_missed(self, request: web.Request) -> web.Response:
        """Answer with the groups."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, MissedQuery)
        report = await self._report(ask, days=query.days, draft=query.draft)
        return answer(
            MissedBody(
                days=report.days,
                turns=report.turns,
                missed=report.missed,
                still=report.still,
                items=msgspec.convert(
                    [group_json(one) for one in report.groups], list[MissedGroupBody]
                ),
            )
        )

    async def accept(self, request: web.Request) -> web.Response:
        """Write a group into a draft; the same again changes nothing."""
        ask = asking(request, now=self._parts.clock())
        key = place_of(request, MissedPlace).key
        body = await body_of(request, AcceptMissedBody)
        known = known_acceptance(
            await self._parts.database.read(
                lambda connection: missed_decisions(connection, ask.shop_id)
            ),
            key,
        )
        if known is None:
            known = await self._accept(ask, key, body)
        return answer(
            AcceptedBody(
                key=known.key,
                draft=known.draft,
                intent=known.intent_id,
                lines=known.lines,
                is_new=known.is_new,
            )
        )

    async def refuse(self, request: web.Request) -> web.Response:
        """Remember that nothing is made of a group."""
        ask = asking(request, now=self._parts.clock())
        key = place_of(request, MissedPlace).key
        body = await body_of(request, RefuseMissedBody)
        report = await self._report(ask, days=body.days, draft=None)
        found = find_group(report, key)
        await self._parts.database.write(
            lambda connection: refuse_missed(
                connection, who_asks(ask), found=found, days=body.days, note=body.note
            )
        )
        return web.Response(status=204)

    async def show_use(self, request: web.Request) -> web.Response:
        """Answer with how suggestions were taken."""
        ask = asking(request, now=self._parts.clock())
        since = ask.now - timedelta(days=query_of(request, DaysQuery).days)
        shop_id = ask.shop_id
        report = await self._parts.database.read(
            lambda connection: report_use(
                served_turns(connection, shop_id, since=since, limit=_LIMIT),
                pack=ask.shop.library.pack,
                said=said_scripts(connection, shop_id, since=since),
                wanted=wanted_intents(connection, shop_id, since=since),
            )
        )
        return answer(
            UseBody(
                scripts=[
                    ScriptUseBody(
                        id=it.script_id,
                        variant=it.variant,
                        offered=it.offered,
                        sent=it.fates.get(Fate.SENT, 0),
                        edited=it.fates.get(Fate.EDITED, 0),
                        unused=it.fates.get(Fate.UNUSED, 0),
                        adoption=it.adoption,
                        edit_rate=it.edit_rate,
                    )
                    for it in report.scripts
                ],
                added=[CountedBody(it.text, it.count) for it in report.added],
                deleted=[CountedBody(it.text, it.count) for it in report.deleted],
                unused=[
                    CountedBody(it.script_id, it.candidates) for it in report.unused
                ],
            )
        )

    async def show_drift(self, request: web.Request) -> web.Response:
        """Answer with what has changed."""
        ask = asking(request, now=self._parts.clock())
        found = await self._parts.database.read(
            lambda connection: weeks(
                connection,
                ask.shop_id,
                until=ask.now,
                count=_WEEKS,
                least=ask.shop.library.pack.bands.assist,
            )
        )
        return answer(
            DriftBody(
                jumps=[
                    JumpBody(it.intent_id, it.count, it.share, it.before, it.p_value)
                    for it in find_jumps(found[0], found[1:])
                ],
                weeks=[
                    WeekBody(
                        until=ask.now - number * WEEK,
                        turns=it.turns,
                        missed=it.missed,
                        missed_share=it.missed_share,
                    )
                    for number, it in enumerate(found)
                ],
            )
        )

    async def _report(
        self, ask: Asking, *, days: int, draft: str | None
    ) -> MissedReport:
        since = ask.now - timedelta(days=days)

        def read(connection: Any) -> Any:
            turns = served_turns(connection, ask.shop_id, since=since, limit=_LIMIT)
            return list(turns), missed_decisions(connection, ask.shop_id)

        turns, decisions = await self._parts.database.read(read)
        reading = None if draft is None else await self._work.draft(ask, draft)

        def find() -> MissedReport:
            library = ask.shop.library
            pack = library.pack
            if reading is not None:
                pack = compose(library.frame, reading.open().content).pack
            return find_missed(
                turns,
                library=library,
                pack=pack,
                setting=Setting(shop=ask.shop, now=ask.now),
                decisions=decisions,
                days=days,
            )

        return await asyncio.to_thread(find)

    async def _accept(self, ask: Asking, key: str, body: AcceptMissedBody) -> Accepted:
        report = await self._report(ask, days=body.days, draft=body.draft)
        found = find_group(report, key)
        reading = await self._work.draft(ask, body.draft)
        side = self._work.side(ask)

        def entries() -> Any:
            opened = reading.open()
            return entries_for(
                found,
                opened.content,
                check=lambda them: check_content(
                    ask.shop.library.frame,
                    content_with(opened.content, them),
                    before=opened.baseline,
                    shop=side,
                    only=frozenset(them),
                ),
            )

        written = await asyncio.to_thread(entries)
        return await self._parts.database.write(
            lambda connection: accept_missed(
                connection,
                who_asks(ask),
                found=found,
                draft=body.draft,
                seen=reading.draft.revision,
                entries=written,
                days=body.days,
            )
        )
