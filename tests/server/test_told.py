from datetime import datetime, timedelta

from bot.facts import Item, Order, OrderLine, OrderState, Review
from connectors.base import Consent, Fact
from storage.queries.facts import item, order_of_buyer, reviews
from storage.states import FollowUpState
from tests.journeys.shop_floor import SLUG, ShopFloor

DRESS = Item(item_id="i-1", title="连衣裙", stock=3)


def make_order(state: OrderState, *, buyer_ref: str = "b-1") -> Order:
    return Order(
        order_id="o-1",
        buyer_ref=buyer_ref,
        state=state,
        lines=(OrderLine(item_id="i-1"),),
    )


def make_review(floor: ShopFloor, *, stars: int, review_id: str = "r-1") -> Review:
    return Review(
        review_id=review_id,
        order_id="o-1",
        stars=stars,
        text="不好用",
        created_at=floor.clock(),
    )


async def tell(
    floor: ShopFloor, fact: Fact, *, told_at: datetime | None = None
) -> bool:
    return await floor.service.host.tell(
        SLUG, fact, told_at=floor.clock() if told_at is None else told_at
    )


async def plans(floor: ShopFloor) -> dict[str, FollowUpState]:
    return {it.plan_id: it.state for it in await floor.follow_ups()}


class TestItem:
    async def test_is_known_afterwards(self, floor: ShopFloor) -> None:
        assert await tell(floor, DRESS)

        known = await floor.service.database.read(
            lambda connection: item(connection, floor.shop_id, "i-1")
        )
        assert known == DRESS

    async def test_older_news_are_no_news(self, floor: ShopFloor) -> None:
        await tell(floor, DRESS)
        old = Item(item_id="i-1", title="旧裙")

        is_news = await tell(floor, old, told_at=floor.clock() - timedelta(hours=1))

        known = await floor.service.database.read(
            lambda connection: item(connection, floor.shop_id, "i-1")
        )
        assert (is_news, known) == (False, DRESS)


class TestOrder:
    async def test_is_known_to_its_buyer_only(self, floor: ShopFloor) -> None:
        await tell(floor, make_order(OrderState.PAID))

        found = [
            await floor.service.database.read(
                lambda connection, who=who: order_of_buyer(  # type: ignore[misc]
                    connection, floor.shop_id, order_id="o-1", buyer_ref=who
                )
            )
            for who in ("b-1", "b-2")
        ]

        assert found == [make_order(OrderState.PAID), None]

    async def test_an_unpaid_order_plans_a_reminder(self, floor: ShopFloor) -> None:
        await tell(floor, make_order(OrderState.UNPAID))

        (reminder,) = await floor.follow_ups()
        assert (reminder.plan_id, reminder.order_ref) == ("unpaid_order", "o-1")
        assert reminder.item_ref == "i-1"
        assert reminder.due_at == floor.clock() + timedelta(hours=2)

    async def test_the_same_fact_twice_plans_once(self, floor: ShopFloor) -> None:
        await tell(floor, make_order(OrderState.UNPAID))

        floor.clock.move(minutes=1)
        await tell(floor, make_order(OrderState.UNPAID))

        assert len(await floor.follow_ups()) == 1

    async def test_what_the_order_makes_pointless_ends(self, floor: ShopFloor) -> None:
        await tell(floor, make_order(OrderState.UNPAID))

        floor.clock.move(minutes=1)
        await tell(floor, make_order(OrderState.PAID))

        assert await plans(floor) == {"unpaid_order": FollowUpState.CANCELLED}

    async def test_older_news_end_and_start_nothing(self, floor: ShopFloor) -> None:
        earlier = floor.clock() - timedelta(hours=1)
        await tell(floor, make_order(OrderState.UNPAID))

        is_news = await tell(floor, make_order(OrderState.PAID), told_at=earlier)

        assert not is_news
        assert await plans(floor) == {"unpaid_order": FollowUpState.PLANNED}

    async def test_a_completed_order_plans_how_it_went_and_the_old_customer(
        self, floor: ShopFloor
    ) -> None:
        await tell(floor, make_order(OrderState.COMPLETED))

        assert await plans(floor) == {
            "satisfaction": FollowUpState.PLANNED,
            "old_customer": FollowUpState.PLANNED,
        }

    async def test_a_refunded_order_plans_nothing(self, floor: ShopFloor) -> None:
        await tell(floor, make_order(OrderState.REFUNDED))

        assert await plans(floor) == {}


class TestReview:
    async def test_a_bad_one_opens_a_ticket_for_its_cause(
        self, floor: ShopFloor
    ) -> None:
        await tell(floor, make_order(OrderState.COMPLETED))

        assert await tell(floor, make_review(floor, stars=3))

        (opened,) = await floor.tickets()
        assert (opened.ticket_type, opened.order_ref) == ("review", "o-1")
        assert opened.first_answer_due_at > floor.clock()

    async def test_told_again_it_opens_nothing_more(self, floor: ShopFloor) -> None:
        await tell(floor, make_order(OrderState.COMPLETED))
        review = make_review(floor, stars=1)
        await tell(floor, review)

        is_news = await tell(floor, review)

        (opened,) = await floor.tickets()
        assert not is_news
        assert await floor.events(opened.number) == ["opened"]

    async def test_a_good_one_opens_nothing(self, floor: ShopFloor) -> None:
        await tell(floor, make_order(OrderState.COMPLETED))

        await tell(floor, make_review(floor, stars=4))

        assert await floor.tickets() == []

    async def test_one_of_nobody_we_know_is_kept(self, floor: ShopFloor) -> None:
        await tell(floor, make_review(floor, stars=1))

        stored = await floor.service.database.read(
            lambda connection: reviews(connection, floor.shop_id)
        )
        assert len(stored) == 1
        assert await floor.tickets() == []

    async def test_nobody_is_contacted_before_the_cause_is_known(
        self, floor: ShopFloor
    ) -> None:
        await tell(floor, make_order(OrderState.SIGNED))

        await tell(floor, make_review(floor, stars=1))

        assert "review_contact" not in await plans(floor)


class TestConsent:
    async def test_the_later_word_counts(self, floor: ShopFloor) -> None:
        await tell(floor, Consent(buyer_ref="b-1", is_given=True, source="结算页"))
        earlier = floor.clock() - timedelta(days=1)

        is_news = await tell(
            floor,
            Consent(buyer_ref="b-1", is_given=False, source="电话"),
            told_at=earlier,
        )

        assert not is_news
