"""What did people answer to a group: one of the scripts, or words of their own?"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from bot.learning.clustering import Group
from bot.learning.lines import fold_line
from bot.replying.masking import mask_personal
from bot.replying.snippets import put_in
from bot.replying.templates import shapes
from bot.scripts import Pack, Use
from bot.utterances import EntityKind

AS_SCRIPT: Final = 72
"""Of 100, by rapidfuzz's ratio of folded texts: an answer that is a script with small
changes. Two answers of the simulated month to different questions reach 45."""
ALIKE: Final = 60
"""Two answers that say the same in other words."""
SHORTEST: Final = 6
"""Folded characters: 好的亲 and 稍等 answer nothing."""
LONGEST: Final = 200
_MASK: Final = "*"
_SPECIFIC: Final = frozenset(
    {
        EntityKind.ORDER_NO,
        EntityKind.TRACKING_NO,
        EntityKind.PHONE,
        EntityKind.DATE,
        EntityKind.AMOUNT_FEN,
    }
)
"""What belongs to one order or buyer, not into a script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What people did about a group."""

    by_intent: Mapping[str, int]
    """Turns answered with a script of an intent, as it is or nearly so."""
    own: tuple["OwnAnswer", ...]
    """Answers in words of their own, the most given first."""
    turns: int
    """Of the group."""

    @property
    def own_count(self) -> int:
        """Return how many turns were answered in people's own words."""
        return sum(one.count for one in self.own)

    @property
    def count(self) -> int:
        """Return how many turns were answered with something that tells."""
        return sum(self.by_intent.values()) + self.own_count


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAnswer:
    """Answers that say the same, under the one that is most like the others."""

    text: str
    count: int
    others: tuple[str, ...] = ()
    """Further wordings, the most given first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The replies of a library as they read, with whose they are."""

    texts: tuple[str, ...]
    intents: tuple[str, ...]

    def intent_of(self, text: str) -> str | None:
        """Return the intent whose script a text is, or nearly is."""
        found = process.extractOne(
            fold_line(text), self.texts, scorer=fuzz.ratio, score_cutoff=AS_SCRIPT
        )
        return None if found is None else self.intents[found[2]]


def spoken_of(pack: Pack) -> Spoken:
    """Return what a pack's replies read like, their facts left out."""
    pairs = sorted(
        {
            (fold_line(shape.replace("{", "").replace("}", "")), script.intent_id)
            for script in pack.scripts
            if script.use is Use.REPLY
            for variant in script.variants
            for shape in shapes(put_in(variant, pack.snippets))
        }
    )
    return Spoken(
        texts=tuple(text for text, _ in pairs),
        intents=tuple(intent for _, intent in pairs),
    )


def read_answers(group: Group, spoken: Spoken) -> Answered:
    """Return what people answered to a group."""
    by_intent: Counter[str] = Counter()
    own: Counter[str] = Counter()
    turns = sorted(
        (turn for line in group.lines for turn in line.turns),
        key=lambda it: (it.at, it.conversation_id, it.text),
    )
    for turn in turns:
        sent = turn.sent
        if sent is not None and sent.intent_id is not None:
            by_intent[sent.intent_id] += 1
            continue
        telling = [text for text in turn.answers if len(fold_line(text)) >= SHORTEST]
        if telling:
            intent = spoken.intent_of(telling[0])
            if intent is None:
                own[" ".join(telling[0].split())] += 1
            else:
                by_intent[intent] += 1
    return Answered(
        by_intent=dict(sorted(by_intent.items())),
        own=tuple(_join(own)),
        turns=len(turns),
    )


def is_for_everybody(text: str, *, kinds: Iterable[EntityKind]) -> bool:
    """Return whether a text holds nothing of one buyer or order.

    Args:
        text: Masked or not.
        kinds: Of what was recognised in it.
    """
    return (
        _MASK not in text
        and mask_personal(text) == text
        and _SPECIFIC.isdisjoint(kinds)
        and len(text) <= LONGEST
    )


def _join(counts: Mapping[str, int]) -> list[OwnAnswer]:
    """Return answers that say the same together: greedily, the most given first."""
    groups: dict[str, list[str]] = defaultdict(list)
    for text in sorted(counts, key=lambda it: (-counts[it], it)):
        leader = _leader(text, list(groups))
        groups[leader if leader is not None else text].append(text)
    found = []
    for texts in groups.values():
        central = _central(texts, counts)
        found.append(
            OwnAnswer(
                text=central,
                count=sum(counts[it] for it in texts),
                others=tuple(it for it in texts if it != central),
            )
        )
    return sorted(found, key=lambda it: (-it.count, it.text))


def _leader(text: str, leaders: Sequence[str]) -> str | None:
    found = process.extractOne(text, leaders, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return None if found is None else leaders[found[2]]


def _central(texts: Sequence[str], counts: Mapping[str, int]) -> str:
    """Return the text that is most like all that was given."""
    return max(
        texts,
        key=lambda it: (
            round(sum(fuzz.ratio(it, other) * counts[other] for other in texts), 3),
            it,
        ),
    )
