"""A frame is read whatever a page has cut out of a text."""

import json

import pytest

from bot.errors import InvalidPayloadError, InvalidSignatureError
from connectors.web_chat.identity import named_by, user_hash
from connectors.web_chat.wire import Hello, Say, parse


def read(**frame: object) -> object:
    return parse(json.dumps(frame).encode(), text_limit=100)


class TestParse:
    def test_half_an_emoji_is_replaced_and_the_rest_is_kept(self) -> None:
        said = read(type="message", id="m1", text="坏字\ud83d😀")

        assert isinstance(said, Say)
        assert said.text == "坏字?😀"

    def test_a_name_that_was_cut_costs_nobody_the_window(self) -> None:
        hello = read(type="hello", user_name="小\ud83d")

        assert isinstance(hello, Hello)
        assert hello.user_name == "小?"

    def test_what_is_no_json_is_refused(self) -> None:
        with pytest.raises(InvalidPayloadError):
            parse(b'{"type": "hello", "x": "\\ud83d', text_limit=100)


class TestNamedBy:
    def test_the_shops_word_is_taken(self) -> None:
        hello = Hello(user_id="b1", user_hash=user_hash(b"key", "b1"))

        named = named_by(hello, secret=b"key")

        assert named is not None
        assert named.user_id == "b1"

    @pytest.mark.parametrize(
        "user_id",
        ["1700000000./api/v1/shops/demo/conversations/1/messages", "anon-1"],
    )
    def test_a_name_whose_hash_would_sign_a_request_is_refused(
        self, user_id: str
    ) -> None:
        hello = Hello(user_id=user_id, user_hash=user_hash(b"key", user_id))

        with pytest.raises(InvalidSignatureError):
            named_by(hello, secret=b"key")
