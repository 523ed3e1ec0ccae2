"""From when until when is something true? Half open spans with open ends."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from bot.catalogue.checking import WrongFactError

_EVER = datetime.min.replace(tzinfo=UTC)


class Lasting(Protocol):
    """What is true from a moment until another; an open end is None."""

    @property
    def valid_from(self) -> datetime | None:
        """Return the first moment, None: always has been."""

    @property
    def valid_until(self) -> datetime | None:
        """Return the first moment at which it is over, None: not yet known."""


AnyLasting = TypeVar("AnyLasting", bound=Lasting)


def is_valid(one: Lasting, at: datetime) -> bool:
    """Return whether something is true at a moment: from its start, before its end."""
    return (one.valid_from is None or one.valid_from <= at) and (
        one.valid_until is None or at < one.valid_until
    )


def valid_at(those: Iterable[AnyLasting], at: datetime) -> list[AnyLasting]:
    """Return what is true at a moment, what began last at the end."""
    return sorted((one for one in those if is_valid(one, at)), key=_start)


def check_span(valid_from: datetime | None, valid_until: datetime | None) -> None:
    """Refuse a span that holds no moment, and naive times.

    Raises:
        WrongFactError: It does not.
    """
    for field, at in (("valid_from", valid_from), ("valid_until", valid_until)):
        if at is not None and at.tzinfo is None:
            raise WrongFactError(field, "a time needs its zone")
    if valid_from is not None and valid_until is not None and valid_until <= valid_from:
        raise WrongFactError("valid_until", "must be after valid_from")


def _start(one: Lasting) -> datetime:
    return _EVER if one.valid_from is None else one.valid_from
