"""How does a person give a rung by themselves, within their authority?"""

from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web
from sqlalchemy import Connection

from bot.actions import GrantOffer, RecordAsk
from bot.bargaining.asks import Ask, AskKind
from bot.bargaining.known import Bargaining
from bot.bargaining.rungs import give_rung
from bot.bargaining.situation import Answer, Means, Outcome, Situation, Tactic
from bot.deciding.bargaining_effects import day_began_at
from bot.errors import NotFoundError, NotPermittedError
from bot.facts import Item
from connectors.base import Route
from server.api.desk.bargaining import known_bargaining
from server.api.desk.bargaining_bodies import GiveBody
from server.api.desk.bodies import ConversationPlace
from server.api.desk.parts import (
    DESK,
    Asking,
    DeskParts,
    answer,
    asking,
    body_of,
    place_of,
)
from server.api.desk.views.bargaining import OfferBody, offer_body
from storage.queries.offers import offers_of
from storage.queries.turns import load_conversation
from storage.repositories import bargaining
from storage.repositories.audit import record
from storage.repositories.bargaining.granting import Place


class Giving:
    """What people give away themselves."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the route."""
        return (
            Route(
                method="POST",
                path=DESK + "/conversations/{conversation_id}/offers",
                handler=self.give,
                role="agent",
                summary="Give a rung of the ladder, within one's authority.",
                body=GiveBody,
                place=ConversationPlace,
                replies={201: OfferBody},
            ),
        )

    async def give(self, request: web.Request) -> web.Response:
        """Grant a rung on the item of the conversation; the buyer is told by oneself."""
        ask = asking(request, now=self._parts.clock())
        conversation_id = place_of(request, ConversationPlace).conversation_id
        body = await body_of(request, GiveBody)
        given = await self._parts.database.write(
            lambda connection: _give(connection, ask, conversation_id, body),
            key=conversation_id,
        )
        return answer(given, status=201)


def _give(
    connection: Connection, ask: Asking, conversation_id: int, body: GiveBody
) -> OfferBody:
    found = known_bargaining(connection, ask, conversation_id)
    if found is None:
        raise NotFoundError("bargaining policy for the conversation", conversation_id)
    item, known = found
    granting, asked = _decide(ask, item, known, body)
    place = load_conversation(connection, ask.shop_id, conversation_id=conversation_id)
    bargaining.bargain(
        connection,
        Place(
            shop_id=ask.shop_id,
            buyer_id=place.buyer.buyer_id,
            conversation_id=conversation_id,
            message_id=0,
        ),
        asked=asked,
        granting=granting,
        granted_by=ask.person_id,
        now=ask.now,
    )
    (offer,) = offers_of(
        connection,
        ask.shop_id,
        conversation_id=conversation_id,
        limit=1,
        now=ask.now,
    )
    record(
        connection,
        ask.shop_id,
        action="offer.given",
        subject=f"offer:{offer.offer_id}",
        data={"rung": offer.rung, "cost_fen": offer.cost_fen},
        now=ask.now,
        person_id=ask.person_id,
    )
    return offer_body(offer)


def _decide(
    ask: Asking, item: Item, known: Bargaining, body: GiveBody
) -> tuple[GrantOffer, RecordAsk]:
    """Return what is written when a person gives a rung.

    Raises:
        NotPermittedError: It is beyond their authority, or cannot be given now.
    """
    policy = known.policy
    authority = policy.authority
    own = authority.manager if ask.is_manager else authority.agent
    if body.rung > own:
        raise NotPermittedError(f"rung: your authority ends with rung {own}")
    plain = Ask(kind=AskKind.PLAIN, quantity=body.quantity)
    floor_fen = policy.floor_of(item)
    if item.list_fen is None or floor_fen is None:
        raise NotPermittedError("rung: the item has no list price")
    situation = Situation(
        policy=policy,
        list_fen=item.list_fen,
        floor_fen=floor_fen,
        tactic=Tactic.PLAIN,
        ask=plain,
        standing=known.standing,
        # Who gives it is there to change the order.
        means=Means(coupons=known.coupons, can_change_orders=True),
        budget_fen=known.budget_fen,
    )
    grant = give_rung(situation, body.rung, authority=own)
    if grant is None:
        raise NotPermittedError(
            "rung: reached already, below the floor, not redeemable now, or more than"
            " the budget has left"
        )
    granting = GrantOffer(
        item_id=item.item_id,
        policy=policy,
        grant=grant,
        valid_until=ask.now + timedelta(minutes=policy.valid_minutes),
        day_began_at=day_began_at(ask.now, timezone=ask.shop.record.timezone),
    )
    asked = RecordAsk(
        item_id=item.item_id,
        policy=policy,
        tactic=Tactic.PLAIN,
        ask=plain,
        answer=Answer(outcome=Outcome.OFFER, rung=grant.rung, rounds=0, grant=grant),
        expected_version=known.standing.version,
    )
    return granting, asked
