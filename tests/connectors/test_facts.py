import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidPayloadError
from bot.facts import Item, Order, OrderLine, OrderState, Review
from connectors.base import Consent
from connectors.signed_http import facts

ITEM = {
    "title": "连衣裙",
    "list_fen": 12_900,
    "floor_fen": 10_900,
    "stock": 0,
    "category": "女装",
    "restock_at": "2026-03-05T00:00:00Z",
    "details": {"usage": "冷水手洗"},
    "updated_at": "2026-03-04T00:00:00Z",
}
ORDER = {
    "buyer_id": "b-1",
    "state": "shipped",
    "items": [
        {"item_id": "i-1", "title": "裙", "quantity": 2, "price_fen": 100},
        "i-2",
    ],
    "paid_at": "2026-03-01T08:00:00+08:00",
    "promised_ship_at": "2026-03-03T00:00:00Z",
    "shipped_at": "2026-03-02T00:00:00Z",
    "courier": "顺丰",
    "tracking_no": "SF1",
    "latest_track": "到达杭州",
    "signed_at": "2026-03-04T00:00:00Z",
    "refund": "requested",
    "dispute": {"state": "open"},
    "updated_at": "2026-03-04T00:00:00Z",
}
REVIEW = {
    "review_id": "r-1",
    "order_id": "o-1",
    "stars": 2,
    "text": "一般",
    "created_at": "2026-03-04T08:00:00+08:00",
}
CONSENT = {"marketing": True, "source": "结算页勾选"}
WHOLE: dict[type[msgspec.Struct], dict[str, Any]] = {
    facts.ItemBody: ITEM,
    facts.OrderBody: ORDER,
    facts.ReviewBody: REVIEW,
    facts.ConsentBody: CONSENT,
}
WRONG: list[tuple[type[msgspec.Struct], str, Any]] = [
    (facts.ItemBody, "title", ""),
    (facts.ItemBody, "title", "裙" * 501),
    (facts.ItemBody, "title", "裙\0"),
    (facts.ItemBody, "list_fen", -1),
    (facts.ItemBody, "list_fen", 1.5),
    (facts.ItemBody, "floor_fen", "109"),
    (facts.ItemBody, "stock", -1),
    (facts.ItemBody, "category", "类" * 129),
    (facts.ItemBody, "restock_at", "2026-03-05T00:00:00"),
    (facts.ItemBody, "restock_at", "0001-01-01T00:00:00+14:00"),
    (facts.ItemBody, "details", {"usage": 1}),
    (facts.ItemBody, "details", {"usage": "手" * 2001}),
    (facts.ItemBody, "details", {"us\0age": "a"}),
    (facts.ItemBody, "details", []),
    (facts.OrderBody, "buyer_id", ""),
    (facts.OrderBody, "buyer_id", "b\x01"),
    (facts.OrderBody, "state", "lost"),
    (facts.OrderBody, "state", None),
    (facts.OrderBody, "items", [7]),
    (facts.OrderBody, "items", [""]),
    (facts.OrderBody, "items", ["i\n"]),
    (facts.OrderBody, "items", [{"item_id": "i\x1b"}]),
    (facts.OrderBody, "items", [{"item_id": "i-1", "quantity": 0}]),
    (facts.OrderBody, "items", [{"title": "裙"}]),
    (facts.OrderBody, "paid_at", 1_772_589_600.5),
    (facts.OrderBody, "paid_at", "9999-12-31T23:59:59-14:00"),
    (facts.OrderBody, "courier", "快" * 65),
    (facts.OrderBody, "tracking_no", "1" * 65),
    (facts.OrderBody, "refund", 5),
    (facts.OrderBody, "refund", {"state": 5}),
    (facts.OrderBody, "dispute", {}),
    (facts.OrderBody, "dispute", {"state": "o\0"}),
    (facts.ReviewBody, "review_id", "r\t1"),
    (facts.ReviewBody, "order_id", ""),
    (facts.ReviewBody, "stars", 0),
    (facts.ReviewBody, "stars", 6),
    (facts.ReviewBody, "stars", "5"),
    (facts.ReviewBody, "text", "差" * 5001),
    (facts.ReviewBody, "created_at", "2026-03-04"),
    (facts.ConsentBody, "marketing", "yes"),
    (facts.ConsentBody, "marketing", 1),
    (facts.ConsentBody, "source", ""),
    (facts.ConsentBody, "source", "页" * 201),
]


