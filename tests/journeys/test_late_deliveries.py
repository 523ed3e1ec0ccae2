"""The shop's system does not answer while a follow-up leaves: what is true later counts."""

from datetime import datetime

from bot.deciding.state import ShopMode
from storage.repositories.shops import ShopChanges, set_shop
from tests.journeys.shop_floor import SHANGHAI, ShopFloor


async def _send_into_a_broken_platform(shop: ShopFloor, *, at: datetime) -> None:
    await shop.tell(
        "PUT",
        "/orders/A1001",
        buyer_id="b1",
        state="paid",
        promised_ship_at="2026-11-22T10:00:00+08:00",
    )
    await shop.say("b1", "都三天了怎么还不发货，急死了")
    await shop.tick()
    shop.platform.received.clear()
    shop.platform.status = 500
    shop.clock.set(at)
    await shop.tick()
    assert {one.state for one in await shop.follow_ups()} == {"sent"}
    assert len(shop.platform.received) == 1
    shop.platform.received.clear()


_EVENING = datetime(2026, 11, 24, 20, 29, tzinfo=SHANGHAI)


class TestLateDelivery:
    async def test_an_opt_out_holds_what_is_on_its_way(self, shop: ShopFloor) -> None:
        await _send_into_a_broken_platform(shop, at=_EVENING)
        shop.platform.status = 200

        await shop.say("b1", "退订")
        shop.clock.move(hours=13)
        await shop.tick()
        await shop.tick()

        assert not [text for text in shop.platform.texts() if "进度" in text]
        assert [(one.state, one.reason) for one in await shop.follow_ups()] == [
            ("skipped", "opted_out")
        ]

    async def test_a_retry_waits_for_the_contact_window(self, shop: ShopFloor) -> None:
        await _send_into_a_broken_platform(shop, at=_EVENING)
        shop.platform.status = 200

        shop.clock.move(hours=3)
        await shop.tick()
        assert shop.platform.received == []
        shop.clock.set(datetime(2026, 11, 25, 9, 1, tzinfo=SHANGHAI))
        await shop.tick()

        assert len(shop.platform.received) == 1

    async def test_a_shop_that_is_switched_off_writes_to_nobody_first(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A1", buyer_id="b1", state="unpaid")
        await shop.service.database.write(
            lambda connection: set_shop(
                connection, shop.shop_id, changes=ShopChanges(mode=ShopMode.OFF)
            )
        )
        await shop.service.shops.refresh()

        shop.clock.move(hours=4)
        await shop.tick()

        assert shop.platform.received == []
        assert [(one.state, one.reason) for one in await shop.follow_ups()] == [
            ("planned", "shop_mode")
        ]
