"""Where did the page before end? Cursors that clients keep and do not read."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

import msgspec

from server.api.desk.parts import invalid

MOST: Final = 200
LARGEST: Final = 2**63 - 1
"""What a row's number can be."""

Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST)]
Cursor = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
RowId = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]

_Row = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
_Item = TypeVar("_Item")
_Kind = TypeVar("_Kind")
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``?limit=…&after=…``."""

    limit: Limit = 50
    after: Cursor | None = None
    """``next`` of the page before."""


def id_cursor(row_id: int) -> str:
    """Return the cursor behind a row of a list that is in the order of ids."""
    return _write(row_id)


def id_after(cursor: str | None, *, field: str = "after") -> int:
    """Return the id of the last row seen, 0 at the beginning.

    Raises:
        InvalidPayloadError: the cursor is not one of ours.
    """
    return 0 if cursor is None else _read(cursor, _Row, field)


def text_cursor(text: str) -> str:
    """Return the cursor behind a row of a list that is in the order of a text."""
    return _write(text)


def text_after(cursor: str | None, *, field: str = "after") -> str | None:
    """Return the text of the last row seen, None at the beginning.

    Raises:
        InvalidPayloadError: the cursor is not one of ours.
    """
    if cursor is None:
        return None
    text = _read(cursor, str, field)
    if not text.isprintable():
        raise invalid("is no cursor of this list", field=field)
    return text


def time_cursor(at: datetime | None, row_id: int) -> str:
    """Return the cursor behind a row of a list in the order of time and id."""
    moment = None if at is None else (at - _EARLIEST) // _MICROSECOND
    return _write((moment, row_id))


def time_after(
    cursor: str | None, *, field: str = "after"
) -> tuple[datetime | None, int] | None:
    """Return time and id of the last row seen, None at the beginning.

    Raises:
        InvalidPayloadError: the cursor is not one of ours.
    """
    if cursor is None:
        return None
    moment, row_id = _read(cursor, tuple[_Moment | None, _Row], field)
    at = None if moment is None else _EARLIEST + moment * _MICROSECOND
    return at, row_id


def next_of(items: list[_Item], limit: int) -> tuple[list[_Item], bool]:
    """Return a page of a list read with one row more, and whether there is more."""
    return items[:limit], len(items) > limit


_MICROSECOND: Final = datetime.resolution
_Moment = Annotated[int, msgspec.Meta(ge=0, le=32_503_680_000_000_000)]
"""Microseconds since 1970, up to the year 3000."""


def _write(value: object) -> str:
    plain = msgspec.json.encode(value)
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _read(cursor: str, kind: type[_Kind], field: str) -> _Kind:
    try:
        plain = base64.b64decode(
            cursor.encode("ascii") + b"=" * (-len(cursor) % 4),
            altchars=b"-_",
            validate=True,
        )
        return msgspec.json.decode(plain, type=kind)
    except (
        ValueError,
        UnicodeEncodeError,
        binascii.Error,
        msgspec.MsgspecError,
    ) as error:
        raise invalid("is no cursor of this list", field=field) from error
