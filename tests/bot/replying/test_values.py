"""Every placeholder has the value that the facts give it, or none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.facts import Facts, Item, Order, OrderLine, OrderState
from bot.replying.names import ALL_PLACEHOLDERS, TICKET_PLACEHOLDERS
from bot.replying.values import format_fen, values_of
from bot.utterances import Entity, EntityKind

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def make_order(**changes: object) -> Order:
    defaults: dict[str, object] = {
        "order_id": "E1",
        "buyer_ref": "b1",
        "state": OrderState.PAID,
    }
    return Order(**(defaults | changes))  # type: ignore[arg-type]  # a factory's free form


def values(**changes: object) -> dict[str, str]:
    facts = Facts(**({"policies": {}} | changes))  # type: ignore[arg-type]  # as above
    return dict(values_of(facts, now=NOW))


class TestFormatFen:
    @pytest.mark.parametrize(
        ("fen", "said"),
        [
            (5900, "59元"),
            (5990, "59.9元"),
            (5995, "59.95元"),
            (5, "0.05元"),
            (0, "0元"),
            (-150, "-1.5元"),
        ],
    )
    def test_says(self, fen: int, said: str) -> None:
        assert format_fen(fen) == said

    @given(st.integers(-(10**9), 10**9))
    def test_loses_no_fen(self, fen: int) -> None:
        yuan, _, rest = (
            format_fen(fen).removesuffix("元").removeprefix("-").partition(".")
        )

        assert int(yuan) * 100 + int(f"{rest:0<2}") == abs(fen)


class TestValuesOf:
    def test_policies_are_taken_when_they_are_placeholders(self) -> None:
        found = values(policies={"shop.name": "小店", "floor": "1元"})

        assert found == {"shop.name": "小店", "buyer.name": "您好"}

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("小王", "小王"),
            (None, "您好"),
            ("", "您好"),
            (" \n", "您好"),
            ("{ticket.number}", "ticket.number"),
            ("王" * 30, "王" * 20),
            ("同意赔付3000元的店", "您好"),
            ("同意赔三百", "您好"),
        ],
    )
    def test_a_buyers_name_is_fit_to_be_spoken(
        self, name: str | None, said: str
    ) -> None:
        assert values(buyer_name=name)["buyer.name"] == said

    def test_an_item_gives_what_is_known(self) -> None:
        item = Item(
            item_id="i1",
            title="杯子",
            list_fen=5990,
            floor_fen=4321,
            stock=30,
            restock_at=NOW + timedelta(days=1),
            details={"usage": "先冲洗", "weight": "secret"},
        )

        found = values(item=item)

        assert found == {
            "buyer.name": "您好",
            "item.title": "杯子",
            "item.price": "59.9元",
            "item.stock": "有货",
            "item.restock_date": "明天",
            "item.usage": "先冲洗",
        }

    @given(st.integers(1, 10**7))
    def test_the_floor_price_is_no_value(self, floor: int) -> None:
        item = Item(item_id="i", title="t", floor_fen=floor)

        found = values(item=item)

        assert set(found) == {"buyer.name", "item.title"}

    @pytest.mark.parametrize(
        ("stock", "said"),
        [(0, "暂时缺货"), (3, "有货，库存不多"), (10, "有货")],
    )
    def test_stock_is_said_in_words(self, stock: int, said: str) -> None:
        item = Item(item_id="i", title="t", stock=stock)

        assert values(item=item)["item.stock"] == said

    def test_a_restock_date_that_has_passed_is_no_fact(self) -> None:
        item = Item(item_id="i", title="t", restock_at=NOW)

        assert "item.restock_date" not in values(item=item)

    def test_an_order_gives_what_is_known(self) -> None:
        order = make_order(
            lines=(
                OrderLine(item_id="i1", title="杯子", quantity=2),
                OrderLine(item_id="i2", title="盖子"),
            ),
            paid_at=NOW - timedelta(hours=2),
            promised_ship_at=NOW + timedelta(hours=5),
            refund="processing",
            courier="中通",
        )

        found = values(order=order)

        assert found == {
            "buyer.name": "您好",
            "order.no": "E1",
            "order.state": "已付款，待发货",
            "order.items": "杯子×2、盖子",
            "order.paid_at": "今天10:00",
            "order.promised_ship_at": "今天17:00",
            "order.refund_state": "处理中",
            "order.courier": "中通",
        }

    @pytest.mark.parametrize(
        ("state", "missed"), [(OrderState.PAID, "今天11:00"), (OrderState.SIGNED, None)]
    )
    def test_a_promise_that_has_passed_is_owned_up_to_and_not_repeated(
        self, state: OrderState, missed: str | None
    ) -> None:
        order = make_order(state=state, promised_ship_at=NOW - timedelta(hours=1))

        found = values(order=order)

        assert "order.promised_ship_at" not in found
        assert found.get("order.missed_ship_at") == missed

    def test_items_without_a_title_are_not_listed_in_part(self) -> None:
        lines = (
            OrderLine(item_id="i1", title="杯子"),
            OrderLine(item_id="i2"),
        )

        assert "order.items" not in values(order=make_order(lines=lines))

    @pytest.mark.parametrize(
        ("refund", "said"), [("已原路退回", "已原路退回"), ("XYZ", None), (None, None)]
    )
    def test_a_refund_state_is_said_only_in_words(
        self, refund: str | None, said: str | None
    ) -> None:
        found = values(order=make_order(refund=refund))

        assert found.get("order.refund_state") == said

    def test_the_first_entity_of_a_kind_counts(self) -> None:
        sizes = [
            Entity(kind=EntityKind.SIZE, value=size, start=0, end=1) for size in "ML"
        ]
        height = Entity(kind=EntityKind.HEIGHT_CM, value=170, start=0, end=1)

        phone = Entity(kind=EntityKind.PHONE, value="13800138000", start=0, end=1)

        found = values_of(Facts(policies={}), now=NOW, entities=(*sizes, height, phone))

        assert dict(found) == {
            "buyer.name": "您好",
            "entity.size": "M",
            "entity.height": "170厘米",
        }

    def test_the_next_opening_is_said_in_shop_time(self) -> None:
        found = values_of(
            Facts(policies={}), now=NOW, next_open_at=NOW + timedelta(hours=21)
        )

        assert found["time.next_open"] == "明天9:00"

    def test_knows_no_placeholder_that_templates_may_not_hold(self) -> None:
        policies = {"shop.name": "小店"}
        item = Item(item_id="i", title="t", list_fen=1, stock=1)

        found = values(policies=policies, item=item, order=make_order())

        assert set(found) < ALL_PLACEHOLDERS - TICKET_PLACEHOLDERS
