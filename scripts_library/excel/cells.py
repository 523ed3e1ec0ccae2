r"""How does a text stand in a cell, so that no program runs it and nothing is lost?

A text that begins like a formula gets an apostrophe before it. What a cell cannot hold
is written as ``\uXXXX``, a backslash as ``\\``. An empty text is （空）, an empty list
（无）: an empty cell says nothing.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

EMPTY: Final = "（空）"
NOTHING: Final = "（无）"
LONGEST_CELL: Final = 32_767
"""Characters of a cell; Excel's limit, beyond which programs cut in silence."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "'")
_UNSAFE: Final = re.compile(
    "[\\\\\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
    # What Excel itself would read as an escape.
    "|_(?=x[0-9a-fA-F]{4}_)"
)
_ESCAPED: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\\n：:]))")
_COLONS: Final = re.compile("[：:]")


def neutralise(text: str) -> str:
    """Return a text as it stands in a cell: whatever it is, it is no formula."""
    if text == "":
        return EMPTY
    first = last = ""
    if text in {EMPTY, NOTHING} or text[0].isspace():
        first, text = _code(text[0]), text[1:]
    if text and text[-1].isspace():
        last, text = _code(text[-1]), text[:-1]
    safe = first + _UNSAFE.sub(_escape, text) + last
    return f"'{safe}" if safe.startswith(_FORMULA_STARTS) else safe


def restore(cell: str) -> str:
    """Return the text that :func:`neutralise` has put into a cell."""
    if cell == EMPTY:
        return ""
    return _ESCAPED.sub(_unescape, cell.removeprefix("'"))


def write_lines(texts: Iterable[str]) -> str:
    """Return texts as the lines of one cell."""
    return "\n".join(map(_line, texts)) or NOTHING


def read_lines(cell: str) -> tuple[str, ...]:
    """Return the texts of the lines of a cell, blank lines left out."""
    if cell == NOTHING:
        return ()
    return tuple(restore(line) for line in _lines(cell))


def write_pairs(pairs: Mapping[str, str]) -> str:
    """Return names and values as the lines of one cell: 面料：雪纺."""
    lines = [
        _COLONS.sub(lambda found: f"\\{found[0]}", _line(name)) + "：" + _line(value)
        for name, value in pairs.items()
    ]
    return "\n".join(lines) or NOTHING


def read_pairs(cell: str) -> dict[str, str]:
    """Return the names and values of the lines of a cell.

    Raises:
        ValueError: A line has no colon, or a name stands there twice; it is named.
    """
    found: dict[str, str] = {}
    for line in () if cell == NOTHING else _lines(cell):
        name, colon, value = _split(line)
        key = restore(name.strip())
        if not colon or key in found:
            raise ValueError(line)
        found[key] = restore(value.strip())
    return found


def _split(line: str) -> tuple[str, str, str]:
    """Return what stands before and behind the first colon that is not escaped."""
    position = 0
    while position < len(line):
        if line[position] == "\\":
            position += 2
        elif _COLONS.match(line[position]):
            return line[:position], line[position], line[position + 1 :]
        else:
            position += 1
    return line, "", ""


def _line(text: str) -> str:
    return neutralise(text).replace("\n", r"\n")


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.split("\n") if line.strip()]


def _escape(match: re.Match[str]) -> str:
    return r"\\" if match[0] == "\\" else _code(match[0])


def _code(sign: str) -> str:
    """Return the escape of one sign; those beyond four digits need none."""
    return f"\\u{ord(sign):04x}"


def _unescape(match: re.Match[str]) -> str:
    if match[1] is not None:
        return chr(int(match[1], 16))
    return "\n" if match[2] == "n" else match[2]
