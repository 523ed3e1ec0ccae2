"""Which missed messages want the same, and how does a group become a draft, or nothing?

What is missed is read again with what is served now: a message that would be understood
today is not missed any more. People see masked copies only.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPublishableError
from bot.guarding.figures import find_figures
from bot.learning.answers import read_answers, spoken_of
from bot.learning.clustering import Group, cluster
from bot.learning.lines import gather
from bot.learning.proposing import Kind as ProposedKind
from bot.learning.proposing import Proposal, propose
from bot.learning.sketches import ALIKE, likeness, sketch
from bot.learning.turns import Reason, ServedTurn, reason_of
from bot.scripts import Audience, Pack, Risk
from bot.understanding.sentences import SentenceEncoder
from bot.utterances import Understanding
from scripts_library.shop.entries import LINES, Content, Key, Kind, with_edits
from scripts_library.shop.findings import Finding, Severity
from server.curating.drafting import Who
from server.curating.replaying import Case, Setting
from server.curating.saving import save_all
from server.library import Library
from storage.queries.drafts import open_draft_of
from storage.queries.missed import MissedDecision, missed_decisions
from storage.repositories import audit
from storage.repositories.drafts import EntryChange
from storage.repositories.missed import NewDecision, decide_missed
from storage.states import GroupVerdict

LEAST: Final = 3
"""Messages of a group; fewer are no habit of buyers."""
GROWN: Final = 2.0
"""Times as many messages a day as when it was refused: it is shown again."""
_MORE: Final = 5
"""Messages that a refused group must have grown by besides."""
_HALF: Final = 0.5
_URGENCY: Final = 3
SHOWN: Final = 5
"""Lines and answers of a group that are told."""
SOURCE: Final = "missed"
"""What a draft's entries are said to come from."""

VARIANTS: Final = "variants"
_PART: Final = re.compile(r"[^，。；！？,;!?\n]+[，。；！？,;!?\n]*")
_EDGES: Final = " ，；,;"
_LEAST_REPLY: Final = 12
"""Characters that still answer something."""

Check = Callable[[Mapping[Key, Mapping[str, Any]]], Sequence[Finding]]
"""Says what the lint finds of some entries over the draft."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a group has become."""

    key: str
    draft: str
    intent_id: str | None
    lines: int
    """Newly written; 0 when it was accepted before."""
    is_new: bool
    """False: it was accepted before, and nothing was done."""


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


def entries_for(
    found: MissedGroup, content: Content, *, check: Check
) -> dict[Key, Mapping[str, Any]]:
    """Return the entries that a proposal writes, without what the lint objects to.

    Args:
        found: The group.
        content: Of the draft that they go into.
        check: The lint.

    Raises:
        NotPublishableError: Nothing of it is left, or nothing is proposed.
    """
    proposal = found.proposal
    if proposal.kind is ProposedKind.UNCLEAR or proposal.intent_id is None:
        raise NotPublishableError("unclear")
    entries = _entries(proposal, content)
    errors = [it for it in check(entries) if it.severity is Severity.ERROR]
    if errors:
        entries = _without(entries, errors, content)
        errors = [it for it in check(entries) if it.severity is Severity.ERROR]
    if errors or not entries:
        raise NotPublishableError(
            "findings", details=[f"{it.entry_id}: {it.reason}" for it in errors]
        )
    return entries


def known_acceptance(decisions: Sequence[MissedDecision], key: str) -> Accepted | None:
    """Return what a line's group has become already."""
    for one in decisions:
        if one.verdict is GroupVerdict.ACCEPTED and key in {one.key, *one.lines}:
            return Accepted(
                key=one.key,
                draft=one.draft or "",
                intent_id=one.intent_id,
                lines=0,
                is_new=False,
            )
    return None


def accept_missed(
    conn: Connection,
    who: Who,
    *,
    found: MissedGroup,
    draft: str,
    seen: int,
    entries: Mapping[Key, Mapping[str, Any]],
    days: int,
) -> Accepted:
    """Write a group into an open draft; nothing is served before it is published.

    Args:
        conn: Of the unit.
        who: Accepts it, and answers for it.
        found: The group.
        draft: Name of the open draft.
        seen: Its revision that the entries were made from.
        entries: Of :func:`entries_for`.
        days: In which the group came.

    Raises:
        NotFoundError: there is no such draft.
        StaleStateError: it was saved meanwhile.
    """
    known = known_acceptance(missed_decisions(conn, who.shop_id), found.key)
    if known is not None:
        return known
    proposal = found.proposal
    save_all(
        conn,
        who,
        draft=draft,
        seen=seen,
        changes=[
            EntryChange(
                kind=key.kind.value,
                entry_id=key.entry_id,
                content=entry,
                reason=f"{found.group.count}条没答上的消息",
            )
            for key, entry in entries.items()
        ],
        source=SOURCE,
    )
    _decide(
        conn,
        who,
        found,
        verdict=GroupVerdict.ACCEPTED,
        days=days,
        draft_id=open_draft_of(conn, who.shop_id, draft).draft_id,
    )
    return Accepted(
        key=found.key,
        draft=draft,
        intent_id=proposal.intent_id,
        lines=len(proposal.lines),
        is_new=True,
    )


