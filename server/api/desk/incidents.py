"""What keeps the shop from its promises just now? Declared and ended by managers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.incidents.values import Scope
from connectors.base import Handler, Route
from server.api.desk.incident_bodies import (
    DeclareBody,
    EndIncidentBody,
    IncidentEndBody,
    IncidentPlace,
    IncidentsQuery,
)
from server.api.desk.paging import Page, id_after, id_cursor, next_of
from server.api.desk.parts import (
    DESK,
    Asking,
    DeskParts,
    answer,
    asking,
    body_of,
    invalid,
    place_of,
    query_of,
)
from server.api.desk.views.guarding import objection
from server.api.desk.views.incidents import (
    IncidentBody,
    IncidentContactsBody,
    IncidentsBody,
    contact_body,
    incident_body,
)
from server.incidents import (
    NewWords,
    change_incident_end,
    declare_incident,
    end_incident,
    read_incident_words,
)
from storage.queries.incidents import contacts, incident, incidents
from storage.repositories.incidents import NewIncident

_LIST = DESK + "/incidents"
_ONE = _LIST + "/{incident_id}"
_STATES = {"running": True, "ended": False, "all": None}
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Incidents:
    """The incidents of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=_LIST,
                handler=self.list_incidents,
                role="agent",
                summary="Incidents, newest first, with how many buyers were told.",
                query=IncidentsQuery,
                replies={200: IncidentsBody},
            ),
            Route(
                method="POST",
                path=_LIST,
                handler=self.declare,
                role="manager",
                summary="Declare one; the guard reads the text. 422: with its findings.",
                body=DeclareBody,
                replies={201: IncidentBody},
            ),
            self._change("/expect", self.expect, IncidentEndBody, "Change its end."),
            self._change("/end", self.end, EndIncidentBody, "It is over."),
            Route(
                method="GET",
                path=_ONE + "/contacts",
                handler=self.list_contacts,
                role="manager",
                summary="Who was told of it, and was promised to hear of its end.",
                place=IncidentPlace,
                query=Page,
                replies={200: IncidentContactsBody},
            ),
        )

    def _change(
        self, path: str, handler: Handler, body: type[msgspec.Struct], summary: str
    ) -> Route:
        return Route(
            method="POST",
            path=_ONE + path,
            handler=handler,
            role="manager",
            summary=summary,
            body=body,
            place=IncidentPlace,
            replies={200: IncidentBody},
        )

    async def list_incidents(self, request: web.Request) -> web.Response:
        """Answer with a page of incidents."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, IncidentsQuery)
        before = None if query.after is None else id_after(query.after)
        found = await self._parts.database.read(
            lambda connection: incidents(
                connection,
                ask.shop_id,
                is_running=_STATES[query.state],
                before=before,
                limit=query.limit + 1,
            )
        )
        shown, is_more = next_of(found, query.limit)
        return answer(
            IncidentsBody(
                items=[incident_body(one) for one in shown],
                next=id_cursor(shown[-1].incident_id) if is_more else None,
            )
        )

    async def declare(self, request: web.Request) -> web.Response:
        """Declare an incident, unless the guard objects to its text."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, DeclareBody)
        if body.kind not in ask.shop.library.pack.incidents.kinds:
            raise invalid("the pack knows no such incident", field="kind")
        refused = _refused(ask, body.text)
        if refused is not None:
            return refused
        value = _new_incident(body, now=ask.now)

        def unit(connection: Connection) -> IncidentBody:
            incident_id = declare_incident(
                connection,
                ask.shop_id,
                value=value,
                person_id=ask.person_id,
                now=ask.now,
            )
            return incident_body(incident(connection, ask.shop_id, incident_id))

        return answer(await self._parts.database.write(unit), status=201)

    async def expect(self, request: web.Request) -> web.Response:
        """Change when it is expected to be over."""
        ask = asking(request, now=self._parts.clock())
        incident_id = place_of(request, IncidentPlace).incident_id
        body = await body_of(request, IncidentEndBody)
        ends_at = _moment(body.ends_at, field="ends_at")

        def unit(connection: Connection) -> IncidentBody:
            starts_at = incident(connection, ask.shop_id, incident_id).starts_at
            _check_end(ends_at, starts_at=starts_at, now=ask.now)
            change_incident_end(
                connection,
                ask.shop_id,
                incident_id=incident_id,
                ends_at=ends_at,
                person_id=ask.person_id,
                now=ask.now,
            )
            return incident_body(incident(connection, ask.shop_id, incident_id))

        return answer(await self._parts.database.write(unit))

    async def end(self, request: web.Request) -> web.Response:
        """End it, unless the guard objects to the closing words."""
        ask = asking(request, now=self._parts.clock())
        incident_id = place_of(request, IncidentPlace).incident_id
        body = await body_of(request, EndIncidentBody)
        refused = None if body.closing is None else _refused(ask, body.closing)
        if refused is not None:
            return refused

        def unit(connection: Connection) -> IncidentBody:
            end_incident(
                connection,
                ask.shop_id,
                words=NewWords(incident_id=incident_id, closing=body.closing),
                person_id=ask.person_id,
                now=ask.now,
            )
            return incident_body(incident(connection, ask.shop_id, incident_id))

        return answer(await self._parts.database.write(unit))

    async def list_contacts(self, request: web.Request) -> web.Response:
        """Answer with a page of those who were told."""
        ask = asking(request, now=self._parts.clock())
        incident_id = place_of(request, IncidentPlace).incident_id
        query = query_of(request, Page)
        after = id_after(query.after)

        def read(connection: Connection) -> IncidentContactsBody:
            incident(connection, ask.shop_id, incident_id)
            found = contacts(
                connection,
                ask.shop_id,
                incident_id=incident_id,
                after=after,
                limit=query.limit + 1,
            )
            shown, is_more = next_of(found, query.limit)
            return IncidentContactsBody(
                items=[contact_body(one, role=ask.role) for one in shown],
                next=id_cursor(shown[-1].contact_id) if is_more else None,
            )

        return answer(await self._parts.database.read(read))


def _refused(ask: Asking, text: str) -> web.Response | None:
    """Return the guard's objection to what the assistant would say, if it has one."""
    verdict = read_incident_words(text, guard=ask.shop.guard)
    return None if verdict.is_clean else objection(verdict)


def _new_incident(body: DeclareBody, *, now: datetime) -> NewIncident:
    starts_at = _moment(body.starts_at, field="starts_at")
    starts_at = now if starts_at is None else starts_at
    ends_at = _moment(body.ends_at, field="ends_at")
    _check_end(ends_at, starts_at=starts_at, now=now)
    return NewIncident(
        kind=body.kind,
        text=body.text,
        scope=Scope(
            couriers=body.scope.couriers,
            provinces=body.scope.provinces,
            items=body.scope.items,
            categories=body.scope.categories,
        ),
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _check_end(ends_at: datetime | None, *, starts_at: datetime, now: datetime) -> None:
    """Refuse an expected end that has been: what is over is ended, with its words.

    Raises:
        InvalidPayloadError: it lies before the start, or before now.
    """
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise invalid("must lie in the future, after the start", field="ends_at")


def _moment(text: str | None, *, field: str) -> datetime | None:
    """Return a time as it was written.

    Raises:
        InvalidPayloadError: it is no time with a zone.
    """
    if text is None:
        return None
    try:
        return msgspec.convert(text, _Moment).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError) as error:
        raise invalid("must be a time with its zone", field=field) from error
