"""Where may one question end and the next begin, when nothing stands between them?

什么材质有货吗 asks two things in one breath. Whether it really does, and where the first
ends, only what both halves mean can tell: the matcher tries the places found here.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bot.understanding.ranking import Ranker, Ranking
from bot.understanding.reading import TextParser

SURE_HALF: Final = 0.85
"""Confidence that both halves need: as a clause that the whole text does not support."""
_QUESTION: Final = re.compile(
    r"什么时候|什么|甚么|啥时候?|多少|多大|多长|多久|多重|多高|几[天个号块点件]|哪[个款种里儿]?"
    r"|怎么|怎样|咋样?|谁|为什么|何时|(?P<verb>[\u4e00-\u9fff])[不没](?P=verb)|有没有?|可不可以"
    r"|(?P<mark>[吗么嘛]|(?<=[\u4e00-\u9fff])[不没](?=[呀啊哦哈]?$))"
)
_LEAST: Final = 2
"""Characters of a half."""
_MOST: Final = 6
"""Places tried in one text; each costs two scores."""


def find_breaks(text: str) -> tuple[int, ...]:
    """Return where a folded clause may fall into two questions; () for one question."""
    found = list(_QUESTION.finditer(text))
    places = dict.fromkeys(
        place
        for first, second in pairwise(found)
        for place in _between(first, second)
        if _LEAST <= place <= len(text) - _LEAST
    )
    return tuple(places)[:_MOST]


def _between(first: re.Match[str], second: re.Match[str]) -> Iterator[int]:
    """Yield the places between two questions.

    A particle ends the question before it; a word that asks for something is followed by
    what it asks for, and a particle that asks stands behind what it is about.
    """
    if first["mark"] is not None:
        yield first.end()
        return
    last = second.start() - (second["mark"] is not None)
    yield from range(min(first.end() + 1, last), last + 1)


def part_questions(
    text: str, whole: Ranking, *, parser: TextParser, ranker: Ranker
) -> tuple[Ranking, ...]:
    """Return how both questions of a text in one breath rank; () when it asks one thing.

    Each half has to be sure of what it wants by the first stage alone, both of something
    else, and one of them of what the whole text was taken for.
    """
    found: tuple[Ranking, ...] = ()
    sure = SURE_HALF
    for place in find_breaks(text):
        first = ranker.rank_first(parser.read_part(text[:place]))
        if first.confidence < sure:
            continue
        second = ranker.rank_first(parser.read_part(text[place:]))
        weaker = min(first.confidence, second.confidence)
        is_about_it = whole.best in (first.best, second.best)
        if is_about_it and first.best != second.best and weaker >= sure:
            found, sure = (first, second), weaker
    return found
