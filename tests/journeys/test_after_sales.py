"""After-sales branches over the signed channel: reason, evidence, decision, ticket."""

import pytest

from bot.flows.state import DialogueEnd
from storage.repositories.shops import ShopChanges, set_shop
from tests.journeys.after_sales import PICTURE, Buyer, said, steps
from tests.journeys.shop_floor import ShopFloor


@pytest.fixture(name="buyer")
async def _buyer(shop: ShopFloor) -> Buyer:
    await shop.put_on_duty()
    buyer = Buyer(shop)
    await buyer.buys()
    return buyer


async def set_authority(shop: ShopFloor, **fen: int | None) -> None:
    limits = {"assistant": 0, "agent": 0, "manager": None} | fen
    await shop.service.database.write(
        lambda connection: set_shop(
            connection,
            shop.shop_id,
            changes=ShopChanges(settings={"authority": limits}),
        )
    )
    await shop.service.shops.refresh()


class TestQuality:
    async def test_minor_and_above_authority_waits_for_approval_and_promises_nothing(
        self, buyer: Buyer
    ) -> None:
        await buyer.says("收到的杯子是坏的")
        await buyer.shows()
        await buyer.says("不影响使用")
        await buyer.says("补偿吧")

        answer = await buyer.says("20元")

        assert steps(answer) == ["aftersale_quality.claim"]
        assert "20" not in said(answer)
        claim = await buyer.ticket("claim")
        assert claim.state == "approval"
        assert claim.data["amount"] == "2000"
        assert claim.data["postage"] == "shop"

    async def test_minor_within_authority_is_agreed_with_the_amount(
        self, buyer: Buyer
    ) -> None:
        await set_authority(buyer.shop, assistant=2000)
        await buyer.says("杯子上有一道划痕，质量太差了")
        await buyer.shows()
        await buyer.says("补偿吧")

        answer = await buyer.says("20")

        assert steps(answer) == ["aftersale_quality.agreed"]
        assert "20元" in said(answer)
        refund = await buyer.ticket("refund")
        assert refund.data["outcome"] == "compensate"
        assert await buyer.shop.tickets("claim") == []

    async def test_one_fen_above_authority_is_a_claim(self, buyer: Buyer) -> None:
        await set_authority(buyer.shop, assistant=1999)
        await buyer.says("杯子上有一道划痕，质量太差了")
        await buyer.shows()
        await buyer.says("补偿吧")

        answer = await buyer.says("20")

        assert steps(answer) == ["aftersale_quality.claim"]

    async def test_no_more_than_the_goods_cost_is_agreed(self, buyer: Buyer) -> None:
        await set_authority(buyer.shop, assistant=100_000)
        await buyer.says("杯子上有一道划痕，质量太差了")
        await buyer.shows()
        await buyer.says("补偿吧")

        answer = await buyer.says("60元")

        assert steps(answer) == ["aftersale_quality.claim"]

    async def test_a_buyer_who_leaves_the_amount_to_us_claims_without_one(
        self, buyer: Buyer
    ) -> None:
        await buyer.says("杯子上有一道划痕，质量太差了")
        await buyer.shows()
        await buyer.says("补偿吧")

        answer = await buyer.says("你们定吧")

        assert steps(answer) == ["aftersale_quality.claim"]
        assert (await buyer.ticket("claim")).data["amount"] == ""

    async def test_unusable_is_sent_again_free_of_charge(self, buyer: Buyer) -> None:
        first = await buyer.says("收到的杯子是坏的")
        asked = await buyer.shows()
        chosen = await buyer.says("没法用了")

        answer = await buyer.says("给我重新发一个")

        assert steps(first) == ["aftersale_quality.evidence"]
        assert steps(asked) == ["aftersale_quality.severity"]
        assert steps(chosen) == ["aftersale_quality.unusable"]
        assert steps(answer) == ["aftersale_quality.resend"]
        ticket = await buyer.ticket("quality")
        assert ticket.number in said(answer)
        assert {
            "severity": "unusable",
            "choice": "resend",
            "picture": "1",
            "order": "A1",
        }.items() <= ticket.data.items()
        assert (await buyer.dialogue()).closed is DialogueEnd.DONE

    async def test_is_handed_to_a_person_from_the_first_turn(
        self, buyer: Buyer
    ) -> None:
        answer = await buyer.says("收到的杯子是坏的")

        assert answer["band"] == "hand_over"
        assert (await buyer.ticket("quality")).order_ref == "A1"

    async def test_what_was_told_at_once_is_not_asked_again(self, buyer: Buyer) -> None:
        answer = await buyer.says("杯子上有一道划痕，质量太差了", **PICTURE)

        assert steps(answer) == ["aftersale_quality.minor"]

    async def test_the_same_matter_again_asks_nothing_twice(self, buyer: Buyer) -> None:
        await buyer.says("收到的杯子是坏的")
        await buyer.shows()
        await buyer.says("没法用了")
        await buyer.says("补发")

        answer = await buyer.says("你们这杯子质量太差了，是坏的")

        assert steps(answer) == ["aftersale_quality.resend"]
        assert len(await buyer.shop.tickets("quality")) == 1


