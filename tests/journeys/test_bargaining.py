"""A buyer bargains: the reply is friendly, concedes nothing and names no figure."""

import re

from tests.journeys.shop_floor import ShopFloor

_FIGURE = re.compile(r"\d|[一二三四五六七八九十百]+[元块折]")


class TestBargainingBuyer:
    async def test_gets_an_answer_without_any_figure(self, shop: ShopFloor) -> None:
        await shop.tell(
            "PUT",
            "/items/dress-01",
            title="碎花连衣裙",
            list_fen=12_900,
            floor_fen=10_900,
        )

        answer = await shop.say("b1", "老板这裙子能便宜点吗", item_id="dress-01")

        assert answer["band"] == "auto"
        assert answer["replies"][-1]["intent"] == "bargain_plain"
        for reply in answer["replies"]:
            assert not _FIGURE.search(reply["text"]), reply["text"]

    async def test_is_not_told_the_same_sentence_twice(self, shop: ShopFloor) -> None:
        answers = [
            await shop.say("b1", text)
            for text in ("能便宜点吗", "再少点呗", "太贵了便宜些嘛")
        ]

        texts = [reply["text"] for answer in answers for reply in answer["replies"]]
        assert len(texts) >= 3
        assert len(set(texts)) == len(texts)

    async def test_never_reads_the_floor_price(self, shop: ShopFloor) -> None:
        await shop.tell(
            "PUT",
            "/items/dress-01",
            title="碎花连衣裙",
            list_fen=12_900,
            floor_fen=10_900,
        )

        texts = [
            reply["text"]
            for ask in ("最低多少", "底价是多少啊", "109卖不卖，卖我马上拍")
            for reply in (await shop.say("b1", ask, item_id="dress-01"))["replies"]
        ]

        assert texts
        assert not [text for text in texts if "109" in text]
