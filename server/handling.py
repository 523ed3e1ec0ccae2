"""What happens to one closed turn? Load, decide, commit; again when something moved."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.actions import Decision
from bot.deciding.rescue import rescue
from bot.deciding.state import TurnContext
from bot.desk.ticket_types import WorkingSpan
from bot.errors import StaleStateError
from bot.messages import Turn
from connectors.base import Connector, HistoryMessage, TurnOutcome
from server.clock import Clock
from server.contexts import Contexts
from server.identity import without_digits
from server.shops import Shop, Shops
from server.turns import UndecidedError
from storage.database import Database
from storage.queries.chat import conversation_of_messages
from storage.queries.outcomes import are_handled
from storage.queries.turns import LoadedConversation
from storage.repositories.serving import reopen_closed
from storage.repositories.turns import CommittedTurn, commit_turn

_log = structlog.get_logger(__name__)
_MOST_DECISIONS = 20
"""A turn whose state keeps moving is decided so often before it waits a while."""
_GIVE_UP_AFTER = 3
"""Failures after which a turn that breaks the assistant goes to a person."""


class TurnHandler:
    """The use case of the product: one turn in, one transaction out."""

    def __init__(
        self,
        *,
        database: Database,
        shops: Shops,
        contexts: Contexts,
        connectors: Mapping[str, Connector],
        sent: Callable[[], None],
        clock: Clock,
        deciding: Callable[[Turn], None] | None = None,
    ) -> None:
        """Keep the parts.

        Args:
            database: open for use.
            shops: all that are served.
            contexts: what turns are decided on.
            connectors: by name.
            sent: called when there is something to deliver.
            clock: of the process.
            deciding: called when the assistant begins to answer a turn.
        """
        self._database = database
        self._shops = shops
        self._contexts = contexts
        self._connectors = connectors
        self._sent = sent
        self._clock = clock
        self._deciding = deciding

    async def __call__(self, turn: Turn, failures: int = 0) -> TurnOutcome | None:
        """Handle a turn up to its commit; None when it was handled before.

        Args:
            turn: what the buyer wrote.
            failures: how often the assistant broke on this turn before; after three it is
                done without, and a person gets it.

        Raises:
            UndecidedError: the assistant broke on it.
        """
        shop = self._shops.by_id(turn.shop_id)
        for _ in range(_MOST_DECISIONS):
            context, loaded = await self._contexts.load(shop, turn, now=self._clock())
            if self._deciding is not None and context.conversation.served_by is None:
                self._deciding(turn)
            said = without_digits(turn, context)
            decision = (
                rescue(shop.library.assistant.library, said, context)
                if failures >= _GIVE_UP_AFTER
                else _decide(shop, said, context)
            )
            try:
                committed = await self._commit(
                    shop, said, decision, context=context, loaded=loaded
                )
            except StaleStateError:
                self._contexts.forget(turn.conversation_id)
                if await self._is_handled(turn):
                    return None
                turn = await self._followed(turn)
                continue
            self._contexts.advance(turn, decision, loaded=loaded, committed=committed)
            return _outcome(decision, committed)
        raise StaleStateError("conversation", turn.conversation_id)

    async def _commit(
        self,
        shop: Shop,
        turn: Turn,
        decision: Decision,
        *,
        context: TurnContext,
        loaded: LoadedConversation,
    ) -> CommittedTurn:
        is_polled = self._connectors[loaded.connector].is_polled(shop.account)

        def unit(connection: Connection) -> CommittedTurn:
            if loaded.is_closed:
                reopen_closed(
                    connection,
                    turn.shop_id,
                    conversation_id=turn.conversation_id,
                    now=context.now,
                )
            return commit_turn(
                connection,
                turn,
                decision,
                shop=shop.record,
                workflow=shop.library.pack.workflow,
                expected_version=context.conversation.version,
                now=context.now,
                deliver=not is_polled,
                buyer_name=loaded.buyer_name,
                due_again=lambda ticket_type: _due_again(
                    shop, ticket_type, context.now
                ),
            )

        committed = await self._database.write(unit, key=turn.conversation_id)
        if committed.replies and not is_polled:
            self._sent()
        return committed

    async def _followed(self, turn: Turn) -> Turn:
        """Return the turn where its messages are now: their buyer may have merged."""
        conversation_id = await self._database.read(
            lambda connection: conversation_of_messages(
                connection, turn.shop_id, message_ids=turn.message_ids
            )
        )
        if conversation_id is None:
            return turn
        return replace(turn, conversation_id=conversation_id)

    async def _is_handled(self, turn: Turn) -> bool:
        return await self._database.read(
            lambda connection: are_handled(
                connection, turn.shop_id, message_ids=turn.message_ids
            )
        )


def _decide(shop: Shop, turn: Turn, context: TurnContext) -> Decision:
    try:
        return shop.library.assistant.handle(turn, context)
    except Exception as error:
        raise UndecidedError(turn.conversation_id) from error


def _outcome(decision: Decision, committed: CommittedTurn) -> TurnOutcome:
    return TurnOutcome(
        band=decision.band,
        replies=tuple(
            HistoryMessage(
                message_id=reply.message_id,
                text=reply.text,
                sender=reply.sender,
                sent_at=reply.sent_at,
                intent=reply.intent,
                script_id=reply.script_id,
                buttons=reply.buttons,
                attachments=reply.attachments,
            )
            for reply in committed.replies
        ),
        light=decision.light,
        mood=decision.mood,
    )


def _due_again(shop: Shop, ticket_type: str, now: datetime) -> datetime:
    """Return when a ticket that is opened again must be answered."""
    kind = shop.library.pack.ticket_types.get(ticket_type)
    span = WorkingSpan(days=1) if kind is None else kind.first_answer
    return shop.calendar.add_working(now, span)
