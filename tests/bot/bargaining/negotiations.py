"""One buyer and one item, played ask by ask: what storage does, without a database."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.bargaining.asks import Ask
from bot.bargaining.known import Bargaining
from bot.bargaining.ladder import answer_ask
from bot.bargaining.policy import CouponPool, Policy
from bot.bargaining.situation import (
    Answer,
    Grant,
    Means,
    OpenOffer,
    Situation,
    Standing,
    Tactic,
)

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@dataclass(slots=True)
class Negotiation:
    """Plays asks against a policy and keeps what storage would keep."""

    policy: Policy
    list_fen: int
    floor_fen: int
    standing: Standing = field(default_factory=Standing)
    spent_fen: int = 0
    coupons: dict[str, int] = field(default_factory=dict)
    granted: list[Grant] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    def ask(
        self,
        asked: Ask,
        *,
        tactic: Tactic = Tactic.PLAIN,
        can_change_orders: bool = True,
        is_person_there: bool = False,
    ) -> Answer:
        known = Bargaining(
            policy=self.policy,
            conversation_fen=self.spent_fen,
            day_fen=self.spent_fen,
        )
        answer = answer_ask(
            Situation(
                policy=self.policy,
                list_fen=self.list_fen,
                floor_fen=self.floor_fen,
                tactic=tactic,
                ask=asked,
                standing=self.standing,
                means=Means(
                    coupons=dict(self.coupons), can_change_orders=can_change_orders
                ),
                budget_fen=known.budget_fen,
                is_person_there=is_person_there,
            )
        )
        self.answers.append(answer)
        self._keep(answer)
        return answer

    def expire(self) -> None:
        """Let the time of the open offer pass."""
        self.standing = replace(self.standing, offer=None)

    def _keep(self, answer: Answer) -> None:
        offer = self.standing.offer
        grant = answer.grant
        if grant is not None:
            self.granted.append(grant)
            self.spent_fen += grant.charge_fen
            if isinstance(grant.redeem, CouponPool):
                self.coupons[grant.redeem.pool] -= 1
            counted = 0 if offer is None else offer.counted_fen
            offer = OpenOffer(
                offer_id=len(self.granted),
                kind=grant.kind,
                rung=grant.rung,
                quantity=grant.quantity,
                price_fen=grant.price_fen,
                cost_fen=grant.cost_fen,
                counted_fen=counted + grant.charge_fen,
                valid_until=NOW + timedelta(minutes=self.policy.valid_minutes),
            )
        self.standing = Standing(
            rung=answer.rung,
            rounds=answer.rounds,
            version=self.standing.version + 1,
            offer=offer,
        )
