"""Short words for the follow-ups of one buyer, shared by the tests that need them."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.actions import StopContact
from bot.facts import Order, OrderState, Review
from bot.follow_ups.plans import Kind
from bot.messages import OutgoingMessage
from storage.database import Database
from storage.queries.follow_ups import FollowUpRecord, follow_ups
from storage.queries.shops import ShopRecord
from storage.repositories import facts
from storage.repositories import follow_ups as desk
from storage.repositories.facts import ConsentFact
from storage.repositories.follow_ups import (
    ClaimedFollowUp,
    FollowUpMessage,
    NewFollowUp,
)
from storage.repositories.intake import ensure_buyers
from storage.repositories.tickets import Move, move, open_ticket
from tests.databases import (
    NOW,
    WORKFLOW,
    commit,
    make_ticket_action,
    take,
)

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LEASE = timedelta(seconds=30)
TEXT = FollowUpMessage(text="您的包裹有新消息")


class Planner:
    """Short words for one buyer's follow-ups in one shop; lives a test long."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop = shop
        self.shop_id = shop.shop_id
        pair = ("signed_http", "buyer-1")
        self.buyer_id = database.write_now(
            lambda conn: ensure_buyers(conn, self.shop_id, names={pair: None}, now=NOW)
        )[pair]

    def plan(
        self, *, kind: Kind = Kind.SERVICE, due_at: datetime = NOW, **more: object
    ) -> int | None:
        value = NewFollowUp(
            buyer_id=self.buyer_id,
            plan_id="update",
            kind=kind,
            due_at=due_at,
            **more,  # type: ignore[arg-type]
        )
        return self.database.write_now(
            lambda conn: desk.plan(conn, self.shop_id, value=value, now=NOW)
        )

    def claim(self, *, now: datetime = NOW, owner: str = "me") -> list[ClaimedFollowUp]:
        return self.database.write_now(
            lambda conn: desk.claim_due(
                conn, owner=owner, now=now, lease=LEASE, limit=10
            )
        )

    def claim_one(self, *, now: datetime = NOW) -> ClaimedFollowUp:
        (claimed,) = self.claim(now=now)
        return claimed

    def send(
        self,
        claimed: ClaimedFollowUp,
        *,
        message: FollowUpMessage = TEXT,
        now: datetime = NOW,
    ) -> OutgoingMessage:
        return self.database.write_now(
            lambda conn: desk.finish_sent(
                conn,
                self.shop_id,
                claimed=claimed,
                message=message,
                marketing_gap=WEEK,
                now=now,
            )
        )

    def consent(self, *, is_given: bool = True, told_at: datetime = NOW) -> None:
        value = ConsentFact(
            connector="signed_http",
            buyer_ref="buyer-1",
            is_given=is_given,
            source="注册页",
        )
        self.database.write_now(
            lambda conn: facts.put_consent(
                conn, self.shop_id, value=value, told_at=told_at, now=NOW
            )
        )

    def stop(self) -> None:
        receipt = take(self.database, self.shop)
        commit(self.database, self.shop, [receipt], StopContact(words="退订"))

    def all(self) -> list[FollowUpRecord]:
        return self.database.read_now(lambda conn: follow_ups(conn, self.shop_id))

    def only(self) -> FollowUpRecord:
        (record,) = self.all()
        return record

    def ticket(self) -> int:
        """Open a ticket, solve it, and return its id."""

        def unit(conn: Connection) -> int:
            opened_ticket = open_ticket(
                conn,
                self.shop_id,
                action=make_ticket_action(),
                buyer_id=self.buyer_id,
                conversation_id=None,
                now=NOW,
            )
            change = Move(number=opened_ticket.number, to="solved", by=None)
            move(
                conn,
                self.shop_id,
                change=change,
                workflow=WORKFLOW,
                now=NOW,
                working_shift=lambda due, since, until: due,
            )
            return opened_ticket.ticket_id

        return self.database.write_now(unit)

    def review(self) -> int:
        """Tell a bad review of an order of this buyer and return its row id."""
        order = Order(order_id="o-1", buyer_ref="buyer-1", state=OrderState.SIGNED)
        review = Review(
            review_id="r-1", order_id="o-1", stars=1, text="差", created_at=NOW
        )

        def unit(conn: Connection) -> int:
            facts.put_order(conn, self.shop_id, value=order, told_at=NOW, now=NOW)
            told = facts.put_review(
                conn,
                self.shop_id,
                value=review,
                told_at=NOW,
                now=NOW,
                connector="signed_http",
            )
            return told.review_row_id

        return self.database.write_now(unit)


def ask(it: Planner) -> OutgoingMessage:
    """Send what is due, with a question that waits three days."""
    message = FollowUpMessage(
        text="解决了吗", question_id="is_solved", answer_within=3 * DAY
    )
    return it.send(it.claim_one(), message=message)
