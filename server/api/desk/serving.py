"""What may people do with a conversation? Take it over, write, hand it on, end it."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.errors import NotPermittedError, NotServingError, OffDutyError
from bot.guarding.verdicts import GuardVerdict
from bot.messages import Sender
from connectors.base import Handler, Route
from server.api.desk.bodies import ConversationPlace, NoteBody
from server.api.desk.conversation_bodies import (
    CheckBody,
    CloseBody,
    ReleaseBody,
    SayBody,
    TakeOverBody,
    TransferBody,
)
from server.api.desk.parts import (
    DESK,
    Asking,
    DeskParts,
    answer,
    asking,
    body_of,
    colleague_of,
    invalid,
    place_of,
)
from server.api.desk.views.conversations import ConversationBody, SaidBody, details_body
from server.api.desk.views.guarding import (
    GuardErrorBody,
    VerdictBody,
    objection,
    verdict_body,
)
from server.promises import book_of
from server.speaking import Circumstances, Words, is_refused, read_words, say
from storage.queries.conversation_details import conversation_details
from storage.queries.conversations import conversation
from storage.queries.people import member
from storage.queries.spoken_items import spoken_of
from storage.repositories.conversations import release, take_over
from storage.repositories.serving import close, hold, note, transfer
from storage.states import ConversationPhase

_ONE = DESK + "/conversations/{conversation_id}"
_STALE = "409 `stale` when the version is another one by now."
_WITH_PERSON = (ConversationPhase.SERVED, ConversationPhase.HANDED_OVER)


class Serving:
    """What people change about conversations."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes; each answers with the conversation as it is after it."""
        return (
            self._change("/take-over", self.take_over, TakeOverBody, "Serve it."),
            self._change(
                "/release", self.release, ReleaseBody, "Give it to the assistant."
            ),
            self._change(
                "/transfer", self.transfer, TransferBody, "Give it to a colleague."
            ),
            self._change("/close", self.close, CloseBody, "End it."),
            Route(
                method="POST",
                path=_ONE + "/notes",
                handler=self.note,
                role="agent",
                summary="Write down what the buyer never sees.",
                body=NoteBody,
                place=ConversationPlace,
                replies={201: ConversationBody},
            ),
            Route(
                method="POST",
                path=_ONE + "/messages",
                handler=self.say,
                role="agent",
                summary="Write to the buyer whom one serves; the guard reads it first.",
                body=SayBody,
                place=ConversationPlace,
                replies={200: SaidBody, 201: SaidBody, 422: GuardErrorBody},
            ),
            Route(
                method="POST",
                path=_ONE + "/check",
                handler=self.check,
                role="agent",
                summary="What the guard says of words that are still being written.",
                body=CheckBody,
                place=ConversationPlace,
                replies={200: VerdictBody},
            ),
            Route(
                method="POST",
                path=_ONE + "/typing",
                handler=self.type,
                role="agent",
                summary="Show the buyer whom one serves that one is typing.",
                place=ConversationPlace,
                replies={204: None},
            ),
        )

    def _change(
        self,
        path: str,
        handler: Handler,
        body: type[msgspec.Struct],
        summary: str,
    ) -> Route:
        return Route(
            method="POST",
            path=_ONE + path,
            handler=handler,
            role="agent",
            summary=f"{summary} {_STALE}",
            body=body,
            place=ConversationPlace,
            replies={200: ConversationBody},
        )

    async def take_over(self, request: web.Request) -> web.Response:
        """Give a conversation to the person who asks."""
        ask, place = self._asked(request)
        body = await body_of(request, TakeOverBody)

        def unit(connection: Connection) -> None:
            hold(
                connection,
                ask.shop_id,
                conversation_id=place.conversation_id,
                expected_version=body.version,
            )
            take_over(
                connection,
                ask.shop_id,
                conversation_id=place.conversation_id,
                person_id=ask.person_id,
                until=ask.now + self._parts.silence,
                now=ask.now,
            )

        return await self._changed(unit, ask, place)

    async def release(self, request: web.Request) -> web.Response:
        """Give a conversation back; one that nobody has or waits for stays as it is."""
        ask, place = self._asked(request)
        body = await body_of(request, ReleaseBody)

        def unit(connection: Connection) -> None:
            state = _hold_own(connection, ask, place, version=body.version)
            if state in _WITH_PERSON:
                release(
                    connection,
                    ask.shop_id,
                    conversation_id=place.conversation_id,
                    now=ask.now,
                    person_id=ask.person_id,
                )

        return await self._changed(unit, ask, place)

    async def transfer(self, request: web.Request) -> web.Response:
        """Give a conversation to a colleague."""
        ask, place = self._asked(request)
        body = await body_of(request, TransferBody)

        def unit(connection: Connection) -> None:
            _hold_own(connection, ask, place, version=body.version)
            transfer(
                connection,
                ask.shop_id,
                conversation_id=place.conversation_id,
                person_id=ask.person_id,
                to_person_id=_receiver(connection, ask, body),
                until=ask.now + self._parts.silence,
                now=ask.now,
            )

        return await self._changed(unit, ask, place)

    async def close(self, request: web.Request) -> web.Response:
        """End a conversation; one that is closed stays as it is."""
        ask, place = self._asked(request)
        body = await body_of(request, CloseBody)

        def unit(connection: Connection) -> None:
            state = _hold_own(connection, ask, place, version=body.version)
            if state is not ConversationPhase.CLOSED:
                close(
                    connection,
                    ask.shop_id,
                    conversation_id=place.conversation_id,
                    person_id=ask.person_id,
                    reason=body.reason,
                    now=ask.now,
                )

        return await self._changed(unit, ask, place)

    async def note(self, request: web.Request) -> web.Response:
        """Write a note; whoever serves it, each agent may."""
        ask, place = self._asked(request)
        body = await body_of(request, NoteBody)
        return await self._changed(
            lambda connection: note(
                connection,
                ask.shop_id,
                conversation_id=place.conversation_id,
                person_id=ask.person_id,
                text=body.text,
                now=ask.now,
            ),
            ask,
            place,
            status=201,
        )

    async def say(self, request: web.Request) -> web.Response:
        """Write to the buyer; 422 with what the guard objects to."""
        ask, place = self._asked(request)
        body = await body_of(request, SayBody)
        if len(body.text) > self._parts.text_limit:
            raise invalid(
                f"longer than {self._parts.text_limit} characters", field="text"
            )
        if body.override_reason is not None and not ask.is_manager:
            raise NotPermittedError("only a manager overrides the guard with a reason")
        await self._check_pictures(body, ask, place)
        read = "\n".join((body.text, *body.attachments))
        verdict = await self._read_words(read, ask, place)
        if is_refused(verdict) or (verdict.findings and not _is_meant(body)):
            return objection(verdict)
        account = ask.shop.account
        said = await self._parts.database.write(
            lambda connection: say(
                connection,
                ask.shop_id,
                words=Words(
                    conversation_id=place.conversation_id,
                    person_id=ask.person_id,
                    text=body.text,
                    client_id=body.client_id,
                    expected_version=body.version,
                    attachments=body.attachments,
                    doubts=verdict.findings,
                    override_reason=body.override_reason,
                ),
                silence=self._parts.silence,
                now=ask.now,
                is_delivered=lambda name: (
                    not self._parts.connectors[name].is_polled(account)
                ),
                book=book_of(ask.shop),
            ),
            key=place.conversation_id,
        )
        self._parts.sent()
        return answer(
            SaidBody(id=said.message_id, is_new=said.is_new),
            status=201 if said.is_new else 200,
        )

    async def check(self, request: web.Request) -> web.Response:
        """Answer with what sending a text would be met with; nothing is stored."""
        ask, place = self._asked(request)
        body = await body_of(request, CheckBody)
        return answer(verdict_body(await self._read_words(body.text, ask, place)))

    async def _check_pictures(
        self, body: SayBody, ask: Asking, place: ConversationPlace
    ) -> None:
        """Refuse pictures where the buyer would not see them.

        Raises:
            InvalidPayloadError: the buyer's channel shows none.
        """
        if not body.attachments:
            return
        found = await self._parts.database.read(
            lambda connection: conversation(
                connection, ask.shop_id, place.conversation_id
            )
        )
        if not self._parts.connectors[found.connector].shows_pictures:
            raise invalid("this channel shows no pictures", field="attachments")

    async def _read_words(
        self, text: str, ask: Asking, place: ConversationPlace
    ) -> GuardVerdict:
        """Return what the shop's guard says of what somebody writes here."""
        spoken = await self._parts.database.read(
            lambda connection: spoken_of(connection, ask.shop_id, place.conversation_id)
        )
        circumstances = Circumstances(
            channel=ask.shop.channel(spoken.connector),
            item=spoken.item,
            policies=tuple(ask.shop.policies.values()),
            is_manager=ask.is_manager,
            now=ask.now,
            bargaining=spoken.policies,
        )
        return await asyncio.to_thread(
            read_words, text, guard=ask.shop.guard, circumstances=circumstances
        )

    async def type(self, request: web.Request) -> web.Response:
        """Tell the buyer's side that the agent is typing; nothing is stored."""
        ask, place = self._asked(request)
        found = await self._parts.database.read(
            lambda connection: conversation(
                connection, ask.shop_id, place.conversation_id
            )
        )
        if found.served_by != ask.person_id:
            raise NotServingError(ask.person_id, place.conversation_id)
        self._parts.typing.tell(ask.shop_id, place.conversation_id, Sender.AGENT)
        return web.Response(status=204)

    def _asked(self, request: web.Request) -> tuple[Asking, ConversationPlace]:
        return (
            asking(request, now=self._parts.clock()),
            place_of(request, ConversationPlace),
        )

    async def _changed(
        self,
        unit: Callable[[Connection], object],
        ask: Asking,
        place: ConversationPlace,
        *,
        status: int = 200,
    ) -> web.Response:
        """Do it and answer with the conversation after it."""

        def whole(connection: Connection) -> ConversationBody:
            unit(connection)
            details = conversation_details(
                connection, ask.shop_id, place.conversation_id
            )
            return details_body(details, pack=ask.shop.library.pack, role=ask.role)

        body = await self._parts.database.write(whole, key=place.conversation_id)
        return answer(body, status=status)


