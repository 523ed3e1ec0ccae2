"""What follows from a fact that a shop's system told? Stored, and plans started."""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from bot.actions import OpenTicket
from bot.facts import Item, Order, OrderState, Review
from bot.follow_ups.plans import FollowUpPlan, StartsWhen
from bot.follow_ups.stop_rules import is_order_fact
from bot.follow_ups.windows import first_due
from bot.promises.keeping import facts_of
from bot.replying.masking import mask_personal
from bot.scripts import BadReview
from connectors.base import Consent, Fact
from connectors.signed_http.wire import NAME as SIGNED_HTTP
from server.shops import Shop
from storage.database import Database
from storage.repositories import facts, follow_ups, promises, tickets
from storage.repositories.facts import ConsentFact, ToldReview
from storage.repositories.follow_ups import NewFollowUp
from storage.repositories.intake import ensure_buyers

_STARTS = {
    StartsWhen.ORDER_UNPAID: frozenset({OrderState.UNPAID}),
    StartsWhen.ORDER_SHIPPED: frozenset({OrderState.SHIPPED}),
    StartsWhen.ORDER_COMPLETED: frozenset({OrderState.SIGNED, OrderState.COMPLETED}),
}


class Told:
    """Takes facts; each is one unit of work with everything that follows from it."""

    def __init__(
        self, *, database: Database, changed: Callable[[int, Fact], None]
    ) -> None:
        """Keep the parts; ``changed`` is told of each stored fact and its shop."""
        self._database = database
        self._changed = changed

    async def take(
        self, shop: Shop, fact: Fact, *, told_at: datetime, now: datetime
    ) -> bool:
        """Store a fact; False when something newer is known already."""
        is_news = await self._database.write(
            lambda connection: self.unit(
                connection, shop, fact, told_at=told_at, now=now
            )
        )
        self._changed(shop.record.shop_id, fact)
        return is_news

    def unit(
        self,
        connection: Connection,
        shop: Shop,
        fact: Fact,
        *,
        told_at: datetime,
        now: datetime,
    ) -> bool:
        """Do the work of ``take`` inside a unit."""
        shop_id = shop.record.shop_id
        match fact:
            case Item():
                return facts.put_item(
                    connection, shop_id, value=fact, told_at=told_at, now=now
                )
            case Order():
                return self._take_order(
                    connection, shop, fact, told_at=told_at, now=now
                )
            case Review():
                return self._take_review(
                    connection, shop, fact, told_at=told_at, now=now
                )
            case Consent():
                return facts.put_consent(
                    connection,
                    shop_id,
                    value=ConsentFact(
                        connector=SIGNED_HTTP,
                        buyer_ref=fact.buyer_ref,
                        is_given=fact.is_given,
                        source=fact.source,
                    ),
                    told_at=told_at,
                    now=now,
                )
            case _:
                assert_never(fact)

    def _take_order(
        self,
        connection: Connection,
        shop: Shop,
        order: Order,
        *,
        told_at: datetime,
        now: datetime,
    ) -> bool:
        shop_id = shop.record.shop_id
        plans = shop.library.pack.follow_ups.values()
        is_news = facts.put_order(
            connection,
            shop_id,
            value=order,
            told_at=told_at,
            now=now,
            ends_plans=[plan.plan_id for plan in plans if _is_ended(plan, order)],
        )
        if is_news:
            promises.settle_by_order(
                connection,
                shop_id,
                order_ref=order.order_id,
                facts=facts_of(order, told_at=min(told_at, now)),
                rules=shop.library.pack.promises,
                now=now,
            )
            self._adopt_reviews(connection, shop, order, now=now)
            for plan in plans:
                if plan.starts_when is not None and (
                    order.state in _STARTS.get(plan.starts_when, frozenset())
                    and not _is_ended(plan, order)
                ):
                    self._start(connection, shop, plan, order, told_at=told_at, now=now)
        return is_news

    def _adopt_reviews(
        self, connection: Connection, shop: Shop, order: Order, *, now: datetime
    ) -> None:
        """Care for the bad reviews that were told before their order."""
        rules = shop.library.pack.bad_review
        adopted = facts.adopt_reviews(
            connection,
            shop.record.shop_id,
            order_id=order.order_id,
            connector=SIGNED_HTTP,
            now=now,
        )
        for review, told in adopted:
            if rules is not None and review.stars <= rules.stars:
                _open_review_ticket(connection, shop, review, rules, told=told, now=now)

    def _start(
        self,
        connection: Connection,
        shop: Shop,
        plan: FollowUpPlan,
        order: Order,
        *,
        told_at: datetime,
        now: datetime,
    ) -> None:
        """Plan a follow-up for the order's buyer, known to us or not yet; once for ever.

        Its delay counts from the order's own time, so that the import of old orders
        plans nothing that would be late already.
        """
        shop_id = shop.record.shop_id
        due_at = first_due(
            plan,
            planned_at=min(told_at, now),
            limits=shop.limits,
            timezone=shop.record.timezone,
        )
        key = f"{plan.plan_id}:order:{order.order_id}"
        if now - due_at > plan.expires_after or follow_ups.was_planned(
            connection, shop_id, dedupe_key=key
        ):
            return
        pair = (SIGNED_HTTP, order.buyer_ref)
        buyers = ensure_buyers(connection, shop_id, names={pair: None}, now=now)
        follow_ups.plan(
            connection,
            shop_id,
            value=NewFollowUp(
                buyer_id=buyers[pair],
                plan_id=plan.plan_id,
                kind=plan.kind,
                due_at=due_at,
                conversation_id=None,
                order_ref=order.order_id,
                item_ref=order.lines[0].item_id if len(order.lines) == 1 else None,
                ticket_id=None,
                review_id=None,
                dedupe_key=key,
            ),
            now=now,
        )

    def _take_review(
        self,
        connection: Connection,
        shop: Shop,
        review: Review,
        *,
        told_at: datetime,
        now: datetime,
    ) -> bool:
        shop_id = shop.record.shop_id
        rules = shop.library.pack.bad_review
        told = facts.put_review(
            connection,
            shop_id,
            value=review,
            told_at=told_at,
            now=now,
            connector=SIGNED_HTTP,
            bad_stars=0 if rules is None else rules.stars,
        )
        if told.is_news and rules is not None and review.stars <= rules.stars:
            _open_review_ticket(connection, shop, review, rules, told=told, now=now)
        return told.is_news


