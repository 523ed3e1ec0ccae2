"""What would become of the follow-ups that are due soon? Judged as if it were so far."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.follow_ups.plans import FollowUpPlan, Kind
from bot.follow_ups.stop_rules import Defer, End, Judgement, Reason, Send, Skip
from server.follow_up_judging import judge_claimed
from server.follow_up_runner import GUARDED, UNKNOWN_PLAN, outgoing_text
from server.shops import Shop
from storage.repositories.follow_ups import ClaimedFollowUp


class Fate(StrEnum):
    """What becomes of a follow-up."""

    SENT = "sent"
    DEFERRED = "deferred"
    SKIPPED = "skipped"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One follow-up with what would become of it."""

    follow_up: ClaimedFollowUp
    fate: Fate
    at: datetime
    """When it would be sent or judged; of a deferred one: when it is looked at next."""
    reason: str | None = None
    text: str | None = None
    """Of one that would be sent."""


def rehearse(
    due: Iterable[ClaimedFollowUp], *, shop: Shop, now: datetime, until: datetime
) -> list[Rehearsed]:
    """Return what would become of follow-ups until a moment, if nothing else happens.

    One that has to wait for its hours is judged again at that hour; marketing counts
    for what the same buyer would get after it.
    """
    return list(_Rehearsal(shop, now=now, until=until).play(due))


class _Rehearsal:
    """One run, with what it has sent so far."""

    def __init__(self, shop: Shop, *, now: datetime, until: datetime) -> None:
        self._shop = shop
        self._now = now
        self._until = until
        self._marketing: dict[int, datetime] = {}
        """When each buyer would have been sent marketing."""

    def play(self, due: Iterable[ClaimedFollowUp]) -> Iterator[Rehearsed]:
        for claimed in due:
            plan = self._shop.library.pack.follow_ups.get(claimed.plan_id)
            at = max(self._now, claimed.due_at)
            if plan is None:
                yield _other(claimed, Fate.SKIPPED, at=at, reason=UNKNOWN_PLAN)
            else:
                yield self._judge(claimed, plan, at)

    def _judge(
        self, claimed: ClaimedFollowUp, plan: FollowUpPlan, at: datetime
    ) -> Rehearsed:
        known = self._with_marketing(claimed)
        verdict = judge_claimed(plan, known, shop=self._shop, now=at)
        opens_at = _opening(verdict, until=self._until)
        if opens_at is not None:
            at = opens_at
            verdict = judge_claimed(plan, known, shop=self._shop, now=at)
        match verdict:
            case Send():
                return self._send(claimed, plan, verdict, at)
            case Defer(to=to, reason=reason):
                return _other(claimed, Fate.DEFERRED, at=to, reason=reason)
            case Skip(reason=reason):
                return _other(claimed, Fate.SKIPPED, at=at, reason=reason)
            case End(reason=reason, detail=detail):
                why = f"{reason.value}: {detail}" if detail else reason.value
                return _other(claimed, Fate.ENDED, at=at, reason=why)

    def _send(
        self, claimed: ClaimedFollowUp, plan: FollowUpPlan, verdict: Send, at: datetime
    ) -> Rehearsed:
        text = outgoing_text(plan, verdict, claimed=claimed, shop=self._shop, now=at)
        if text is None:
            return _other(claimed, Fate.SKIPPED, at=at, reason=GUARDED)
        if plan.kind is Kind.MARKETING:
            self._marketing[claimed.buyer_id] = at
        return Rehearsed(follow_up=claimed, fate=Fate.SENT, at=at, text=text)

    def _with_marketing(self, claimed: ClaimedFollowUp) -> ClaimedFollowUp:
        """Return a follow-up with the marketing of this run known to it."""
        sent_at = self._marketing.get(claimed.buyer_id)
        if sent_at is None:
            return claimed
        return replace(claimed, last_marketing_at=sent_at)


def _other(
    claimed: ClaimedFollowUp, fate: Fate, *, at: datetime, reason: str
) -> Rehearsed:
    return Rehearsed(follow_up=claimed, fate=fate, at=at, reason=str(reason))


def _opening(verdict: Judgement, *, until: datetime) -> datetime | None:
    """Return when the hours come that a follow-up just waits for, if it is in time."""
    if not isinstance(verdict, Defer) or verdict.reason is not Reason.OUTSIDE_WINDOW:
        return None
    return verdict.to if verdict.to <= until else None
