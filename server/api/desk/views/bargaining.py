"""How bargaining looks to people: policies, pools, offers, where a buyer stands."""

from datetime import datetime
from typing import Any

import msgspec

from bot.bargaining.known import Bargaining
from bot.bargaining.policy import RungKind
from bot.bargaining.reading import plain_policy
from bot.bargaining.situation import OpenOffer
from bot.facts import Item
from storage.queries.bargaining import PolicyRecord
from storage.queries.offers import OfferRecord, PoolRecord
from storage.states import OfferState, Role


class PolicyBody(msgspec.Struct, frozen=True):
    """One policy, as it can be put again."""

    policy: dict[str, Any]
    version: int
    updated_at: datetime


class PoliciesBody(msgspec.Struct, frozen=True):
    """All policies of a shop, the most specific first."""

    items: list[PolicyBody]


class PolicyPutBody(msgspec.Struct, frozen=True):
    """What a stored policy is now."""

    scope: str
    version: int


class PoolBody(msgspec.Struct, frozen=True):
    """How many codes one pool has; the codes themselves are not shown."""

    pool: str
    left: int
    taken: int


class PoolsBody(msgspec.Struct, frozen=True):
    """All pools of a shop, by name."""

    items: list[PoolBody]


class CodesBody(msgspec.Struct, frozen=True):
    """How many codes were added or removed, and what the pool has now."""

    changed: int
    pool: PoolBody


class OfferBody(msgspec.Struct, frozen=True):
    """One concession that was granted; amounts in fen."""

    id: int
    buyer_id: int
    conversation_id: int
    item_id: str
    scope: str
    kind: RungKind
    rung: int
    name: str
    quantity: int
    list_fen: int
    price_fen: int
    cost_fen: int
    charged_fen: int
    coupon: str | None
    link: str | None
    state: OfferState
    valid_until: datetime
    is_by_person: bool
    created_at: datetime


class OffersBody(msgspec.Struct, frozen=True):
    """A page of offers, newest first."""

    items: list[OfferBody]
    next: str | None


class RedeemedBody(msgspec.Struct, frozen=True):
    """An offer that was used."""

    id: int


class OpenOfferBody(msgspec.Struct, frozen=True):
    """What is on the table."""

    id: int
    kind: RungKind
    rung: int
    name: str
    quantity: int
    price_fen: int
    coupon: str | None
    link: str | None
    valid_until: datetime


class StandingBody(msgspec.Struct, frozen=True):
    """How far a buyer has come on the item of the conversation."""

    item_id: str
    scope: str
    list_fen: int | None
    floor_fen: int | None
    """Null for agents."""
    rung: int
    """Reached so far, from 1; 0: none."""
    rungs: int
    """How many the ladder has."""
    rounds: int
    """Refused asks since the rung was reached."""
    offer: OpenOfferBody | None
    budget_left_fen: int
    conversation_left_fen: int
    day_left_fen: int
    authority: dict[str, int]
    """How many rungs down assistant, agent and manager may go by themselves."""
    may_give: int
    """How many rungs further down the one who asks may go by themselves."""


def policy_body(record: PolicyRecord) -> PolicyBody:
    """Return a stored policy."""
    return PolicyBody(
        policy=plain_policy(record.policy),
        version=record.version,
        updated_at=record.updated_at,
    )


def pool_body(record: PoolRecord) -> PoolBody:
    """Return a pool's counts."""
    return PoolBody(pool=record.pool, left=record.left, taken=record.taken)


def offer_body(record: OfferRecord) -> OfferBody:
    """Return an offer as everybody in the shop sees it."""
    return OfferBody(
        id=record.offer_id,
        buyer_id=record.buyer_id,
        conversation_id=record.conversation_id,
        item_id=record.item_id,
        scope=record.scope,
        kind=record.kind,
        rung=record.rung,
        name=record.name,
        quantity=record.quantity,
        list_fen=record.list_fen,
        price_fen=record.price_fen,
        cost_fen=record.cost_fen,
        charged_fen=record.charged_fen,
        coupon=record.coupon,
        link=record.link,
        state=record.state,
        valid_until=record.valid_until,
        is_by_person=record.granted_by is not None,
        created_at=record.created_at,
    )


def standing_body(item: Item, bargaining: Bargaining, *, role: Role) -> StandingBody:
    """Return how far things have gone, as a person of this role sees it."""
    policy, standing = bargaining.policy, bargaining.standing
    authority, budget = policy.authority, policy.budget
    own = authority.agent if role is Role.AGENT else authority.manager
    offer = standing.offer
    return StandingBody(
        item_id=item.item_id,
        scope=str(policy.scope),
        list_fen=item.list_fen,
        floor_fen=None if role is Role.AGENT else policy.floor_of(item),
        rung=standing.rung,
        rungs=len(policy.rungs),
        rounds=standing.rounds,
        offer=None if offer is None else _open_offer_body(offer),
        budget_left_fen=bargaining.budget_fen,
        conversation_left_fen=max(
            0, budget.conversation_fen - bargaining.conversation_fen
        ),
        day_left_fen=max(0, budget.day_fen - bargaining.day_fen),
        authority={
            "assistant": authority.assistant,
            "agent": authority.agent,
            "manager": authority.manager,
        },
        may_give=max(0, min(own, len(policy.rungs)) - standing.rung),
    )


def _open_offer_body(offer: OpenOffer) -> OpenOfferBody:
    return OpenOfferBody(
        id=offer.offer_id,
        kind=offer.kind,
        rung=offer.rung,
        name=offer.name,
        quantity=offer.quantity,
        price_fen=offer.price_fen,
        coupon=offer.coupon,
        link=offer.link,
        valid_until=offer.valid_until,
    )
