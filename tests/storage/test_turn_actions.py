"""Whether what a buyer's words end or answer is recorded where it belongs."""

from bot.actions import (
    AnswerCallBack,
    BuyerAnswered,
    StopContact,
)
from bot.follow_ups.plans import Kind
from bot.messages import Receipt
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.queries.tickets import ticket_by_id
from storage.repositories.tickets import Move, move
from storage.states import CallBackResult, FollowUpState
from tests.databases import (
    NOW,
    WORKFLOW,
    commit,
    make_ticket_action,
    take,
)
from tests.storage.turn_steps import all_follow_ups, load, planned


class TestBuyerAnswered:
    def test_marketing_and_nudges_are_void_and_the_others_are_not(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        commit(
            database,
            shop,
            [receipt],
            *(planned(kind, plan_id=kind.value) for kind in Kind),
        )
        commit(database, shop, [take(database, shop)], BuyerAnswered())

        states = {
            record.kind: (record.state, record.reason)
            for record in all_follow_ups(database, shop)
        }

        void = (FollowUpState.CANCELLED, "buyer_replied")
        assert states == {
            Kind.SERVICE: (FollowUpState.PLANNED, None),
            Kind.REQUESTED: (FollowUpState.PLANNED, None),
            Kind.MARKETING: void,
            Kind.NUDGE: void,
        }


class TestStopContact:
    def test_every_follow_up_of_this_buyer_stops(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        other = take(database, shop, buyer_ref="buyer-2")
        commit(database, shop, [receipt], planned(Kind.SERVICE))
        commit(database, shop, [other], planned(Kind.SERVICE))

        commit(database, shop, [take(database, shop)], StopContact(words="退订"))

        mine, theirs = all_follow_ups(database, shop)
        assert (mine.state, mine.reason) == (FollowUpState.CANCELLED, "contact_stopped")
        assert theirs.state is FollowUpState.PLANNED
        assert load(database, shop, receipt).buyer.is_opted_out
        assert not load(database, shop, other).buyer.is_opted_out


class TestAnswerCallBack:
    def test_solved_closes_the_ticket(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt, ticket_id = solved_ticket(database, shop)

        answer = AnswerCallBack(ticket_id=ticket_id, is_solved=True, words="解决了")
        commit(database, shop, [receipt], answer)

        record = database.read_now(
            lambda conn: ticket_by_id(conn, shop.shop_id, ticket_id)
        )
        assert record.state == "closed"
        assert record.call_back_result is CallBackResult.SOLVED

    def test_not_solved_opens_it_again(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt, ticket_id = solved_ticket(database, shop)

        answer = AnswerCallBack(ticket_id=ticket_id, is_solved=False, words="还没解决")
        commit(database, shop, [receipt], answer)

        record = database.read_now(
            lambda conn: ticket_by_id(conn, shop.shop_id, ticket_id)
        )
        assert record.state == "again"
        assert record.solved_at is None
        assert record.call_back_result is CallBackResult.NOT_SOLVED


def solved_ticket(database: Database, shop: ShopRecord) -> tuple[Receipt, int]:
    """Open a ticket and solve it; return the buyer's next message and the ticket."""
    receipt = take(database, shop)
    done = commit(database, shop, [receipt], make_ticket_action())
    database.write_now(
        lambda conn: move(
            conn,
            shop.shop_id,
            change=Move(number=done.tickets[0].number, to="solved", by=None),
            workflow=WORKFLOW,
            now=NOW,
            working_shift=lambda due, since, until: due,
        )
    )
    return take(database, shop), done.tickets[0].ticket_id
