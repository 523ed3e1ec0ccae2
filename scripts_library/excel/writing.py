"""How do values stand in cells?"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scripts_library.excel.cells import neutralise


def write_moment(at: datetime | None, zone: ZoneInfo) -> str | None:
    """Return a moment in shop time, with its offset only where that is not clear."""
    if at is None:
        return None
    local = at.astimezone(zone)
    bare = local.replace(tzinfo=None)
    is_clear = bare.replace(tzinfo=zone).astimezone(UTC) == at
    whole = not (local.second or local.microsecond)
    text = bare.isoformat(sep=" ", timespec="minutes" if whole else "auto")
    return text if is_clear else local.isoformat(sep=" ")


def write_text(text: str | None) -> str | None:
    """Return a text for a cell; None leaves it empty."""
    return None if text is None else neutralise(text)


def write_fen(fen: int | None) -> float | int | None:
    """Return fen as yuan for a cell."""
    if fen is None:
        return None
    return fen // 100 if fen % 100 == 0 else fen / 100


def write_number(number: float) -> float | str:
    """Return a number for a cell; as a text where Excel's fifteen digits would cut it."""
    return number if float(f"{number:.15g}") == number else repr(number)
