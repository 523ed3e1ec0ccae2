"""The use case as a whole: one turn in, one decision out."""

from datetime import UTC, date, datetime

from bot.assistant import Assistant
from bot.replying.guard_rules import Verdict
from tests.bot.deciding.deciding_factories import (
    PACK,
    FixedUnderstander,
    make_context,
    make_turn,
    texts,
    understood,
)


class TestHandle:
    def test_the_same_turn_gets_the_same_decision(self) -> None:
        assistant = Assistant(PACK, FixedUnderstander(understood(("colour", 0.9))))

        first = assistant.handle(make_turn(), make_context())

        assert assistant.handle(make_turn(), make_context()) == first
        assert texts(first) == ["红的好看"]

    def test_relative_dates_are_seen_from_the_shops_day(self) -> None:
        understander = FixedUnderstander(understood(("colour", 0.9)))
        late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)

        Assistant(PACK, understander).handle(make_turn(), make_context(now=late))

        assert understander.days == [date(2026, 11, 24)]


class TestGuard:
    def test_is_the_packs(self) -> None:
        assistant = Assistant(PACK, FixedUnderstander(understood(("colour", 0.9))))

        assert assistant.guard.check("验证码").verdict is Verdict.BLOCK
