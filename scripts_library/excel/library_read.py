"""What does a workbook of a script library say? Entries, and every problem with its place."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import Problem, ScriptLibraryError
from bot.scripts import Pack
from scripts_library.excel import facts_book
from scripts_library.excel.entry_rows import read_entry, read_other, read_text
from scripts_library.excel.facts_book import FactsBook
from scripts_library.excel.imported import Imported, Mark, Spot
from scripts_library.excel.library_columns import (
    ASK_COLUMNS,
    ASKS,
    EXAMPLE,
    EXAMPLES,
    ID,
    INTENT,
    INTENT_COLUMNS,
    INTENTS,
    KIND,
    LEXICON_LISTS,
    LIST,
    MARK,
    MARKS,
    NAME,
    NOTES,
    OF_PACK,
    OF_SHOP,
    OPTIONAL,
    ORIGIN,
    SAME,
    SCRIPT_COLUMNS,
    SCRIPT_ID,
    SCRIPTS,
    SHEETS,
    SNIPPETS,
    SYNONYMS,
    TEXT,
    VARIANT,
    VARIANTS,
    WORD,
    WORDS,
    Column,
)
from scripts_library.excel.library_write import Tell
from scripts_library.excel.rows import Row
from scripts_library.excel.titles import check_table
from scripts_library.excel.workbook import Table, read_workbook
from scripts_library.shop.entries import LINES, Key, Kind
from scripts_library.shop.script_entries import intent_entry

_OF_PACK_ONLY: Final = "词库属于行业包，不能在店铺里改"
_OPENED: Final = 0.7
"""Share of the time that opening takes."""
_STEP: Final = 200
"""Rows after which is told how far it is."""
_LONGEST: Final = 1_000_000
"""Characters of one text: the checks of a draft say what is too long for buyers."""
_TOGETHER: Final = (SCRIPTS, VARIANTS, ASKS)
_KINDS: Final = {
    SCRIPTS: Kind.SCRIPT,
    EXAMPLES: Kind.EXAMPLES,
    INTENTS: Kind.INTENT,
    SNIPPETS: Kind.SNIPPET,
}


def read_library(
    raw: bytes,
    *,
    frame: Pack,
    timezone: str,
    file: str,
    tell: Tell = lambda _stage, _share: None,
) -> Imported:
    """Return what a workbook says.

    Args:
        raw: Its bytes.
        frame: The release's pack, whose intents and lexicon are only shown in it.
        timezone: Of the shop.
        file: Its name, for problems of it as a whole.
        tell: Told how far it is.

    Raises:
        ScriptLibraryError: with every problem by sheet, row and column.
    """
    return read_tables(
        read_workbook(
            raw, file=file, told=lambda share: tell("打开工作簿", share * _OPENED)
        ),
        frame=frame,
        timezone=timezone,
        file=file,
        tell=tell,
    )


def read_tables(
    tables: Mapping[str, Table],
    *,
    frame: Pack,
    timezone: str,
    file: str,
    tell: Tell = lambda _stage, _share: None,
) -> Imported:
    """Return what sheets say; otherwise as :func:`read_library`."""
    facts_names = tables.keys() & facts_book.SHEETS.keys()
    own = {name: it for name, it in tables.items() if name not in facts_names}
    reading = _Reading(own, frame, ZoneInfo(timezone), file, tell)
    reading.run(has_others=bool(facts_names))
    problems = reading.problems
    facts: FactsBook | None = None
    if facts_names:
        told = {name: tables[name] for name in tables if name in facts_names}
        try:
            facts = facts_book.read_tables(told, timezone=timezone, file=file)
        except ScriptLibraryError as error:
            problems += error.problems
    if problems:
        raise ScriptLibraryError(tuple(problems))
    return reading.imported(facts)


class _Reading:
    """One workbook while it is read."""

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
        """Return every problem, sheet by sheet, row by row."""
        order = {name: position for position, name in enumerate(SHEETS)}
        return sorted(self._found, key=lambda it: (order.get(it.file, -1), it.line))

    def imported(self, facts: FactsBook | None) -> Imported:
        """Return what was read."""
        return Imported(
            file=self._file,
            content=self._content,
            kinds=frozenset(_KINDS[name] for name in _KINDS if name in self._tables),
            marks=self._marks(),
            spots=self._spots,
            facts=facts,
        )

    def run(self, *, has_others: bool) -> None:
        """Read every sheet."""
        if not has_others and _KINDS.keys().isdisjoint(self._tables):
            self._note(self._file, 0, f"没有认识的工作表，应有：{'、'.join(SHEETS)}")
        for name, table in self._tables.items():
            if name not in SHEETS:
                reason = (
                    f"不认识的工作表，可用：{'、'.join((*SHEETS, *facts_book.SHEETS))}"
                )
                self._note(name, 0, reason)
            elif name != NOTES:
                self._found += check_table(table, SHEETS[name], optional=OPTIONAL)
        missing = [name for name in _TOGETHER if name not in self._tables]
        if missing and len(missing) < len(_TOGETHER):
            reason = f"{'、'.join(_TOGETHER)}要在一起，缺：{'、'.join(missing)}"
            self._note(self._file, 0, reason)
        self._scripts()
        self._texts(EXAMPLES, INTENT, EXAMPLE, Kind.EXAMPLES, LINES)
        self._intents()
        self._texts(SNIPPETS, NAME, TEXT, Kind.SNIPPET, "text")
        self._words()
        self._synonyms()

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

    def _words(self) -> None:
        if WORDS not in self._tables:
            return
        known = {
            (title, word)
            for name, title in LEXICON_LISTS.items()
            for word in getattr(self._frame.lexicon, name)
        }
        found = set()
        for row in self._rows(WORDS):
            pair = (row.required(LIST), row.required(WORD))
            found.add(pair)
            if all(pair) and pair not in known:
                row.complain(WORD, f"“{pair[1]}”：{_OF_PACK_ONLY}")
        self._missing(WORDS, [word for _, word in sorted(known - found)])

    def _synonyms(self) -> None:
        if SYNONYMS not in self._tables:
            return
        known = {tuple(group) for group in self._frame.lexicon.synonyms}
        found = set()
        for row in self._rows(SYNONYMS):
            group = row.lines(SAME) or ()
            found.add(group)
            if group not in known:
                row.complain(SAME, _OF_PACK_ONLY)
        self._missing(SYNONYMS, ["、".join(group) for group in sorted(known - found)])

    def _missing(self, sheet: str, words: list[str]) -> None:
        if words:
            shown = "、".join(words[:5])
            more = f"等{len(words)}个" if len(words) > 5 else ""  # noqa: PLR2004 - a few
            self._note(sheet, 0, f"少了：{shown}{more}；{_OF_PACK_ONLY}")

    def _marks(self) -> dict[Key, Mark]:
        kinds = set(Kind)
        found = {}
        for row in self._rows(MARKS):
            kind, entry_id, mark = row.text(KIND), row.text(ID), row.text(MARK)
            if kind in kinds and entry_id is not None and mark is not None:
                found[Key(Kind(kind), entry_id)] = Mark(mark, mark)
        return found

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
                    f"读{sheet}", _OPENED + (1 - _OPENED) * self._done / self._total
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

    def _note(self, sheet: str, line: int, reason: str) -> None:
        self._found.append(Problem(file=sheet, line=line, reason=reason))
