"""Whether what was promised is planned, claimed and put off once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.actions import BuyerAnswered
from bot.facts import Item, OrderState
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.follow_ups import next_due_at
from storage.queries.shops import ShopRecord
from storage.repositories import facts
from storage.repositories import follow_ups as desk
from storage.states import FollowUpState
from tests.databases import (
    NOW,
    commit,
    make_shop,
    opened,
    take,
)
from tests.storage.planner import DAY, LEASE, Planner


@pytest.fixture
def it(database: Database, shop: ShopRecord) -> Planner:
    """Return a fresh shop's planner with one buyer."""
    return Planner(database, shop)


class TestPlan:
    def test_a_key_is_planned_once(self, it: Planner) -> None:
        first, second = it.plan(dedupe_key="k"), it.plan(dedupe_key="k")

        assert first is not None
        assert second is None

    def test_what_was_sent_is_not_planned_again(self, it: Planner) -> None:
        it.plan(dedupe_key="k")
        it.send(it.claim_one())

        assert it.plan(dedupe_key="k") is None

    def test_what_was_cancelled_may_be_planned_again(self, it: Planner) -> None:
        it.plan(dedupe_key="k", kind=Kind.NUDGE)
        commit(it.database, it.shop, [take(it.database, it.shop)], BuyerAnswered())

        assert it.plan(dedupe_key="k") is not None

    def test_another_shop_may_have_the_same_key(self, it: Planner) -> None:
        other = Planner(it.database, make_shop(it.database, slug="other"))
        it.plan(dedupe_key="k")

        assert other.plan(dedupe_key="k") is not None


class TestClaimDue:
    def test_what_is_not_due_is_left(self, it: Planner) -> None:
        it.plan(due_at=NOW + DAY)

        assert it.claim() == []
        assert it.database.read_now(next_due_at) == NOW + DAY

    def test_the_earliest_come_first(self, it: Planner) -> None:
        for hours in (1, 3, 2):
            it.plan(due_at=NOW - timedelta(hours=hours), order_ref=str(hours))

        assert [claimed.order_ref for claimed in it.claim()] == ["3", "2", "1"]

    def test_what_is_claimed_is_not_claimed_again(self, it: Planner) -> None:
        it.plan()
        it.claim()

        assert it.claim(owner="other") == []

    def test_after_the_lease_it_is_due_again(self, it: Planner) -> None:
        it.plan()
        it.claim()

        (again,) = it.claim(owner="other", now=NOW + LEASE)

        assert again.owner == "other"

    def test_it_has_everything_that_the_stop_rules_ask(self, it: Planner) -> None:
        ticket_id, review_id = it.ticket(), it.review()
        item = Item(item_id="i-1", title="羽绒服", stock=3)
        it.database.write_now(
            lambda conn: facts.put_item(
                conn, it.shop_id, value=item, told_at=NOW, now=NOW
            )
        )
        it.consent()
        it.plan(
            order_ref="o-1", item_ref="i-1", ticket_id=ticket_id, review_id=review_id
        )

        claimed = it.claim_one()

        assert (claimed.shop, claimed.buyer_ref) == ("demo", "buyer-1")
        assert claimed.order is not None
        assert claimed.order.state is OrderState.SIGNED
        assert claimed.item == item
        assert claimed.ticket is not None
        assert claimed.ticket.number == "WL-000001"
        assert claimed.review is not None
        assert claimed.review.stars == 1
        assert claimed.has_consent
        assert not claimed.is_opted_out
        assert not claimed.is_served
        assert claimed.last_marketing_at is None

    def test_facts_of_another_shop_are_not_mixed_in(self, it: Planner) -> None:
        other = Planner(it.database, make_shop(it.database, slug="other"))
        other.review()
        it.plan(order_ref="o-1")

        assert it.claim_one().order is None

    async def test_two_processes_never_claim_the_same(self, url: str) -> None:
        with opened(url) as one, opened(url) as two:
            planner = Planner(one, make_shop(one))
            for _ in range(40):
                planner.plan()

            claims = await asyncio.gather(
                *(
                    database.write(
                        lambda conn, number=number: desk.claim_due(  # type: ignore[misc]
                            conn, owner=str(number), now=NOW, lease=LEASE, limit=5
                        ),
                        key=number,
                    )
                    for number in range(6)
                    for database in (one, two)
                )
            )

            ids = [claimed.follow_up_id for batch in claims for claimed in batch]
        assert len(ids) == len(set(ids)) == 40


class TestDefer:
    def test_the_first_due_time_is_kept(self, it: Planner) -> None:
        it.plan()
        for days in (1, 2):
            claimed = it.claim_one(now=NOW + (days - 1) * DAY)
            assert it.database.write_now(
                lambda conn, claimed=claimed, days=days: desk.defer(  # type: ignore[misc]
                    conn,
                    it.shop_id,
                    claimed=claimed,
                    to=NOW + days * DAY,
                    reason="window",
                )
            )

        record = it.only()
        assert (record.due_at, record.deferred_from) == (NOW + 2 * DAY, NOW)
        assert (record.state, record.reason) == (FollowUpState.PLANNED, "window")


class TestSkipAndEnd:
    @pytest.mark.parametrize(
        ("finish", "state"),
        [(desk.skip, FollowUpState.SKIPPED), (desk.end, FollowUpState.ENDED)],
    )
    def test_the_reason_is_kept(
        self, it: Planner, finish: Callable[..., bool], state: FollowUpState
    ) -> None:
        it.plan()
        claimed = it.claim_one()

        assert it.database.write_now(
            lambda conn: finish(conn, it.shop_id, claimed=claimed, reason="why")
        )
        assert (it.only().state, it.only().reason) == (state, "why")

    def test_who_lost_the_lease_changes_nothing(self, it: Planner) -> None:
        it.plan()
        claimed = it.claim_one()
        it.claim(owner="other", now=NOW + LEASE)

        assert not it.database.write_now(
            lambda conn: desk.skip(conn, it.shop_id, claimed=claimed, reason="why")
        )
        assert it.only().state is FollowUpState.CLAIMED


class TestCancel:
    def test_it_must_be_said_whose(self, it: Planner) -> None:
        with pytest.raises(ValueError, match="whose"):
            it.database.write_now(
                lambda conn: desk.cancel(conn, it.shop_id, reason="all")
            )

    def test_every_given_condition_must_fit(self, it: Planner) -> None:
        it.plan(order_ref="o-1")
        it.plan(order_ref="o-2")

        count = it.database.write_now(
            lambda conn: desk.cancel(
                conn,
                it.shop_id,
                order_ref="o-1",
                plan_ids=["update", "other"],
                reason="obsolete",
            )
        )

        assert count == 1
        assert [it_.state for it_ in it.all()] == [
            FollowUpState.CANCELLED,
            FollowUpState.PLANNED,
        ]


class TestReleaseClaims:
    def test_what_a_killed_process_held_is_due_at_once(self, it: Planner) -> None:
        it.plan()
        it.claim(owner="killed")

        assert it.database.write_now(desk.release_claims) == 1
        assert len(it.claim()) == 1
