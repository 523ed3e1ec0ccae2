"""What does a request say? Bodies, queries and places of an address as typed values."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from aiohttp import web

from bot.catalogue.checking import WrongFactError
from bot.errors import InvalidPayloadError

Decoded = TypeVar("Decoded")
Struct = TypeVar("Struct", bound=msgspec.Struct)
Made = TypeVar("Made")

_FIRST_YEAR, _LAST_YEAR = 1970, 2999
"""Times outside are a system's empty value, and overflow in another time zone."""


def decode_body(
    raw: bytes, decoder: msgspec.json.Decoder[Decoded], *, connector: str
) -> Decoded:
    """Return the decoded body.

    Raises:
        InvalidPayloadError: it is not JSON, or not what the decoder expects.
    """
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise _invalid(error, connector) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidPayloadError(
            "the body is not valid JSON", connector=connector
        ) from error


def read_query(request: web.Request, kind: type[Struct], *, connector: str) -> Struct:
    """Return what stands behind the question mark, as the route declares it.

    Raises:
        InvalidPayloadError: a value is wrong or given twice; names it.
    """
    for name in request.query:
        if len(request.query.getall(name)) > 1:
            raise InvalidPayloadError(
                "is given more than once", connector=connector, field=name
            )
    return _convert(dict(request.query), kind, connector)


def read_place(request: web.Request, kind: type[Struct], *, connector: str) -> Struct:
    """Return the parts of the address that ``kind`` names.

    Raises:
        InvalidPayloadError: a part is not of its type; names it.
    """
    named = {
        name: request.match_info[name]
        for name in kind.__struct_fields__
        if name in request.match_info
    }
    return _convert(named, kind, connector)


def _convert(values: dict[str, str], kind: type[Struct], connector: str) -> Struct:
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(error, connector) from error


def _invalid(error: msgspec.ValidationError, connector: str) -> InvalidPayloadError:
    reason, field = place_of(str(error))
    return InvalidPayloadError(reason, connector=connector, field=field)


def place_of(message: str) -> tuple[str, str | None]:
    """Return msgspec's reason and the name of the field it speaks of."""
    reason, _, place = message.partition(" - at `$")
    field = place.rstrip("`").replace("[...]", "").lstrip(".")
    if "`" in reason and "field" in reason:
        named = reason.split("`")[1]
        field = f"{field}.{named}" if field else named
    return reason, (field or None)


def utc_moment(moment: datetime, *, field: str, connector: str) -> datetime:
    """Return a moment in UTC.

    Raises:
        InvalidPayloadError: it lies in no year that anybody means.
    """
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise InvalidPayloadError(
            f"must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}",
            connector=connector,
            field=field,
        )
    return moment.astimezone(UTC)


def checked(make: Callable[[], Made], *, field: str, connector: str) -> Made:
    """Return what ``make`` makes of a body.

    Raises:
        InvalidPayloadError: typed facts contradict themselves; names the field, below
            ``field`` when that is not empty.
    """
    try:
        return make()
    except msgspec.ValidationError as error:
        reason, place = place_of(str(error))
        cause = error.__cause__
        last = None
        if isinstance(cause, WrongFactError):
            reason, last = cause.reason, cause.field
        names = [name for name in (field, place, last) if name]
        raise InvalidPayloadError(
            reason, connector=connector, field=".".join(names)
        ) from error
