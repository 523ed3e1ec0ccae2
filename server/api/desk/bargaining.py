"""What may be given away, and what was? Policies and pools for managers, offers for all."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import Connection

from bot.bargaining.known import Bargaining
from bot.bargaining.policy import Scope, ScopeKind
from bot.bargaining.reading import read_policy
from bot.deciding.bargaining_effects import day_began_at
from bot.facts import Item
from connectors.base import Route
from server.api.desk.bargaining_bodies import (
    CodesPutBody,
    OfferPlace,
    OffersQuery,
    PoliciesQuery,
    PolicyChangeBody,
    PoolPlace,
)
from server.api.desk.paging import id_after, id_cursor, next_of
from server.api.desk.parts import (
    DESK,
    Asking,
    DeskParts,
    answer,
    asking,
    body_of,
    invalid,
    place_of,
    query_of,
)
from server.api.desk.views.bargaining import (
    CodesBody,
    OffersBody,
    PoliciesBody,
    PolicyPutBody,
    PoolBody,
    PoolsBody,
    RedeemedBody,
    StandingBody,
    offer_body,
    policy_body,
    pool_body,
    standing_body,
)
from storage.queries import facts
from storage.queries.bargaining import load_bargaining, policies_of, require_pool
from storage.queries.offers import offers_of, pools_of
from storage.queries.turns import load_conversation
from storage.repositories import bargaining
from storage.repositories.audit import record

_POLICIES = DESK + "/bargaining/policies"
_POOLS = DESK + "/bargaining/pools"
_CODES = _POOLS + "/{pool}/codes"


class BargainingDesk:
    """Policies, pools and offers of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=_POLICIES,
                handler=self.list_policies,
                role="manager",
                summary="All bargaining policies, the most specific first.",
                replies={200: PoliciesBody},
            ),
            Route(
                method="PUT",
                path=_POLICIES,
                handler=self.put_policy,
                role="manager",
                summary="Store a policy in the place of the one of its scope.",
                body=PolicyChangeBody,
                replies={200: PolicyPutBody},
            ),
            Route(
                method="DELETE",
                path=_POLICIES,
                handler=self.remove_policy,
                role="manager",
                summary="Remove the policy of ?item or ?category, else the shop's.",
                query=PoliciesQuery,
                replies={200: PoliciesBody},
            ),
            Route(
                method="GET",
                path=_POOLS,
                handler=self.list_pools,
                role="manager",
                summary="How many codes each coupon pool has left.",
                replies={200: PoolsBody},
            ),
            Route(
                method="POST",
                path=_CODES,
                handler=self.add_codes,
                role="manager",
                summary="Add codes to a coupon pool; known ones stay as they are.",
                body=CodesPutBody,
                place=PoolPlace,
                replies={200: CodesBody},
            ),
            Route(
                method="DELETE",
                path=_CODES,
                handler=self.remove_codes,
                role="manager",
                summary="Remove the codes of a pool that nobody has.",
                place=PoolPlace,
                replies={200: CodesBody},
            ),
            Route(
                method="GET",
                path=DESK + "/offers",
                handler=self.list_offers,
                role="agent",
                summary="Offers, newest first; of a conversation, a buyer or a day.",
                query=OffersQuery,
                replies={200: OffersBody},
            ),
            Route(
                method="POST",
                path=DESK + "/offers/{offer_id}/redeem",
                handler=self.redeem,
                role="agent",
                summary="Note that an open offer was used.",
                place=OfferPlace,
                replies={200: RedeemedBody},
            ),
        )

    async def list_policies(self, request: web.Request) -> web.Response:
        """Answer with every policy."""
        ask = asking(request, now=self._parts.clock())
        return answer(await self._parts.database.read(lambda conn: _listed(conn, ask)))

    async def put_policy(self, request: web.Request) -> web.Response:
        """Check a policy and store it; buyers meet it within a second."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, PolicyChangeBody)
        policy = read_policy(body.policy)

        def unit(connection: Connection) -> int:
            version = bargaining.put_policy(
                connection,
                ask.shop_id,
                policy=policy,
                now=ask.now,
                expected_version=body.version,
            )
            _note(connection, ask, "bargaining.policy_put", str(policy.scope))
            return version

        version = await self._parts.database.write(unit)
        return answer(PolicyPutBody(scope=str(policy.scope), version=version))

    async def remove_policy(self, request: web.Request) -> web.Response:
        """Remove a policy; answer with those that are left."""
        ask = asking(request, now=self._parts.clock())
        scope = _scope_of(query_of(request, PoliciesQuery))

        def unit(connection: Connection) -> PoliciesBody:
            bargaining.remove_policy(connection, ask.shop_id, scope=scope)
            _note(connection, ask, "bargaining.policy_removed", str(scope))
            return _listed(connection, ask)

        return answer(await self._parts.database.write(unit))

    async def list_pools(self, request: web.Request) -> web.Response:
        """Answer with the counts of every pool."""
        ask = asking(request, now=self._parts.clock())
        found = await self._parts.database.read(
            lambda connection: pools_of(connection, ask.shop_id, now=ask.now)
        )
        return answer(PoolsBody(items=[pool_body(one) for one in found]))

    async def add_codes(self, request: web.Request) -> web.Response:
        """Add codes; answer with how many were new."""
        ask = asking(request, now=self._parts.clock())
        pool = place_of(request, PoolPlace).pool
        codes = (await body_of(request, CodesPutBody)).codes

        def unit(connection: Connection) -> CodesBody:
            require_pool(connection, ask.shop_id, pool=pool)
            added = bargaining.add_codes(
                connection, ask.shop_id, pool=pool, codes=codes, now=ask.now
            )
            _note(connection, ask, "bargaining.codes_added", f"pool:{pool}")
            return _codes_body(connection, ask, pool, added)

        return answer(await self._parts.database.write(unit))

    async def remove_codes(self, request: web.Request) -> web.Response:
        """Remove what is left of a pool; answer with how many codes that was."""
        ask = asking(request, now=self._parts.clock())
        pool = place_of(request, PoolPlace).pool

        def unit(connection: Connection) -> CodesBody:
            require_pool(connection, ask.shop_id, pool=pool)
            removed = bargaining.remove_free_codes(connection, ask.shop_id, pool=pool)
            _note(connection, ask, "bargaining.codes_removed", f"pool:{pool}")
            return _codes_body(connection, ask, pool, removed)

        return answer(await self._parts.database.write(unit))

    async def list_offers(self, request: web.Request) -> web.Response:
        """Answer with a page of offers."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, OffersQuery)
        before = None if query.after is None else id_after(query.after)
        since, until = _day_of(query, ask)
        found = await self._parts.database.read(
            lambda connection: offers_of(
                connection,
                ask.shop_id,
                conversation_id=query.conversation_id,
                buyer_id=query.buyer_id,
                since=since,
                until=until,
                before=before,
                limit=query.limit + 1,
                now=ask.now,
            )
        )
        shown, is_more = next_of(found, query.limit)
        return answer(
            OffersBody(
                items=[offer_body(one) for one in shown],
                next=id_cursor(shown[-1].offer_id) if is_more else None,
            )
        )

    async def redeem(self, request: web.Request) -> web.Response:
        """Note that an offer was used; it is written down who did."""
        ask = asking(request, now=self._parts.clock())
        offer_id = place_of(request, OfferPlace).offer_id

        def unit(connection: Connection) -> None:
            bargaining.redeem(connection, ask.shop_id, offer_id=offer_id, now=ask.now)
            _note(connection, ask, "offer.redeemed", f"offer:{offer_id}")

        await self._parts.database.write(unit)
        return answer(RedeemedBody(id=offer_id))


