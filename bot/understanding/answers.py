"""What does a buyer's reply to our own question say?"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.understanding.calibrate import softmax
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
_CONFIDENT: Final = 0.6
_RIDGE: Final = 0.3
_MIRRORED: Final = 0.3
"""Weight of a phrase turned round: of two answers the denial of one is the other."""
_SHARPNESS: Final = 3.0
"""Turns least-squares scores (-1 to 1) into shares. With these figures, 4-fold over the
e-commerce pack's call-back phrases: 81 % read, 3 % taken for the opposite, and 5 % of
other lines taken for an answer."""
_CLAUSE: Final = 0.8
"""A clause of a longer reply that answers must be surer: 还没，怎么这么慢."""
_BALANCE: Final = 2.0
"""Lines that answer nothing weigh at most so many times as much as the phrases."""
_GRAMS: Final = range(1, 4)
_SILENT: Final = frozenset("啊呢吧嗯哦呀嘛哈的地得呗哟 ,，.。!！?？~…、亲")
_SAME: Final = str.maketrans("啦喽咯", "了了了")
"""Other spellings of the particle that says that something is done."""
_BARE: Final = "-"
"""Feature of a clause that only denies: 没有, 还没."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of ours and the answers that can be read."""

    question_id: str
    answers: Mapping[str, tuple[str, ...]]
    """Answer id -> example phrases."""


class AnswerReader:
    """Reads replies to one question; immutable, safe in several threads.

    A ridge regression over characters, each with its own polarity: solved exactly in
    milliseconds, so that a question needs no training step. Of two answers each phrase
    with its polarity turned round is a weak example of the other, so that 没解决 is read
    right when only 解决了 was given.
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
            question: What was asked.
            others: Lines that answer nothing: a sample of the pack's examples.
            lexicon: Of the pack; without one nothing is stripped from greetings.
        """
        self.question = question
        self._folder = Folder(Lexicon() if lexicon is None else lexicon)
        self._answers = tuple(question.answers)
        lessons = tuple(self._lessons(question, others))
        names = sorted({name for lesson in lessons for name in lesson.features})
        self._row_of = {name: row for row, name in enumerate(names)}
        self._weights = _fit(
            lessons, row_of=self._row_of, labels=len(self._answers) + 1
        )

    def read(self, text: str) -> tuple[str | None, float]:
        """Return the answer id in ``text`` and its probability; None for no answer.

        The probability of None is the probability that ``text`` answers nothing.
        """
        whole = self._read_features(self._features(text))
        if whole[0] is not None:
            return whole
        parts = [self._read_features(features) for features in self._clauses(text)]
        answered = [part for part in parts if part[0] is not None]
        return answered[-1] if answered and answered[-1][1] >= _CLAUSE else whole

    def _read_features(self, features: frozenset[str]) -> tuple[str | None, float]:
        """Return what a text with these features answers."""
        rows = [self._row_of[name] for name in features if name in self._row_of]
        if not rows:
            return None, 1.0
        scores = self._weights[rows].sum(axis=0) / math.sqrt(len(features))
        shares = softmax(scores, sharpness=_SHARPNESS)
        best = int(shares.argmax())
        if best == len(self._answers) or shares[best] < _CONFIDENT:
            return None, 1.0 - float(shares[:-1].max(initial=0.0))
        return self._answers[best], float(shares[best])

    def _lessons(
        self, question: Question, others: Sequence[str]
    ) -> Iterator["_Lesson"]:
        """Yield every example with its label; the label behind the last is no answer."""
        is_pair = len(question.answers) == 2  # noqa: PLR2004 - of two, the other one
        for label, phrases in enumerate(question.answers.values()):
            for phrase in phrases:
                features = self._features(phrase)
                yield _Lesson(features=features, label=label, weight=1.0)
                if is_pair:
                    turned = _turn_round(features)
                    yield _Lesson(features=turned, label=1 - label, weight=_MIRRORED)
        phrases_count = sum(map(len, question.answers.values()))
        weight = min(1.0, _BALANCE * phrases_count / max(1, len(others)))
        for line in others:
            features = self._features(line)
            yield _Lesson(features=features, label=len(question.answers), weight=weight)

    def _features(self, text: str) -> frozenset[str]:
        """Return pieces of ``text``, plain and with their polarity."""
        return frozenset().union(*self._clauses(text))

    def _clauses(self, text: str) -> list[frozenset[str]]:
        """Return the features of each clause of ``text``."""
        spoken = _after_turn(self._folder.fold(text).text.translate(_SAME))
        return [
            frozenset((*_clause_features(part), *_plain_features(part)))
            for clause in split_clauses(self._folder.fold(spoken))
            for part in _split_bare(clause.text)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """One example the reader learns from."""

    features: frozenset[str]
    label: int
    weight: float


def _fit(
    lessons: Sequence[_Lesson], *, row_of: Mapping[str, int], labels: int
) -> NDArray[np.float64]:
    """Return features × labels weights of a ridge regression, by its dual."""
    known = np.zeros((len(lessons), len(row_of)))
    targets = np.full((len(lessons), labels), -1.0)
    for index, lesson in enumerate(lessons):
        factor = math.sqrt(lesson.weight)
        targets[index, lesson.label] = 1.0
        targets[index] *= factor
        if lesson.features:
            rows = [row_of[name] for name in lesson.features]
            known[index, rows] = factor / math.sqrt(len(rows))
    gram = known @ known.T + _RIDGE * np.eye(len(lessons))
    weights: NDArray[np.float64] = known.T @ np.linalg.solve(gram, targets)
    return weights


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


def _plain_features(text: str) -> Iterator[str]:
    """Yield short pieces of one clause as they stand, and its two ends."""
    for size in _GRAMS:
        for start in range(len(text) - size + 1):
            yield f"={text[start : start + size]}"
    yield f"={text[:2]}^"
    yield f"={text[-2:]}$"


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
    """Return the features that have a polarity with asserted and denied exchanged."""
    turned = {"+": "-", "-": "+"}
    return frozenset(
        turned[feature[0]] + feature[1:]
        for feature in features
        if feature[0] in turned and len(feature) > 1
    )