def refuse_missed(
    conn: Connection, who: Who, *, found: MissedGroup, days: int, note: str = ""
) -> None:
    """Remember that nothing is to be made of a group, until it has grown much."""
    _decide(conn, who, found, verdict=GroupVerdict.REFUSED, days=days, note=note)


def _decide(
    conn: Connection,
    who: Who,
    found: MissedGroup,
    *,
    verdict: GroupVerdict,
    days: int,
    draft_id: int | None = None,
    note: str = "",
) -> None:
    decide_missed(
        conn,
        who.shop_id,
        value=NewDecision(
            key=found.key,
            verdict=verdict,
            kind=found.proposal.kind.value,
            intent_id=found.proposal.intent_id,
            draft_id=draft_id,
            lines=[line.key for line in found.group.lines],
            sketch=sketch(found.group),
            per_day=found.group.count / days,
            note=note,
        ),
        now=who.now,
        by=who.person_id,
    )
    audit.record(
        conn,
        who.shop_id,
        action=f"library.missed_{verdict}",
        subject=found.key,
        now=who.now,
        data={"count": found.group.count, "intent": found.proposal.intent_id},
        person_id=who.person_id,
    )


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


def _entries(proposal: Proposal, content: Content) -> dict[Key, Mapping[str, Any]]:
    intent_id = str(proposal.intent_id)
    lines = Key(Kind.EXAMPLES, intent_id)
    known = list(content.get(lines, {}).get(LINES, ()))
    fresh = [line for line in proposal.lines if line not in known]
    entries: dict[Key, Mapping[str, Any]] = {lines: {LINES: [*known, *fresh]}}
    if proposal.kind is ProposedKind.SCRIPT:
        entries[Key(Kind.INTENT, intent_id)] = {
            "zh": proposal.title,
            "risk": Risk.AUTO.value,
            "urgency": _URGENCY,
        }
        entries[Key(Kind.SCRIPT, f"{intent_id}.reply")] = {
            "intent": intent_id,
            "audience": Audience.SHOP.value,
            VARIANTS: list(proposal.variants),
        }
    return entries


def _without(
    entries: Mapping[Key, Mapping[str, Any]],
    errors: Sequence[Finding],
    content: Content,
) -> dict[Key, Mapping[str, Any]]:
    """Return entries without what is objected to.

    A line goes; a reply loses the parts with a figure that nobody vouches for (decision
    0008), and goes when that leaves too little of it.
    """
    bad = {(it.kind, it.entry_id, it.place) for it in errors}
    kept: dict[Key, Mapping[str, Any]] = {}
    for key, entry in entries.items():
        left = dict(entry)
        for name, mend in ((LINES, _drop), (VARIANTS, without_figures)):
            if name in entry:
                texts = (
                    mend(text)
                    if (key.kind.value, key.entry_id, f"{name}[{at}]") in bad
                    else text
                    for at, text in enumerate(entry[name])
                )
                left[name] = list(dict.fromkeys(it for it in texts if it))
        kept[key] = left
    return {key: it for key, it in kept.items() if it != content.get(key)}


def _drop(text: str) -> str:
    """Return nothing of a text."""
    return ""


def without_figures(text: str) -> str:
    """Return a reply without its parts that hold a figure; empty: too little is left."""
    spans = find_figures(text)
    kept = [
        part[0]
        for part in _PART.finditer(text)
        if not any(start < part.end() and part.start() < end for start, end in spans)
    ]
    left = "".join(kept).strip(_EDGES)
    return left if len(left) >= _LEAST_REPLY else ""


def content_with(
    content: Content, entries: Mapping[Key, Mapping[str, Any]]
) -> dict[Key, Mapping[str, Any]]:
    """Return what a draft holds with the entries in it."""
    return dict(with_edits(content, entries))


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
