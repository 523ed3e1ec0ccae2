"""What does a file bring into a library, and what of that did its editor change?

An exported file carries a mark of each entry as it was. So an entry that the editor left
alone follows the library, one that both changed is told, and only a row that was there
and is gone removes anything.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from bot.errors import Problem, ScriptLibraryError
from bot.scripts import Pack
from scripts_library.excel.facts_book import FactsBook
from scripts_library.shop.composing import EntryProblem, compose
from scripts_library.shop.entries import Content, Edits, Entry, Key, Kind, with_edits
from scripts_library.shop.reasons import in_words

_LAST_STEP: Final = re.compile(r"(\[\d+\]|\.?[^.\[\]]+)$")
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


class Mark(NamedTuple):
    """What an entry was when it was exported."""

    stored: str
    """Mark of the entry in the library."""
    written: str
    """Mark of what a reader of the file gets when nobody changes it."""


class Spot(NamedTuple):
    """Where something stands in a file."""

    sheet: str
    line: int
    column: str | None = None
    """Its letter."""
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file says."""

    file: str
    content: Content
    kinds: frozenset[Kind]
    """Kinds that the file tells of at all."""
    marks: Mapping[Key, Mark] = field(default_factory=dict)
    """Of the entries that were exported; empty for a file that somebody made anew."""
    spots: Mapping[tuple[Key, str], Spot] = field(default_factory=dict)
    """By entry and path in it."""
    facts: FactsBook | None = None

    def spot(self, key: Key, path: str = "") -> Spot:
        """Return where a piece of an entry stands, or else what it is a piece of."""
        while (key, path) not in self.spots:
            if not path:
                return Spot(self.file, 0, title=f"{key.kind}/{key.entry_id}")
            path = _LAST_STEP.sub("", path)
        return self.spots[key, path]


def mark_of(entry: Entry) -> str:
    """Return what changes with every change of an entry."""
    raw = msgspec.json.encode(entry, order="deterministic")
    return hashlib.sha256(raw).hexdigest()[:16]


def find_changes(
    imported: Imported, current: Content, *, frame: Pack, is_whole: bool = False
) -> Edits:
    """Return what a file changes of a library.

    Args:
        imported: The file.
        current: What the library says now.
        frame: The release's pack, in which the result has to stand.
        is_whole: What the file does not have is removed, exported or not.

    Raises:
        ScriptLibraryError: with what cannot be used, and what somebody else changed
            meanwhile, by sheet, row and column.
    """
    edits: dict[Key, Entry | None] = {}
    problems = []
    for key, entry in imported.content.items():
        known = current.get(key)
        if entry == known or _is_untouched(imported, key, entry):
            continue
        if _is_stale(imported, key, known):
            problems.append(_at(imported, key, "", _STALE))
        edits[key] = entry
    for key in _gone(imported, current, is_whole=is_whole):
        if _is_stale(imported, key, current[key]):
            problems.append(_at(imported, key, "", f"{_STALE}（这里删掉了它）"))
        edits[key] = None
    problems += _unprintable(imported, edits)
    problems += _unusable(imported, frame, with_edits(current, edits), edits)
    if problems:
        raise ScriptLibraryError(tuple(dict.fromkeys(problems)))
    return edits


_STALE: Final = "导出以后别人也改了这一条，请重新导出再改"


def _is_untouched(imported: Imported, key: Key, entry: Entry) -> bool:
    mark = imported.marks.get(key)
    return mark is not None and mark.written == mark_of(entry)


def _is_stale(imported: Imported, key: Key, known: Entry | None) -> bool:
    """Return whether the library has another entry now than was exported."""
    mark = imported.marks.get(key)
    if mark is None:
        return known is not None and bool(imported.marks)
    return known is None or mark_of(known) != mark.stored


def _gone(imported: Imported, current: Content, *, is_whole: bool) -> list[Key]:
    return [
        key
        for key in current
        if key.kind in imported.kinds
        and key not in imported.content
        and (is_whole or key in imported.marks)
    ]


def _unprintable(imported: Imported, edits: Edits) -> list[Problem]:
    """Return what no buyer's window would show."""
    return [
        _at(imported, key, path, "有看不见的控制字符")
        for key, entry in edits.items()
        for path, text in _texts_of(entry, "")
        if _CONTROL.search(text)
    ]


def _texts_of(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts in a value with their paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts_of(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts_of(inner, f"{path}[{at}]")


def _unusable(
    imported: Imported, frame: Pack, content: Content, edits: Edits
) -> list[Problem]:
    """Return what keeps changed entries from being used."""
    return [
        _at(imported, problem.key, problem.path, _in_words(problem))
        for problem in compose(frame, content).problems
        if problem.key in edits
    ]


def _in_words(problem: EntryProblem) -> str:
    told = in_words(problem.reason)
    return f"{told.reason}；{told.fix}"


def _at(imported: Imported, key: Key, path: str, reason: str) -> Problem:
    spot = imported.spot(key, path)
    letter = "" if spot.column is None else f"{spot.column}列"
    place = "" if spot.title is None else f"{letter}「{spot.title}」："
    return Problem(
        file=spot.sheet,
        line=spot.line,
        reason=f"{place}{reason}",
        column=spot.column,
        field=spot.title,
    )
