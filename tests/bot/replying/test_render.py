"""A template is filled completely or not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replying.names import ALL_PLACEHOLDERS
from bot.replying.render import (
    fill,
    fill_ticket,
    format_date,
    format_time,
    placeholders,
)

SHANGHAI = "Asia/Shanghai"
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""12:00 in Shanghai."""

names = st.sampled_from(sorted(ALL_PLACEHOLDERS))
literals = st.text("亲，您好。请稍等 abc", max_size=8)
facts = st.text("甲乙丙0123元", min_size=1, max_size=6)


class TestPlaceholders:
    def test_names_all_in_order_also_unknown_ones(self) -> None:
        assert placeholders("亲{buyer.name}，{订单}见{item.price}") == (
            "buyer.name",
            "订单",
            "item.price",
        )

    def test_a_plain_text_has_none(self) -> None:
        assert placeholders("亲，您好") == ()


class TestFill:
    def test_keeps_where_facts_stand(self) -> None:
        filled = fill(
            "{item.title}只要{item.price}哦",
            {"item.title": "杯子", "item.price": "59元"},
        )

        assert filled is not None
        assert filled.text == "杯子只要59元哦"
        assert filled.spans == ((0, 2), (4, 7))

    @pytest.mark.parametrize("values", [{}, {"item.price": ""}])
    def test_is_none_when_a_fact_is_missing(self, values: dict[str, str]) -> None:
        assert fill("只要{item.price}", values) is None

    def test_leaves_deferred_placeholders(self) -> None:
        filled = fill("单号{ticket.number}", {}, deferred=frozenset({"ticket.number"}))

        assert filled is not None
        assert filled.text == "单号{ticket.number}"

    @given(st.lists(st.tuples(literals, names, facts), max_size=5), literals)
    def test_every_span_holds_its_value(
        self, parts: list[tuple[str, str, str]], tail: str
    ) -> None:
        values = {name: value for _, name, value in parts}
        template = "".join(f"{text}{{{name}}}" for text, name, _ in parts) + tail

        filled = fill(template, values)

        assert filled is not None
        assert [filled.text[start:end] for start, end in filled.spans] == [
            values[name] for _, name, _ in parts
        ]

    def test_says_a_value_in_the_form_asked_for(self) -> None:
        values = {"order.promised_ship_at": "今天17:00"}

        filled = fill("{order.promised_ship_at|before}发出", values)

        assert filled is not None
        assert filled.text == "今天17点前发出"
        assert filled.spans == ((0, 6),)

    def test_a_value_without_that_form_is_a_missing_fact(self) -> None:
        assert fill("{shop.eta|before}到", {"shop.eta": "一般两三天"}) is None

    @pytest.mark.parametrize("values", [{}, {"buyer.name": ""}])
    def test_a_default_stands_for_a_missing_fact_and_is_none(
        self, values: dict[str, str]
    ) -> None:
        filled = fill("{buyer.name|default:亲}，您好", values)

        assert filled is not None
        assert (filled.text, filled.spans) == ("亲，您好", ())
        assert filled.names == frozenset()

    def test_an_explicit_empty_default_says_nothing(self) -> None:
        filled = fill("好的{entity.size|default:}", {})

        assert filled is not None
        assert filled.text == "好的"

    def test_an_optional_part_is_left_out_whole(self) -> None:
        template = "发出了[[，由{order.courier}承运，单号{order.tracking_no}]]哦"

        both = fill(template, {"order.courier": "中通", "order.tracking_no": "123"})
        one = fill(template, {"order.courier": "中通"})

        assert both is not None
        assert both.text == "发出了，由中通承运，单号123哦"
        assert one is not None
        assert (one.text, one.spans, one.names) == ("发出了哦", (), frozenset())

    def test_a_deferred_fact_keeps_its_part_and_its_form(self) -> None:
        template = "登记了[[（{ticket.number}），{ticket.due_at|before}答复]]"
        later = frozenset({"ticket.number", "ticket.due_at"})

        filled = fill(template, {}, deferred=later)
        nothing = fill(template, {})

        assert filled is not None
        assert filled.text == "登记了（{ticket.number}），{ticket.due_at|before}答复"
        assert nothing is not None
        assert nothing.text == "登记了"

    @given(
        st.lists(
            st.tuples(
                literals,
                names,
                st.one_of(st.none(), facts),
                st.booleans(),
                st.one_of(st.none(), literals),
            ),
            max_size=5,
        )
    )
    def test_what_is_no_fact_is_literally_in_the_template(
        self, parts: list[tuple[str, str, str | None, bool, str | None]]
    ) -> None:
        values = {name: fact for _, name, fact, _, _ in parts if fact is not None}
        template = "".join(
            _written(text, name, is_optional=is_optional, default=default)
            for text, name, _, is_optional, default in parts
        )

        filled = fill(template, values)

        expected = [
            _said(text, name, values, is_optional=is_optional, default=default)
            for text, name, _, is_optional, default in parts
        ]
        said = [part for part in expected if part is not None]
        if len(said) < len(expected):
            assert filled is None
            return
        assert filled is not None
        assert filled.text == "".join(text for text, _ in said)
        assert [filled.text[start:end] for start, end in filled.spans] == [
            value for _, value in said if value is not None
        ]


