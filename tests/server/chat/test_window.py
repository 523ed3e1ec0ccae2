"""Whether a buyer at the window sees every message once, in order, whatever happens."""

import asyncio

from sqlalchemy import func, select

from bot.messages import Sender
from storage.tables import BuyerRow, DeviceRow, MessageRow, metadata, table_of
from tests.journeys.shop_floor import SLUG
from tests.server.chat.conftest import Street


def count(street: Street, name: str) -> int:
    table = metadata.tables[name]
    statement = (
        select(func.count())
        .select_from(table)
        .where(table.c.shop_id == street.floor.shop_id)
    )
    return street.floor.service.database.read_now(
        lambda conn: conn.execute(statement).scalar_one()
    )


class TestHello:
    async def test_somebody_who_only_looks_leaves_nothing(self, street: Street) -> None:
        window = await street.come()

        assert window.frames[0]["shop"] == {
            "name": "故事小店",
            "colour": "#c2410c",
            "position": "right",
            "privacy_url": f"/chat/{SLUG}/privacy",
        }
        assert (await window.until("status"))["phase"] == "assistant"
        assert [count(street, it) for it in ("buyers", "chat_devices")] == [0, 0]

    async def test_a_token_that_we_never_gave_is_replaced(self, street: Street) -> None:
        window = await street.come(token="guessed")

        assert window.frames[0]["token"] != "guessed"
        assert len(window.frames[0]["token"]) >= 43

    async def test_a_token_that_was_not_used_yet_is_kept(self, street: Street) -> None:
        first = await street.come()
        second = await street.come()

        assert first.frames[0]["token"] == second.frames[0]["token"]

    async def test_the_token_is_stored_nowhere(self, street: Street) -> None:
        window = await street.come()
        await window.say("c1", "在吗")

        database = street.floor.service.database
        stored = database.read_now(
            lambda conn: [
                *conn.execute(
                    select(table_of(DeviceRow)).where(
                        table_of(DeviceRow).c.shop_id == street.floor.shop_id
                    )
                ),
                *conn.execute(
                    select(table_of(BuyerRow)).where(
                        table_of(BuyerRow).c.shop_id == street.floor.shop_id
                    )
                ),
                *conn.execute(
                    select(table_of(MessageRow)).where(
                        table_of(MessageRow).c.shop_id == street.floor.shop_id
                    )
                ),
            ]
        )
        assert window.frames[0]["token"] not in str(stored)
        assert len(stored) >= 3


class TestMessage:
    async def test_it_is_taken_and_answered(self, street: Street) -> None:
        window = await street.come()

        taken = await window.say("c1", "你好，在吗")
        shown = await window.until_text("你好，在吗")
        await street.floor.tick()
        stored = await street.floor.messages(1)
        answer = await window.until_text(stored[1].text)

        assert (taken["client_id"], shown["client_id"]) == ("c1", "c1")
        assert shown["id"] == taken["id"]
        assert (shown["sender"], shown["is_automatic"]) == ("buyer", False)
        assert (answer["sender"], answer["is_automatic"]) == ("assistant", True)
        assert {"type": "typing", "sender": "assistant"} in window.frames

    async def test_sent_again_it_is_the_same(self, street: Street) -> None:
        window = await street.come()

        first = await window.say("c1", "在吗")
        again = await window.say("c1", "在吗")
        other = await street.come()
        third = await other.say("c1", "在吗")

        assert first == again == third
        await street.floor.tick()
        texts = [it.text for it in await street.floor.messages(1) if it.text == "在吗"]
        assert texts == ["在吗"]

    async def test_a_flood_is_refused_and_may_come_again(self, street: Street) -> None:
        window = await street.come()
        for number in range(10):
            await window.say(f"c{number}", "在吗")

        refused = await window.say("c10", "在吗")

        assert (refused["code"], refused["client_id"]) == ("rate_limited", "c10")
        assert refused["retry_after"] >= 1

    async def test_scripts_stay_text(self, street: Street) -> None:
        window = await street.come()
        text = "<script>alert(1)</script><img src=x onerror=alert(1)>"

        await window.say("c1", text)

        assert (await window.until_text("script"))["text"] == text

    async def test_what_the_page_is_about_comes_with_the_first_message(
        self, street: Street
    ) -> None:
        await street.floor.tell(
            "PUT", "/items/i1", title="羽绒服", list_price_fen=39900
        )
        window = await street.come(item_id="i1", order_id="o-of-somebody")

        await window.say("c1", "多少钱")
        await window.say("c2", "在吗")

        card = (await window.until_text("多少钱"))["card"]
        assert (card["kind"], card["id"], card["title"]) == ("item", "i1", "羽绒服")
        assert (await window.until_text("在吗"))["card"] is None


