"""Whether buyers are who the shop says, and take along what they were before."""

from bot.facts import OrderState
from connectors.chat import ChatBuyer, ChatDraft
from server.chat.tokens import anonymous_ref
from storage.queries.conversations import conversation
from storage.repositories.buyers import is_suppressed
from storage.states import ConversationPhase
from tests.connectors.web_chat.windows import BrowserWindow
from tests.journeys.shop_floor import SLUG
from tests.server.chat.conftest import Street


async def order(street: Street, order_id: str, buyer_id: str) -> None:
    await street.floor.tell(
        "PUT",
        f"/orders/{order_id}",
        buyer_id=buyer_id,
        state=OrderState.PAID.value,
        items=[{"item_id": "i1", "title": "羽绒服"}],
    )


async def settled(street: Street, window: BrowserWindow, text: str) -> None:
    """Say something and let it be answered."""
    await window.say(f"c-{text}", text)
    await street.floor.tick()
    await window.until_text(text)


class TestVouchedFor:
    async def test_a_right_hash_makes_the_buyer_known(self, street: Street) -> None:
        window = await street.come(**street.named("u1"), user_name="小王")

        assert window.frames[0]["is_identified"] is True
        await settled(street, window, "在吗")
        assert await street.conversation("u1") is not None

    async def test_a_wrong_hash_is_refused(self, street: Street) -> None:
        for wrong in ("", "0" * 64, "零"):
            async with street.window() as window:
                await window.send("hello", user_id="u1", user_hash=wrong)

                assert await window.closed() == 4401
            assert window.frames[-1]["code"] == "wrong_user_hash"

    async def test_a_name_without_a_hash_is_refused(self, street: Street) -> None:
        async with street.window() as window:
            await window.send("hello", user_id="u1")

            assert await window.closed() == 4401

    async def test_nobody_is_vouched_for_as_an_anonymous_buyer(
        self, street: Street
    ) -> None:
        async with street.window() as window:
            await window.send("hello", **street.named("anon-1"))

            assert await window.closed() == 4401

    async def test_their_own_order_is_shown_and_no_other(self, street: Street) -> None:
        await order(street, "o1", "u1")
        await order(street, "o2", "u2")
        window = await street.come(**street.named("u1"))

        await window.say("c1", "我的单", order_id="o1")
        await window.say("c2", "别人的", order_id="o2")
        await window.say("c3", "没有的", order_id="o3")

        own = (await window.until_text("我的单"))["card"]
        assert own == {"kind": "order", "id": "o1", "title": "羽绒服", "state": "paid"}
        assert (await window.until_text("别人的"))["card"] is None
        assert (await window.until_text("没有的"))["card"] is None

    async def test_an_anonymous_buyer_sees_no_order(self, street: Street) -> None:
        await order(street, "o1", "u1")
        window = await street.come()

        await window.say("c1", "我的单", order_id="o1")

        assert (await window.until_text("我的单"))["card"] is None


