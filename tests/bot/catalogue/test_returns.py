"""Seven days without a reason: the last one, holidays, exclusions, what nobody knows."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.cards import NoReasonReturn, ProductCard, ReturnReason
from bot.catalogue.returns import (
    _LONGEST_HOLIDAY,
    MayReturn,
    may_return_without_reason,
    return_deadline,
)
from bot.desk.holidays import DayKind, HolidayCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = HolidayCalendar()
SIGNED = datetime(2026, 11, 20, 15, 0, tzinfo=SHANGHAI)
PLAIN = ProductCard(no_reason_return=NoReasonReturn.YES)
ENGRAVED = ProductCard(
    no_reason_return=NoReasonReturn.NO, return_reason=ReturnReason.CUSTOM_MADE
)
COSMETICS = ProductCard(
    no_reason_return=NoReasonReturn.CONFIRMED_EXCLUDED,
    return_reason=ReturnReason.UNSEALED_CHANGES,
)


def may_return(
    card: ProductCard | None,
    *,
    now: datetime,
    is_confirmed: bool | None = None,
    signed_at: datetime | None = SIGNED,
    holidays: HolidayCalendar = CALENDAR,
) -> MayReturn:
    return may_return_without_reason(
        card, is_confirmed=is_confirmed, signed_at=signed_at, now=now, holidays=holidays
    )


class TestReturnDeadline:
    def test_is_the_end_of_the_seventh_day_after_signing(self) -> None:
        found = return_deadline(SIGNED, CALENDAR)

        assert found.day == date(2026, 11, 27)
        assert found.at == datetime(2026, 11, 28, 0, 0, tzinfo=SHANGHAI)
        assert not found.is_at_least

    def test_the_day_of_signing_is_that_of_china(self) -> None:
        late = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # the 21st there

        assert return_deadline(late, CALENDAR).day == date(2026, 11, 28)

    def test_a_last_day_on_a_holiday_moves_to_the_next_working_day(self) -> None:
        found = return_deadline(datetime(2026, 9, 25, 12, tzinfo=SHANGHAI), CALENDAR)

        assert CALENDAR.day(date(2026, 10, 2)).kind is DayKind.HOLIDAY
        assert found.day == date(2026, 10, 8)

    def test_a_holiday_before_a_weekend_moves_over_it(self) -> None:
        own = HolidayCalendar(own={date(2026, 11, 27): DayKind.HOLIDAY})

        assert return_deadline(SIGNED, own).day == date(2026, 11, 30)

    def test_a_made_up_day_is_a_working_day(self) -> None:
        own = HolidayCalendar(
            own={
                date(2026, 11, 27): DayKind.HOLIDAY,
                date(2026, 11, 28): DayKind.MAKE_UP,
            }
        )

        assert return_deadline(SIGNED, own).day == date(2026, 11, 28)

    def test_in_a_year_not_announced_it_is_at_least_that_day(self) -> None:
        found = return_deadline(datetime(2031, 3, 3, 12, tzinfo=SHANGHAI), CALENDAR)

        assert found.day == date(2031, 3, 10)
        assert found.is_at_least

    @given(
        st.datetimes(
            datetime(2020, 1, 1),  # noqa: DTZ001 - naive, as hypothesis wants bounds
            datetime(2035, 1, 1),  # noqa: DTZ001 - naive, as hypothesis wants bounds
            timezones=st.just(UTC),
        )
    )
    def test_never_leaves_less_than_seven_whole_days(self, signed_at: datetime) -> None:
        found = return_deadline(signed_at, CALENDAR)

        local_end = found.at.astimezone(SHANGHAI)
        assert local_end.time().isoformat() == "00:00:00"
        assert found.at - signed_at > timedelta(days=7)
        assert found.at - signed_at <= timedelta(days=8) + _LONGEST_HOLIDAY
        assert CALENDAR.day(found.day).kind is not DayKind.HOLIDAY


class TestMayReturnWithoutReason:
    # Rows 8 to 10 of the compliance oracle.
    def test_on_the_seventh_day_it_is_allowed(self) -> None:
        last = datetime(2026, 11, 27, 23, 59, 59, tzinfo=SHANGHAI)

        assert may_return(PLAIN, now=last) is MayReturn.ALLOWED

    def test_on_the_eighth_day_it_is_past(self) -> None:
        first = datetime(2026, 11, 28, tzinfo=SHANGHAI)

        assert may_return(PLAIN, now=first) is MayReturn.PAST

    def test_an_engraved_mug_is_excluded_when_the_buyer_confirmed(self) -> None:
        assert may_return(ENGRAVED, now=SIGNED, is_confirmed=True) is MayReturn.EXCLUDED

    @pytest.mark.parametrize("is_confirmed", [None, False])
    @pytest.mark.parametrize("card", [COSMETICS, ENGRAVED])
    def test_without_a_recorded_confirmation_a_person_looks(
        self,
        card: ProductCard,
        is_confirmed: bool | None,  # noqa: FBT001 - a parameter of the test
    ) -> None:
        found = may_return(card, now=SIGNED, is_confirmed=is_confirmed)

        assert found is MayReturn.UNCONFIRMED
        assert found.needs_person

    # What nobody knows is never told as over.
    def test_with_an_unknown_signing_time_a_person_looks(self) -> None:
        found = may_return(PLAIN, now=SIGNED, signed_at=None)

        assert found is MayReturn.UNKNOWN_SIGNING
        assert found.needs_person

    @pytest.mark.parametrize("card", [None, ProductCard()])
    def test_an_item_of_no_class_is_promised_nothing(
        self, card: ProductCard | None
    ) -> None:
        found = may_return(card, now=SIGNED)

        assert found is MayReturn.UNKNOWN_CLASS
        assert found.needs_person

    def test_a_last_day_of_an_unknown_calendar_is_not_told_as_over(self) -> None:
        signed = datetime(2031, 1, 24, 12, tzinfo=SHANGHAI)

        just_over = may_return(PLAIN, now=signed + timedelta(days=9), signed_at=signed)
        long_over = may_return(PLAIN, now=signed + timedelta(days=40), signed_at=signed)

        assert just_over is MayReturn.UNKNOWN_CALENDAR
        assert long_over is MayReturn.PAST

    def test_only_what_is_known_is_answered_without_a_person(self) -> None:
        settled = {one for one in MayReturn if not one.needs_person}

        assert settled == {MayReturn.ALLOWED, MayReturn.PAST, MayReturn.EXCLUDED}

    @given(
        st.sampled_from([PLAIN, ENGRAVED, COSMETICS, None]),
        st.sampled_from([True, False, None]),
        st.timedeltas(timedelta(), timedelta(days=40)),
    )
    def test_a_refusal_always_has_its_ground(
        self,
        card: ProductCard | None,
        is_confirmed: bool | None,  # noqa: FBT001 - a parameter of the test
        after: timedelta,
    ) -> None:
        now = SIGNED + after

        found = may_return(card, now=now, is_confirmed=is_confirmed)

        if found is MayReturn.EXCLUDED:
            assert card is not None
            assert card.return_reason is not None
            assert is_confirmed is True
        if found is MayReturn.PAST:
            assert now >= return_deadline(SIGNED, CALENDAR).at


class TestLongestHoliday:
    def test_no_announced_one_is_as_long(self) -> None:
        days = sorted(chinese_calendar.constants.holidays)
        runs = dict.fromkeys(days, 1)
        for day in days:
            runs[day] = runs.get(day - timedelta(days=1), 0) + 1

        assert timedelta(days=max(runs.values()) + 2) < _LONGEST_HOLIDAY
