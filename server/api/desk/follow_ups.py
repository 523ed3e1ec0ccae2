"""Which messages are promised, and what will become of them?"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.api.desk.bodies import (
    CancelBody,
    DryRunQuery,
    FollowUpPlace,
    FollowUpsQuery,
)
from server.api.desk.paging import id_after, id_cursor, next_of
from server.api.desk.parts import (
    DESK,
    DeskParts,
    answer,
    asking,
    body_of,
    invalid,
    moment_of,
    place_of,
    query_of,
)
from server.api.desk.views.follow_ups import (
    DryRunBody,
    FollowUpBody,
    FollowUpsBody,
    follow_up_body,
    rehearsed_body,
)
from server.rehearsal import rehearse
from storage.queries.buyers import buyer_names
from storage.queries.follow_ups import follow_up, follow_ups, planned_until
from storage.repositories.audit import record
from storage.repositories.follow_ups import cancel_one

_LIST = DESK + "/follow-ups"
_SOON = timedelta(hours=1)
_FARTHEST = timedelta(days=366)
"""No plan looks farther ahead."""


class FollowUps:
    """The follow-ups of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=_LIST,
                handler=self.list_follow_ups,
                role="agent",
                summary="Follow-ups with state and reason, oldest first.",
                query=FollowUpsQuery,
                replies={200: FollowUpsBody},
            ),
            Route(
                method="GET",
                path=_LIST + "/dry-run",
                handler=self.dry_run,
                role="agent",
                summary="Who would get what until then, and who would not and why.",
                query=DryRunQuery,
                replies={200: DryRunBody},
            ),
            Route(
                method="POST",
                path=_LIST + "/{follow_up_id}/cancel",
                handler=self.cancel,
                role="agent",
                summary="Make one void that was not sent yet.",
                body=CancelBody,
                place=FollowUpPlace,
                replies={200: FollowUpBody},
            ),
        )

    async def list_follow_ups(self, request: web.Request) -> web.Response:
        """Answer with a page of follow-ups."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, FollowUpsQuery)
        after = id_after(query.after)
        pack = ask.shop.library.pack

        def read(connection: Connection) -> FollowUpsBody:
            found = follow_ups(
                connection,
                ask.shop_id,
                state=query.state,
                buyer_id=query.buyer_id,
                plan_id=query.plan,
                limit=query.limit + 1,
                after=after,
            )
            shown, is_more = next_of(found, query.limit)
            names = buyer_names(
                connection, ask.shop_id, [one.buyer_id for one in shown]
            )
            return FollowUpsBody(
                items=[
                    follow_up_body(
                        one, pack=pack, role=ask.role, name=names.get(one.buyer_id)
                    )
                    for one in shown
                ],
                next=id_cursor(shown[-1].follow_up_id) if is_more else None,
            )

        return answer(await self._parts.database.read(read))

    async def dry_run(self, request: web.Request) -> web.Response:
        """Judge what is due until then as the scheduler would; write nothing."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, DryRunQuery)
        until = _until(query.until, now=ask.now)
        due = await self._parts.database.read(
            lambda connection: planned_until(
                connection, ask.shop_id, until=until, limit=query.limit + 1
            )
        )
        shown, is_more = next_of(due, query.limit)
        rehearsed = await asyncio.to_thread(
            rehearse, shown, shop=ask.shop, now=ask.now, until=until
        )
        pack = ask.shop.library.pack
        return answer(
            DryRunBody(
                until=until,
                items=[
                    rehearsed_body(one, pack=pack, role=ask.role) for one in rehearsed
                ],
                is_complete=not is_more,
            )
        )

    async def cancel(self, request: web.Request) -> web.Response:
        """Make one void; it is written down who did."""
        ask = asking(request, now=self._parts.clock())
        follow_up_id = place_of(request, FollowUpPlace).follow_up_id
        body = await body_of(request, CancelBody)

        def unit(connection: Connection) -> FollowUpBody:
            cancel_one(
                connection,
                ask.shop_id,
                follow_up_id=follow_up_id,
                reason=body.reason,
            )
            record(
                connection,
                ask.shop_id,
                action="follow_up.cancelled",
                subject=f"follow_up:{follow_up_id}",
                now=ask.now,
                person_id=ask.person_id,
            )
            cancelled = follow_up(connection, ask.shop_id, follow_up_id)
            names = buyer_names(connection, ask.shop_id, [cancelled.buyer_id])
            return follow_up_body(
                cancelled,
                pack=ask.shop.library.pack,
                role=ask.role,
                name=names.get(cancelled.buyer_id),
            )

        return answer(await self._parts.database.write(unit))


def _until(asked: str | None, *, now: datetime) -> datetime:
    """Return until when to look ahead.

    Raises:
        InvalidPayloadError: it is no time with a zone, or lies too far ahead.
    """
    if asked is None:
        return now + _SOON
    until = moment_of(asked, field="until")
    if until > now + _FARTHEST:
        raise invalid("lies more than a year ahead", field="until")
    return until
