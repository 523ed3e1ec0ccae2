"""Which conversations are there, and what was said in them?"""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.api.desk.bodies import ConversationPlace
from server.api.desk.conversation_bodies import ConversationsQuery, MessagesQuery
from server.api.desk.paging import (
    Page,
    id_after,
    id_cursor,
    next_of,
    time_after,
    time_cursor,
)
from server.api.desk.parts import (
    DESK,
    Asking,
    DeskParts,
    answer,
    asking,
    invalid,
    place_of,
    query_of,
)
from server.api.desk.views.conversations import (
    ConversationBody,
    ConversationCountsBody,
    ConversationsBody,
    DeskMessageBody,
    DeskMessagesBody,
    EventsBody,
    details_body,
    event_body,
    line_body,
    message_body,
)
from storage.queries.buyers import buyer_names
from storage.queries.conversation_details import (
    conversation_details,
    conversation_events,
)
from storage.queries.conversation_lists import After, conversation_lines
from storage.queries.conversations import (
    MessageRecord,
    conversation,
    messages_after,
    messages_before,
)
from storage.queries.counts import conversation_counts
from storage.queries.people_names import names_of
from storage.states import ConversationPhase

_LIST = DESK + "/conversations"
_ONE = _LIST + "/{conversation_id}"


class Conversations:
    """What people read of conversations."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes that read; nothing is changed by them."""
        return (
            Route(
                method="GET",
                path=_LIST,
                handler=self.list_conversations,
                role="agent",
                summary="Conversations by state, masked; the queue longest wait first.",
                query=ConversationsQuery,
                replies={200: ConversationsBody},
            ),
            Route(
                method="GET",
                path=_ONE,
                handler=self.show,
                role="agent",
                summary="One conversation with open tickets and ratings.",
                place=ConversationPlace,
                replies={200: ConversationBody},
            ),
            Route(
                method="GET",
                path=_ONE + "/messages",
                handler=self.list_messages,
                role="agent",
                summary="Messages after or before a cursor, else the newest.",
                place=ConversationPlace,
                query=MessagesQuery,
                replies={200: DeskMessagesBody},
            ),
            Route(
                method="GET",
                path=_ONE + "/events",
                handler=self.list_events,
                role="agent",
                summary="What happened to a conversation, notes included.",
                place=ConversationPlace,
                query=Page,
                replies={200: EventsBody},
            ),
        )

    async def list_conversations(self, request: web.Request) -> web.Response:
        """Answer with a page of conversations and the counts of all."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, ConversationsQuery)
        last = time_after(query.after)
        is_queue = query.state is ConversationPhase.HANDED_OVER

        def read(connection: Connection) -> ConversationsBody:
            found = conversation_lines(
                connection,
                ask.shop_id,
                phase=query.state,
                served_by=ask.person_id if query.served_by == "me" else None,
                limit=query.limit + 1,
                after=(
                    None if last is None else After(at=last[0], conversation_id=last[1])
                ),
            )
            lines, is_more = next_of(found, query.limit)
            cursor = None
            if is_more:
                end = After.of(
                    lines[-1], phase=ConversationPhase.HANDED_OVER if is_queue else None
                )
                cursor = time_cursor(end.at, end.conversation_id)
            return ConversationsBody(
                items=[line_body(line, role=ask.role) for line in lines],
                next=cursor,
                counts=counts_body(connection, ask),
            )

        return answer(await self._parts.database.read(read))

    async def show(self, request: web.Request) -> web.Response:
        """Answer with one conversation."""
        ask = asking(request, now=self._parts.clock())
        place = place_of(request, ConversationPlace)
        details = await self._parts.database.read(
            lambda connection: conversation_details(
                connection, ask.shop_id, place.conversation_id
            )
        )
        return answer(details_body(details, pack=ask.shop.library.pack, role=ask.role))

    async def list_messages(self, request: web.Request) -> web.Response:
        """Answer with a page of messages, oldest first."""
        ask = asking(request, now=self._parts.clock())
        place = place_of(request, ConversationPlace)
        query = query_of(request, MessagesQuery)
        if query.after is not None and query.before is not None:
            raise invalid("only one of after and before", field="before")
        return answer(
            await self._parts.database.read(
                lambda connection: _messages(
                    connection, ask, place.conversation_id, query
                )
            )
        )

    async def list_events(self, request: web.Request) -> web.Response:
        """Answer with a page of what happened."""
        ask = asking(request, now=self._parts.clock())
        place = place_of(request, ConversationPlace)
        query = query_of(request, Page)
        after = id_after(query.after)

        def read(connection: Connection) -> EventsBody:
            name = buyer_name(connection, ask, place.conversation_id)
            found = conversation_events(
                connection,
                ask.shop_id,
                conversation_id=place.conversation_id,
                after=after,
                limit=query.limit + 1,
            )
            events, is_more = next_of(found, query.limit)
            return EventsBody(
                items=[event_body(event, role=ask.role, name=name) for event in events],
                next=id_cursor(events[-1].event_id) if is_more else None,
            )

        return answer(await self._parts.database.read(read))


def buyer_name(connection: Connection, ask: Asking, conversation_id: int) -> str | None:
    """Return what the buyer of a conversation of the shop is called.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    buyer_id = conversation(connection, ask.shop_id, conversation_id).buyer_id
    return buyer_names(connection, ask.shop_id, [buyer_id]).get(buyer_id)


def counts_body(connection: Connection, ask: Asking) -> ConversationCountsBody:
    """Return how many conversations of the shop are with whom."""
    counts = conversation_counts(connection, ask.shop_id, person_id=ask.person_id)
    return ConversationCountsBody(
        open=counts.open,
        handed_over=counts.handed_over,
        served=counts.served,
        served_by_me=counts.served_by_me,
        closed=counts.closed,
    )


def _messages(
    connection: Connection, ask: Asking, conversation_id: int, query: MessagesQuery
) -> DeskMessagesBody:
    name = buyer_name(connection, ask, conversation_id)
    after = id_after(query.after)
    is_onward = query.after is not None
    if is_onward:
        found = messages_after(
            connection,
            ask.shop_id,
            conversation_id=conversation_id,
            after=after,
            limit=query.limit,
        )
    else:
        before = id_after(query.before, field="before") if query.before else None
        found = messages_before(
            connection,
            ask.shop_id,
            conversation_id=conversation_id,
            before=before,
            limit=query.limit + 1,
        )
    has_older = not is_onward and len(found) > query.limit
    shown = found[1:] if has_older else found
    return DeskMessagesBody(
        items=_bodies(connection, ask, shown, name),
        next=id_cursor(shown[-1].message_id if shown else after),
        previous=id_cursor(shown[0].message_id) if has_older else None,
    )


def _bodies(
    connection: Connection,
    ask: Asking,
    records: list[MessageRecord],
    name: str | None,
) -> list[DeskMessageBody]:
    names = names_of(connection, [record.person_id for record in records])
    return [
        message_body(
            record,
            user=None if record.person_id is None else names.get(record.person_id),
            role=ask.role,
            name=name,
        )
        for record in records
    ]