class TestResume:
    async def test_what_came_meanwhile_is_sent_once_and_in_order(
        self, street: Street
    ) -> None:
        window = await street.come()
        await window.say("c1", "你好")
        await window.until_text("你好")
        last = window.messages()[-1]["id"]
        await window.socket.close()
        person_id = await street.floor.put_on_duty()
        await street.floor.tick()
        await street.answer(1, person_id, "我是小林")
        await street.answer(1, person_id, "有什么可以帮您")

        again = await street.come(after=last)
        await again.until_text("有什么可以帮您")

        stored = [it.message_id for it in await street.floor.messages(1)]
        seen = [it["id"] for it in (*window.messages(), *again.messages())]
        assert seen == stored

    async def test_many_pages_come_as_one_story(self, street: Street) -> None:
        window = await street.come()
        await window.say("c1", "你好")
        await street.floor.tick()
        person_id = await street.floor.put_on_duty()
        for number in range(120):
            await street.answer(1, person_id, f"第{number}句")

        again = await street.come(after=0)
        while "第119句" not in again.texts():
            await again.next()

        ids = [it["id"] for it in again.messages()]
        assert ids == [it.message_id for it in await street.floor.messages(1)]
        pages = [it["has_more"] for it in again.frames if it["type"] == "messages"]
        assert pages == [True, True, False]

    async def test_without_a_place_the_newest_page_comes_and_history_before(
        self, street: Street
    ) -> None:
        window = await street.come()
        await window.say("c1", "你好")
        await street.floor.tick()
        person_id = await street.floor.put_on_duty()
        for number in range(60):
            await street.answer(1, person_id, f"第{number}句")

        again = await street.come(after=None)
        newest = await again.until("messages")
        await again.send("history", before=newest["messages"][0]["id"])
        older = await again.until("messages", is_history=True)

        assert (len(newest["messages"]), newest["has_more"]) == (50, True)
        ids = [it["id"] for it in (*older["messages"], *newest["messages"])]
        assert ids == [it.message_id for it in await street.floor.messages(1)]
        assert older["has_more"] is False


class TestLive:
    async def test_agents_are_seen_typing_and_read_at_once(
        self, street: Street
    ) -> None:
        window = await street.come()
        await window.say("c1", "你好")
        await street.floor.tick()
        person_id = await street.floor.put_on_duty()

        street.floor.service.typing.tell(street.floor.shop_id, 1, Sender.AGENT)
        await window.until("typing", sender="agent")
        await street.answer(1, person_id, "来了")

        shown = await window.until_text("来了")
        assert (shown["sender"], shown["is_automatic"]) == ("agent", False)

    async def test_buyers_are_told_to_whoever_looks(self, street: Street) -> None:
        window = await street.come()
        await window.say("c1", "你好")
        heard: asyncio.Queue[object] = asyncio.Queue()
        street.floor.service.typing.listen(
            heard.put_nowait, shop_id=street.floor.shop_id
        )
        await street.floor.tick()
        while not heard.empty():
            heard.get_nowait()

        await window.send("typing")
        async with asyncio.timeout(5):
            typed = await heard.get()

        assert getattr(typed, "who", None) == "buyer"

    async def test_two_windows_of_one_buyer_show_the_same(self, street: Street) -> None:
        one = await street.come()
        await one.say("c1", "你好")
        await one.until_text("你好")
        other = await street.come()
        await other.until_text("你好")

        await other.say("c2", "还在吗")

        assert (await one.until_text("还在吗"))["client_id"] == "c2"

    async def test_strangers_see_nothing_of_each_other(self, street: Street) -> None:
        one = await street.come("phone")
        other = await street.come("laptop")
        await one.say("c1", "我的电话是13800138000")
        await one.until_text("我的电话")
        await other.say("c1", "你好")
        await other.until_text("你好")

        assert not [it for it in other.texts() if "138" in it]