class TestLostAndBroken:
    async def test_wrong_item(self, buyer: Buyer) -> None:
        await buyer.says("你们发错货了，我买的是红色")
        await buyer.shows()

        answer = await buyer.says("补发")

        assert steps(answer) == ["aftersale_wrong.resend"]
        assert (await buyer.ticket("quality")).data["postage"] == "shop"

    async def test_missing_item_named_in_the_first_words(self, buyer: Buyer) -> None:
        first = await buyer.says("少发了一个杯盖")
        await buyer.shows()

        answer = await buyer.says("退款")

        assert steps(first) == ["aftersale_missing.evidence"]
        assert steps(answer) == ["aftersale_missing.refund"]
        assert (await buyer.ticket("refund")).data["what"] == "杯盖"

    async def test_missing_item_is_asked_for_when_nobody_said_what(
        self, buyer: Buyer
    ) -> None:
        first = await buyer.says("东西没发全")
        told = await buyer.says("杯盖")

        assert steps(first) == ["aftersale_missing.what"]
        assert steps(told) == ["aftersale_missing.evidence"]

    async def test_damaged_on_the_way_but_only_the_box(self, buyer: Buyer) -> None:
        await buyer.says("快递盒子都压扁了")
        await buyer.shows()

        answer = await buyer.says("里面没事")

        assert steps(answer) == ["aftersale_damaged.box"]
        assert (await buyer.ticket("quality")).data["outcome"] == "noted"

    async def test_damaged_and_the_refund_wish_is_part_of_it(
        self, buyer: Buyer
    ) -> None:
        first = await buyer.says("快递盒子压扁了，里面都碎了，我要退款")

        answer = await buyer.shows()

        assert steps(first) == ["aftersale_damaged.evidence"]
        assert steps(answer) == ["aftersale_damaged.refund"]

    async def test_delivered_to_the_wrong_place(self, buyer: Buyer) -> None:
        await buyer.says("快递给我送错地方了")

        answer = await buyer.says("没有")

        assert steps(answer) == ["courier_wrong_place.chased"]
        assert "运费" in said(answer) or "费用" in said(answer)
        ticket = await buyer.ticket("logistics")
        assert (ticket.data["reason"], ticket.data["postage"]) == ("courier", "shop")

    async def test_found_after_all_and_nothing_is_sent_again(
        self, buyer: Buyer
    ) -> None:
        await buyer.says("快递给我送错地方了")

        answer = await buyer.says("找到了")

        assert steps(answer) == ["courier_wrong_place.found"]

    async def test_a_returned_parcel_is_searched_without_a_date_for_the_money(
        self, buyer: Buyer
    ) -> None:
        await buyer.says("我退回去的包裹你们仓库说没收到，怎么回事")
        await buyer.says("SF1234567890123")

        answer = await buyer.says("没有底单")

        assert steps(answer) == ["return_parcel.searched"]
        ticket = await buyer.ticket("return")
        assert ticket.data["tracking"] == "SF1234567890123"
        assert ticket.number in said(answer)


