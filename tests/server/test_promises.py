"""Which order a message promises something about, and what a follow-up promises."""

from typing import Any

from server.promises import SaidWords, book_of, note_promises
from storage.queries.promises import PromiseRecord
from tests.journeys.promising import UNSHIPPED, promises_of
from tests.journeys.shop_floor import ShopFloor


async def _note(floor: ShopFloor, text: str, **more: Any) -> list[PromiseRecord]:
    said = await floor.say("b1", "你好")
    words = SaidWords(
        conversation_id=int(said["conversation_id"]), message_id=9, text=text, **more
    )
    await floor.service.database.write(
        lambda connection: note_promises(
            connection,
            floor.shop_id,
            book=book_of(floor.service.shops.by_id(floor.shop_id)),
            said=words,
            now=floor.clock(),
        )
    )
    return await promises_of(floor)


class TestNotePromises:
    async def test_the_only_open_order_is_meant(self, floor: ShopFloor) -> None:
        await floor.tell("PUT", "/orders/A1001", **UNSHIPPED)

        (promise,) = await _note(floor, "今天给您发货")

        assert promise.order_ref == "A1001"

    async def test_of_several_orders_the_one_that_is_named(
        self, floor: ShopFloor
    ) -> None:
        for order in ("A1001", "A1002"):
            await floor.tell("PUT", f"/orders/{order}", **UNSHIPPED)

        (promise,) = await _note(floor, "订单A1002今天给您发货")

        assert promise.order_ref == "A1002"

    async def test_another_buyer_s_order_is_none(self, floor: ShopFloor) -> None:
        await floor.tell("PUT", "/orders/A9", **{**UNSHIPPED, "buyer_id": "b9"})

        (promise,) = await _note(floor, "订单A9今天给您发货")

        assert promise.order_ref is None

    async def test_a_follow_up_promises_about_its_own_order_and_ticket(
        self, floor: ShopFloor
    ) -> None:
        (promise,) = await _note(
            floor, "亲，您的包裹明天一定发出", order_ref="A7", ticket_id=3
        )

        assert (promise.order_ref, promise.promised_by) == ("A7", None)

    async def test_what_has_shipped_is_not_promised_again(
        self, floor: ShopFloor
    ) -> None:
        await floor.tell("PUT", "/orders/A1001", **{**UNSHIPPED, "state": "shipped"})

        assert await _note(floor, "今天给您发货", order_ref="A1001") == []

    async def test_at_once_binds_people_only(self, floor: ShopFloor) -> None:
        assert await _note(floor, "马上帮您核实") == []
