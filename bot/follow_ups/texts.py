"""What does a due follow-up say?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.follow_ups.plans import FollowUpPlan, Kind
from bot.follow_ups.situation import FollowUpSituation
from bot.replying.names import INCIDENT_TEXT
from bot.replying.render import fill, format_time
from bot.replying.values import values_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledText:
    """One variant of a plan with its facts in place."""

    text: str
    variant: int
    spans: tuple[tuple[int, int], ...]
    """Where facts stand in the text."""


def render_text(
    plan: FollowUpPlan, *, situation: FollowUpSituation, now: datetime, suffix: str
) -> FilledText | None:
    """Return the text to send, or None when no variant can be filled.

    Variants rotate by follow-up id; one this buyer has not read yet is preferred.
    Marketing ends with ``suffix``, which says how to refuse.
    """
    values = _values(situation, now=now)
    count = len(plan.texts)
    first = situation.follow_up_id % count
    filled = []
    for variant in (*range(first, count), *range(first)):
        body = fill(plan.texts[variant], values)
        if body is not None:
            ending = suffix if plan.kind is Kind.MARKETING else ""
            filled.append(
                FilledText(text=body.text + ending, variant=variant, spans=body.spans)
            )
    unread = (one for one in filled if one.text not in situation.used_texts)
    return next(unread, filled[0] if filled else None)


def _values(situation: FollowUpSituation, *, now: datetime) -> Mapping[str, str]:
    known = dict(values_of(situation.facts, now=now))
    ticket, incident = situation.ticket, situation.incident
    if ticket is not None:
        known["ticket.number"] = ticket.number
    if ticket is not None and ticket.due_at is not None:
        known["ticket.due_at"] = format_time(
            ticket.due_at, timezone=situation.facts.timezone, now=now
        )
    if incident is not None:
        known[INCIDENT_TEXT] = incident.text
    if incident is not None and incident.closing is not None:
        known["incident.closing"] = incident.closing
    return {
        name: value for name, value in known.items() if name not in situation.withheld
    }
