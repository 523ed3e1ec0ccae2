"""What no sender may say on any channel is blocked; honest sentences near it are not."""

import pytest

from bot.guarding.guard import Guard
from bot.guarding.rules import Channel, GuardSender, Verdict
from scripts_library.loader import builtin_pack, load_pack


@pytest.fixture(name="shop_guard", scope="module")
def _shop_guard() -> Guard:
    """The guard of the product's own pack."""
    pack = load_pack(builtin_pack())
    return Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)


class TestEverybodyEverywhere:
    @pytest.mark.parametrize("sender", GuardSender)
    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("微信号同手机号，私下转账更便宜", "private_deal"),
            ("微信转给我更便宜", "private_deal"),
            ("不走平台付款可以便宜点", "private_deal"),
            ("加我微信吧，给您返现", "private_deal"),
            ("加我薇❤️，返现十块", "private_deal"),
            ("想便宜点就私下找我", "private_deal"),
            ("不贵，私 下 转 账 吧", "private_deal"),
            ("底价一百零九", "floor_price"),
            ("底价109", "floor_price"),
            ("底 价 ： １０９ 元", "floor_price"),
            ("底价是壹佰零玖", "floor_price"),
            ("成本价都要八十五了", "floor_price"),
            ("我们进价九十块", "floor_price"),
            ("成本就六十多", "floor_price"),
            ("一百零九就是底价了", "floor_price"),
            ("109元已经是我们的进价", "floor_price"),
            ("滚，傻逼", "insult"),
            ("你给我滚", "insult"),
            ("滚！", "insult"),
            ("傻 B 吧", "insult"),
            ("你真是个神经病", "insult"),
            ("买不起就别买", "insult"),
        ],
    )
    def test_is_blocked(
        self, shop_guard: Guard, text: str, rule: str, sender: GuardSender
    ) -> None:
        verdict = shop_guard.check(text, sender=sender, channel=Channel.OWN_SITE)

        assert verdict.verdict is Verdict.BLOCK
        assert rule in {found.rule for found in verdict.findings}

    @pytest.mark.parametrize(
        "text",
        [
            "微信支付可以用",
            "用微信付款和支付宝都行",
            "加微信abc123",
            "可以加我们的企业微信，有新品会通知您",
            "请不要私下转账给任何人，谨防诈骗",
            "私下交易不受保障，请在店铺下单",
            "我们不做好评返现，也没有私下返现",
            "公司采购可以对公转账，更划算的方案请联系我们",
            "满减之后会更便宜，直接下单就行",
            "退款会转账到原来的账户",
            "杯子底部有一圈防滑垫",
            "到底价格多少，以商品页面为准",
            "成本控制一直是我们的重点",
            "我们的成本比较高，底价一般不对外说",
            "底价我这边看不到，给您申请一下优惠",
            "不能透露底价，请您理解",
            "原材料成本十分高",
            "滚筒洗衣机可以洗",
            "这款是滚烫的开水也不怕的杯子",
            "摇滚风格，适合翻滚打闹",
            "垃圾袋和垃圾桶一起买更划算",
            "去死皮的话用磨砂膏，洗完不要脸部用力搓",
            "请用滚开的水冲泡",
            "给妈妈的礼物可以写贺卡",
            "傻瓜式操作，老人也会用",
            "家里有病人也可以用",
            "沙比利木的桌子很结实",
        ],
    )
    def test_honest_sentences_are_not(self, shop_guard: Guard, text: str) -> None:
        verdict = shop_guard.check(
            text, sender=GuardSender.AGENT, channel=Channel.OWN_SITE
        )

        assert verdict.is_sendable
        assert {found.rule for found in verdict.findings}.isdisjoint(
            {"private_deal", "floor_price", "insult"}
        )