def _is_meant(body: SayBody) -> bool:
    """Return whether the writer knows what the guard doubts and sends it all the same."""
    return body.is_confirmed or body.override_reason is not None


def _receiver(connection: Connection, ask: Asking, body: TransferBody) -> int:
    """Return the id of the colleague who is to serve from now on.

    Raises:
        InvalidPayloadError: nobody of the shop, or whoever asks.
        OffDutyError: they are not on duty, and that is not confirmed.
    """
    person_id = colleague_of(connection, ask.shop_id, user=body.to, field="to")
    if person_id == ask.person_id:
        raise invalid("is oneself: take it over instead", field="to")
    found = member(connection, ask.shop_id, person_id=person_id)
    if not (found.is_on_duty or body.is_confirmed):
        raise OffDutyError(body.to)
    return person_id


def _hold_own(
    connection: Connection, ask: Asking, place: ConversationPlace, *, version: int
) -> ConversationPhase:
    """Hold a conversation that nobody else serves; a manager may have any.

    Raises:
        NotServingError: a colleague serves it.
    """
    held = hold(
        connection,
        ask.shop_id,
        conversation_id=place.conversation_id,
        expected_version=version,
    )
    is_others = (
        held.state is ConversationPhase.SERVED and held.served_by != ask.person_id
    )
    if is_others and not ask.is_manager:
        raise NotServingError(ask.person_id, place.conversation_id)
    return held.state
