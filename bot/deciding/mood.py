"""In which mood does a buyer write, and what follows from it?

Words, signs and repetition tell; the pack holds them (``moods.yaml``). A mood changes the
opening sentence, feelings first and facts second, and how soon a person is called.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import regex

from bot.utterances import Folded


class Mood(StrEnum):
    """How a buyer feels, as far as a text tells."""

    NEUTRAL = "neutral"
    POLITE = "polite"
    URGENT = "urgent"
    ANGRY = "angry"


MOOD_NAMES: Final[Mapping[Mood, str]] = {
    Mood.NEUTRAL: "平静",
    Mood.POLITE: "客气",
    Mood.URGENT: "着急",
    Mood.ANGRY: "生气",
}
"""As people read them."""

_MARKS: Final = regex.compile(r"[!！?？]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodWords:
    """What tells one mood, and how an answer to it begins."""

    words: tuple[str, ...] = ()
    """Stand in the folded text."""
    unless: tuple[str, ...] = ()
    """Phrases in which such a word tells nothing: 不着急."""
    signals: frozenset[str] = frozenset()
    """Of :mod:`bot.understanding.signals`, such as ``emoji_angry``."""
    intents: frozenset[str] = frozenset()
    """Wishes that are never without this mood."""
    openings: tuple[str, ...] = ()
    """Said before the answer; none: the answer begins at once."""


_NOTHING: Final = MoodWords()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodRules:
    """The moods of a pack; without words every text is neutral."""

    moods: Mapping[Mood, MoodWords] = field(default_factory=dict)
    marks: int = 0
    """So many exclamation and question marks in a row are urgent; 0: none are."""
    repeats: int = 0
    """The same wish so many turns before this one is urgent; 0: never."""
    repeats_from: int = 0
    """Only of wishes that are so urgent by themselves: who asks three things about an
    item, or haggles on, is in no hurry."""
    feeling_already: tuple[str, ...] = ()
    """Words with which a text begins that needs no opening: 抱歉."""
    hands_over_unsure: bool = False
    """An angry buyer goes to a person unless the assistant is sure of its answer."""
    hands_over_twice: bool = False
    """Angry in two turns in a row goes to a person, however sure the answer."""

    def of(self, mood: Mood) -> MoodWords:
        """Return what tells a mood."""
        return self.moods.get(mood, _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodReading:
    """The mood of one turn, and of the one before it."""

    mood: Mood = Mood.NEUTRAL
    before: Mood = Mood.NEUTRAL
    why: str = ""
    """What told it, in words; empty for a neutral text."""

    @property
    def is_new(self) -> bool:
        """Return whether the buyer feels otherwise than in the turn before."""
        return self.mood is not self.before


def read_mood(
    folded: Folded, *, intent_id: str, rules: MoodRules, before: Mood, repeats: int
) -> MoodReading:
    """Return the mood of a turn.

    Args:
        folded: The text of the turn.
        intent_id: What it most probably wants.
        rules: Of the pack.
        before: The mood of the turn before, neutral when that was long ago.
        repeats: How many turns in a row before this one wanted the same.
    """
    mood, sign = _mood(folded, intent_id, rules, before, repeats)
    why = "" if mood is Mood.NEUTRAL else f"买家{MOOD_NAMES[mood]}：{sign}"
    return MoodReading(mood=mood, before=before, why=why)


def _mood(
    folded: Folded, intent_id: str, rules: MoodRules, before: Mood, repeats: int
) -> tuple[Mood, str]:
    """Return the strongest mood that something tells, and what told it."""
    marks = _longest_marks(folded.original) if rules.marks else ""
    is_marked = bool(rules.marks) and len(marks) >= rules.marks
    sign = _sign(folded, intent_id, rules.of(Mood.ANGRY))
    if sign:
        return Mood.ANGRY, sign
    if is_marked and before is Mood.ANGRY:
        return Mood.ANGRY, f"上一句生气，又用了“{marks}”"
    sign = _sign(folded, intent_id, rules.of(Mood.URGENT))
    if sign:
        return Mood.URGENT, sign
    if is_marked:
        return Mood.URGENT, f"标点“{marks}”"
    if rules.repeats and repeats >= rules.repeats:
        return Mood.URGENT, f"同一件事连着问了{repeats + 1}次"
    sign = _sign(folded, intent_id, rules.of(Mood.POLITE))
    return (Mood.POLITE, sign) if sign else (Mood.NEUTRAL, "")


def _outside(text: str, words: list[str], phrases: tuple[str, ...]) -> str:
    """Return the first word that stands somewhere outside all the phrases."""
    for phrase in phrases:
        text = text.replace(phrase, "\0")
    return next((word for word in words if word in text), "")


def _longest_marks(text: str) -> str:
    return max(_MARKS.findall(text), key=len, default="")


def _sign(folded: Folded, intent_id: str, words: MoodWords) -> str:
    """Return what in a turn tells a mood, empty when nothing does."""
    found = [one for one in words.words if one in folded.text]
    word = _outside(folded.text, found, words.unless) if found else ""
    if word:
        return f"词“{word}”"
    signal = next(iter(sorted(words.signals & folded.signals)), "")
    if signal:
        return f"表情 {signal}"
    return "诉求本身" if intent_id in words.intents else ""


NO_MOOD: Final = MoodReading()
"""Of a turn that nothing is known of."""
