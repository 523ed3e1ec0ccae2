import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidPayloadError
from bot.messages import IncomingMessage, Sender
from connectors.base import HistoryMessage
from connectors.signed_http import wire
from connectors.texts import clean_text
from tests.factories import NOW, make_outgoing

WHOLE = {
    "message_id": "m-1",
    "buyer_id": "b-1",
    "text": "在吗",
    "image_url": "https://img.example/1.png",
    "buyer_name": "小王",
    "order_id": "o-1",
    "item_id": "i-1",
    "sent_at": "2026-03-04T10:00:00+08:00",
}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=5,
)


def parse(raw: bytes, *, text_limit: int = 5000) -> IncomingMessage:
    return wire.parse_message(raw, shop="demo", text_limit=text_limit)


def body(**changes: Any) -> bytes:
    return json.dumps({"message_id": "m-1", "buyer_id": "b-1", **changes}).encode()


def fault(raw: bytes) -> InvalidPayloadError:
    with pytest.raises(InvalidPayloadError) as caught:
        parse(raw)
    return caught.value


class TestParseMessage:
    def test_takes_every_field(self) -> None:
        message = parse(json.dumps(WHOLE).encode())

        assert message == IncomingMessage(
            shop="demo",
            connector="signed_http",
            platform_message_id="m-1",
            buyer_ref="b-1",
            text="在吗",
            image_url="https://img.example/1.png",
            buyer_name="小王",
            order_ref="o-1",
            item_ref="i-1",
            sent_at=datetime(2026, 3, 4, 2, 0, tzinfo=UTC),
            is_verified=True,
        )

    def test_takes_an_image_without_a_text(self) -> None:
        message = parse(body(image_url="http://img.example/1.png"))

        assert (message.text, message.image_url) == ("", "http://img.example/1.png")

    @pytest.mark.parametrize("name", ["message_id", "buyer_id"])
    def test_names_what_is_missing(self, name: str) -> None:
        given_fields = {"message_id": "m-1", "buyer_id": "b-1", "text": "在吗"}
        del given_fields[name]

        assert fault(json.dumps(given_fields).encode()).field == name

    @pytest.mark.parametrize("name", sorted(WHOLE))
    @pytest.mark.parametrize("value", [7, True, [], {}])
    def test_names_what_has_the_wrong_type(self, name: str, value: object) -> None:
        assert fault(json.dumps({**WHOLE, name: value}).encode()).field == name

    @pytest.mark.parametrize(
        ("name", "most"),
        [("message_id", 128), ("buyer_id", 128), ("order_id", 128), ("item_id", 128)],
    )
    def test_an_id_has_a_most(self, name: str, most: int) -> None:
        fits = parse(json.dumps({**WHOLE, name: "长" * most}).encode())

        assert "长" * most in repr(fits)
        assert fault(json.dumps({**WHOLE, name: "长" * (most + 1)}).encode()).field == (
            name
        )

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("buyer_name", "王" * 65),
            ("image_url", "https://img.example/" + "a" * 2048),
            ("message_id", ""),
            ("buyer_id", ""),
            ("order_id", ""),
            ("item_id", ""),
        ],
    )
    def test_names_what_is_too_long_or_empty(self, name: str, value: str) -> None:
        assert fault(json.dumps({**WHOLE, name: value}).encode()).field == name

    @pytest.mark.parametrize("name", ["message_id", "buyer_id", "order_id", "item_id"])
    @pytest.mark.parametrize("control", ["\0", "\n", "\x1b", "\x7f", "\x85", "\u2028"])
    def test_refuses_controls_in_an_id(self, name: str, control: str) -> None:
        error = fault(json.dumps({**WHOLE, name: f"a{control}b"}).encode())

        assert error.field == name

    def test_takes_controls_out_of_texts(self) -> None:
        message = parse(body(text="\0在\x1b吗\x7f\r\n\t了", buyer_name="小\0王"))

        assert (message.text, message.buyer_name) == ("在吗\n\t了", "小王")

    @pytest.mark.parametrize("text", ["", "  ", "\n\t", "\0\x1b", "　"])
    def test_needs_words_or_an_image(self, text: str) -> None:
        assert fault(body(text=text)).field == "text"

    def test_needs_words_or_an_image_also_when_both_are_null(self) -> None:
        assert fault(body(text=None, image_url=None)).field == "text"

    def test_takes_5000_characters_and_not_one_more(self) -> None:
        fits = parse(body(text="亲" * 5000))

        assert len(fits.text) == 5000
        assert fault(body(text="亲" * 5001)).field == "text"

    def test_counts_characters_not_bytes_and_not_surrogates(self) -> None:
        fits = parse(body(text="😀" * 3), text_limit=3)

        assert fits.text == "😀😀😀"

    @pytest.mark.parametrize(
        "address",
        ["", "ftp://a/b", "javascript:alert(1)", "//a/b", "https://a/\n", "a"],
    )
    def test_an_image_needs_a_web_address(self, address: str) -> None:
        assert fault(body(image_url=address)).field == "image_url"

    @pytest.mark.parametrize(
        "moment",
        [
            "2026-03-04T10:00:00",
            "2026-03-04",
            "10:00",
            "yesterday",
            "",
            "2026-13-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "1969-12-31T23:59:59Z",
            "9999-12-31T23:59:59-14:00",
        ],
    )
    def test_refuses_a_moment_that_names_no_instant(self, moment: str) -> None:
        assert fault(body(text="在吗", sent_at=moment)).field == "sent_at"

    def test_names_a_field_that_does_not_exist(self) -> None:
        assert fault(body(text="在吗", txet="在吗")).field == "txet"

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b" ",
            b"{",
            b"\xff\xfe",
            b'{"message_id":"m","buyer_id":"b","text":"\xff"}',
            b'{"message_id":"m","buyer_id":"b","text":"\\ud83d"}',
            b'{"message_id":"m","buyer_id":"b","text":"\xed\xa0\x80"}',
            b'{"message_id":"m","buyer_id":"b","text":"\x00"}',
            b'{"text":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
            b"[" * 60_000,
            b"{}{}",
            b"NaN",
        ],
        ids=range(12),
    )
    def test_says_what_is_no_json(self, raw: bytes) -> None:
        assert fault(raw).connector == "signed_http"

    @pytest.mark.parametrize("raw", [b"[]", b"null", b'"a"', b"1", b"true"])
    def test_refuses_what_is_no_object(self, raw: bytes) -> None:
        assert "object" in str(fault(raw))

    @given(raw=st.binary(max_size=300))
    def test_any_bytes_give_a_message_or_the_one_error(self, raw: bytes) -> None:
        self.parses_or_refuses(raw)

    @given(value=JSON_VALUES)
    def test_any_json_gives_a_message_or_the_one_error(self, value: object) -> None:
        self.parses_or_refuses(json.dumps(value).encode())

    @given(name=st.sampled_from(sorted(WHOLE)), value=JSON_VALUES)
    def test_any_value_of_a_field_gives_a_message_or_names_the_field(
        self, name: str, value: object
    ) -> None:
        self.parses_or_refuses(json.dumps({**WHOLE, name: value}).encode())

    @given(text=st.text(max_size=50))
    def test_what_is_taken_can_be_stored(self, text: str) -> None:
        raw = json.dumps({**WHOLE, "text": text}, ensure_ascii=True).encode()

        try:
            message = parse(raw)
        except InvalidPayloadError:
            return

        assert "\0" not in message.text
        assert message.text.encode().decode() == message.text

    def parses_or_refuses(self, raw: bytes) -> None:
        try:
            message = parse(raw)
        except InvalidPayloadError:
            return

        assert message.platform_message_id