def _written(text: str, name: str, *, is_optional: bool, default: str | None) -> str:
    if is_optional:
        return f"[[{text}{{{name}}}]]"
    ending = "" if default is None else f"|default:{default}"
    return f"{text}{{{name}{ending}}}"


def _said(
    text: str,
    name: str,
    values: dict[str, str],
    *,
    is_optional: bool,
    default: str | None,
) -> tuple[str, str | None] | None:
    """Return what a part says and its fact, None when it cannot be said."""
    fact = values.get(name)
    if fact is not None:
        return f"{text}{fact}", fact
    if is_optional:
        return "", None
    return None if default is None else (f"{text}{default}", None)


class TestFillTicket:
    def test_says_the_due_time_in_the_form_asked_for(self) -> None:
        text = fill_ticket(
            "（{ticket.number}）{ticket.due_at|before}答复",
            number="WL-000001",
            due_at=NOON,
            timezone=SHANGHAI,
            now=NOON,
        )

        assert text == "（WL-000001）今天12点前答复"

    def test_fills_number_and_due_time_in_shop_time(self) -> None:
        text = fill_ticket(
            "单号{ticket.number}，{ticket.due_at}前答复",
            number="WL-000001",
            due_at=NOON,
            timezone=SHANGHAI,
        )

        assert text == "单号WL-000001，11月23日12:00前答复"

    def test_names_a_near_day_when_it_knows_now(self) -> None:
        text = fill_ticket(
            "{ticket.due_at}前",
            number="WL-000001",
            due_at=NOON,
            timezone=SHANGHAI,
            now=NOON,
        )

        assert text == "今天12:00前"


class TestFormatTime:
    @pytest.mark.parametrize(
        ("days", "said"),
        [
            (-1, "昨天12:00"),
            (0, "今天12:00"),
            (1, "明天12:00"),
            (2, "后天12:00"),
            (3, "11月26日12:00"),
            (-3, "11月20日12:00"),
            (40, "2027年1月2日12:00"),
        ],
    )
    def test_names_near_days(self, days: int, said: str) -> None:
        at = NOON + timedelta(days=days)

        assert format_time(at, timezone=SHANGHAI, now=NOON) == said

    def test_without_now_names_the_date(self) -> None:
        assert format_time(NOON, timezone=SHANGHAI) == "11月23日12:00"

    def test_days_change_at_the_shops_midnight(self) -> None:
        late = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)

        said = format_time(late + timedelta(minutes=6), timezone=SHANGHAI, now=late)

        assert said == "明天0:05"


class TestFormatDate:
    def test_names_the_day_only(self) -> None:
        at = NOON + timedelta(days=1)

        assert format_date(at, timezone=SHANGHAI, now=NOON) == "明天"
