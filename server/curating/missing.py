"""Which missed messages want the same, and how does a group become a draft, or nothing?

What is missed is read again with what is served now: a message that would be understood
today is not missed any more. People see masked copies only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.errors import NotFoundError
from bot.learning.answers import read_answers, spoken_of
from bot.learning.clustering import Group, cluster
from bot.learning.lines import gather
from bot.learning.proposing import Proposal, propose
from bot.learning.sketches import ALIKE, likeness, sketch
from bot.learning.turns import Reason, ServedTurn, reason_of
from bot.scripts import Pack
from bot.understanding.sentences import SentenceEncoder
from bot.utterances import Understanding
from server.curating.replaying import Case, Setting
from server.library import Library
from storage.queries.missed import MissedDecision
from storage.states import GroupVerdict

LEAST: Final = 3
"""Messages of a group; fewer are no habit of buyers."""
GROWN: Final = 2.0
"""Times as many messages a day as when it was refused: it is shown again."""
_MORE: Final = 5
"""Messages that a refused group must have grown by besides."""
_HALF: Final = 0.5
SHOWN: Final = 5
"""Lines and answers of a group that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedGroup:
    """Missed messages that want the same, with what they should become."""

    group: Group
    proposal: Proposal
    reasons: Mapping[Reason, int]

    @property
    def key(self) -> str:
        """Return what names it."""
        return self.group.key


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedReport:
    """What was missed in some days."""

    days: int
    turns: int
    """Handled turns looked at."""
    missed: int
    """Of them not understood then."""
    still: int
    """Of those not understood by what is served now."""
    groups: tuple[MissedGroup, ...]
    """Not decided yet, the largest first."""


def find_missed(
    turns: Iterable[ServedTurn],
    *,
    library: Library,
    pack: Pack,
    setting: Setting,
    decisions: Sequence[MissedDecision],
    days: int,
) -> MissedReport:
    """Return what was missed and is still; the same for the same data.

    Args:
        turns: Of the days.
        library: That is served now.
        pack: That proposals go into: of the library, or of a draft.
        setting: Of the shop.
        decisions: What managers made of groups before.
        days: For which the turns were read.
    """
    seen = 0
    missed = []
    for turn in turns:
        seen += 1
        if _reason(library, turn) is not None:
            missed.append(turn)
    still, read = _read_again(library, missed, setting=setting)
    hidden = frozenset(
        key
        for one in decisions
        if one.verdict is GroupVerdict.ACCEPTED
        for key in one.lines
    )
    lines = [line for line in gather(still) if line.key not in hidden]
    refused = [one for one in decisions if one.verdict is GroupVerdict.REFUSED]
    spoken = spoken_of(pack)
    groups = [
        MissedGroup(
            group=group,
            proposal=propose(
                group, pack=pack, answered=read_answers(group, spoken), read=read
            ),
            reasons=_reasons(library, group),
        )
        for group in cluster(lines, encoder=encoder_of(library))
        if group.count >= LEAST and not _is_refused(group, refused, days=days)
    ]
    return MissedReport(
        days=days,
        turns=seen,
        missed=len(missed),
        still=len(still),
        groups=tuple(groups),
    )


def encoder_of(library: Library) -> SentenceEncoder | None:
    """Return what makes sentence vectors in a library; None: it has none."""
    second = library.matcher.knowledge.ranker.second
    return None if second is None else second.encoder


def find_group(report: MissedReport, key: str) -> MissedGroup:
    """Return the group that a line of this key is in: groups grow between two looks.

    Raises:
        NotFoundError: there is none (any more).
    """
    for one in report.groups:
        if any(line.key == key for line in one.group.lines):
            return one
    raise NotFoundError("missed", key)


def _reason(library: Library, turn: ServedTurn) -> Reason | None:
    return reason_of(
        library.pack.intents.get(turn.intent_id),
        band=turn.band,
        confidence=turn.confidence,
        bands=library.pack.bands,
        is_answered=bool(turn.answers),
    )


def _reasons(library: Library, group: Group) -> dict[Reason, int]:
    counts: dict[Reason, int] = {}
    for line in group.lines:
        for turn in line.turns:
            reason = _reason(library, turn)
            if reason is not None:
                counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items()))


def _read_again(
    library: Library, turns: Sequence[ServedTurn], *, setting: Setting
) -> tuple[list[ServedTurn], dict[str, Understanding]]:
    """Return the turns that are not understood now either, and how texts are read.

    Read are the texts of turns and what people answered, as lines are shown.
    """
    shown = {turn.text: " ".join(turn.text.split()) for turn in turns}
    answers = {" ".join(it.split()) for turn in turns for it in turn.answers}
    texts = sorted({*shown.values(), *answers})
    read = dict(
        zip(
            texts,
            library.matcher.understand_all(texts, today=setting.today),
            strict=True,
        )
    )
    still = []
    for turn in turns:
        case = Case(turn.text, turn.connector, False, None, None)  # noqa: FBT003
        decision = library.assistant.handle(
            setting.turn(case),
            setting.context(case),
            understanding=read[shown[turn.text]],
        )
        reason = reason_of(
            library.pack.intents.get(decision.intent_id),
            band=decision.band,
            confidence=decision.confidence,
            bands=library.pack.bands,
            is_answered=bool(turn.answers),
        )
        if reason is not None:
            still.append(turn)
    return still, read


def _is_refused(group: Group, refused: Sequence[MissedDecision], *, days: int) -> bool:
    """Return whether a group was refused, and has not grown much since."""
    if not refused:
        return False
    own = sketch(group)
    for one in refused:
        same = sum(line.count for line in group.lines if line.key in one.lines)
        if same >= _HALF * group.count or likeness(own, one.sketch) >= ALIKE:
            has_grown = (
                group.count >= GROWN * one.per_day * days
                and group.count >= one.per_day * days + _MORE
            )
            if not has_grown:
                return True
    return False


def group_json(one: MissedGroup) -> dict[str, Any]:
    """Return a group as plain values."""
    proposal = one.proposal
    return {
        "key": one.key,
        "count": one.group.count,
        "first_at": one.group.first_at,
        "last_at": one.group.last_at,
        "reasons": {reason.value: number for reason, number in one.reasons.items()},
        "examples": [line.text for line in one.group.lines[:SHOWN]],
        "proposal": {
            "kind": proposal.kind.value,
            "intent": proposal.intent_id,
            "title": proposal.title,
            "lines": list(proposal.lines),
            "variants": list(proposal.variants),
            "mean": round(proposal.mean, 3),
            "answered": proposal.answered.count,
            "answered_as": dict(proposal.answered.by_intent),
            "own_answers": [
                {"text": it.text, "count": it.count}
                for it in proposal.answered.own[:SHOWN]
                if "*" not in it.text
            ],
            "nearest": [
                {"intent": it.intent_id, "text": it.text, "likeness": it.likeness}
                for it in proposal.nearest
            ],
        },
    }
