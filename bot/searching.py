"""Which scripts does a person look for? By words, by pinyin initials, by short code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

import pypinyin
from pypinyin import Style

from bot.replying.snippets import put_in
from bot.scripts import Script
from bot.understanding.signals import fold_character

_LEAST_INITIALS: Final = 2
"""Letters; one alone begins half of all words."""


class Match(IntEnum):
    """Why a script is found, the best reason first."""

    CODE = 0
    CODE_BEGINS = 1
    NAME = 2
    INITIALS = 3
    """The query is the first letters of a whole name: fhsj, 发货时间."""
    NAME_HOLDS = 4
    INITIALS_HOLD = 5
    WORDS = 6
    """The query stands in a text of the script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One script with the weakest of the reasons for its words."""

    script: Script
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What one script is found by."""

    script: Script
    code: str
    names: tuple[str, ...]
    initials: tuple[str, ...]
    words: str


class ScriptSearch:
    """The scripts of one library as people look for them; immutable."""

    def __init__(
        self,
        scripts: Iterable[Script],
        *,
        names: Mapping[str, str],
        snippets: Mapping[str, str],
    ) -> None:
        """Take scripts.

        Args:
            scripts: Those that the person may see.
            names: Chinese names by intent id.
            snippets: Shared words by name.
        """
        self._sheets = [
            _sheet(script, names=names, snippets=snippets) for script in scripts
        ]

    def find(self, query: str, *, most: int) -> tuple[Found, ...]:
        """Return the scripts for which every word of a query says something.

        Equal reasons are in the order of the ids, so that a list does not jump.
        """
        words = fold_query(query).split()
        if not words:
            return ()
        found = []
        for sheet in self._sheets:
            matches = [_match(sheet, word) for word in words]
            known = [match for match in matches if match is not None]
            if len(known) == len(matches):
                found.append(Found(script=sheet.script, match=max(known)))
        found.sort(key=lambda it: (it.match, it.script.script_id))
        return tuple(found[:most])


def fold_query(text: str) -> str:
    """Return a text without case and width."""
    return "".join(fold_character(character)[0] for character in text).strip()


@lru_cache(maxsize=8192)
def initials_of(text: str) -> str:
    """Return the first letter of each character's sound: fhsj of 发货时间.

    Letters and digits stand for themselves; what has no sound is left out.
    """
    letters = pypinyin.lazy_pinyin(text, style=Style.FIRST_LETTER, errors=_keep_ascii)
    return "".join(letters).lower()


def _keep_ascii(text: str) -> str:
    return "".join(it for it in text if it.isascii() and it.isalnum())


def _sheet(
    script: Script, *, names: Mapping[str, str], snippets: Mapping[str, str]
) -> _Sheet:
    named = [names.get(script.intent_id, ""), *script.category, *script.tags]
    titles = tuple(dict.fromkeys(fold_query(one) for one in named if one))
    texts = (put_in(variant, snippets) for variant in script.variants)
    return _Sheet(
        script=script,
        code=fold_query(script.code),
        names=titles,
        initials=tuple(map(initials_of, titles)),
        words=fold_query("\n".join((script.script_id, *texts))),
    )


def _match(sheet: _Sheet, word: str) -> Match | None:
    """Return the best reason for which a word finds a script."""
    is_letters = word.isascii() and word.isalnum() and len(word) >= _LEAST_INITIALS
    reasons = (
        (Match.CODE, bool(sheet.code) and word == sheet.code),
        (Match.CODE_BEGINS, bool(sheet.code) and sheet.code.startswith(word)),
        (Match.NAME, word in sheet.names),
        (Match.INITIALS, is_letters and word in sheet.initials),
        (Match.NAME_HOLDS, any(word in name for name in sheet.names)),
        (
            Match.INITIALS_HOLD,
            is_letters and any(word in letters for letters in sheet.initials),
        ),
        (Match.WORDS, word in sheet.words),
    )
    return next((match for match, holds in reasons if holds), None)
