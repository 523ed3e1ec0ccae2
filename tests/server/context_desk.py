"""One shop with a database, its contexts, and turns that are answered there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bot.actions import (
    Action,
    Band,
    Decision,
    UpdateConversation,
)
from bot.deciding.state import TurnContext
from bot.facts import Order, OrderLine, OrderState
from bot.messages import Receipt, Turn
from server.contexts import Contexts
from server.library import Library
from server.settings import Settings
from server.shops import Shop, shop_of
from storage.database import Database
from storage.queries.shops import shop_by_id
from storage.repositories.intake import take_message
from storage.repositories.shops import add_shop
from storage.repositories.turns import CommittedTurn, commit_turn
from tests.databases import opened, sqlite_url
from tests.factories import make_incoming

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
T = TypeVar("T")


class RecordingReader:
    """The database's reads, counted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.count = 0

    async def read(self, query: Callable[[Connection], T], /) -> T:
        self.count += 1
        return await self._database.read(query)


class Desk:
    """One shop with a database and its contexts."""

    def __init__(self, database: Database, shop: Shop) -> None:
        self.database = database
        self.shop = shop
        self.reading = RecordingReader(database)
        self.contexts = Contexts(self.reading)
        self._messages = 0

    def take(
        self,
        text: str = "在吗",
        *,
        order_ref: str | None = None,
        item_ref: str | None = None,
    ) -> Turn:
        """Store one message and return the turn that it makes."""
        self._messages += 1
        message = replace(
            make_incoming(),
            platform_message_id=f"m{self._messages}",
            buyer_ref="b1",
            is_verified=True,
            text=text,
            order_ref=order_ref,
            item_ref=item_ref,
        )
        receipt: Receipt = self.database.write_now(
            lambda connection: take_message(
                connection, self.shop.record.shop_id, message=message, now=NOW
            )
        )
        return Turn(
            shop_id=self.shop.record.shop_id,
            conversation_id=receipt.conversation_id,
            message_ids=(receipt.message_id,),
            text=message.text,
            is_verified=True,
            order_ref=message.order_ref,
            item_ref=message.item_ref,
        )

    async def answer(self, turn: Turn, *actions: Action) -> TurnContext:
        """Load, commit these actions and remember; returns what was decided on."""
        context, loaded = await self.contexts.load(self.shop, turn, now=NOW)
        decided = replace(make_decision(), actions=actions)
        committed: CommittedTurn = self.database.write_now(
            lambda connection: commit_turn(
                connection,
                turn,
                decided,
                shop=self.shop.record,
                workflow=self.shop.library.pack.workflow,
                expected_version=context.conversation.version,
                now=NOW,
            )
        )
        self.contexts.advance(turn, decided, loaded=loaded, committed=committed)
        return context


@contextmanager
def open_desk(library: Library, tmp_path: Path) -> Iterator[Desk]:
    """Yield a desk of a new shop in a database of its own."""
    with opened(sqlite_url(tmp_path)) as database:
        shop_id = database.write_now(
            lambda connection: add_shop(
                connection,
                slug="demo",
                name="小店",
                pack_id="small",
                secret="s",
                now=NOW,
            )
        )
        record = database.read_now(lambda connection: shop_by_id(connection, shop_id))
        assert record is not None
        yield Desk(database, shop_of(record, library=library, settings=Settings()))


def make_order(state: OrderState) -> Order:
    return Order(
        order_id="A1",
        buyer_ref="b1",
        state=state,
        lines=(OrderLine(item_id="tea"),),
    )


def make_update(*, misses: int = 0) -> UpdateConversation:
    return UpdateConversation(
        misses=misses,
        is_greeted=True,
        last_intent="anything",
        used_variants=(("one", (0, 2)),),
    )


def make_decision() -> Decision:
    return Decision(band=Band.AUTO, intent_id="anything", confidence=1.0, actions=())
