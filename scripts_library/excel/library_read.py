"""What does a workbook of a script library say? Entries, and every problem with its place."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import Problem
from bot.scripts import Pack
from scripts_library.excel.entry_rows import read_entry, read_other, read_text
from scripts_library.excel.facts_book import FactsBook
from scripts_library.excel.imported import Imported, Spot
from scripts_library.excel.library_columns import (
    ASK_COLUMNS,
    ASKS,
    EXAMPLE,
    EXAMPLES,
    ID,
    INTENT,
    INTENT_COLUMNS,
    INTENTS,
    MARKS,
    NAME,
    OF_PACK,
    OF_SHOP,
    ORIGIN,
    SCRIPT_COLUMNS,
    SCRIPT_ID,
    SCRIPTS,
    SNIPPETS,
    SYNONYMS,
    TEXT,
    VARIANT,
    VARIANTS,
    WORDS,
    Column,
)
from scripts_library.excel.library_shown import (
    check_synonyms,
    check_words,
    read_marks,
)
from scripts_library.excel.library_write import Tell
from scripts_library.excel.rows import Row
from scripts_library.excel.workbook import Table
from scripts_library.shop.entries import LINES, Key, Kind
from scripts_library.shop.script_entries import intent_entry

OPENED: Final = 0.7
"""Share of the time that opening takes."""
_STEP: Final = 200
"""Rows after which is told how far it is."""
_LONGEST: Final = 1_000_000
"""Characters of one text: the checks of a draft say what is too long for buyers."""
KINDS: Final = {
    SCRIPTS: Kind.SCRIPT,
    EXAMPLES: Kind.EXAMPLES,
    INTENTS: Kind.INTENT,
    SNIPPETS: Kind.SNIPPET,
}


class Reading:
    """The sheets of one workbook while they are read."""

    def __init__(
        self,
        tables: Mapping[str, Table],
        frame: Pack,
        zone: ZoneInfo,
        file: str,
        tell: Tell,
    ) -> None:
        self._tables = tables
        self._frame = frame
        self._zone = zone
        self._file = file
        self._tell = tell
        self._total = max(1, sum(len(it.rows) for it in tables.values()))
        self._done = 0
        self._found: list[Problem] = []
        self._content: dict[Key, dict[str, Any]] = {}
        self._spots: dict[tuple[Key, str], Spot] = {}

    @property
    def problems(self) -> list[Problem]:
        """Return every problem in the order found."""
        return list(self._found)

    def imported(self, facts: FactsBook | None) -> Imported:
        """Return what was read."""
        return Imported(
            file=self._file,
            content=self._content,
            kinds=frozenset(KINDS[name] for name in KINDS if name in self._tables),
            marks=read_marks(self._rows(MARKS)),
            spots=self._spots,
            facts=facts,
        )

    def run(self) -> None:
        """Read every sheet; their shapes are checked by whoever opened them."""
        self._scripts()
        self._texts(EXAMPLES, INTENT, EXAMPLE, Kind.EXAMPLES, LINES)
        self._intents()
        self._texts(SNIPPETS, NAME, TEXT, Kind.SNIPPET, "text")
        for sheet, check in ((WORDS, check_words), (SYNONYMS, check_synonyms)):
            if sheet in self._tables:
                self._found += check(self._rows(sheet), self._frame.lexicon)

    def _scripts(self) -> None:
        for row in self._rows(SCRIPTS):
            key = Key(Kind.SCRIPT, row.required(ID))
            if key in self._content:
                row.complain(ID, f"“{key.entry_id}”写了两次")
            self._content[key] = read_entry(row, SCRIPT_COLUMNS)
            self._mark_row(key, row, ID, SCRIPT_COLUMNS)
        last = ""
        for row in self._rows(VARIANTS):
            last = self._variant(row, last)
        for row in self._rows(ASKS):
            self._ask(row)

    def _variant(self, row: Row, last: str) -> str:
        """Read a row; return whose it is."""
        script = self._script_of(row)
        if script is None:
            return ""
        key, entry = script
        texts = entry.setdefault("variants", [])
        if not isinstance(texts, list):
            row.complain(SCRIPT_ID, f"“{key.entry_id}”的说法在“{SCRIPTS}”表里已经填了")
        elif read_text(row, VARIANT, texts, is_same=key.entry_id == last):
            self._spot(key, f"variants[{len(texts) - 1}]", row, VARIANT)
        return key.entry_id

    def _ask(self, row: Row) -> None:
        script = self._script_of(row)
        if script is None:
            return
        key, entry = script
        asks = entry.setdefault("asks", [])
        if not isinstance(asks, list):
            row.complain(SCRIPT_ID, f"“{key.entry_id}”的追问在“{SCRIPTS}”表里已经填了")
            return
        self._mark_row(key, row, SCRIPT_ID, ASK_COLUMNS, under=f"asks[{len(asks)}]")
        asks.append(read_entry(row, ASK_COLUMNS))

    def _script_of(self, row: Row) -> tuple[Key, dict[str, Any]] | None:
        key = Key(Kind.SCRIPT, row.required(SCRIPT_ID))
        entry = self._content.get(key)
        if key.entry_id and entry is None:
            row.complain(SCRIPT_ID, f"“{SCRIPTS}”表里没有“{key.entry_id}”")
        return None if entry is None else (key, entry)

    def _texts(
        self, sheet: str, title: str, column: str, kind: Kind, name: str
    ) -> None:
        """Read a sheet of texts, a row each; or of an entry as it is."""
        found: dict[str, list[str]] = {}
        last = ""
        for row in self._rows(sheet):
            entry_id = row.required(title)
            key = Key(kind, entry_id)
            other = read_other(row)
            if other is not None:
                if (
                    key in self._content
                    or entry_id in found
                    or not row.is_blank(column)
                ):
                    row.complain(title, f"“{entry_id}”写了两次")
                self._content[key] = other
                self._spot(key, "", row, title)
                continue
            texts = found.setdefault(entry_id, [])
            if key not in self._content:
                self._content[key] = {name: texts} if name == LINES else {}
                self._spot(key, "", row, title)
            if read_text(row, column, texts, is_same=entry_id == last):
                path = f"{name}[{len(texts) - 1}]" if name == LINES else name
                self._spot(key, path, row, column)
            if name != LINES:
                if len(texts) > 1:
                    row.complain(title, f"“{entry_id}”写了两次")
                self._content[key] = {name: "".join(texts)}
            last = entry_id

    def _intents(self) -> None:
        for row in self._rows(INTENTS):
            intent_id = row.required(ID)
            entry = read_entry(row, INTENT_COLUMNS)
            origin = row.choice(ORIGIN, {OF_PACK: True, OF_SHOP: False})
            known = self._frame.intents.get(intent_id)
            if origin is True or (origin is None and known is not None):
                if known is None:
                    row.complain(ORIGIN, f"行业包里没有“{intent_id}”，本店的填“本店”")
                elif entry != intent_entry(known):
                    row.complain(ID, "行业包的意图不能在这里改；恢复原样，或删掉这一行")
                continue
            key = Key(Kind.INTENT, intent_id)
            if key in self._content:
                row.complain(ID, f"“{intent_id}”写了两次")
            self._content[key] = entry
            self._mark_row(key, row, ID, INTENT_COLUMNS)

    def _rows(self, sheet: str) -> Iterator[Row]:
        table = self._tables.get(sheet)
        if table is None:
            return
        for number, cells in table.rows:
            row = Row(
                sheet,
                number,
                cells,
                columns=table.titles,
                zone=self._zone,
                longest=_LONGEST,
            )
            yield row
            self._found += row.problems
            self._done += 1
            if self._done % _STEP == 0:
                self._tell(
                    f"读{sheet}", OPENED + (1 - OPENED) * self._done / self._total
                )

    def _mark_row(
        self,
        key: Key,
        row: Row,
        title: str,
        columns: tuple[Column, ...],
        *,
        under: str = "",
    ) -> None:
        """Remember where each field of an entry stands."""
        self._spot(key, under, row, title)
        for column in columns:
            path = ".".join(column.path)
            self._spot(key, f"{under}.{path}" if under else path, row, column.title)

    def _spot(self, key: Key, path: str, row: Row, title: str) -> None:
        self._spots[key, path] = Spot(row.sheet, row.line, row.letter(title), title)
