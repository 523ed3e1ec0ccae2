"""Which news of an order keeps a promise, and since when."""

from datetime import timedelta

from bot.facts import Order, OrderState
from bot.promises.keeping import facts_of, kept_since, void_since
from bot.promises.kinds import PromiseKind, Settling, warn_at
from tests.factories import NOW

_EARLIER = NOW - timedelta(hours=3)
_KIND = PromiseKind(
    kind_id="ship_by",
    zh="发货",
    about="shipping",
    says=("发货",),
    kept_by=frozenset({Settling.ORDER_SHIPPED}),
    void_by=frozenset({Settling.ORDER_CANCELLED, Settling.ORDER_REFUNDED}),
)


def _order(state: OrderState, **more: object) -> Order:
    return Order(order_id="A1", buyer_ref="b1", state=state, **more)  # type: ignore[arg-type]


class TestFactsOf:
    def test_a_paid_order_settles_nothing(self) -> None:
        assert facts_of(_order(OrderState.PAID), told_at=NOW) == {}

    def test_a_shipped_order_is_so_since_its_own_time(self) -> None:
        order = _order(OrderState.SHIPPED, shipped_at=_EARLIER)

        assert facts_of(order, told_at=NOW) == {Settling.ORDER_SHIPPED: _EARLIER}

    def test_without_a_time_of_its_own_it_is_when_it_was_told(self) -> None:
        facts = facts_of(_order(OrderState.SIGNED), told_at=NOW)

        assert facts == {Settling.ORDER_SHIPPED: NOW, Settling.ORDER_SIGNED: NOW}

    def test_money_back_is_told_by_the_state_or_by_the_refund(self) -> None:
        for order in (
            _order(OrderState.REFUNDED),
            _order(OrderState.COMPLETED, refund="refunded"),
        ):
            assert Settling.ORDER_REFUNDED in facts_of(order, told_at=NOW)

    def test_a_refund_on_its_way_is_no_money_back(self) -> None:
        order = _order(OrderState.REFUNDING, refund="processing")

        assert facts_of(order, told_at=NOW) == {}


class TestSettling:
    def test_a_shipped_order_keeps_the_promise_to_ship(self) -> None:
        facts = {Settling.ORDER_SHIPPED: _EARLIER}

        assert kept_since(_KIND, facts) == _EARLIER
        assert void_since(_KIND, facts) is None

    def test_a_cancelled_order_makes_it_void(self) -> None:
        facts = {Settling.ORDER_CANCELLED: NOW}

        assert kept_since(_KIND, facts) is None
        assert void_since(_KIND, facts) == NOW


class TestWarnAt:
    def test_is_the_lead_before_the_due_time(self) -> None:
        due = NOW + timedelta(days=1)

        at = warn_at(made_at=NOW, due_at=due, lead=timedelta(hours=2))

        assert at == due - timedelta(hours=2)

    def test_of_a_short_promise_is_half_its_time(self) -> None:
        at = warn_at(
            made_at=NOW, due_at=NOW + timedelta(hours=1), lead=timedelta(hours=2)
        )

        assert at == NOW + timedelta(minutes=30)

    def test_a_lead_of_zero_warns_never(self) -> None:
        assert warn_at(made_at=NOW, due_at=NOW, lead=timedelta()) is None
