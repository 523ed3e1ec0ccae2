"""What does the demo shop say of itself? Its facts, items with cards, promotions."""

from datetime import datetime, time, timedelta

from bot.catalogue.cards import (
    NoReasonReturn,
    ProductCard,
    Range,
    ReturnReason,
    SizeChart,
    SizeRow,
)
from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import (
    Courier,
    DaySpan,
    InvoiceRules,
    PostageRules,
    ShopFacts,
)
from bot.facts import Item

_NEAR = DaySpan(first=1, last=2)
_FAR = DaySpan(first=5, last=8)

FACTS = ShopFacts(
    # When parcels are packed: the rule book's hours.
    cutoffs=(time(12), time(15), time(17)),
    ship_weekdays=(1, 2, 3, 4, 5, 6, 7),
    ships_on_holidays=False,
    ship_within_hours=48,
    couriers=(
        Courier(
            name="中通",
            days=DaySpan(first=2, last=4),
            days_by_province={
                "浙江": _NEAR,
                "江苏": _NEAR,
                "上海": _NEAR,
                "新疆": _FAR,
                "西藏": _FAR,
            },
        ),
        Courier(
            name="顺丰",
            days=DaySpan(first=1, last=3),
            days_by_province={
                "新疆": DaySpan(first=4, last=6),
                "西藏": DaySpan(first=4, last=6),
            },
        ),
    ),
    warehouse_province="浙江",
    warehouse_city="杭州",
    postage=PostageRules(
        default_fen=800,
        fen_by_province={
            "江苏": 600,
            "浙江": 600,
            "上海": 600,
            "新疆": 1500,
            "西藏": 1500,
        },
        free_from_fen=5900,
        not_free_in=("新疆", "西藏"),
    ),
    return_address="浙江省杭州市示例路1号小二示例店售后部",
    invoices=InvoiceRules(
        kinds=("电子普通发票",),
        how="确认收货后在订单里申请",
        days=DaySpan(first=1, last=3),
    ),
)


def promotions_from(now: datetime) -> tuple[Promotion, ...]:
    """Return the promotions of a demo shop that opens now: one running, one over."""
    return (
        Promotion(
            promotion_id="winter",
            title="冬季上新",
            phrase="满199元减20元",
            valid_from=now,
            valid_until=now + timedelta(days=30),
        ),
        Promotion(
            promotion_id="opening",
            title="开业优惠",
            phrase="满99元减30元",
            valid_from=now - timedelta(days=30),
            valid_until=now - timedelta(days=1),
        ),
    )


def _size(
    name: str,
    height: tuple[int, int],
    weight: tuple[int, int],
    *,
    bust: tuple[int, int],
) -> SizeRow:
    return SizeRow(
        size=name,
        height_cm=Range(low=height[0], high=height[1]),
        weight_jin=Range(low=weight[0], high=weight[1]),
        measures={"胸围(厘米)": Range(low=bust[0], high=bust[1])},
    )


ITEMS = (
    Item(
        item_id="dress-01",
        title="法式碎花连衣裙",
        list_fen=12_900,
        floor_fen=10_900,
        stock=36,
        category="女装",
        details={
            "attributes": "面料为雪纺，有内衬，中长款",
        },
        card=ProductCard(
            attributes={
                "面料": "雪纺，有内衬",
                "版型": "中长款，微收腰",
                "厚薄": "适中",
            },
            size_chart=SizeChart(
                rows=(
                    _size("S", (152, 160), (80, 98), bust=(82, 86)),
                    _size("M", (158, 165), (98, 112), bust=(86, 90)),
                    _size("L", (163, 172), (112, 128), bust=(90, 96)),
                )
            ),
            care=("冷水手洗，不要漂白", "反面晾干，别暴晒", "中温熨烫，垫一层布"),
            no_reason_return=NoReasonReturn.YES,
        ),
    ),
    Item(
        item_id="kettle-02",
        title="316不锈钢保温壶1.5升",
        list_fen=8_900,
        floor_fen=7_500,
        stock=0,
        category="家居",
        details={"attributes": "316不锈钢内胆，容量1.5升，保温约12小时"},
        card=ProductCard(
            care=(
                "首次使用先用热水烫洗",
                "内胆用软布擦洗，不用钢丝球",
                "不放牛奶和碳酸饮料",
            ),
            no_reason_return=NoReasonReturn.YES,
        ),
    ),
    Item(
        item_id="tea-03",
        title="高山绿茶250克",
        list_fen=6_800,
        floor_fen=5_800,
        stock=120,
        category="食品",
        details={
            "attributes": "净含量250克，生产日期见包装",
            "usage": "八十到八十五度的水冲泡",
        },
        card=ProductCard(
            no_reason_return=NoReasonReturn.CONFIRMED_EXCLUDED,
            return_reason=ReturnReason.UNSEALED_CHANGES,
        ),
    ),
)