def find_standing(
    connection: Connection, ask: Asking, conversation_id: int
) -> StandingBody | None:
    """Return how far a conversation's buyer has come on its item.

    None when no item was named, or no policy covers it.
    """
    found = known_bargaining(connection, ask, conversation_id)
    if found is None:
        return None
    item, known = found
    return standing_body(item, known, role=ask.role)


def known_bargaining(
    connection: Connection, ask: Asking, conversation_id: int
) -> tuple[Item, Bargaining] | None:
    """Return the item a conversation is about and the bargaining about it."""
    place = load_conversation(connection, ask.shop_id, conversation_id=conversation_id)
    if place.last_item_ref is None:
        return None
    item = facts.item(connection, ask.shop_id, place.last_item_ref)
    if item is None:
        return None
    known = load_bargaining(
        connection,
        ask.shop_id,
        item=item,
        conversation_id=conversation_id,
        day_began_at=day_began_at(ask.now, timezone=ask.shop.record.timezone),
        now=ask.now,
    )
    return None if known is None else (item, known)


def _listed(connection: Connection, ask: Asking) -> PoliciesBody:
    found = policies_of(connection, ask.shop_id)
    return PoliciesBody(items=[policy_body(one) for one in found])


def _codes_body(
    connection: Connection, ask: Asking, pool: str, changed: int
) -> CodesBody:
    found = pools_of(connection, ask.shop_id, now=ask.now)
    named = [pool_body(one) for one in found if one.pool == pool]
    empty = PoolBody(pool=pool, left=0, taken=0)
    return CodesBody(changed=changed, pool=named[0] if named else empty)


def _note(connection: Connection, ask: Asking, action: str, subject: str) -> None:
    record(
        connection,
        ask.shop_id,
        action=action,
        subject=subject,
        now=ask.now,
        person_id=ask.person_id,
    )


def _scope_of(query: PoliciesQuery) -> Scope:
    if query.item is not None and query.category is not None:
        raise invalid("either an item or a category", field="category")
    if query.item is not None:
        return Scope(kind=ScopeKind.ITEM, ref=query.item)
    if query.category is not None:
        return Scope(kind=ScopeKind.CATEGORY, ref=query.category)
    return Scope(kind=ScopeKind.SHOP)


def _day_of(query: OffersQuery, ask: Asking) -> tuple[datetime | None, datetime | None]:
    """Return begin and end of the asked day of the shop; None and None for any."""
    if query.day is None:
        return None, None
    try:
        day = date.fromisoformat(query.day)
        begin = datetime.combine(day, time(), ZoneInfo(ask.shop.record.timezone))
        return begin, begin + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise invalid("must be a day such as 2026-11-23", field="day") from error
