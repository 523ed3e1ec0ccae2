"""What becomes of promises whose time is near or has come? Warned of, breached, once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import Connection, Row

from bot.actions import OpenTicket
from bot.facts import Facts, Order
from bot.guarding.rules import GuardSender
from bot.promises.keeping import facts_of
from bot.promises.kinds import PromiseKind, PromiseState, warn_at
from bot.replying.render import fill, format_time
from bot.replying.values import values_of
from server.clock import Clock
from server.settings import SchedulerSettings
from server.shops import Shop, Shops
from storage.database import Database
from storage.queries import facts as fact_queries
from storage.queries.buyers import buyer_names
from storage.repositories import promises
from storage.repositories.promises import Breach, ClaimedPromise
from storage.repositories.promises.settling import settle_by_facts

_log = structlog.get_logger(__name__)
_SUMMARY_LENGTH = 200


class PromiseRunner:
    """Takes what is due; one instance a process, known to the claims by its owner."""

    def __init__(
        self,
        *,
        database: Database,
        shops: Shops,
        settings: SchedulerSettings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._shops = shops
        self._settings = settings
        self._clock = clock
        self._owner = uuid4().hex

    async def run_due(self) -> int:
        """Work on everything that is due now; return how many promises that were."""
        total = 0
        while True:
            claimed = await self._claim()
            for promise in claimed:
                await self._handle(promise)
            total += len(claimed)
            if len(claimed) < self._settings.batch:
                return total

    async def _claim(self) -> list[ClaimedPromise]:
        now = self._clock()
        return await self._database.write(
            lambda connection: promises.claim_due(
                connection,
                owner=self._owner,
                now=now,
                lease=timedelta(seconds=self._settings.lease_seconds),
                limit=self._settings.batch,
            )
        )

    async def _handle(self, claimed: ClaimedPromise) -> None:
        """Do what is to be done about one; one that fails waits for its lease's end."""
        try:
            shop = self._shops.by_id(claimed.shop_id)
            now = self._clock()
            outcome = await self._database.write(
                lambda connection: look_at(connection, shop, claimed, now=now)
            )
        except Exception:  # noqa: BLE001 - the scheduler's loop: logged, goes on
            _log.exception("promise.failed", promise_id=claimed.promise_id)
            outcome = "failed"
        level = _log.warning if outcome == "breached" else _log.info
        level("promise.handled", promise_id=claimed.promise_id, outcome=outcome)


def look_at(
    connection: Connection, shop: Shop, claimed: ClaimedPromise, *, now: datetime
) -> str:
    """Look at one claimed promise by what is true now; return what became of it.

    Everything that follows is in this one unit: a process that is killed has either done
    all of it or none, and then the promise is claimed again.
    """
    row = promises.hold_claimed(connection, claimed.shop_id, claimed=claimed)
    if row is None:
        return "moved"
    pack = shop.library.pack
    kind = pack.promises.kind(row.kind)
    told = (
        fact_queries.order_told(connection, row.shop_id, row.order_ref)
        if row.order_ref
        else None
    )
    if told is not None and settle_by_facts(
        connection,
        row,
        facts=facts_of(told[0], told_at=min(told[1], now)),
        rules=pack.promises,
        now=now,
    ):
        return "settled"
    if now >= row.due_at:
        facts = _facts(connection, shop, row, order=None if told is None else told[0])
        follows = _breach(shop, row, kind, facts=facts, now=now)
        promises.breach(connection, row, follows=follows, now=now)
        return "breached"
    warning = _warning(row, kind)
    if row.state is PromiseState.OPEN and warning is not None and now >= warning:
        promises.warn(connection, row, now=now)
        return "warned"
    next_at = row.due_at if warning is None or now >= warning else warning
    promises.put_off(connection, row, to=next_at)
    return "early"


def _warning(row: Row[Any], kind: PromiseKind | None) -> datetime | None:
    if kind is None:
        return None
    return warn_at(made_at=row.created_at, due_at=row.due_at, lead=kind.lead)


def _facts(
    connection: Connection, shop: Shop, row: Row[Any], *, order: Order | None
) -> Facts:
    """Return what an apology may speak of."""
    names = buyer_names(connection, row.shop_id, [row.buyer_id])
    return Facts(
        policies=shop.policies,
        buyer_name=names.get(row.buyer_id),
        nameless=shop.library.pack.nameless,
        order=order,
        timezone=shop.record.timezone,
        catalogue=shop.catalogue,
    )


def _breach(
    shop: Shop, row: Row[Any], kind: PromiseKind | None, *, facts: Facts, now: datetime
) -> Breach:
    pack = shop.library.pack
    ticket = pack.ticket_types.get("" if kind is None else kind.ticket)
    if ticket is None:
        ticket = pack.ticket_types[pack.hand_over_ticket]
    due = format_time(row.due_at, timezone=shop.record.timezone)
    what = row.kind if kind is None else kind.zh
    return Breach(
        opening=OpenTicket(
            ticket_type=ticket.type_id,
            prefix=ticket.prefix,
            state=pack.workflow.start,
            priority=ticket.priority,
            summary=f"承诺未兑现（{what}，{due}到期）：{row.words}"[:_SUMMARY_LENGTH],
            first_answer_due_at=shop.calendar.add_working(now, ticket.first_answer),
            plan_due_at=(
                None
                if ticket.plan is None
                else shop.calendar.add_working(now, ticket.plan)
            ),
            order_ref=row.order_ref or None,
        ),
        apology=None if kind is None else _apology(shop, row, kind, facts, now=now),
    )


def _apology(
    shop: Shop, row: Row[Any], kind: PromiseKind, facts: Facts, *, now: datetime
) -> str | None:
    """Return an apology that facts can fill and the guard lets pass; they take turns."""
    values = values_of(facts, now=now, next_open_at=shop.next_open_at(now))
    guard = shop.guard
    count = len(kind.apologies)
    for turn in range(count):
        filled = fill(kind.apologies[(row.id + turn) % count], values)
        if filled is None:
            continue
        verdict = guard.check(
            filled.text, filled_spans=filled.spans, sender=GuardSender.ASSISTANT
        )
        if verdict.is_sendable:
            return verdict.outgoing(filled.text)
    return None
