"""What may be said of a return without a reason."""

from dataclasses import replace
from datetime import datetime

from bot.catalogue.cards import (
    NoReasonReturn,
    ProductCard,
    ReturnReason,
)
from bot.facts import OrderLine, OrderState
from tests.bot.replying.typed_facts import (
    PLAIN,
    SHANGHAI,
    SIGNED,
    item,
    values,
)


class TestReturning:
    def test_of_an_order_in_time_the_deadline_is_told(self) -> None:
        found = values(order=SIGNED, item=item(card=PLAIN))

        assert found["order.return_deadline"] == "11月28日24:00"

    def test_a_deadline_of_next_year_names_it(self) -> None:
        now = datetime(2026, 12, 30, 12, tzinfo=SHANGHAI)
        order = replace(SIGNED, signed_at=now)

        found = values(order=order, item=item(card=PLAIN), now=now)

        assert found["order.return_deadline"] == "至少到2027年1月6日24:00"

    def test_of_an_item_without_a_class_nothing_is_promised(self) -> None:
        found = values(order=SIGNED, item=item())

        assert not [name for name in found if name.startswith("order.return")]

    def test_of_another_item_nothing_is_said(self) -> None:
        found = values(order=SIGNED, item=item(item_id="i2", card=PLAIN))

        assert not [name for name in found if name.startswith("order.return")]

    def test_an_exclusion_names_its_legal_reason(self) -> None:
        card = ProductCard(
            no_reason_return=NoReasonReturn.NO, return_reason=ReturnReason.CUSTOM_MADE
        )
        line = OrderLine(item_id="i1", is_exclusion_confirmed=True)

        found = values(order=replace(SIGNED, lines=(line,)), item=item(card=card))

        assert found["order.return_excluded"] == "按您的要求定制的商品"

    def test_an_order_without_a_signing_time_is_to_be_checked(self) -> None:
        order = replace(SIGNED, signed_at=None)

        found = values(order=order, item=item(card=PLAIN))

        assert found["order.return_check"] == "包裹的签收时间"

    def test_a_parcel_on_its_way_has_no_deadline_yet(self) -> None:
        order = replace(SIGNED, state=OrderState.SHIPPED, signed_at=None)

        found = values(order=order, item=item(card=PLAIN))

        assert not [name for name in found if name.startswith("order.return")]
