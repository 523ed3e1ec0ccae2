"""What should a group of missed lines become: examples of an intent, or a new script?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz, process

from bot.learning.answers import Answered, is_for_everybody
from bot.learning.clustering import Group
from bot.learning.lines import fold_line
from bot.scripts import Effect, Pack
from bot.utterances import Understanding

MOST_LINES: Final = 12
"""Lines that one group teaches: an overlay learns from a hundred (decision 0027)."""
LEAST_LINES: Final = 3
"""Lines with which an intent of one's own begins to work (decision 0016)."""
MOST_VARIANTS: Final = 3
_SAME_LINE: Final = 95
"""Of 100, by rapidfuzz's ratio of folded lines: nothing is learnt from the second."""
_OTHERS: Final = 85
"""As the lint has it: a line so near to another intent's would contradict it."""
_SAME_VARIANT: Final = 85
_SURE: Final = 0.6
"""Mean probability of an intent that outweighs people's own words."""
_LEAST_MEAN: Final = 0.15
"""Mean probability under which no intent is proposed that nobody answered with."""
_ANSWERED: Final = 0.2
"""Share of turns answered in people's own words from which it is business of its own."""
_AGREED: Final = 0.4
"""Share of people's own answers that have to say the same."""
_VOTE: Final = 2.0
"""Weight of an answer against a turn's reading."""
_NEAREST: Final = 2


class Kind(StrEnum):
    """What is proposed."""

    EXAMPLES = "examples"
    """Lines for an intent there is."""
    SCRIPT = "script"
    """An intent of the shop's own, with its lines and a reply."""
    UNCLEAR = "unclear"
    """Nothing; a person has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """An example that looks like a group."""

    intent_id: str
    text: str
    likeness: float
    """0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a group should become, and why."""

    kind: Kind
    intent_id: str | None
    """None: unclear."""
    title: str
    """Of an intent of the shop's own; else empty."""
    lines: tuple[str, ...]
    """To be learnt."""
    variants: tuple[str, ...]
    """Of the new script: what people answered most."""
    mean: float
    """Mean probability that the library gives the intent."""
    answered: Answered
    nearest: tuple[Nearest, ...]


def propose(
    group: Group,
    *,
    pack: Pack,
    answered: Answered,
    read: Mapping[str, Understanding],
) -> Proposal:
    """Return what a group should become; the same for the same data.

    People's answers weigh more than the reading that failed: a script they sent names
    its intent; words of their own on which they agree are a script that is missing,
    unless the library has nearly understood an intent.

    Args:
        group: What wants the same.
        pack: The library that it would go into.
        answered: What people answered to it.
        read: How each line's text is understood now.
    """
    means = _means(group, read)
    intent_id = _intent(answered, means, known=pack.intents)
    is_new = _is_new(answered, means, pack=pack)
    kind = Kind.UNCLEAR if intent_id is None else Kind.EXAMPLES
    lines = _lines(group, pack, intent_id, read)
    variants: tuple[str, ...] = ()
    if is_new:
        own_id = f"own_{group.key}"
        fresh = _lines(group, pack, own_id, read)
        variants = _variants(answered, read)
        if len(fresh) >= LEAST_LINES and own_id not in pack.intents:
            kind, intent_id, lines = Kind.SCRIPT, own_id, fresh
        else:
            kind, intent_id = Kind.UNCLEAR, None
    elif not lines:
        kind, intent_id = Kind.UNCLEAR, None
    return Proposal(
        kind=kind,
        intent_id=intent_id,
        title=_title(group) if kind is Kind.SCRIPT else "",
        lines=lines if kind is not Kind.UNCLEAR else (),
        variants=variants,
        mean=0.0 if intent_id is None else means.get(intent_id, 0.0),
        answered=answered,
        nearest=_nearest(group, pack),
    )


