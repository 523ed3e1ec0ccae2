"""Which suggestions do people send as they are, and what do they change in the others?"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz

from bot.learning.turns import Offered, ServedTurn
from bot.replying.snippets import put_in
from bot.replying.templates import shapes
from bot.scripts import Pack, Script

EDITED: Final = 50
"""Of 100, by rapidfuzz's ratio: what is less like the suggestion is something else."""
LEAST_PHRASE: Final = 2
MOST_PHRASES: Final = 20
AGAIN: Final = 2
"""Times that a phrase was added or deleted before it is told."""
_EDGES: Final = " ,，.。!！?？~～、;；:：\n"


class Fate(StrEnum):
    """What became of a suggestion."""

    SENT = "sent"
    EDITED = "edited"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptUse:
    """How one variant of a script was taken."""

    script_id: str
    variant: int | None
    """None: as the script was then; none of now's."""
    fates: Mapping[Fate, int]

    @property
    def offered(self) -> int:
        """Return how often it was suggested."""
        return sum(self.fates.values())

    @property
    def adoption(self) -> float:
        """Return the share that was sent as it was."""
        return self.fates.get(Fate.SENT, 0) / self.offered

    @property
    def edit_rate(self) -> float:
        """Return the share that was sent with changes."""
        return self.fates.get(Fate.EDITED, 0) / self.offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that people put into suggestions, or take out, again and again."""

    text: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """A script that nobody was told or offered."""

    script_id: str
    candidates: int
    """Turns that wanted its intent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseReport:
    """How a library was used."""

    scripts: tuple[ScriptUse, ...]
    """The most suggested first."""
    added: tuple[Phrase, ...]
    deleted: tuple[Phrase, ...]
    unused: tuple[Unused, ...]
    """Those with the most candidates first."""


def report_use(
    turns: Iterable[ServedTurn],
    *,
    pack: Pack,
    said: frozenset[str],
    wanted: Mapping[str, int],
) -> UseReport:
    """Return how the suggestions of some turns were taken.

    Args:
        turns: With what was offered and answered.
        pack: As it is now.
        said: Scripts that were told to buyers in these days.
        wanted: Turns of these days by intent.
    """
    scripts = {it.script_id: it for it in pack.scripts}
    fates: dict[tuple[str, int | None], Counter[Fate]] = {}
    added: Counter[str] = Counter()
    deleted: Counter[str] = Counter()
    for turn in turns:
        for offer in turn.offered:
            if offer.script_id is None:
                continue
            fate, answer = _fate(offer, turn)
            place = (
                offer.script_id,
                _variant(scripts.get(offer.script_id), offer, pack),
            )
            fates.setdefault(place, Counter())[fate] += 1
            if fate is Fate.EDITED:
                more, less = _changes(offer.text, answer)
                added.update(more)
                deleted.update(less)
    uses = [
        ScriptUse(script_id=name, variant=variant, fates=dict(counts))
        for (name, variant), counts in fates.items()
    ]
    offered = {one.script_id for one in uses}
    unused = [
        Unused(script_id=name, candidates=wanted.get(script.intent_id, 0))
        for name, script in scripts.items()
        if name not in said and name not in offered
    ]
    return UseReport(
        scripts=tuple(
            sorted(uses, key=lambda it: (-it.offered, it.script_id, str(it.variant)))
        ),
        added=_most(added),
        deleted=_most(deleted),
        unused=tuple(sorted(unused, key=lambda it: (-it.candidates, it.script_id))),
    )


def _fate(offer: Offered, turn: ServedTurn) -> tuple[Fate, str]:
    if offer.is_sent:
        return Fate.SENT, offer.text
    if turn.answers and turn.sent is None:
        answer = turn.answers[0]
        if fuzz.ratio(offer.text, answer) >= EDITED:
            return Fate.EDITED, answer
    return Fate.UNUSED, ""


def _variant(script: Script | None, offer: Offered, pack: Pack) -> int | None:
    """Return the variant that a suggestion was made of: the most like it."""
    if script is None:
        return None
    ranked = [
        (
            max(
                fuzz.ratio(offer.text, shape)
                for shape in shapes(put_in(variant, pack.snippets))
            ),
            -at,
        )
        for at, variant in enumerate(script.variants)
    ]
    likeness, at = max(ranked, default=(0.0, 0))
    return -at if likeness >= EDITED else None


def _changes(before: str, after: str) -> tuple[set[str], set[str]]:
    """Return what was put in and what was taken out, without edges of punctuation."""
    added, deleted = set(), set()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, other, until in matcher.get_opcodes():
        if tag in {"replace", "delete"}:
            deleted.add(before[start:end].strip(_EDGES))
        if tag in {"replace", "insert"}:
            added.add(after[other:until].strip(_EDGES))
    return _telling(added), _telling(deleted)


def _telling(phrases: set[str]) -> set[str]:
    return {
        it
        for it in phrases
        if len(it) >= LEAST_PHRASE
        and "*" not in it
        and not any(character.isdigit() for character in it)
    }


def _most(counts: Mapping[str, int]) -> tuple[Phrase, ...]:
    ranked: Sequence[tuple[str, int]] = sorted(
        counts.items(), key=lambda it: (-it[1], it[0])
    )
    return tuple(
        Phrase(text=text, count=count)
        for text, count in ranked[:MOST_PHRASES]
        if count >= AGAIN
    )