def told(body_type: type[msgspec.Struct], raw: bytes) -> object:
    """The value a body tells of, as the handlers make it."""
    body, _ = facts.parse_fact(raw, body_type)
    match body:
        case facts.ItemBody():
            return facts.item_of("i-1", body)
        case facts.OrderBody():
            return facts.order_of("o-1", body)
        case facts.ReviewBody():
            return facts.review_of(body)
        case facts.ConsentBody():
            return facts.consent_of("b-1", body)
        case _:
            raise AssertionError(body_type)


def encode(body: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({**body, **changes}).encode()


class TestItemOf:
    def test_takes_every_field(self) -> None:
        item = told(facts.ItemBody, encode(ITEM))

        assert item == Item(
            item_id="i-1",
            title="连衣裙",
            list_fen=12_900,
            floor_fen=10_900,
            stock=0,
            category="女装",
            restock_at=datetime(2026, 3, 5, tzinfo=UTC),
            details={"usage": "冷水手洗"},
        )

    def test_needs_only_a_title(self) -> None:
        item = told(facts.ItemBody, b'{"title":"a"}')

        assert item == Item(item_id="i-1", title="a")

    def test_refuses_a_floor_above_the_list_price(self) -> None:
        with pytest.raises(InvalidPayloadError) as caught:
            told(facts.ItemBody, encode(ITEM, list_fen=100, floor_fen=101))

        assert caught.value.field == "floor_fen"

    def test_a_floor_may_be_the_list_price(self) -> None:
        item = told(facts.ItemBody, encode(ITEM, list_fen=0, floor_fen=0))

        assert isinstance(item, Item)
        assert (item.list_fen, item.floor_fen) == (0, 0)


class TestOrderOf:
    def test_takes_every_field(self) -> None:
        order = told(facts.OrderBody, encode(ORDER))

        assert order == Order(
            order_id="o-1",
            buyer_ref="b-1",
            state=OrderState.SHIPPED,
            lines=(
                OrderLine(item_id="i-1", title="裙", quantity=2, price_fen=100),
                OrderLine(item_id="i-2"),
            ),
            paid_at=datetime(2026, 3, 1, tzinfo=UTC),
            promised_ship_at=datetime(2026, 3, 3, tzinfo=UTC),
            shipped_at=datetime(2026, 3, 2, tzinfo=UTC),
            courier="顺丰",
            tracking_no="SF1",
            latest_track="到达杭州",
            signed_at=datetime(2026, 3, 4, tzinfo=UTC),
            refund="requested",
            dispute="open",
        )

    @pytest.mark.parametrize(
        ("value", "state"),
        [
            (None, None),
            (False, None),
            ("", None),
            ("none", None),
            ({"state": ""}, None),
            (True, "open"),
            ("refused", "refused"),
            ({"state": "open", "amount_fen": 100}, "open"),
        ],
    )
    @pytest.mark.parametrize("name", ["refund", "dispute"])
    def test_reads_a_refund_in_each_form(
        self, name: str, value: object, state: str | None
    ) -> None:
        order = told(facts.OrderBody, encode(ORDER, **{name: value}))

        assert getattr(order, name) == state


class TestReviewOf:
    def test_takes_every_field_and_cleans_the_text(self) -> None:
        body, _ = facts.parse_fact(
            encode(REVIEW, text="一般\x1b般\n"), facts.ReviewBody
        )

        review = facts.review_of(body)

        assert review == Review(
            review_id="r-1",
            order_id="o-1",
            stars=2,
            text="一般般\n",
            created_at=datetime(2026, 3, 4, tzinfo=UTC),
        )


class TestConsentOf:
    def test_takes_every_field(self) -> None:
        consent = told(facts.ConsentBody, encode(CONSENT, marketing=False))

        assert consent == Consent(buyer_ref="b-1", is_given=False, source="结算页勾选")


class TestParseFact:
    @pytest.mark.parametrize(("body_type", "name", "value"), WRONG)
    def test_names_the_wrong_field(
        self, body_type: type[msgspec.Struct], name: str, value: object
    ) -> None:
        with pytest.raises(InvalidPayloadError) as caught:
            told(body_type, encode(WHOLE[body_type], **{name: value}))

        assert (caught.value.field or "").startswith(name)

    @pytest.mark.parametrize(
        ("body_type", "name"),
        [
            (facts.ItemBody, "title"),
            (facts.OrderBody, "buyer_id"),
            (facts.OrderBody, "state"),
            (facts.ReviewBody, "review_id"),
            (facts.ReviewBody, "order_id"),
            (facts.ReviewBody, "stars"),
            (facts.ReviewBody, "created_at"),
            (facts.ConsentBody, "marketing"),
        ],
    )
    def test_names_what_is_missing(
        self, body_type: type[msgspec.Struct], name: str
    ) -> None:
        body = {key: value for key, value in WHOLE[body_type].items() if key != name}

        with pytest.raises(InvalidPayloadError) as caught:
            facts.parse_fact(encode(body), body_type)

        assert caught.value.field == name

    def test_tells_which_keys_it_did_not_know(self) -> None:
        _, ignored = facts.parse_fact(
            encode(CONSENT, colour="red", zone=1), facts.ConsentBody
        )

        assert ignored == ("colour", "zone")

    @pytest.mark.parametrize(
        "unknown",
        [
            b'"x":' + b"[" * 30_000 + b"]" * 30_000,
            b'"x":1e999',
            b'"x":"\xff"',
            b'"\xff":1',
            b'"x":"\\ud800"',
            b'"x":["\\u0000"]',
        ],
        ids=range(6),
    )
    def test_refuses_garbage_also_where_it_looks_away(self, unknown: bytes) -> None:
        raw = b'{"marketing":true,' + unknown + b"}"

        with pytest.raises(InvalidPayloadError):
            facts.parse_fact(raw, facts.ConsentBody)

    @given(
        body_type=st.sampled_from(sorted(WHOLE, key=repr)), raw=st.binary(max_size=200)
    )
    def test_any_bytes_give_a_body_or_the_one_error(
        self, body_type: type[msgspec.Struct], raw: bytes
    ) -> None:
        try:
            body, _ = facts.parse_fact(raw, body_type)
        except InvalidPayloadError:
            return

        assert isinstance(body, body_type)

    @given(data=st.data())
    def test_any_value_of_any_field_gives_a_fact_or_the_one_error(
        self, data: st.DataObject
    ) -> None:
        body_type = data.draw(st.sampled_from(sorted(WHOLE, key=repr)))
        name = data.draw(st.sampled_from(sorted(WHOLE[body_type])))
        value = data.draw(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text()
            | st.datetimes().map(lambda moment: f"{moment.isoformat()}+14:00")
            | st.lists(st.text(), max_size=2)
            | st.dictionaries(st.text(), st.text(), max_size=2)
        )

        try:
            fact = told(body_type, encode(WHOLE[body_type], **{name: value}))
        except InvalidPayloadError:
            return

        assert fact is not None


class TestPhone:
    @pytest.mark.parametrize(
        ("told", "digits"),
        [
            ("138 0013 5678", "13800135678"),
            ("+86-13800135678", "8613800135678"),
            ("１３８００１３５６７８", "13800135678"),
            ("(0571)88886666", "057188886666"),
            ("138****5678", "138****5678"),
            (None, None),
        ],
    )
    def test_is_taken_as_digits(self, told: str | None, digits: str | None) -> None:
        body, _ = facts.parse_fact(
            json.dumps({**ORDER, "phone": told}).encode(), facts.OrderBody
        )

        order = facts.order_of("A1", body)

        assert order.phone == digits
        assert "5678" not in repr(order)

    @pytest.mark.parametrize(
        ("told", "province"),
        [
            ("浙江", "浙江"),
            ("浙江省", "浙江"),
            ("新疆维吾尔自治区", "新疆"),
            (None, None),
        ],
    )
    def test_a_province_has_its_short_name(
        self, told: str | None, province: str | None
    ) -> None:
        body, _ = facts.parse_fact(
            json.dumps({**ORDER, "province": told}).encode(), facts.OrderBody
        )

        assert facts.order_of("A1", body).province == province

    @pytest.mark.parametrize(
        ("field", "told"),
        [
            ("province", "火星"),
            ("province", "江浙沪"),
            ("province", ""),
            ("city", " "),
            ("city", "a\tb"),
        ],
    )
    def test_what_is_no_place_is_refused(self, field: str, told: str) -> None:
        body, _ = facts.parse_fact(
            json.dumps({**ORDER, field: told}).encode(), facts.OrderBody
        )

        with pytest.raises(InvalidPayloadError) as refused:
            facts.order_of("A1", body)

        assert refused.value.field == field

    @pytest.mark.parametrize("told", ["", "1380013****", "call me", "123456", "1" * 21])
    def test_what_is_no_phone_is_refused(self, told: str) -> None:
        body, _ = facts.parse_fact(
            json.dumps({**ORDER, "phone": told}).encode(), facts.OrderBody
        )

        with pytest.raises(InvalidPayloadError) as refused:
            facts.order_of("A1", body)
        assert refused.value.field == "phone"

    def test_a_body_without_one_stays_valid(self) -> None:
        body, ignored = facts.parse_fact(json.dumps(ORDER).encode(), facts.OrderBody)

        assert facts.order_of("A1", body).phone is None
        assert ignored == ()
