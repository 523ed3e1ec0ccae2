"""When does a parcel leave, and when is it there? By cut-off, calendar and courier."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.catalogue.shop_facts import Courier, DaySpan, ShopFacts
from bot.desk.holidays import DayKind, HolidayCalendar

SEARCH_DAYS = 60
"""A shop that ships on none of so many days does not say when it ships."""

WORKING_WEEK = (1, 2, 3, 4, 5)
"""Shipped on where the facts name no weekdays: Monday to Friday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipPlan:
    """When what is paid at a moment leaves the warehouse."""

    day: date
    """Shop time."""
    cutoff: time | None
    """Of a parcel that leaves today: until when others must be paid for that, the last
    cut-off of the day. None: the day's last one is over, or it is no day of shipping."""
    is_provisional: bool
    """The holidays of these days are not announced yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """From one day to another, both of them in it; shop time."""

    first: date
    last: date


def ships_today(
    facts: ShopFacts,
    holidays: HolidayCalendar,
    now: datetime,
    *,
    timezone: str = "Asia/Shanghai",
) -> ShipPlan | None:
    """Return when what is paid ``now`` leaves: before the last cut-off today, else next.

    The cut-off itself is too late, as rule books say 17:00前.

    Returns:
        None when the facts name no cut-offs, or no day to ship on comes soon.
    """
    if not facts.cutoffs:
        return None
    local = now.astimezone(ZoneInfo(timezone))
    last = facts.cutoffs[-1]
    is_in_time = local.time() < last
    is_provisional = False
    for offset in range(SEARCH_DAYS):
        day = local.date() + timedelta(days=offset)
        is_provisional |= _is_provisional(facts, holidays, day)
        if _is_ship_day(facts, holidays, day) and (offset > 0 or is_in_time):
            return ShipPlan(
                day=day,
                cutoff=last if offset == 0 else None,
                is_provisional=is_provisional,
            )
    return None


def arrival(
    facts: ShopFacts, province: str, *, shipped_on: date, courier: str | None = None
) -> DateRange | None:
    """Return between which days a parcel arrives that leaves on a day.

    Args:
        facts: Of the shop.
        province: Short name of where it goes.
        shipped_on: Shop time.
        courier: Who carries it; None: whoever of the shop's couriers it will be.

    Returns:
        None when nobody has said how long that courier takes there.
    """
    couriers = [
        one
        for one in facts.couriers or ()
        if courier is None or is_same_courier(one, courier)
    ]
    days = days_between(couriers, province)
    if days is None:
        return None
    return DateRange(
        first=shipped_on + timedelta(days=days.first),
        last=shipped_on + timedelta(days=days.last),
    )


def days_between(couriers: list[Courier], province: str) -> DaySpan | None:
    """Return how many days whichever of some couriers takes, None when none is known."""
    known = [days for one in couriers if (days := one.days_to(province)) is not None]
    if not known:
        return None
    return DaySpan(
        first=min(days.first for days in known), last=max(days.last for days in known)
    )


def is_same_courier(courier: Courier, name: str) -> bool:
    """Return whether an order's courier is this one: 中通 is 中通快递."""
    one, other = courier.name.strip(), name.strip()
    return bool(other) and (one.startswith(other) or other.startswith(one))


def _is_ship_day(facts: ShopFacts, holidays: HolidayCalendar, day: date) -> bool:
    kind = holidays.day(day).kind
    if kind is not DayKind.REGULAR:
        return kind is DayKind.MAKE_UP or facts.ships_on_holidays is True
    weekdays = facts.ship_weekdays
    return day.isoweekday() in (WORKING_WEEK if weekdays is None else weekdays)


def _is_provisional(facts: ShopFacts, holidays: HolidayCalendar, day: date) -> bool:
    """Return whether a day may still become one without shipping."""
    return holidays.day(day).is_provisional and facts.ships_on_holidays is not True
