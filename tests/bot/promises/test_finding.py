"""Which sentences promise something, and by when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.working_time import WorkingCalendar
from bot.promises.finding import FoundPromise, PromiseFinder
from bot.promises.kinds import PromiseRules
from scripts_library.loader import builtin_pack, load_pack

_HERE = Path(__file__).parent
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=_SHANGHAI)
_CALENDAR = WorkingCalendar()
_LEAST = 60


_FINDER = PromiseFinder(load_pack(builtin_pack()).promises)


@pytest.fixture(name="finder")
def _finder() -> PromiseFinder:
    return _FINDER


def _lines(name: str) -> Iterator[list[str]]:
    for line in (_HERE / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


_PROMISED = list(_lines("promised.tsv"))
_NOT_PROMISED = [fields[0] for fields in _lines("not_promised.tsv")]


def _find(
    finder: PromiseFinder,
    text: str,
    *,
    now: datetime = _MONDAY,
    is_person: bool = True,
    has_order: bool = True,
) -> tuple[FoundPromise, ...]:
    return finder.find(
        text, now=now, calendar=_CALENDAR, is_person=is_person, has_order=has_order
    )


class TestSentences:
    def test_there_are_enough_of_both(self) -> None:
        assert len(_PROMISED) >= _LEAST
        assert len(set(_NOT_PROMISED)) >= _LEAST

    @pytest.mark.parametrize("fields", _PROMISED, ids=lambda fields: fields[0])
    def test_promise_with_kind_time_and_amount(
        self, finder: PromiseFinder, fields: list[str]
    ) -> None:
        text, kind, due, *amount = fields

        (found,) = _find(finder, text)

        assert found.due_at is not None
        assert found.kind.kind_id == kind
        assert found.due_at.astimezone(_SHANGHAI).strftime("%m-%d %H:%M") == due
        assert found.amount_fen == (int(amount[0]) if amount else None)
        assert found.words in text

    @pytest.mark.parametrize("text", _NOT_PROMISED)
    def test_that_promise_nothing(self, finder: PromiseFinder, text: str) -> None:
        assert _find(finder, text) == ()


class TestFind:
    def test_at_once_is_a_promise_only_of_a_person(self, finder: PromiseFinder) -> None:
        assert _find(finder, "小二马上帮您核实", is_person=False) == ()

    def test_a_length_without_a_known_order_is_a_rule_of_the_shop(
        self, finder: PromiseFinder
    ) -> None:
        assert _find(finder, "48小时内发货", has_order=False) == ()

    def test_a_day_is_a_promise_also_without_a_known_order(
        self, finder: PromiseFinder
    ) -> None:
        assert len(_find(finder, "今天给您发货", has_order=False)) == 1

    def test_two_things_are_two_promises(self, finder: PromiseFinder) -> None:
        found = _find(finder, "明天给您发货，差价5元今天补给您")

        assert {one.kind.about for one in found} == {"shipping", "difference"}

    def test_of_one_thing_said_twice_the_earlier_time_counts(
        self, finder: PromiseFinder
    ) -> None:
        (found,) = _find(finder, "后天一定发货。今天就能给您发货！")

        assert found.words == "今天就能给您发货"

    def test_a_ticket_s_due_time_is_known_later(self, finder: PromiseFinder) -> None:
        (found,) = _find(finder, "同事最晚{ticket.due_at}前回复您", is_person=False)

        assert found.due_at is None
        assert found.kind.kind_id == "reply_by"

    def test_an_hour_that_has_passed_today_is_meant_of_the_afternoon(
        self, finder: PromiseFinder
    ) -> None:
        (found,) = _find(
            finder, "五点前回您", now=_MONDAY.replace(hour=16), is_person=True
        )

        assert found.due_at == _MONDAY.replace(hour=17)

    def test_an_answer_promised_after_closing_is_due_at_the_end_of_the_day(
        self, finder: PromiseFinder
    ) -> None:
        (found,) = _find(finder, "今天回复您", now=_MONDAY.replace(hour=20))

        assert found.due_at == _MONDAY.replace(hour=23, minute=59)

    def test_a_friday_named_on_a_saturday_is_the_next_one(
        self, finder: PromiseFinder
    ) -> None:
        saturday = _MONDAY + timedelta(days=5)

        (found,) = _find(finder, "周五给您发货", now=saturday)

        assert found.due_at is not None
        assert found.due_at.astimezone(_SHANGHAI).day == 4

    def test_a_pack_without_rules_finds_nothing(self) -> None:
        assert _find(PromiseFinder(PromiseRules()), "今天发货") == ()

    @given(
        text=st.text(
            alphabet="今明后天下午点前内发货退款给您回复不48二三小时，。？:",
            max_size=40,
        )
    )
    def test_whatever_is_written_nothing_is_due_in_the_past(self, text: str) -> None:
        for found in _find(_FINDER, text):
            assert found.due_at is not None
            assert found.due_at > _MONDAY
            assert found.due_at.tzinfo is UTC
