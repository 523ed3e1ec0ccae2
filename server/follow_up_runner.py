"""What becomes of due follow-ups? Claimed in batches, judged, sent at most once."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import Connection

from bot.errors import StaleStateError
from bot.follow_ups.plans import FollowUpPlan, Kind, StartsWhen
from bot.follow_ups.stop_rules import Defer, End, Reason, Send, Skip
from bot.follow_ups.windows import first_due, silence_due
from bot.guarding.limits import limit_of
from bot.guarding.rules import GuardSender, TextKind
from connectors.base import Connector
from server.clock import Clock
from server.follow_up_judging import judge_claimed
from server.metrics import Metrics
from server.promises import SaidWords, book_of, note_promises
from server.settings import SchedulerSettings
from server.shops import Shop, Shops
from storage.database import Database
from storage.repositories import follow_ups
from storage.repositories.follow_ups import (
    ClaimedFollowUp,
    FollowUpMessage,
    NewFollowUp,
)
from storage.repositories.tickets import call_backs

_log = structlog.get_logger(__name__)
_MOVED_WAIT = timedelta(minutes=30)
"""What was true when it was judged was not when it was sent: judged again after this."""
_FAILED_WAIT = timedelta(minutes=5)
"""A follow-up whose judging failed is looked at again after this."""


_OF_SILENCE = frozenset({StartsWhen.QUESTION_ASKED})

UNKNOWN_PLAN = "unknown_plan"
"""Why one is skipped whose plan the pack does not have any more."""
GUARDED = "guard"
"""Why one is skipped whose text may not leave."""


class FollowUpRunner:
    """Takes what is due; one instance a process, known to the claims by its owner."""

    def __init__(
        self,
        *,
        database: Database,
        shops: Shops,
        connectors: Mapping[str, Connector],
        settings: SchedulerSettings,
        sent: Callable[[], None],
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._shops = shops
        self._connectors = connectors
        self._settings = settings
        self._sent = sent
        self._clock = clock
        self._metrics = metrics
        self._owner = uuid4().hex

    async def run_due(self) -> int:
        """Work on everything that is due now; return how many follow-ups that were."""
        total = 0
        while True:
            claimed = await self._claim()
            await asyncio.gather(*(self._handle(follow_up) for follow_up in claimed))
            total += len(claimed)
            if len(claimed) < self._settings.batch:
                return total

    async def _claim(self) -> list[ClaimedFollowUp]:
        now = self._clock()
        return await self._database.write(
            lambda connection: follow_ups.claim_due(
                connection,
                owner=self._owner,
                now=now,
                lease=timedelta(seconds=self._settings.lease_seconds),
                limit=self._settings.batch,
            )
        )

    async def _handle(self, claimed: ClaimedFollowUp) -> None:
        try:
            outcome = await self._act(claimed)
        except StaleStateError:
            outcome = "moved"
            await self._put_off(claimed, to=self._clock() + _MOVED_WAIT, why="moved")
        except Exception:  # noqa: BLE001 - the scheduler's loop: logged, goes on
            _log.exception("follow_up.failed", follow_up_id=claimed.follow_up_id)
            outcome = "failed"
            await self._put_off(claimed, to=self._clock() + _FAILED_WAIT, why="failed")
        self._metrics.follow_ups.labels(outcome).inc()
        _log.info(
            "follow_up.handled",
            follow_up_id=claimed.follow_up_id,
            plan=claimed.plan_id,
            outcome=outcome,
        )

    async def _act(self, claimed: ClaimedFollowUp) -> str:
        shop = self._shops.by_id(claimed.shop_id)
        plan = shop.library.pack.follow_ups.get(claimed.plan_id)
        if plan is None:
            await self._skip(claimed, UNKNOWN_PLAN)
            return "skipped"
        verdict = judge_claimed(plan, claimed, shop=shop, now=self._clock())
        match verdict:
            case Send():
                return await self._send(claimed, plan, verdict, shop=shop)
            case Defer():
                await self._put_off(claimed, to=verdict.to, why=verdict.reason.value)
                return "deferred"
            case Skip(reason=Reason.OPTED_OUT):
                await self._skip_opted_out(claimed, plan)
                return "skipped"
            case Skip():
                await self._skip(claimed, verdict.reason.value)
                return "skipped"
            case End():
                await self._end(claimed, verdict)
                return "ended"

    async def _send(
        self, claimed: ClaimedFollowUp, plan: FollowUpPlan, verdict: Send, *, shop: Shop
    ) -> str:
        now = self._clock()
        text = outgoing_text(plan, verdict, claimed=claimed, shop=shop, now=now)
        if text is None:
            await self._skip(claimed, GUARDED)
            return "skipped"
        message = FollowUpMessage(
            text=text,
            question_id=plan.question,
            answer_within=plan.answer_within,
            is_reminder=_is_of_silence(plan, shop.library.pack.follow_ups),
            closes_conversation=plan.closes_conversation,
            then=_then(plan, claimed, shop=shop, now=self._clock()),
        )
        is_polled = self._connectors[claimed.connector].is_polled(shop.account)

        def unit(connection: Connection) -> None:
            sent = follow_ups.finish_sent(
                connection,
                claimed.shop_id,
                claimed=claimed,
                message=message,
                marketing_gap=shop.limits.marketing_gap,
                now=now,
                deliver=not is_polled,
            )
            note_promises(
                connection,
                claimed.shop_id,
                book=book_of(shop),
                said=SaidWords(
                    conversation_id=sent.conversation_id,
                    message_id=sent.message_id,
                    text=text,
                    order_ref=claimed.order_ref,
                    ticket_id=None
                    if claimed.ticket is None
                    else claimed.ticket.ticket_id,
                ),
                now=now,
            )

        await self._database.write(unit, key=claimed.buyer_id)
        if not is_polled:
            self._sent()
        return "sent"

    async def _put_off(
        self, claimed: ClaimedFollowUp, *, to: datetime, why: str
    ) -> None:
        await self._database.write(
            lambda connection: follow_ups.defer(
                connection, claimed.shop_id, claimed=claimed, to=to, reason=why
            )
        )

    async def _skip(self, claimed: ClaimedFollowUp, why: str) -> None:
        await self._database.write(
            lambda connection: follow_ups.skip(
                connection, claimed.shop_id, claimed=claimed, reason=why
            )
        )

    async def _skip_opted_out(
        self, claimed: ClaimedFollowUp, plan: FollowUpPlan
    ) -> None:
        """Close it; a ticket that would be called back gets its result."""
        now = self._clock()
        is_call_back = plan.question is not None and claimed.review is None

        def unit(connection: Connection) -> None:
            is_ours = follow_ups.skip(
                connection,
                claimed.shop_id,
                claimed=claimed,
                reason=Reason.OPTED_OUT.value,
            )
            if is_ours and is_call_back and claimed.ticket is not None:
                call_backs.record_not_sent(
                    connection,
                    claimed.shop_id,
                    ticket_id=claimed.ticket.ticket_id,
                    now=now,
                )

        await self._database.write(unit)

    async def _end(self, claimed: ClaimedFollowUp, verdict: End) -> None:
        detail = f": {verdict.detail}" if verdict.detail else ""
        await self._database.write(
            lambda connection: follow_ups.end(
                connection,
                claimed.shop_id,
                claimed=claimed,
                reason=verdict.reason.value + detail,
            )
        )


def _is_of_silence(plan: FollowUpPlan, plans: Mapping[str, FollowUpPlan]) -> bool:
    """Return whether a message only says that a question of ours waits."""
    started = (one for one in plans.values() if one.starts_when in _OF_SILENCE)
    return any(plan.plan_id in (one.plan_id, one.then) for one in started)


def _then(
    plan: FollowUpPlan, claimed: ClaimedFollowUp, *, shop: Shop, now: datetime
) -> NewFollowUp | None:
    """Return the next stage of a plan, None when there is none or it is switched off."""
    plans = shop.library.pack.follow_ups
    following = None if plan.then is None else plans[plan.then]
    if following is None:
        return None
    limits, timezone = shop.limits, shop.record.timezone
    due_at = (
        silence_due(following, asked_at=now, limits=limits, timezone=timezone)
        if _is_of_silence(plan, plans)
        else first_due(following, planned_at=now, limits=limits, timezone=timezone)
    )
    if due_at is None:
        return None
    return NewFollowUp(
        buyer_id=claimed.buyer_id,
        conversation_id=claimed.conversation_id,
        plan_id=following.plan_id,
        kind=following.kind,
        due_at=due_at,
        order_ref=claimed.order_ref,
        item_ref=claimed.item_ref,
        ticket_id=None if claimed.ticket is None else claimed.ticket.ticket_id,
        dedupe_key=f"{following.plan_id}:after:{claimed.follow_up_id}",
    )


def outgoing_text(
    plan: FollowUpPlan,
    verdict: Send,
    *,
    claimed: ClaimedFollowUp,
    shop: Shop,
    now: datetime,
) -> str | None:
    """Return what leaves, None when the guard lets nothing of it pass.

    Args:
        plan: What was planned; its kind decides what marketing needs.
        verdict: The text, with the places of the facts in it.
        claimed: The follow-up: where it goes, and the item it is about.
        shop: Whose guard reads it, by the rules of this moment.
        now: Aware UTC.
    """
    is_marketing = plan.kind is Kind.MARKETING
    guarded = shop.guard.check(
        verdict.text,
        filled_spans=verdict.spans,
        sender=GuardSender.FOLLOW_UP,
        channel=shop.channel(claimed.connector),
        limit=limit_of(claimed.item),
        now=now,
        kind=TextKind.MARKETING if is_marketing else TextKind.SERVICE,
    )
    return guarded.outgoing(verdict.text) if guarded.is_sendable else None