def _open_review_ticket(
    connection: Connection,
    shop: Shop,
    review: Review,
    rules: BadReview,
    *,
    told: ToldReview,
    now: datetime,
) -> None:
    """Open the ticket in which a person finds the cause of a bad review, once."""
    if not told.is_new_bad or told.buyer_id is None:
        return
    shop_id = shop.record.shop_id
    pack = shop.library.pack
    kind = pack.ticket_types[rules.ticket]
    opened = tickets.open_ticket(
        connection,
        shop_id,
        action=OpenTicket(
            ticket_type=kind.type_id,
            prefix=kind.prefix,
            state=pack.workflow.start,
            priority=kind.priority,
            summary=f"{review.stars}星评价：{mask_personal(review.text)}"[:200],
            first_answer_due_at=shop.calendar.add_working(now, kind.first_answer),
            plan_due_at=(
                None if kind.plan is None else shop.calendar.add_working(now, kind.plan)
            ),
            order_ref=review.order_id,
        ),
        buyer_id=told.buyer_id,
        conversation_id=told.conversation_id,
        now=now,
    )
    facts.attach_review_ticket(
        connection,
        shop_id,
        review_row_id=told.review_row_id,
        ticket_id=opened.ticket_id,
    )


def _is_ended(plan: FollowUpPlan, order: Order) -> bool:
    return any(is_order_fact(fact, order) for fact in plan.ends_when)
