"""What of a workbook is only shown, or only for programs: the lexicon, the marks."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.errors import Problem
from bot.understanding.lexicon import Lexicon
from scripts_library.excel.imported import Mark
from scripts_library.excel.library_columns import (
    ID,
    KIND,
    LEXICON_LISTS,
    LIST,
    MARK,
    SAME,
    SYNONYMS,
    WORD,
    WORDS,
)
from scripts_library.excel.rows import Row
from scripts_library.shop.entries import Key, Kind

_OF_PACK_ONLY: Final = "词库属于行业包，不能在店铺里改"
_FEW: Final = 5


def check_words(rows: Iterable[Row], lexicon: Lexicon) -> list[Problem]:
    """Return what is missing of the words; a new one is noted in its row."""
    known = {
        (title, word)
        for name, title in LEXICON_LISTS.items()
        for word in getattr(lexicon, name)
    }
    found = set()
    for row in rows:
        pair = (row.required(LIST), row.required(WORD))
        found.add(pair)
        if all(pair) and pair not in known:
            row.complain(WORD, f"“{pair[1]}”：{_OF_PACK_ONLY}")
    return _missing(WORDS, [word for _, word in sorted(known - found)])


def check_synonyms(rows: Iterable[Row], lexicon: Lexicon) -> list[Problem]:
    """Return what is missing of the synonyms; a new class is noted in its row."""
    known = {tuple(group) for group in lexicon.synonyms}
    found = set()
    for row in rows:
        group = row.lines(SAME) or ()
        found.add(group)
        if group not in known:
            row.complain(SAME, _OF_PACK_ONLY)
    return _missing(SYNONYMS, ["、".join(group) for group in sorted(known - found)])


def read_marks(rows: Iterable[Row]) -> dict[Key, Mark]:
    """Return what the entries were when they were exported."""
    kinds = set(Kind)
    found = {}
    for row in rows:
        kind, entry_id, mark = row.text(KIND), row.text(ID), row.text(MARK)
        if kind in kinds and entry_id is not None and mark is not None:
            found[Key(Kind(kind), entry_id)] = Mark(mark, mark)
    return found


def _missing(sheet: str, words: Sequence[str]) -> list[Problem]:
    if not words:
        return []
    more = f"等{len(words)}个" if len(words) > _FEW else ""
    reason = f"少了：{'、'.join(words[:_FEW])}{more}；{_OF_PACK_ONLY}"
    return [Problem(file=sheet, line=0, reason=reason)]
