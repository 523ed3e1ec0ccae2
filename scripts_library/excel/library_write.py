"""A script library as a workbook: everything of it, and what helps to edit it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bot.scripts import Pack
from scripts_library.excel import facts_book
from scripts_library.excel.cells import neutralise, write_lines
from scripts_library.excel.entry_rows import (
    fits_columns,
    write_entry,
    write_other,
    write_text,
)
from scripts_library.excel.facts_book import FactsBook
from scripts_library.excel.imported import mark_of
from scripts_library.excel.library_columns import (
    ASK_COLUMNS,
    ASKS,
    EXAMPLES,
    HINTS,
    INTENT_COLUMNS,
    INTENTS,
    LEXICON_LISTS,
    MARKS,
    NOTE_LINES,
    NOTES,
    OF_PACK,
    OF_SHOP,
    SCRIPT_COLUMNS,
    SCRIPTS,
    SHEETS,
    SNIPPETS,
    SYNONYMS,
    VARIANTS,
    WORDS,
)
from scripts_library.excel.workbook import CellValue, write_workbook
from scripts_library.shop.entries import LINES, Content, Entry, Kind
from scripts_library.shop.script_entries import intent_entry

Tell = Callable[[str, float], None]
"""Told what is done, and how far: 0 to 1."""
Rows = Iterable[Sequence[CellValue]]
_VARIANTS: Final = "variants"
_ASKS: Final = "asks"


def write_library(
    content: Content,
    *,
    frame: Pack,
    timezone: str,
    facts: FactsBook | None = None,
    tell: Tell = lambda _stage, _share: None,
) -> bytes:
    """Return a workbook that :func:`read_library` reads to the same.

    Args:
        content: The entries.
        frame: The release's pack: its intents and lexicon are shown beside.
        timezone: Of the shop.
        facts: What the shop says of itself; None: no such sheets.
        tell: Told how far it is.

    Raises:
        ScriptLibraryError: a list is too long for a cell.
    """
    rows: dict[str, Rows] = {
        NOTES: [[line] for line in NOTE_LINES],
        SCRIPTS: _scripts(content),
        VARIANTS: _variants(content),
        ASKS: _asks(content),
        EXAMPLES: _examples(content),
        INTENTS: _intents(content, frame),
        SNIPPETS: _snippets(content),
        WORDS: _words(frame),
        SYNONYMS: [[write_lines(group)] for group in frame.lexicon.synonyms],
        MARKS: _marks(content),
    }
    titles = dict(SHEETS)
    if facts is not None:
        told = facts_book.sheets_of(facts, timezone=timezone)
        rows |= {name: sheet[1] for name, sheet in told.items()}
        titles |= {name: sheet[0] for name, sheet in told.items()}
    total = len(content) * 4
    counted = _Counted(tell, total)
    return write_workbook(
        {name: (titles[name], counted.rows(name, rows[name])) for name in rows},
        hints=HINTS,
        hidden=frozenset({MARKS}),
    )


class _Counted:
    """Tells how many rows have been written, as far as one can know."""

    def __init__(self, tell: Tell, total: int) -> None:
        self._tell = tell
        self._total = max(total, 1)
        self._done = 0

    def rows(self, name: str, rows: Rows) -> Rows:
        """Yield rows, counting them."""
        for row in rows:
            yield row
            self._done += 1
            if self._done % 500 == 0:
                self._tell(f"写{name}", min(self._done / self._total, 0.99))


def _of(content: Content, kind: Kind) -> Iterator[tuple[str, Entry]]:
    return ((key.entry_id, entry) for key, entry in content.items() if key.kind is kind)


def _scripts(content: Content) -> Rows:
    for script_id, entry in _of(content, Kind.SCRIPT):
        beside = [
            name
            for name, is_beside in (
                (_VARIANTS, _are_texts(entry.get(_VARIANTS))),
                (_ASKS, _are_asks(entry.get(_ASKS))),
            )
            if is_beside
        ]
        cells, other = write_entry(entry, SCRIPT_COLUMNS, besides=beside)
        yield [neutralise(script_id), *cells, other]


def _variants(content: Content) -> Rows:
    for script_id, entry in _of(content, Kind.SCRIPT):
        texts: Any = entry.get(_VARIANTS)
        for text in texts if _are_texts(texts) else ():
            for cell, goes_on in write_text(text):
                yield [neutralise(script_id), cell, goes_on]


def _asks(content: Content) -> Rows:
    for script_id, entry in _of(content, Kind.SCRIPT):
        asks: Any = entry.get(_ASKS)
        for ask in asks if _are_asks(asks) else ():
            yield [neutralise(script_id), *write_entry(ask, ASK_COLUMNS)[0]]


def _examples(content: Content) -> Rows:
    for intent_id, entry in _of(content, Kind.EXAMPLES):
        yield from _texts(intent_id, entry, entry.get(LINES), field=LINES)


def _snippets(content: Content) -> Rows:
    for name, entry in _of(content, Kind.SNIPPET):
        yield from _texts(name, entry, [entry.get("text")], field="text")


def _texts(entry_id: str, entry: Entry, texts: Any, *, field: str) -> Rows:
    """Yield the rows of an entry that is texts; of another one as it is."""
    if set(entry) != {field} or not _are_texts(texts):
        yield [neutralise(entry_id), None, None, write_other(entry)]
        return
    for text in texts:
        for cell, goes_on in write_text(text):
            yield [neutralise(entry_id), cell, goes_on, None]


def _intents(content: Content, frame: Pack) -> Rows:
    own = dict(_of(content, Kind.INTENT))
    for intent in frame.intents.values():
        yield _intent(intent.intent_id, intent_entry(intent), OF_PACK)
    for intent_id, entry in own.items():
        yield _intent(intent_id, entry, OF_SHOP)


def _intent(intent_id: str, entry: Entry, origin: str) -> Sequence[CellValue]:
    cells, other = write_entry(entry, INTENT_COLUMNS)
    return [neutralise(intent_id), *cells, origin, other]


def _words(frame: Pack) -> Rows:
    for name, title in LEXICON_LISTS.items():
        for word in getattr(frame.lexicon, name):
            yield [title, neutralise(word)]


def _marks(content: Content) -> Rows:
    for key, entry in content.items():
        yield [key.kind.value, neutralise(key.entry_id), mark_of(entry)]


def _are_texts(value: Any) -> bool:
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(isinstance(it, str) for it in value)


def _are_asks(value: Any) -> bool:
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(
        isinstance(it, Mapping) and fits_columns(it, ASK_COLUMNS) for it in value
    )
