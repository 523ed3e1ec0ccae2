"""A bad review: a person finds the cause, one message at eight, a refusal ends it."""

from datetime import datetime, timedelta

import pytest

from tests.journeys.shop_floor import SHANGHAI, ShopFloor

_EIGHT = datetime(2026, 11, 23, 20, 0, tzinfo=SHANGHAI)


async def _tell_bad_review(shop: ShopFloor, *, stars: int = 2) -> None:
    await shop.tell(
        "PUT", "/orders/A1", buyer_id="b9", state="signed", items=["kettle-02"]
    )
    await shop.tell(
        "POST",
        "/reviews",
        review_id="r1",
        order_id="A1",
        stars=stars,
        text="盖子漏水，很失望",
        created_at="2026-11-23T08:00:00+08:00",
    )


class TestBadReview:
    @pytest.mark.parametrize(("stars", "tickets"), [(1, 1), (3, 1), (4, 0)])
    async def test_three_stars_or_less_open_a_ticket(
        self, shop: ShopFloor, stars: int, tickets: int
    ) -> None:
        await _tell_bad_review(shop, stars=stars)

        assert len(await shop.tickets("review")) == tickets

    async def test_nobody_writes_before_a_person_knows_the_cause(
        self, shop: ShopFloor
    ) -> None:
        await _tell_bad_review(shop)

        shop.clock.set(_EIGHT)
        await shop.tick()

        assert shop.platform.texts() == []

    async def test_one_message_at_eight_offers_help_and_asks_for_no_change(
        self, shop: ShopFloor
    ) -> None:
        await _tell_bad_review(shop)
        (ticket,) = await shop.tickets("review")

        await shop.record_cause(ticket.number, "盖子的密封圈没有装好")
        shop.clock.set(_EIGHT - timedelta(seconds=1))
        await shop.tick()
        too_early = shop.platform.texts()
        shop.clock.set(_EIGHT)
        await shop.tick()
        shop.clock.move(days=1)
        await shop.tick()

        assert too_early == []
        assert len(shop.platform.texts()) == 1
        for word in ("改评", "删", "好评", "五星", "评价改", "返", "红包"):
            assert word not in shop.platform.texts()[0]

    async def test_the_first_refusal_ends_it(self, shop: ShopFloor) -> None:
        await _tell_bad_review(shop)
        (ticket,) = await shop.tickets("review")

        await shop.say("b9", "不用劝了，评价我是不会改的")
        await shop.record_cause(ticket.number, "盖子的密封圈没有装好")
        await shop.tick()
        shop.platform.received.clear()
        shop.clock.set(_EIGHT)
        await shop.tick()

        assert shop.platform.texts() == []

    async def test_the_same_review_told_twice_is_one_ticket(
        self, shop: ShopFloor
    ) -> None:
        await _tell_bad_review(shop)
        await _tell_bad_review(shop)

        assert len(await shop.tickets("review")) == 1

    async def test_a_review_told_before_its_order_is_cared_for_all_the_same(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell(
            "POST",
            "/reviews",
            review_id="r1",
            order_id="A1",
            stars=1,
            text="盖子漏水",
            created_at="2026-11-23T08:00:00+08:00",
        )

        await shop.tell("PUT", "/orders/A1", buyer_id="b9", state="signed")
        await shop.tell("PUT", "/orders/A1", buyer_id="b9", state="completed")

        (ticket,) = await shop.tickets("review")
        assert ticket.order_ref == "A1"
