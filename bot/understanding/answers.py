"""What does a buyer's reply to our own question say?"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from bot.understanding.clauses import split_clauses
from bot.understanding.lexicon import Lexicon
from bot.understanding.normalize import Folder

_NEGATOR: Final = re.compile(
    r"没有|木有|没得|没能|没|不是|不能|不会|不|未|别|无法|甭|哪里|哪有|啥|个屁|个鬼|个毛"
)
"""哪里 and 个屁 deny in an answer: 哪里解决了, 解决个屁."""
_BEHIND: Final = re.compile(r"啥|个屁|个鬼|个毛|不(?:了|掉|好|成|动|上|来|到)")
"""These deny the verb in front of them: 解决啥, 解决不了."""
_NEUTRAL: Final = re.compile(
    r"不好意思|差不多|不过|不客气|不知道|不得不|不能不|不是没有?|没有?不|不是不|对不起"
    r"|(?P<verb>[\u4e00-\u9fff])(?:不|没)(?P=verb)|有没有|[吗么]$"
)
"""Negators in here deny nothing, or deny a denial."""
_TURN: Final = re.compile(r"但是|但|可是|不过|然而|只是|结果|就是还")
"""What follows weighs, what precedes was politeness: 好是好了，但又坏了."""
_SCOPE: Final = 5
"""Characters behind a negator that it denies."""
_BARE_START: Final = re.compile(
    r"^(?:还没有?|并?没有?|木有|不是)(?=[啊呢呀哦的嘛吧]|$)"
)
"""A denial that is a clause of its own: 没有啊你们没人理我."""
_ADVERBS: Final = frozenset("还并也都就又根本")
_FOREIGN: Final = 0.5
"""Weight of what occurs in no answer example: it may be what the answer is about."""
_PRIOR: Final = 2.0
"""Weight of the background in each estimate, in examples."""
_CONFIDENT: Final = 0.65
_TEMPER: Final = 3.0
"""Overlapping features repeat each other: about every third is new evidence."""
_SILENT: Final = frozenset("啊呢吧嗯哦呀嘛哈的地得呗啦喽哟 ,，.。!！?？~…、亲了")
_BARE: Final = "-"
"""Feature of a clause that only denies: 没有, 还没."""
_OTHER: Final = ""
"""Stands for "no answer to this question" among the answer ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of ours and the answers that can be read."""

    question_id: str
    answers: Mapping[str, tuple[str, ...]]
    """Answer id -> example phrases."""


class AnswerReader:
    """Reads replies to one question; immutable, safe in several threads.

    A naive Bayes model over characters, each with its own polarity. Of two answers each
    phrase with its polarity turned round is an example of the other, so that 没解决 is
    read right when only 解决了 was given.
    """

    def __init__(
        self,
        question: Question,
        *,
        others: Sequence[str],
        lexicon: Lexicon | None = None,
    ) -> None:
        """Learn the question's answers.

        Args:
            question: What was asked; its answer ids must not be empty.
            others: Lines that answer nothing: a sample of the pack's examples.
            lexicon: Of the pack; without one nothing is stripped from greetings.
        """
        self.question = question
        self._folder = Folder(Lexicon() if lexicon is None else lexicon)
        documents = self._documents(question, others)
        self._sizes = {label: len(found) for label, found in documents.items()}
        self._counts = {
            label: Counter(feature for features in found for feature in features)
            for label, found in documents.items()
        }
        self._answered = frozenset(
            feature
            for label, counts in self._counts.items()
            if label != _OTHER
            for feature in counts
        )
        total = sum(self._sizes.values())
        overall: Counter[str] = Counter()
        for counts in self._counts.values():
            overall.update(counts)
        self._background = {
            feature: (count + 0.1) / (total + 1) for feature, count in overall.items()
        }

    def read(self, text: str) -> tuple[str | None, float]:
        """Return the answer id in ``text`` and its probability; None for no answer.

        The last clause that answers counts. The probability of None is the probability
        that ``text`` answers nothing.
        """
        answer: str | None = None
        confidence = 1.0
        for features in self._clauses(text):
            found, probability = self._read_clause(features)
            if found is not None:
                answer, confidence = found, probability
            elif answer is None:
                confidence = min(confidence, probability)
        return answer, confidence

    def _read_clause(self, features: frozenset[str]) -> tuple[str | None, float]:
        """Return what one clause answers."""
        if not features & self._answered:
            return None, 1.0
        shares = self._shares(features)
        other = shares.pop(_OTHER)
        best = max(shares, key=lambda label: (shares[label], label))
        if shares[best] < max(_CONFIDENT, other):
            return None, 1.0 - shares[best]
        return best, shares[best]

    def _shares(self, features: frozenset[str]) -> dict[str, float]:
        """Return the probability of each answer and of none."""
        known = [feature for feature in features if feature in self._background]
        temper = max(1.0, len(known) / _TEMPER)
        scores = {
            label: sum(self._log_ratio(label, feature) for feature in known) / temper
            for label in self._sizes
        }
        highest = max(scores.values())
        powers = {label: math.exp(score - highest) for label, score in scores.items()}
        total = sum(powers.values())
        return {label: power / total for label, power in powers.items()}

    def _log_ratio(self, label: str, feature: str) -> float:
        """Return how much more often ``feature`` comes with ``label`` than anywhere."""
        background = self._background[feature]
        count = self._counts[label][feature]
        share = (count + _PRIOR * background) / (self._sizes[label] + _PRIOR)
        weight = 1.0 if feature in self._answered else _FOREIGN
        return weight * math.log(share / background)

    def _documents(
        self, question: Question, others: Sequence[str]
    ) -> dict[str, list[frozenset[str]]]:
        """Return the features of every example, by answer id."""
        documents = {
            answer: [self._features(phrase) for phrase in phrases]
            for answer, phrases in question.answers.items()
        }
        if len(documents) == 2:  # noqa: PLR2004 - only of two the denial of one is the other
            (first, ours), (second, theirs) = documents.items()
            documents = {
                first: [*ours, *map(_turn_round, theirs)],
                second: [*theirs, *map(_turn_round, ours)],
            }
        documents[_OTHER] = [self._features(line) for line in others]
        return documents

    def _features(self, text: str) -> frozenset[str]:
        """Return characters and pairs of ``text``, each with its polarity."""
        return frozenset().union(*self._clauses(text))

    def _clauses(self, text: str) -> list[frozenset[str]]:
        """Return the features of each clause of ``text``."""
        folded = self._folder.fold(text)
        spoken = _after_turn(folded.text)
        if spoken != folded.text:
            folded = self._folder.fold(spoken)
        return [
            frozenset(_clause_features(part))
            for clause in split_clauses(folded)
            for part in _split_bare(clause.text)
        ]


def _split_bare(text: str) -> tuple[str, ...]:
    """Return a clause in two when it begins with a denial that stands alone."""
    bare = _BARE_START.match(text)
    if bare is None or bare.end() == len(text):
        return (text,)
    return text[: bare.end()], text[bare.end() :]


def _after_turn(text: str) -> str:
    """Return what stands behind the last 但是, or the whole text."""
    parts = [part for part in _TURN.split(text) if len(part.strip()) > 1]
    return parts[-1] if parts else text


def _clause_features(text: str) -> Iterator[str]:
    """Yield the features of one clause; ``+`` asserted, ``-`` denied."""
    signs = _signs(text)
    kept = [
        (character, signs[index])
        for index, character in enumerate(text)
        if signs[index] != " " and character not in _SILENT
    ]
    for character, sign in kept:
        yield f"{sign}{character}"
    for (first, sign), (second, _) in pairwise(kept):
        yield f"{sign}{first}{second}"
    is_bare = all(character in _ADVERBS for character, _ in kept)
    if is_bare and "-" in _mark_denials(text):
        yield _BARE


def _signs(text: str) -> str:
    """Return ``+`` or ``-`` for each character, a space for the negators themselves."""
    marks = _mark_denials(text)
    signs = ["+"] * len(text)
    for index, mark in enumerate(marks):
        if mark != "-":
            continue
        for denied in _denied_by(text, marks, index):
            signs[denied] = "-"
    return "".join(
        " " if mark == "-" else sign for mark, sign in zip(marks, signs, strict=True)
    )


def _denied_by(text: str, marks: str, index: int) -> range:
    """Return which characters the negator character at ``index`` denies."""
    if _BEHIND.match(text, index) is not None and index > 1:
        return range(index - 2, index)
    return range(index + 1, min(len(text), index + 1 + _SCOPE))


def _mark_denials(text: str) -> str:
    """Return ``-`` where a negator that denies stands, ``.`` elsewhere."""
    neutral = _NEUTRAL.sub(lambda match: "." * len(match.group()), text)
    marked = _NEGATOR.sub(lambda match: "-" * len(match.group()), neutral)
    return "".join(mark if mark == "-" else "." for mark in marked)


def _turn_round(features: frozenset[str]) -> frozenset[str]:
    """Return the features with asserted and denied exchanged."""
    turned = {"+": "-", "-": "+"}
    return frozenset(
        turned[feature[0]] + feature[1:] for feature in features if len(feature) > 1
    )
