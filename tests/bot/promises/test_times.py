"""Days, hours and lengths said in words come to the moment that is meant."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.desk.working_time import WorkingCalendar
from bot.promises.finding import PromiseFinder
from bot.promises.kinds import DayEnd
from bot.promises.moments import Moment, SaidTime
from bot.promises.times import find_time
from scripts_library.loader import builtin_pack, load_pack

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=_SHANGHAI)
_CALENDAR = WorkingCalendar()
Write = Callable[[int], str]
_FINDER = PromiseFinder(load_pack(builtin_pack()).promises)
_DIGITS = "零一二三四五六七八九"
_DAYS = {"明天": 1, "明儿": 1, "明日": 1, "后天": 2, "大后天": 3}
_MOMENTS = st.datetimes(
    min_value=datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis asks for naive bounds
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from((_SHANGHAI, UTC, ZoneInfo("America/New_York"))),
)
_UNITS = {
    "分钟": timedelta(minutes=1),
    "刻钟": timedelta(minutes=15),
    "个小时": timedelta(hours=1),
    "个钟头": timedelta(hours=1),
    "天": timedelta(days=1),
    "日": timedelta(days=1),
    "个自然日": timedelta(days=1),
    "周": timedelta(days=7),
    "个礼拜": timedelta(days=7),
}


def in_words(number: int) -> str:
    """Return a number below a hundred as it is said: 二十五."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def say(text: str, *, now: datetime = _MONDAY) -> SaidTime | None:
    """Return the time of a clause."""
    moment = Moment(now=now, calendar=_CALENDAR)
    return find_time(text, moment=moment, ends=DayEnd.DAY)


def _due(text: str, *, now: datetime = _MONDAY) -> datetime:
    said = say(text, now=now)
    assert said is not None
    assert said.at is not None
    return said.at.astimezone(_SHANGHAI)


def _at(text: str, *, now: datetime) -> datetime | None:
    said = say(text, now=now)
    return None if said is None else said.at


def _part_of(hour: int) -> str:
    """Return what people call the part of the day of an hour."""
    if hour < 6:
        return "凌晨"
    if hour < 12:
        return "上午"
    if hour < 18:
        return "下午"
    return "晚上"


class TestRoundTrip:
    @pytest.mark.parametrize("hour", range(24))
    @pytest.mark.parametrize(("day", "ahead"), _DAYS.items())
    @pytest.mark.parametrize(
        ("minute", "said"), [(0, ""), (30, "半"), (15, "一刻"), (25, "二十五分")]
    )
    @pytest.mark.parametrize("write", [str, in_words])
    def test_every_hour_of_a_coming_day(
        self, hour: int, day: str, ahead: int, minute: int, said: str, write: Write
    ) -> None:
        spoken = hour if hour <= 12 else hour - 12
        part = "中午" if hour == 12 else _part_of(hour)

        due = _due(f"{day}{part}{write(spoken)}点{said}前给您发")

        expected = datetime.combine(
            _MONDAY.date() + timedelta(days=ahead), time(hour, minute), _SHANGHAI
        )
        assert due == expected

    @pytest.mark.parametrize("hour", range(13, 24))
    @pytest.mark.parametrize("write", [str, in_words])
    def test_every_hour_counted_to_twenty_four(self, hour: int, write: Write) -> None:
        assert _due(f"明天{write(hour)}点前发") == _MONDAY.replace(day=24, hour=hour)

    @given(
        number=st.integers(1, 30),
        unit=st.sampled_from(sorted(_UNITS)),
        within=st.sampled_from(("内", "之内", "以内")),
        now=_MOMENTS,
    )
    def test_every_length_in_words_is_that_in_digits(
        self, number: int, unit: str, within: str, now: datetime
    ) -> None:
        words, digits = (
            say(f"{written}{unit}{within}给您退款", now=now)
            for written in (in_words(number), str(number))
        )

        assert words is not None
        assert digits is not None
        assert words.at == digits.at == now + number * _UNITS[unit]

    @given(number=st.integers(1, 20), now=_MOMENTS)
    def test_working_days_in_words_are_those_in_digits(
        self, number: int, now: datetime
    ) -> None:
        words, digits = (
            say(f"{written}个工作日内退款", now=now)
            for written in (in_words(number), str(number))
        )

        assert words is not None
        assert digits is not None
        assert words.at == digits.at

    @given(day=st.integers(1, 31), month=st.integers(1, 12), now=_MOMENTS)
    def test_a_date_in_words_is_that_in_digits(
        self, day: int, month: int, now: datetime
    ) -> None:
        words = say(f"{in_words(month)}月{in_words(day)}号给您发", now=now)
        digits = say(f"{month}月{day}号给您发", now=now)

        assert (words and words.at) == (digits and digits.at)


_POINTS = (
    *_DAYS,
    "今天",
    "今晚",
    "明早",
    "周三",
    "本周五",
    "下周二",
    "月底",
    "中旬",
    "下个月初",
    "年底",
    "周末",
    "11月28号",
)
_HOURS = (
    "",
    "上午",
    "中午",
    "下午五点",
    "晚上十二点",
    "夜里两点",
    "18点",
    "8:30",
    "零点",
)
_LENGTHS = ("两小时内", "半天内", "三日内", "一个半月内", "半个工作日内", "十几分钟内")


class TestProperties:
    @given(
        said=st.lists(
            st.sampled_from((*_POINTS, *_HOURS, *_LENGTHS, "到", "或", "前", "之间")),
            max_size=5,
        ),
        now=_MOMENTS,
        is_person=st.booleans(),
    )
    def test_nothing_is_due_in_the_past_or_beyond_belief(
        self, said: list[str], now: datetime, *, is_person: bool
    ) -> None:
        text = f"{''.join(said)}给您发货"

        for found in _FINDER.find(
            text, now=now, calendar=_CALENDAR, is_person=is_person, has_order=True
        ):
            assert found.due_at is not None
            assert now < found.due_at <= now + timedelta(days=400)

    @given(
        day=st.sampled_from([it for it in _POINTS if it not in {"今晚", "明早"}]),
        part=st.sampled_from(_HOURS[1:]),
        now=_MOMENTS,
    )
    def test_an_hour_in_a_day_is_never_later_than_the_night_of_that_day(
        self, day: str, part: str, now: datetime
    ) -> None:
        whole, exact = say(f"{day}发", now=now), say(f"{day}{part}发", now=now)

        if whole is not None and exact is not None:
            assert whole.at is not None
            assert exact.at is not None
            assert exact.at <= whole.at + timedelta(hours=6)

    @given(
        first=st.sampled_from(_POINTS),
        last=st.sampled_from(_POINTS),
        joint=st.sampled_from(("到", "或者", "至")),
        now=_MOMENTS,
    )
    def test_a_window_is_over_when_its_last_end_is_or_sooner(
        self, first: str, last: str, joint: str, now: datetime
    ) -> None:
        begun, over = (_at(f"{it}发", now=now) for it in (first, last))
        assume(begun is not None and over is not None and begun <= over)

        window = _at(f"{first}{joint}{last}发", now=now)

        assert over is not None
        assert window is None or window <= over

    @pytest.mark.parametrize(
        "text",
        ["九千万天内", "99999999999小时内", "0天内", "零小时内", "九万个工作日内"],
    )
    def test_what_nobody_can_mean_is_no_time(self, text: str) -> None:
        assert say(f"{text}发") is None
