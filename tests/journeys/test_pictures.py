"""A buyer who wants to see the thing is shown the shop's own photographs."""

from tests.connectors.web_chat.windows import window_of
from tests.journeys.shop_floor import SLUG, ShopFloor

PHOTOS = ["https://shop.example/1.jpg", "https://shop.example/2.jpg"]
ASKED = "有没有实拍图"


class TestBuyerWhoWantsToSeeIt:
    async def test_gets_the_photos_of_the_card_with_the_answer(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell(
            "PUT", "/items/i-1", title="雪纺裙", stock=3, card={"photos": PHOTOS}
        )

        answer = await shop.say("b-1", ASKED, item_id="i-1")
        await shop.tick()

        last = answer["replies"][-1]
        assert "雪纺裙" in last["text"]
        assert last["attachments"] == PHOTOS
        assert shop.platform.received[-1]["reply"]["attachments"] == PHOTOS

    async def test_without_photos_is_sent_to_the_page_and_shown_nothing(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/items/i-1", title="雪纺裙", stock=3)

        answer = await shop.say("b-1", ASKED, item_id="i-1")

        assert (
            "详情页" in answer["replies"][-1]["text"]
            or "评价" in (answer["replies"][-1]["text"])
        )
        assert [one["attachments"] for one in answer["replies"]] == [
            [] for _ in answer["replies"]
        ]

    async def test_photos_of_another_item_are_not_shown(self, shop: ShopFloor) -> None:
        await shop.tell(
            "PUT", "/items/i-1", title="雪纺裙", stock=3, card={"photos": PHOTOS}
        )
        await shop.tell("PUT", "/items/i-2", title="毛衣", stock=3)

        answer = await shop.say("b-1", ASKED, item_id="i-2")

        assert answer["replies"][-1]["attachments"] == []

    async def test_sees_them_in_the_window_too(self, shop: ShopFloor) -> None:
        await shop.tell(
            "PUT", "/items/i-1", title="雪纺裙", stock=3, card={"photos": PHOTOS}
        )

        async with window_of(shop.client, shop=SLUG) as window:
            await window.hello(after=0)
            await window.say("c1", ASKED, item_id="i-1")
            told = await window.until_text("实拍图")
            while told["sender"] == "buyer":
                window.frames.clear()
                told = await window.until_text("实拍图")

        assert (told["sender"], told["attachments"]) == ("assistant", PHOTOS)
