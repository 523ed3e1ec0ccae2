"""A buyer who bargains against a real database, as one turn after the other would."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bot.actions import GrantOffer, RecordAsk
from bot.bargaining.asks import Ask, AskKind
from bot.bargaining.known import Bargaining
from bot.bargaining.ladder import answer_ask
from bot.bargaining.policy import Policy
from bot.bargaining.reading import read_policy
from bot.bargaining.situation import Means, Situation, Tactic
from bot.errors import StaleStateError
from bot.facts import Item
from storage.database import Database
from storage.queries.bargaining import load_bargaining
from storage.queries.shops import ShopRecord
from storage.repositories.bargaining import add_codes, bargain, put_policy
from storage.repositories.bargaining.granting import Granted, Place
from storage.tables import OfferRow, table_of
from tests.databases import NOW, buyer_id_of, take

PLAIN = Ask(kind=AskKind.PLAIN)
COUPON = {
    "kind": "coupon",
    "off_fen": 300,
    "cost_fen": 300,
    "redeem": {"coupon_pool": "autumn"},
}
_TRIES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided on what was read then."""

    asked: RecordAsk
    granting: GrantOffer | None


@dataclass(slots=True)
class Bargainer:
    """One buyer in one conversation about one item."""

    database: Database
    shop: ShopRecord
    item: Item
    ref: str = "buyer-1"
    now: datetime = NOW
    place: Place = field(init=False)

    def __post_init__(self) -> None:
        receipt = take(self.database, self.shop, buyer_ref=self.ref)
        self.place = Place(
            shop_id=self.shop.shop_id,
            buyer_id=buyer_id_of(self.database, self.shop, receipt.conversation_id),
            conversation_id=receipt.conversation_id,
            message_id=receipt.message_id,
        )

    def known(self) -> Bargaining:
        found = self.database.read_now(
            lambda conn: load_bargaining(
                conn,
                self.shop.shop_id,
                item=self.item,
                conversation_id=self.place.conversation_id,
                day_began_at=NOW - timedelta(hours=10),
                now=self.now,
            )
        )
        assert found is not None
        return found

    def decide(self, ask: Ask = PLAIN) -> Decided:
        known = self.known()
        answer = answer_ask(
            Situation(
                policy=known.policy,
                list_fen=self.item.list_fen or 0,
                floor_fen=known.policy.floor_of(self.item) or 0,
                tactic=Tactic.PLAIN,
                ask=ask,
                standing=known.standing,
                means=Means(coupons=known.coupons, can_change_orders=True),
                budget_fen=known.budget_fen,
            )
        )
        asked = RecordAsk(
            item_id=self.item.item_id,
            policy=known.policy,
            tactic=Tactic.PLAIN,
            ask=ask,
            answer=answer,
            expected_version=known.standing.version,
        )
        if answer.grant is None:
            return Decided(asked=asked, granting=None)
        return Decided(
            asked=asked,
            granting=GrantOffer(
                item_id=self.item.item_id,
                policy=known.policy,
                grant=answer.grant,
                valid_until=self.now + timedelta(minutes=known.policy.valid_minutes),
                day_began_at=NOW - timedelta(hours=10),
            ),
        )

    def commit(self, decided: Decided) -> Granted | None:
        return self.database.write_now(
            lambda conn: bargain(
                conn,
                self.place,
                asked=decided.asked,
                granting=decided.granting,
                now=self.now,
            )
        )

    def ask(self, ask: Ask = PLAIN) -> Granted | None:
        """Decide and commit, again while something has moved meanwhile."""
        for _ in range(_TRIES):
            try:
                return self.commit(self.decide(ask))
            except StaleStateError:
                continue
        raise AssertionError("it never came to an end")


def make_terms(item_id: str = "mug", **changes: Any) -> Policy:
    """Return a policy of coupons for one item, two rungs of 300 and 500."""
    return read_policy(
        {
            "scope": {"item": item_id},
            "floor_fen": 1_000,
            "rungs": [
                {
                    "kind": "money_off",
                    "off_fen": off,
                    "cost_fen": off,
                    "redeem": "order_change",
                }
                for off in (300, 500)
            ],
            "rounds_per_rung": 1,
            "authority": {"assistant": 5, "agent": 5, "manager": 5},
            "budget_fen": {"conversation": 5_000, "day": 5_000},
            "valid_minutes": 60,
            **changes,
        }
    )


def make_item(item_id: str = "mug") -> Item:
    return Item(item_id=item_id, title="杯", list_fen=5_500)


def store(database: Database, shop: ShopRecord, policy: Policy) -> None:
    def unit(conn: Connection) -> None:
        put_policy(conn, shop.shop_id, policy=policy, now=NOW)

    database.write_now(unit)


def offer_rows(database: Database, shop: ShopRecord) -> list[Any]:
    table = table_of(OfferRow)
    return database.read_now(
        lambda conn: list(
            conn.execute(
                select(table)
                .where(table.c.shop_id == shop.shop_id)
                .order_by(table.c.id)
            )
        )
    )


def ask_at_once(bargainers: Sequence[Bargainer], asks: Sequence[Sequence[Ask]]) -> None:
    """Let everybody ask in a thread of their own, all beginning together."""
    gate = threading.Barrier(len(bargainers))

    def go(one: Bargainer, own: Sequence[Ask]) -> None:
        gate.wait()
        for ask in own:
            one.ask(ask)

    with ThreadPoolExecutor(len(bargainers)) as pool:
        for future in [
            pool.submit(go, one, own) for one, own in zip(bargainers, asks, strict=True)
        ]:
            future.result()


def fill(database: Database, shop: ShopRecord, *codes: str) -> None:
    """Put codes into the pool of the coupons."""
    database.write_now(
        lambda conn: add_codes(conn, shop.shop_id, pool="autumn", codes=codes, now=NOW)
    )


Bargain = Callable[..., Bargainer]


def buyers_of(database: Database, shop: ShopRecord) -> Bargain:
    """Return who makes a bargaining buyer of a name."""

    def make(ref: str = "buyer-1", item_id: str = "mug") -> Bargainer:
        return Bargainer(database=database, shop=shop, item=make_item(item_id), ref=ref)

    return make
