"""A buyer at the chat window: anonymous, served, named, and still one story."""

from sqlalchemy import Connection

from connectors.web_chat.identity import user_hash
from server.chat.tokens import anonymous_ref
from storage.queries.chat import conversation_of
from storage.repositories.conversations import agent_message, take_over
from tests.connectors.web_chat.windows import window_of
from tests.journeys.shop_floor import SECRET, SLUG, ShopFloor

NAMED = {"user_id": "w-1", "user_hash": user_hash(SECRET.encode(), "w-1")}


async def place_of(shop: ShopFloor, buyer_ref: str) -> int:
    found = await shop.service.database.read(
        lambda conn: conversation_of(conn, shop.shop_id, pair=("web_chat", buyer_ref))
    )
    assert found is not None
    return found


class TestWindow:
    async def test_an_anonymous_buyer_is_served_and_then_known(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell(
            "PUT",
            "/orders/o-9",
            buyer_id="w-1",
            state="paid",
            items=[{"item_id": "i1", "title": "羽绒服"}],
        )
        person_id = await shop.put_on_duty()
        async with window_of(shop.client, shop=SLUG) as window:
            welcome = await window.hello(after=0)
            await window.say("c1", "我要找人工客服")
            await shop.tick()
            await window.until("status", phase="waiting")
            conversation = await place_of(shop, anonymous_ref(welcome["token"]))

            def answer(conn: Connection) -> None:
                until = shop.clock().replace(year=2027)
                take_over(
                    conn,
                    shop.shop_id,
                    conversation_id=conversation,
                    person_id=person_id,
                    until=until,
                    now=shop.clock(),
                )
                agent_message(
                    conn,
                    shop.shop_id,
                    conversation_id=conversation,
                    person_id=person_id,
                    text="您好，我是小林",
                    until=until,
                    now=shop.clock(),
                    deliver=False,
                )

            await shop.service.database.write(answer)
            await window.until_text("我是小林")

            await window.send("identify", **NAMED)
            await window.until("reset")
            await window.say("c2", "帮我看看订单", order_id="o-9")
            shown = await window.until_text("帮我看看订单")
            await shop.tick()

        assert shown["card"]["title"] == "羽绒服"
        named = await place_of(shop, "w-1")
        said = [it.text for it in await shop.messages(named)]
        assert said[0] == "我要找人工客服"
        assert "您好，我是小林" in said
        assert said[-1] == "帮我看看订单"
        assert await shop.messages(conversation) == []

        async with window_of(shop.client, shop=SLUG) as again:
            await again.hello(token=welcome["token"], after=0, **NAMED)
            await again.until_text("帮我看看订单")
            await again.until("status", phase="person")
        assert again.texts() == said
