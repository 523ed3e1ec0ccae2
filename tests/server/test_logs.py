import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.errors import SettingsError
from server.logs import mask_event, set_up_logging


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def masked(**event: Any) -> dict[str, Any]:
    return dict(mask_event(None, "info", event))


class TestMaskEvent:
    def test_masks_every_text(self) -> None:
        event = masked(event="电话13812345678", note="a@example.com wrote")

        assert event == {"event": "电话138****5678", "note": "a***@example.com wrote"}

    @pytest.mark.parametrize(
        "value",
        [
            ["13812345678"],
            ("13812345678",),
            {"13812345678"},
            frozenset({"13812345678"}),
            {"phone": "13812345678"},
            {"13812345678": 1},
            [{"buyer": {"phones": ["13812345678"]}}],
        ],
    )
    def test_masks_what_lies_deeper(self, value: object) -> None:
        event = masked(event="a", value=value)

        assert "13812345678" not in repr(event)
        assert "138****5678" in repr(event)

    @pytest.mark.parametrize(
        "key",
        [
            "secret",
            "password",
            "token",
            "signature",
            "authorization",
            "Authorization",
            "X-Xiaoer-Signature",
            "secret_key",
            "callback_secret",
        ],
    )
    def test_hides_secrets_altogether(self, key: str) -> None:
        event = masked(event="a", **{key: "s3cret"}, headers=[{key: b"s3cret"}])

        assert "s3cret" not in repr(event)
        assert event[key] == "***"

    def test_leaves_the_rest_alone(self) -> None:
        event = {"event": "turn.failed", "message_ids": [1, 2], "tokens": 3, "at": None}

        assert masked(**event) == event

    def test_changes_only_the_line_and_not_what_it_speaks_of(self) -> None:
        given = {"phone": "13812345678"}

        masked(event="a", given=given)

        assert given == {"phone": "13812345678"}


class TestSetUpLogging:
    def test_writes_one_masked_json_object_a_line(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        set_up_logging(level="info", as_json=True)

        structlog.get_logger("a").info("buyer.called", phone="13812345678")

        told = json.loads(capsys.readouterr().err)
        assert (told["event"], told["level"]) == ("buyer.called", "info")
        assert told["phone"] == "138****5678"
        assert told["timestamp"].endswith("Z")

    def test_masks_stack_traces_too(self, capsys: pytest.CaptureFixture[str]) -> None:
        set_up_logging(level="info", as_json=True)

        try:
            int("13812345678x")
        except ValueError:
            structlog.get_logger("a").exception("failed")

        told = json.loads(capsys.readouterr().err)
        assert "138****5678" in told["exception"]
        assert "13812345678" not in json.dumps(told)

    def test_speaks_for_other_libraries_too(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        set_up_logging(level="info", as_json=True)

        logging.getLogger("library").warning("called %s", "13812345678")

        told = json.loads(capsys.readouterr().err)
        assert (told["event"], told["level"]) == ("called 138****5678", "warning")

    def test_masks_the_stack_traces_of_other_libraries_too(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        set_up_logging(level="info", as_json=True)

        try:
            int("13812345678x")
        except ValueError:
            logging.getLogger("library").exception("failed")

        told = capsys.readouterr().err
        assert "13812345678" not in told
        assert "138****5678" in told

    def test_says_nothing_below_the_level(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        set_up_logging(level="WARNING", as_json=False)

        structlog.get_logger("a").info("quiet")
        structlog.get_logger("a").warning("loud", phone="13812345678")

        told = capsys.readouterr().err
        assert "quiet" not in told
        assert "loud" in told
        assert "138****5678" in told

    def test_names_a_level_that_does_not_exist(self) -> None:
        with pytest.raises(SettingsError) as caught:
            set_up_logging(level="loud", as_json=True)

        assert caught.value.key == "logging.level"