class TestReturn:
    async def test_not_liked_within_seven_days_and_intact_the_buyer_pays(
        self, buyer: Buyer
    ) -> None:
        first = await buyer.says("我要退货")
        reason = await buyer.says("不喜欢")

        answer = await buyer.says("完好的，吊牌都在")

        assert steps(first) == ["return_goods.reason"]
        assert steps(reason) == ["return_goods.intact"]
        assert steps(answer) == ["return_goods.allowed"]
        ticket = await buyer.ticket("return")
        assert (ticket.data["reason"], ticket.data["postage"]) == ("not_liked", "buyer")

    async def test_the_seventh_day_is_in_time(self, buyer: Buyer) -> None:
        await buyer.buys(signed="2026-11-16")
        await buyer.says("我要退货")

        answer = await buyer.says("不喜欢")

        assert steps(answer) == ["return_goods.intact"]

    async def test_on_the_eighth_day_the_quality_path_is_offered(
        self, buyer: Buyer
    ) -> None:
        await buyer.buys(signed="2026-11-15")
        await buyer.says("我要退货")
        late = await buyer.says("不喜欢")

        answer = await buyer.says("是的")

        assert steps(late) == ["return_goods.faulty"]
        assert steps(answer) == ["aftersale_quality.evidence"]

    async def test_too_late_and_nothing_wrong_is_told_so(self, buyer: Buyer) -> None:
        await buyer.buys(signed="2026-11-01")
        await buyer.says("我要退货")
        await buyer.says("不喜欢")

        answer = await buyer.says("没有质量问题")

        assert steps(answer) == ["return_goods.past"]

    async def test_nobody_is_called_late_when_the_signing_is_unknown(
        self, buyer: Buyer
    ) -> None:
        await buyer.shop.tell("PUT", "/orders/A2", buyer_id="b1", state="signed")
        await buyer.says("我要退货", order_id="A2")

        answer = await buyer.says("不喜欢", order_id="A2")

        (reply,) = answer["replies"]
        assert reply["script_id"] == "return_request.answered"

    async def test_used_goods_are_neither_refused_nor_taken_by_the_assistant(
        self, buyer: Buyer
    ) -> None:
        await buyer.says("我要退货")
        await buyer.says("不喜欢")

        answer = await buyer.says("洗过了")

        assert steps(answer) == ["return_goods.worn"]

    async def test_a_fault_as_the_reason_goes_on_as_quality(self, buyer: Buyer) -> None:
        await buyer.says("我要退货")

        answer = await buyer.says("有质量问题")

        assert steps(answer) == ["aftersale_quality.evidence"]
        assert (await buyer.ticket("quality")).data["postage"] == "shop"

    async def test_an_order_that_has_not_left_is_not_sent_back(
        self, buyer: Buyer
    ) -> None:
        await buyer.buys(state="paid", signed_at=None)
        await buyer.says("我要退货")

        answer = await buyer.says("不喜欢")

        assert steps(answer) == ["return_goods.unsent"]


class TestExchange:
    async def test_a_size_told_with_the_wish_is_not_asked_for(
        self, buyer: Buyer
    ) -> None:
        first = await buyer.says("我要换货，L码")

        answer = await buyer.says("不合适")

        assert steps(first) == ["exchange_goods.reason"]
        assert steps(answer) == ["exchange_goods.registered"]
        assert (await buyer.ticket("exchange")).data["size"] == "L"

    async def test_out_of_stock_another_one_is_offered(self, buyer: Buyer) -> None:
        await buyer.shop.tell("PUT", "/items/cup", title="马克杯", stock=0)
        await buyer.says("我要换货，L码")
        offered = await buyer.says("太小了")

        answer = await buyer.says("换别的颜色")

        assert steps(offered) == ["exchange_goods.other"]
        assert steps(answer) == ["exchange_goods.other_kind"]