class TestIdentify:
    async def test_everything_comes_along_and_is_shown_anew(
        self, street: Street
    ) -> None:
        window = await street.come()
        await settled(street, window, "什么时候发货")
        await street.floor.tick()
        before = [it.text for it in await street.floor.messages(1)]

        await window.send("identify", **street.named("u1"))
        await window.until("reset")
        seen = len(window.frames)
        await window.until("status")
        await settled(street, window, "在吗")

        place = await street.conversation("u1")
        assert place is not None
        after = await street.floor.messages(place)
        assert [it.text for it in after][: len(before)] == before
        assert await street.floor.messages(1) == []
        shown = [
            it["id"]
            for frame in window.frames[seen:]
            if frame["type"] == "messages"
            for it in frame["messages"]
        ]
        assert shown[: len(before)] == [it.message_id for it in after][: len(before)]
        assert len(shown) == len(set(shown))

    async def test_the_token_alone_is_nobody_from_then_on(self, street: Street) -> None:
        window = await street.come()
        token = street.tokens["phone"]
        await settled(street, window, "我的地址是中山路1号")
        last = window.messages()[-1]["id"]
        await window.send("identify", **street.named("u1"))
        await window.until("reset")

        for after in (0, last):
            async with street.window() as again:
                welcome = await again.hello(token=token, after=after)
                await again.until("status")
                await again.say(f"c{after}", "我是谁")
                await again.until_text("我是谁")

            assert welcome["is_identified"] is False
            assert welcome["token"] != token
            assert not [text for text in again.texts() if "中山路" in text]

    async def test_with_the_shops_word_two_tabs_and_a_restart_go_on(
        self, street: Street
    ) -> None:
        first = await street.come(**street.named("u1"))
        await settled(street, first, "在吗")
        second = await street.come(**street.named("u1"))
        await second.until_text("在吗")
        await settled(street, second, "还在吗")
        await first.until_text("还在吗")
        last = first.messages()[-1]["id"]
        await first.socket.close()

        again = await street.come(**street.named("u1"), after=last)
        await again.until("status")

        assert again.frames[0]["token"] == first.frames[0]["token"]
        assert "reset" not in [it["type"] for it in again.frames]

    async def test_a_second_device_brings_a_second_past(self, street: Street) -> None:
        phone = await street.come("phone", **street.named("u1"))
        await settled(street, phone, "手机上问的")
        laptop = await street.come("laptop")
        await settled(street, laptop, "电脑上问的")

        await laptop.send("identify", **street.named("u1"))
        await laptop.until("reset")
        await laptop.until_text("手机上问的")
        await phone.until("reset")
        await phone.until_text("电脑上问的")

        place = await street.conversation("u1")
        assert place is not None
        ids = [it.message_id for it in await street.floor.messages(place)]
        async with street.window() as fresh:
            await fresh.hello(
                token=street.tokens["laptop"], after=0, **street.named("u1")
            )
            while len(fresh.messages()) < len(ids):
                await fresh.next()
        assert [it["id"] for it in fresh.messages()] == ids

    async def test_who_was_served_stays_served(self, street: Street) -> None:
        person_id = await street.floor.put_on_duty()
        window = await street.come()
        await settled(street, window, "转人工")
        await street.serve(1, person_id)
        await window.until("status", phase="person")

        await window.send("identify", **street.named("u1"))
        await window.until("reset")

        assert (await window.until("status"))["phase"] == "person"
        place = await street.conversation("u1")
        assert place is not None
        stands = await street.floor.service.database.read(
            lambda conn: conversation(conn, street.floor.shop_id, place)
        )
        assert (stands.phase, stands.served_by) == (
            ConversationPhase.SERVED,
            person_id,
        )

    async def test_an_opt_out_stays_one(self, street: Street) -> None:
        window = await street.come()
        await settled(street, window, "退订，不要再给我发消息了")
        database = street.floor.service.database
        anonymous = await database.read(
            lambda conn: conversation(conn, street.floor.shop_id, 1)
        )
        assert database.read_now(
            lambda conn: is_suppressed(
                conn, street.floor.shop_id, buyer_id=anonymous.buyer_id
            )
        )

        await window.send("identify", **street.named("u1"))
        await window.until("reset")

        place = await street.conversation("u1")
        assert place is not None
        named = await database.read(
            lambda conn: conversation(conn, street.floor.shop_id, place)
        )
        assert database.read_now(
            lambda conn: is_suppressed(
                conn, street.floor.shop_id, buyer_id=named.buyer_id
            )
        )

    async def test_a_message_that_waits_for_its_turn_is_answered_there(
        self, street: Street
    ) -> None:
        window = await street.come()
        await window.say("c1", "你好，在吗")

        await window.send("identify", **street.named("u1"))
        await window.until("reset")
        await street.floor.tick()

        place = await street.conversation("u1")
        assert place is not None
        said = await street.floor.messages(place)
        assert [it.sender for it in said][:2] == ["buyer", "assistant"]

    async def test_sent_again_after_it_the_message_is_the_same(
        self, street: Street
    ) -> None:
        window = await street.come()
        first = await window.say("c1", "在吗")
        await window.send("identify", **street.named("u1"))
        await window.until("reset")

        again = await window.say("c1", "在吗")

        assert again["id"] == first["id"]

    async def test_who_was_away_meanwhile_is_shown_everything(
        self, street: Street
    ) -> None:
        known = await street.come("laptop", **street.named("u1"))
        await settled(street, known, "电脑上问的")
        street.floor.clock.move(minutes=1)
        phone = await street.come("phone")
        await settled(street, phone, "手机上问的")
        last = phone.messages()[-1]["id"]
        await phone.socket.close()
        street.floor.clock.move(minutes=1)

        again = await street.come("phone", **street.named("u1"), after=last)
        await again.until_text("电脑上问的")
        await again.until_text("手机上问的")

        assert again.frames[1]["type"] == "reset"
        street.floor.clock.move(minutes=1)
        await settled(street, again, "好的")
        last = max(it["id"] for it in again.messages())
        third = await street.come("phone", **street.named("u1"), after=last)
        await third.until("status")
        assert not [it for it in third.messages() if it["id"] <= last]
        assert "reset" not in [it["type"] for it in third.frames]

    async def test_a_place_in_somebody_elses_story_is_none_in_ones_own(
        self, street: Street
    ) -> None:
        first = await street.come("shared", **street.named("u1"))
        await settled(street, first, "我的地址是中山路1号")
        last = first.messages()[-1]["id"]

        second = await street.come("shared", **street.named("u2"), after=last)
        await second.until("status")

        assert second.frames[1]["type"] == "reset"
        assert second.texts() == []

    async def test_somebody_elses_browser_gives_nothing_away(
        self, street: Street
    ) -> None:
        first = await street.come("shared", **street.named("u1"))
        await settled(street, first, "我的地址是中山路1号")
        await first.socket.close()

        second = await street.come("shared", **street.named("u2"))
        await settled(street, second, "在吗")

        assert not [text for text in second.texts() if "中山路" in text]
        ours = await street.conversation("u1")
        assert ours is not None
        assert len(await street.floor.messages(ours)) >= 2
        third = await street.come("shared", **street.named("u2"))
        await third.until_text("在吗")
        assert not [text for text in third.texts() if "中山路" in text]

    async def test_an_older_window_follows(self, street: Street) -> None:
        old = await street.come()
        await settled(street, old, "在吗")
        new = await street.come()
        await new.send("identify", **street.named("u1"))
        await new.until("reset")

        await old.until("reset")
        await settled(street, old, "还在吗")

        place = await street.conversation("u1")
        assert place is not None
        assert "还在吗" in [it.text for it in await street.floor.messages(place)]

    async def test_a_window_from_before_the_first_word_follows_too(
        self, street: Street
    ) -> None:
        old = await street.come()
        new = await street.come()
        await settled(street, new, "在吗")
        await new.send("identify", **street.named("u1"))
        await new.until("reset")

        await settled(street, old, "还在吗")

        place = await street.conversation("u1")
        assert place is not None
        assert "还在吗" in [it.text for it in await street.floor.messages(place)]
        again = await street.come(**street.named("u1"))
        await again.until_text("还在吗")


class TestReceive:
    async def test_what_a_window_sent_too_late_follows_its_buyer(
        self, street: Street
    ) -> None:
        chat = street.floor.service.host.chat
        window = await street.come()
        await settled(street, window, "在吗")
        stale = ChatBuyer(
            shop=SLUG,
            token=street.tokens["phone"],
            buyer_ref=anonymous_ref(street.tokens["phone"]),
            buyer_name=None,
            is_identified=False,
            conversation_id=1,
            is_bound=True,
        )
        await window.send("identify", **street.named("u1"))
        await window.until("reset")

        taken = await chat.receive(stale, ChatDraft(client_id="c9", text="晚到的"))
        await street.floor.tick()

        place = await street.conversation("u1")
        assert place is not None
        assert taken.buyer.buyer_ref == "u1"
        assert taken.buyer.conversation_id == place
        assert "晚到的" in [it.text for it in await street.floor.messages(place)]
        assert await street.floor.messages(1) == []
