"""May a text leave, here and now? The one way to the guard for whatever is put out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.bargaining.policy import Policy
from bot.facts import Item
from bot.guarding.figures import Span
from bot.guarding.guard import Guard
from bot.guarding.limits import limit_of
from bot.guarding.rules import Channel, GuardSender, TextKind
from bot.guarding.verdicts import GuardVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the guard has to know of a text besides its words: all of it, every time."""

    guard: Guard
    """With the shop's own rules."""
    channel: Channel
    """Whose platform the buyer reads on."""
    item: Item | None
    """What the conversation speaks of; None: nobody can tell."""
    policies: tuple[Policy, ...]
    """Of bargaining: the one in force for the item says who may go how far."""
    now: datetime
    """Aware UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """What is about to be put out."""

    text: str
    sender: GuardSender
    spans: tuple[Span, ...] = ()
    """Where facts were filled in."""
    fact_values: tuple[str, ...] = ()
    """Facts that may be quoted."""
    kind: TextKind = TextKind.SERVICE


def judge_outgoing(saying: OutgoingText, *, around: Surroundings) -> GuardVerdict:
    """Return what the guard of a shop says of a text, by all that is known of it."""
    return around.guard.check(
        saying.text,
        filled_spans=saying.spans,
        fact_values=saying.fact_values,
        sender=saying.sender,
        channel=around.channel,
        kind=saying.kind,
        limit=limit_of(around.item, around.policies),
        now=around.now,
    )


def first_sendable(
    texts: Iterable[OutgoingText], *, around: Surroundings
) -> str | None:
    """Return the first text that may leave by itself, rewritten where that is needed.

    None when none may: then nothing is said.
    """
    for saying in texts:
        verdict = judge_outgoing(saying, around=around)
        if verdict.is_sendable:
            return verdict.outgoing(saying.text)
    return None
