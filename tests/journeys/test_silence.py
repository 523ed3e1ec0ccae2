"""The assistant asked, and the buyer says no more: one reminder, then a reasoned end."""

from datetime import datetime
from typing import Any

from server.library import Library
from tests.journeys.shop_floor import SHANGHAI, ShopFloor
from tests.server.api.colleagues import employ

ASKING = "这款还有货吗"
"""The answer to it asks for colour and size."""


async def silent_until(shop: ShopFloor, **span: float) -> list[str]:
    """Let time pass, and return what the shop said meanwhile."""
    shop.platform.received.clear()
    shop.clock.move(**span)
    await shop.tick()
    await shop.tick()
    return shop.platform.texts()


async def ask(shop: ShopFloor, buyer: str = "b1") -> dict[str, Any]:
    answer = await shop.say(buyer, ASKING)
    assert answer["replies"][-1]["intent"] == "stock_check"
    await shop.tick()
    return answer


def texts_of(library: Library, plan_id: str) -> tuple[str, ...]:
    return library.pack.follow_ups[plan_id].texts


class TestSilence:
    async def test_one_reminder_then_the_end_with_its_reason(
        self, shop: ShopFloor, library: Library
    ) -> None:
        boss = await employ(shop, "lan")
        asked = await ask(shop)

        early = await silent_until(shop, minutes=2)
        reminded = await silent_until(shop, minutes=2)
        ended = await silent_until(shop, minutes=11)
        later = await silent_until(shop, hours=5)

        assert early == []
        assert len(reminded) == 1
        assert reminded[0] in texts_of(library, "still_here")
        assert len(ended) == 1
        assert ended[0] in texts_of(library, "silent_close")
        assert later == []
        events = await boss.get(f"/conversations/{asked['conversation_id']}/events")
        closed = [it for it in events.body["items"] if it["kind"] == "closed"]
        assert [it["data"]["reason"] for it in closed] == ["买家没有再回复"]

    async def test_who_answers_is_not_reminded_and_reminded_once_only(
        self, shop: ShopFloor
    ) -> None:
        await ask(shop)
        shop.clock.move(minutes=1)
        await ask(shop)
        first = await silent_until(shop, minutes=2, seconds=30)
        second = await silent_until(shop, minutes=1)
        await ask(shop)
        third = await silent_until(shop, minutes=4)
        ended = await silent_until(shop, minutes=15)

        assert first == []
        assert len(second) == 1
        assert third == []
        assert ended == []

    async def test_what_was_asked_can_be_answered_after_the_reminder(
        self, shop: ShopFloor
    ) -> None:
        await ask(shop)
        reminded = await silent_until(shop, minutes=4)

        answer = await shop.say("b1", "黑色的")

        assert len(reminded) == 1
        assert {reply["intent"] for reply in answer["replies"]} == {"stock_check"}

    async def test_nobody_is_reminded_at_night(self, shop: ShopFloor) -> None:
        shop.clock.set(datetime(2026, 11, 23, 20, 28, tzinfo=SHANGHAI))
        await ask(shop)

        until_morning = await silent_until(shop, hours=14)

        assert until_morning == []

    async def test_nor_who_said_goodbye_or_wants_no_messages(
        self, shop: ShopFloor
    ) -> None:
        await ask(shop, "leaving")
        await shop.say("leaving", "好的再见")
        await ask(shop, "refusing")
        await shop.say("refusing", "退订")
        await ask(shop, "refusing")
        await shop.tick()

        assert await silent_until(shop, minutes=4) == []

    async def test_nor_whom_a_person_serves(self, shop: ShopFloor) -> None:
        lan = await employ(shop, "lan")
        asked = await ask(shop)
        shown = await lan.get(f"/conversations/{asked['conversation_id']}")
        version = shown.body["conversation"]["version"]
        taken = await lan.post(
            f"/conversations/{asked['conversation_id']}/take-over", version=version
        )

        assert taken.status == 200
        assert await silent_until(shop, minutes=4) == []

    async def test_nor_is_anybody_who_was_told_all(self, shop: ShopFloor) -> None:
        await shop.say("b1", "谢谢")
        await shop.tick()

        assert await silent_until(shop, minutes=4) == []
