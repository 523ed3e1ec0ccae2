"""A buyer waits for a parcel: apology, ticket with a due time, an update that is sent."""

import re
from datetime import datetime

from server.library import Library
from tests.journeys.shop_floor import SHANGHAI, ShopFloor

_PAID = "2026-11-20T10:00:00+08:00"
_PROMISED = "2026-11-22T10:00:00+08:00"


async def _tell_unshipped_order(shop: ShopFloor) -> None:
    await shop.tell(
        "PUT",
        "/orders/A1001",
        buyer_id="b1",
        items=[{"item_id": "tea-03", "title": "高山绿茶"}],
        state="paid",
        paid_at=_PAID,
        promised_ship_at=_PROMISED,
        updated_at="2026-11-20T10:00:00+08:00",
    )


class TestDelayedBuyer:
    async def test_is_answered_with_a_ticket_that_has_a_due_time(
        self, shop: ShopFloor
    ) -> None:
        await _tell_unshipped_order(shop)

        answer = await shop.say("b1", "都三天了怎么还不发货，急死了")

        assert answer["replies"]
        tickets = await shop.tickets("logistics")
        assert [ticket.number for ticket in tickets] == ["WL-000001"]
        assert tickets[0].order_ref == "A1001"
        assert tickets[0].first_answer_due_at == datetime(
            2026, 11, 24, 10, 0, tzinfo=SHANGHAI
        )

    async def test_asking_again_adds_an_event_instead_of_a_ticket(
        self, shop: ShopFloor
    ) -> None:
        await _tell_unshipped_order(shop)
        await shop.say("b1", "都三天了怎么还不发货，急死了")

        await shop.say("b1", "到底什么时候发货啊还没发，催一下")

        tickets = await shop.tickets("logistics")
        assert len(tickets) == 1
        assert "repeated" in await shop.events(tickets[0].number)

    async def test_gets_the_planned_update_when_its_time_comes(
        self, shop: ShopFloor, library: Library
    ) -> None:
        await _tell_unshipped_order(shop)
        await shop.say("b1", "都三天了怎么还不发货，急死了")
        await shop.tick()
        shop.platform.received.clear()
        planned = [one for one in await shop.follow_ups() if one.state == "planned"]
        assert [one.plan_id for one in planned] == ["delay_update"]

        shop.clock.set(planned[0].due_at)
        await shop.tick()
        await shop.tick()

        (update,) = shop.platform.texts()
        assert any(
            re.fullmatch(re.sub(r"\\\{.*?\\\}", ".+", re.escape(template)), update)
            for template in library.pack.follow_ups["delay_update"].texts
        )
        (sent,) = [one for one in await shop.follow_ups() if one.state == "sent"]
        assert sent.plan_id == "delay_update"

    async def test_gets_no_update_when_the_money_goes_back_meanwhile(
        self, shop: ShopFloor
    ) -> None:
        await _tell_unshipped_order(shop)
        await shop.say("b1", "都三天了怎么还不发货，急死了")
        await shop.tick()
        shop.platform.received.clear()
        await shop.tell(
            "PUT",
            "/orders/A1001",
            buyer_id="b1",
            state="refunding",
            courier="中通",
            tracking_no="78612345678901",
            updated_at="2026-11-23T10:00:00+08:00",
        )

        shop.clock.move(days=2)
        await shop.tick()

        assert shop.platform.texts() == []
        states = {one.state for one in await shop.follow_ups()}
        assert states == {"cancelled"}
