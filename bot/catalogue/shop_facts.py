"""What does a shop promise of parcels, postage and papers? Typed, with validity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, time

from bot.catalogue.checking import WrongFactError
from bot.catalogue.regions import check_provinces
from bot.catalogue.validity import check_span, valid_at

STANDARD = "平时"
"""The name of the facts that hold when nothing else does."""

LONGEST_DAYS = 365
"""A span of days beyond is a slip of the hand."""

_LAST_WEEKDAY = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpan:
    """From so many to so many days; ``last`` is not below ``first``."""

    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse what is no span."""
        if not 0 <= self.first <= self.last <= LONGEST_DAYS:
            raise WrongFactError("first", f"days run from 0 up to {LONGEST_DAYS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """One courier the shop ships with, and how long it takes."""

    name: str
    days: DaySpan | None = None
    """From leaving the warehouse to the buyer, where no province says otherwise; None:
    not known."""
    days_by_province: Mapping[str, DaySpan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a courier without a name and provinces there are not."""
        if not self.name.strip():
            raise WrongFactError("name", "must not be blank")
        check_provinces(self.days_by_province, field="days_by_province")

    def days_to(self, province: str) -> DaySpan | None:
        """Return how many days a parcel takes there, None when that is not known."""
        return self.days_by_province.get(province, self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostageRules:
    """What postage costs, in fen; 0 is free."""

    default_fen: int | None = None
    """Where no province says otherwise; None: not known."""
    fen_by_province: Mapping[str, int] = field(default_factory=dict)
    free_from_fen: int | None = None
    """Orders of this amount and above are free; 0: all are; None: none is."""
    not_free_in: tuple[str, ...] = ()
    """Provinces that the free postage leaves out."""

    def __post_init__(self) -> None:
        """Refuse negative money and provinces there are not."""
        amounts = {
            "default_fen": (self.default_fen,),
            "free_from_fen": (self.free_from_fen,),
            "fen_by_province": self.fen_by_province.values(),
        }
        for field_name, told in amounts.items():
            if any(fen is not None and fen < 0 for fen in told):
                raise WrongFactError(field_name, "must not be negative")
        check_provinces(self.fen_by_province, field="fen_by_province")
        check_provinces(self.not_free_in, field="not_free_in")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRules:
    """Which invoices the shop issues, when they may be asked for, how long it takes."""

    kinds: tuple[str, ...]
    """Such as 电子普通发票."""
    how: str = ""
    """When and where a buyer asks for one, as a phrase."""
    days: DaySpan | None = None
    """Working days until it is issued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFacts:
    """Some facts of a shop for a span of time; None means: these facts do not say.

    A shop has one set that always holds and others beside it, for the days around a
    holiday or for good from a day on; see :func:`facts_at`.
    """

    name: str = STANDARD
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    cutoffs: tuple[time, ...] | None = None
    """When the day's parcels are packed, shop time, in order; what is paid before the
    last one leaves the same day."""
    ship_weekdays: tuple[int, ...] | None = None
    """Monday is 1, Sunday 7. None: the working days of the calendar."""
    ships_on_holidays: bool | None = None
    """None counts as no."""
    ship_within_hours: int | None = None
    couriers: tuple[Courier, ...] | None = None
    """The first is the usual one."""
    warehouse_province: str | None = None
    warehouse_city: str | None = None
    postage: PostageRules | None = None
    return_address: str | None = None
    service_hours: str | None = None
    invoices: InvoiceRules | None = None
    member_rules: str | None = None

    def __post_init__(self) -> None:
        """Refuse spans without a moment, wrong weekdays, cut-offs out of order."""
        check_span(self.valid_from, self.valid_until)
        if not self.name.strip():
            raise WrongFactError("name", "must not be blank")
        _check_shipping(self)
        if self.warehouse_province is not None:
            check_provinces((self.warehouse_province,), field="warehouse_province")
        names = [courier.name for courier in self.couriers or ()]
        if len(set(names)) < len(names):
            raise WrongFactError("couriers", "one stands there twice")


_OF_THE_SET = frozenset({"name", "valid_from", "valid_until"})
_SAID = tuple(one.name for one in fields(ShopFacts) if one.name not in _OF_THE_SET)


def facts_at(sets: Iterable[ShopFacts], at: datetime) -> ShopFacts:
    """Return what holds at a moment: of each fact what was said from the latest start on.

    An empty list is said; only None leaves a fact to the sets before.
    """
    merged: dict[str, object] = {}
    for one in valid_at(sets, at):
        said = ((name, getattr(one, name)) for name in _SAID)
        merged |= {name: value for name, value in said if value is not None}
    return ShopFacts(**merged)  # type: ignore[arg-type] # the fields of this very type


def _check_shipping(facts: ShopFacts) -> None:
    cutoffs = facts.cutoffs
    if cutoffs is not None and list(cutoffs) != sorted(set(cutoffs)):
        raise WrongFactError("cutoffs", "must rise")
    if any(cutoff.tzinfo is not None for cutoff in cutoffs or ()):
        raise WrongFactError("cutoffs", "are shop time, without a zone")
    days = facts.ship_weekdays
    if days is not None and not all(1 <= day <= _LAST_WEEKDAY for day in days):
        raise WrongFactError("ship_weekdays", "run from 1 (Monday) to 7 (Sunday)")
    if facts.ship_within_hours is not None and facts.ship_within_hours <= 0:
        raise WrongFactError("ship_within_hours", "must be above 0")
