"""What did buyers think, and who did what? For managers."""

from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.api.desk.bodies import RatingsQuery
from server.api.desk.paging import Page, id_after, id_cursor, next_of
from server.api.desk.parts import DESK, DeskParts, answer, asking, query_of
from server.api.desk.views.records import (
    AuditBody,
    RatingsBody,
    audit_line_body,
    rating_body,
)
from storage.queries.audit import audit
from storage.queries.ratings import rating_summary, ratings_since


class Records:
    """What managers look up afterwards."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes; nothing is changed by them."""
        return (
            Route(
                method="GET",
                path=DESK + "/ratings",
                handler=self.list_ratings,
                role="manager",
                summary="Ratings of the last ?days, newest first, with their average.",
                query=RatingsQuery,
                replies={200: RatingsBody},
            ),
            Route(
                method="GET",
                path=DESK + "/audit",
                handler=self.list_audit,
                role="manager",
                summary="Who did what, newest first.",
                query=Page,
                replies={200: AuditBody},
            ),
        )

    async def list_ratings(self, request: web.Request) -> web.Response:
        """Answer with a page of ratings and the figures of the period."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, RatingsQuery)
        before = None if query.after is None else id_after(query.after)
        since = ask.now - timedelta(days=query.days)

        def read(connection: Connection) -> RatingsBody:
            found = ratings_since(
                connection,
                ask.shop_id,
                since=since,
                before=before,
                limit=query.limit + 1,
            )
            shown, is_more = next_of(found, query.limit)
            summary = rating_summary(connection, ask.shop_id, since=since)
            return RatingsBody(
                items=[rating_body(one, role=ask.role) for one in shown],
                next=id_cursor(shown[-1].rating_id) if is_more else None,
                count=summary.count,
                average=summary.average,
            )

        return answer(await self._parts.database.read(read))

    async def list_audit(self, request: web.Request) -> web.Response:
        """Answer with a page of the audit."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, Page)
        before = None if query.after is None else id_after(query.after)
        found = await self._parts.database.read(
            lambda connection: audit(
                connection, ask.shop_id, before=before, limit=query.limit + 1
            )
        )
        shown, is_more = next_of(found, query.limit)
        return answer(
            AuditBody(
                items=[audit_line_body(one, role=ask.role) for one in shown],
                next=id_cursor(shown[-1].audit_id) if is_more else None,
            )
        )