class TestCleanText:
    @given(text=st.text())
    def test_is_done_once(self, text: str) -> None:
        cleaned = clean_text(text)

        assert clean_text(cleaned) == cleaned

    @pytest.mark.parametrize("text", ["", "亲，在吗？", "👨‍👩‍👧 一家", "a\tb\nc", "é"])
    def test_leaves_words_and_emoji_alone(self, text: str) -> None:
        assert clean_text(text) == text


class TestCheckRef:
    @pytest.mark.parametrize("value", ["", "a" * 129, "a\0", "a\n"])
    def test_names_its_field(self, value: str) -> None:
        with pytest.raises(InvalidPayloadError) as caught:
            wire.check_ref(value, field="id")

        assert caught.value.field == "id"

    @pytest.mark.parametrize("value", ["1", "a" * 128, "订单-1", "a b/c"])
    def test_returns_what_can_be_an_id(self, value: str) -> None:
        assert wire.check_ref(value, field="id") == value


class TestUtc:
    def test_moves_into_utc(self) -> None:
        moment = datetime.fromisoformat("2026-03-04T10:00:00+08:00")

        moved = wire.utc(moment, field="sent_at")

        assert (moved, moved.utcoffset()) == (NOW, timedelta())

    def test_leaves_none_alone(self) -> None:
        assert wire.utc_or_none(None, field="sent_at") is None


class TestReplyBody:
    def test_is_the_contract(self) -> None:
        message = HistoryMessage(
            message_id=5,
            text="亲，在的",
            sender=Sender.AGENT,
            sent_at=NOW,
            intent="greeting",
            script_id="greeting.one",
            buttons=("转人工",),
        )

        told = json.loads(msgspec.json.encode(wire.reply_body(message)))

        assert told == {
            "id": 5,
            "text": "亲，在的",
            "intent": "greeting",
            "script_id": "greeting.one",
            "sender": "agent",
            "sent_at": "2026-03-04T02:00:00Z",
            "buttons": ["转人工"],
            "attachments": [],
        }


class TestCallbackBody:
    def test_names_delivery_conversation_and_buyer(self) -> None:
        message = make_outgoing(intent="greeting", attachments=("https://a/1.png",))

        told = json.loads(wire.callback_body(message))

        assert told == {
            "delivery_id": 71,
            "conversation_id": 3,
            "buyer_id": "buyer-1",
            "reply": {
                "id": 5,
                "text": "亲，在的",
                "intent": "greeting",
                "script_id": None,
                "sender": "assistant",
                "sent_at": "2026-03-04T02:00:00Z",
                "buttons": [],
                "attachments": ["https://a/1.png"],
            },
        }
