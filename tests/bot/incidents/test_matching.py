"""Which turns an incident concerns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.facts import Facts, Item, Order, OrderLine, OrderState
from bot.incidents.matching import (
    concerning,
    incident_for,
    is_within,
    subject_of,
    withheld,
)
from bot.incidents.values import (
    Incident,
    IncidentKind,
    IncidentRule,
    IncidentRules,
    Scope,
)
from bot.utterances import Entity, EntityKind

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
RULES = IncidentRules(
    kinds={
        IncidentKind.WAREHOUSE_STOP: IncidentRule(
            zh="停发",
            intents=frozenset({"when"}),
            closing="over",
            withholds=frozenset({"shop.ship_within"}),
            not_for=frozenset({OrderState.SHIPPED}),
        )
    }
)
ORDER = Order(
    order_id="A1",
    buyer_ref="b1",
    state=OrderState.PAID,
    lines=(OrderLine(item_id="i1"), OrderLine(item_id="i2")),
    courier="中通快递",
)


def make_incident(
    scope: Scope = Scope(),  # noqa: B008 - immutable
    *,
    ends_at: datetime | None = None,
    starts_at: datetime = NOW - timedelta(hours=1),
    kind: IncidentKind = IncidentKind.WAREHOUSE_STOP,
) -> Incident:
    return Incident(
        incident_id=1,
        kind=kind,
        scope=scope,
        text="发不了货",
        starts_at=starts_at,
        ends_at=ends_at,
    )


class TestIsWithin:
    @pytest.mark.parametrize(
        ("scope", "is_in"),
        [
            (Scope(), True),
            (Scope(couriers=("中通",)), True),
            (Scope(couriers=("中通快递",)), True),
            (Scope(couriers=("圆通",)), False),
            (Scope(items=("i2",)), True),
            (Scope(items=("i3",)), False),
            (Scope(categories=("茶叶",)), True),
            (Scope(categories=("服装",)), False),
            (Scope(couriers=("中通",), items=("i3",)), False),
        ],
    )
    def test_what_is_known_decides(self, scope: Scope, *, is_in: bool) -> None:
        item = Item(item_id="i1", title="绿茶", category="茶叶")
        facts = Facts(policies={}, order=ORDER, item=item)

        assert is_within(scope, subject_of(facts, text="圆通和服装都好")) is is_in

    @pytest.mark.parametrize(
        ("scope", "text", "is_in"),
        [
            (Scope(couriers=("中通",)), "你们发中通吗", True),
            (Scope(couriers=("EMS",)), "ems多久到", True),
            (Scope(couriers=("中通",)), "什么时候发货", False),
            (Scope(provinces=("新疆",)), "寄新疆多久", True),
            (Scope(provinces=("新疆",)), "寄西藏多久", False),
            (Scope(items=("i1",)), "绿茶有吗", False),
        ],
    )
    def test_what_is_not_known_must_be_named(
        self, scope: Scope, text: str, *, is_in: bool
    ) -> None:
        assert is_within(scope, subject_of(Facts(policies={}), text=text)) is is_in

    def test_a_place_that_was_read_counts(self) -> None:
        place = Entity(kind=EntityKind.PLACE, value="新疆", start=0, end=2)

        subject = subject_of(Facts(policies={}), text="", entities=(place,))

        assert is_within(Scope(provinces=("新疆",)), subject)


class TestSubjectOf:
    @pytest.mark.parametrize("name", ["新疆", "新疆维吾尔自治区", "乌鲁木齐"])
    def test_where_the_order_goes_counts_without_being_named(self, name: str) -> None:
        order = replace(ORDER, province="新疆", city="乌鲁木齐")
        facts = Facts(policies={}, buyer_name=None, order=order)

        subject = subject_of(facts, text="什么时候能到")

        assert is_within(Scope(provinces=(name,)), subject)
        assert not is_within(Scope(provinces=("浙江省",)), subject)

    def test_a_town_that_is_named_lies_in_its_province(self) -> None:
        place = Entity(kind=EntityKind.PLACE, value="杭州", start=0, end=2)

        subject = subject_of(
            Facts(policies={}, buyer_name=None), text="杭州能寄吗", entities=(place,)
        )

        assert is_within(Scope(provinces=("江浙沪",)), subject)
        assert not is_within(Scope(provinces=("宁波",)), subject)


class TestConcerning:
    @pytest.mark.parametrize(
        ("starts", "ends", "is_on"),
        [(-1, None, True), (0, None, True), (1, None, False), (-2, -1, False)],
    )
    def test_only_while_it_lasts(
        self, starts: int, ends: int | None, *, is_on: bool
    ) -> None:
        one = make_incident(
            starts_at=NOW + timedelta(hours=starts),
            ends_at=None if ends is None else NOW + timedelta(hours=ends),
        )
        subject = subject_of(Facts(policies={}), text="")

        found = concerning((one,), subject, rules=RULES, now=NOW)

        assert (found == (one,)) is is_on

    def test_its_end_does_not_belong_to_it(self) -> None:
        one = make_incident(ends_at=NOW)

        assert not one.is_running(NOW)

    def test_not_an_order_that_is_beyond_it(self) -> None:
        shipped = Order(order_id="A1", buyer_ref="b1", state=OrderState.SHIPPED)
        subject = subject_of(Facts(policies={}, order=shipped), text="")

        assert concerning((make_incident(),), subject, rules=RULES, now=NOW) == ()


class TestIncidentFor:
    def test_is_what_the_pack_says_of_its_kind(self) -> None:
        one = make_incident()
        other = make_incident(kind=IncidentKind.SHORTAGE)

        assert incident_for("when", (other, one), RULES) is one
        assert incident_for("price", (one,), RULES) is None


class TestWithheld:
    def test_are_the_placeholders_of_all_that_concern(self) -> None:
        one = make_incident()

        assert withheld((one,), RULES) == {"shop.ship_within"}
        assert withheld((), RULES) == frozenset()
