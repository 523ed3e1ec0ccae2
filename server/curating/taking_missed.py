"""How does a group of missed messages become entries of a draft, or is left alone?"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from bot.errors import NotPublishableError
from bot.guarding.figures import find_figures
from bot.learning.proposing import Kind as ProposedKind
from bot.learning.proposing import Proposal
from bot.learning.sketches import sketch
from bot.scripts import Audience, Risk
from scripts_library.shop.entries import LINES, Content, Key, Kind, with_edits
from scripts_library.shop.findings import Finding, Severity
from server.curating.drafting import Who
from server.curating.missing import MissedGroup
from server.curating.saving import save_all
from storage.queries.drafts import open_draft_of
from storage.queries.missed import MissedDecision, missed_decisions
from storage.repositories import audit
from storage.repositories.drafts import EntryChange
from storage.repositories.missed import NewDecision, decide_missed
from storage.states import GroupVerdict

_URGENCY: Final = 3
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
class Accepted:
    """What a group has become."""

    key: str
    draft: str
    intent_id: str | None
    lines: int
    """Newly written; 0 when it was accepted before."""
    is_new: bool
    """False: it was accepted before, and nothing was done."""


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