def _means(group: Group, read: Mapping[str, Understanding]) -> dict[str, float]:
    """Return the mean probability of each intent over the turns of a group."""
    totals: dict[str, float] = defaultdict(float)
    for line in group.lines:
        for guess in read[line.text].guesses:
            totals[guess.intent_id] += guess.confidence * line.count
    return {name: total / group.count for name, total in totals.items()}


def _is_new(answered: Answered, means: Mapping[str, float], *, pack: Pack) -> bool:
    """Return whether people agree on an answer that the library does not have.

    That it looks like nothing of the business says nothing, once people answer it.
    """
    outside = pack.with_effect(Effect.OFF_TOPIC)
    nearest = max(
        (mean for name, mean in means.items() if name not in outside), default=0.0
    )
    own = answered.own_count
    if own < LEAST_LINES or own < _ANSWERED * answered.turns:
        return False
    if own <= sum(answered.by_intent.values()):
        return False
    agreed = answered.own[0].count / own
    return agreed >= _AGREED and nearest < _SURE


def _intent(
    answered: Answered, means: Mapping[str, float], *, known: Mapping[str, object]
) -> str | None:
    votes = {name: count for name, count in answered.by_intent.items() if name in known}
    weight = answered.turns + _VOTE * sum(votes.values())
    scores = {
        name: (answered.turns * means.get(name, 0.0) + _VOTE * votes.get(name, 0))
        / weight
        for name in sorted({*means, *votes})
        if name in known
    }
    best = max(scores, key=lambda it: scores[it], default=None)
    return None if best is None or scores[best] < _LEAST_MEAN else best


def _lines(
    group: Group,
    pack: Pack,
    intent_id: str | None,
    read: Mapping[str, Understanding],
) -> tuple[str, ...]:
    """Return what can be learnt: different, nobody's own, no other intent's."""
    if intent_id is None:
        return ()
    mine = [fold_line(it) for it in pack.examples.get(intent_id, ())]
    others = [
        fold_line(it)
        for name, texts in pack.examples.items()
        if name != intent_id
        for it in texts
    ]
    chosen: list[str] = []
    for line in group.lines:
        kinds = [it.kind for it in read[line.text].entities]
        if (
            is_for_everybody(line.text, kinds=kinds)
            and not _is_near(line.folded, mine, _SAME_LINE)
            and not _is_near(line.folded, others, _OTHERS)
        ):
            chosen.append(line.text)
            mine.append(line.folded)
        if len(chosen) == MOST_LINES:
            break
    return tuple(chosen)


def _is_near(folded: str, lines: Sequence[str], least: int) -> bool:
    found = process.extractOne(folded, lines, scorer=fuzz.ratio, score_cutoff=least)
    return found is not None


def _variants(answered: Answered, read: Mapping[str, Understanding]) -> tuple[str, ...]:
    """Return the wordings that people gave most, different and nobody's own."""
    most = answered.own[0]
    chosen: list[str] = []
    for text in (most.text, *most.others):
        understood = read.get(text)
        kinds = () if understood is None else [it.kind for it in understood.entities]
        if (
            is_for_everybody(text, kinds=kinds)
            and "{" not in text
            and not _is_near(text, chosen, _SAME_VARIANT)
        ):
            chosen.append(text)
        if len(chosen) == MOST_VARIANTS:
            break
    return tuple(chosen)


_TITLE: Final = 12


def _title(group: Group) -> str:
    return min(
        (line.text for line in group.lines[:LEAST_LINES]), key=lambda it: (len(it), it)
    )[:_TITLE]


def _nearest(group: Group, pack: Pack) -> tuple[Nearest, ...]:
    pairs = [(name, it) for name, texts in pack.examples.items() for it in texts]
    found = process.extract(
        group.lines[0].folded,
        [fold_line(text) for _, text in pairs],
        scorer=fuzz.ratio,
        limit=_NEAREST,
    )
    return tuple(
        Nearest(
            intent_id=pairs[place][0],
            text=pairs[place][1],
            likeness=round(likeness / 100, 2),
        )
        for _, likeness, place in found
    )
