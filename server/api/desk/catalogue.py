"""What has the shop said of itself? Its facts and promotions, read and edited."""

from collections.abc import Sequence

from aiohttp import web

from connectors.base import Route
from server.api.desk.catalogue_bodies import (
    FactsPlace,
    PromotionPlace,
    PromotionsBody,
    PutFactsBody,
    PutPromotionBody,
    ShopFactsBody,
    StoredFactsBody,
    StoredPromotionBody,
    VersionBody,
    VersionQuery,
    facts_body,
    promotion_of,
    shop_facts_of,
    stored_facts_body,
    stored_promotion_body,
)
from server.api.desk.changing import change, check_words
from server.api.desk.parts import (
    DESK,
    DeskParts,
    answer,
    asking,
    body_of,
    place_of,
    query_of,
)
from storage.queries.catalogue import (
    known_promotion,
    known_shop_facts,
    promotions,
    shop_facts,
)
from storage.repositories.catalogue import (
    delete_promotion,
    delete_shop_facts,
    put_promotion,
    put_shop_facts,
)

_FACTS = DESK + "/shop-facts"
_FACTS_OF = _FACTS + "/{name}"
_PROMOTIONS = DESK + "/promotions"
_PROMOTION = _PROMOTIONS + "/{promotion_id}"


class CatalogueDesk:
    """The typed facts of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes; agents read, managers change."""
        return (
            Route(
                method="GET",
                path=_FACTS,
                handler=self.list_facts,
                role="agent",
                summary="The shop's typed facts, and what they say at this moment.",
                replies={200: ShopFactsBody},
            ),
            Route(
                method="GET",
                path=_FACTS_OF,
                handler=self.show_facts,
                role="agent",
                summary="The facts of one name.",
                place=FactsPlace,
                replies={200: StoredFactsBody},
            ),
            Route(
                method="PUT",
                path=_FACTS_OF,
                handler=self.put_facts,
                role="manager",
                summary="Store facts under a name in place of what stood there.",
                body=PutFactsBody,
                place=FactsPlace,
                replies={200: VersionBody},
            ),
            Route(
                method="DELETE",
                path=_FACTS_OF,
                handler=self.delete_facts,
                role="manager",
                summary="Remove the facts of a name.",
                query=VersionQuery,
                place=FactsPlace,
                replies={204: None},
            ),
            Route(
                method="GET",
                path=_PROMOTIONS,
                handler=self.list_promotions,
                role="agent",
                summary="Every promotion, over or to come as well.",
                replies={200: PromotionsBody},
            ),
            Route(
                method="GET",
                path=_PROMOTION,
                handler=self.show_promotion,
                role="agent",
                summary="One promotion.",
                place=PromotionPlace,
                replies={200: StoredPromotionBody},
            ),
            Route(
                method="PUT",
                path=_PROMOTION,
                handler=self.put_promotion,
                role="manager",
                summary="Store a promotion in place of what stood there.",
                body=PutPromotionBody,
                place=PromotionPlace,
                replies={200: VersionBody},
            ),
            Route(
                method="DELETE",
                path=_PROMOTION,
                handler=self.delete_promotion,
                role="manager",
                summary="Remove a promotion.",
                query=VersionQuery,
                place=PromotionPlace,
                replies={204: None},
            ),
        )

    async def list_facts(self, request: web.Request) -> web.Response:
        """Answer with all facts and their sum."""
        ask = asking(request, now=self._parts.clock())
        found = await self._parts.database.read(
            lambda connection: shop_facts(connection, ask.shop_id)
        )
        return answer(
            ShopFactsBody(
                items=[stored_facts_body(one) for one in found],
                now=facts_body(ask.shop.catalogue.facts_at(ask.now)),
            )
        )

    async def show_facts(self, request: web.Request) -> web.Response:
        """Answer with the facts of a name."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, FactsPlace).name
        found = await self._parts.database.read(
            lambda connection: known_shop_facts(connection, ask.shop_id, name)
        )
        return answer(stored_facts_body(found))

    async def put_facts(self, request: web.Request) -> web.Response:
        """Store facts; the next turn speaks of them."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, PutFactsBody)
        value = shop_facts_of(place_of(request, FactsPlace).name, body)
        check_words(ask, value)
        version = await change(
            self._parts,
            ask,
            lambda connection: put_shop_facts(
                connection, ask.shop_id, value=value, now=ask.now, seen=body.version
            ),
            action="shop_facts.put",
            subject=value.name,
        )
        return answer(VersionBody(version=version))

    async def delete_facts(self, request: web.Request) -> web.Response:
        """Remove facts."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, FactsPlace).name
        seen = query_of(request, VersionQuery).version
        await change(
            self._parts,
            ask,
            lambda connection: delete_shop_facts(
                connection, ask.shop_id, name=name, seen=seen
            ),
            action="shop_facts.deleted",
            subject=name,
        )
        return web.Response(status=204)

    async def list_promotions(self, request: web.Request) -> web.Response:
        """Answer with every promotion."""
        ask = asking(request, now=self._parts.clock())
        found = await self._parts.database.read(
            lambda connection: promotions(connection, ask.shop_id)
        )
        return answer(
            PromotionsBody(items=[stored_promotion_body(one) for one in found])
        )

    async def show_promotion(self, request: web.Request) -> web.Response:
        """Answer with one promotion."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, PromotionPlace).promotion_id
        found = await self._parts.database.read(
            lambda connection: known_promotion(connection, ask.shop_id, name)
        )
        return answer(stored_promotion_body(found))

    async def put_promotion(self, request: web.Request) -> web.Response:
        """Store a promotion; the next turn may name it."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, PutPromotionBody)
        value = promotion_of(place_of(request, PromotionPlace).promotion_id, body)
        check_words(ask, value)
        version = await change(
            self._parts,
            ask,
            lambda connection: put_promotion(
                connection, ask.shop_id, value=value, now=ask.now, seen=body.version
            ),
            action="promotion.put",
            subject=value.promotion_id,
        )
        return answer(VersionBody(version=version))

    async def delete_promotion(self, request: web.Request) -> web.Response:
        """Remove a promotion."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, PromotionPlace).promotion_id
        seen = query_of(request, VersionQuery).version
        await change(
            self._parts,
            ask,
            lambda connection: delete_promotion(
                connection, ask.shop_id, promotion_id=name, seen=seen
            ),
            action="promotion.deleted",
            subject=name,
        )
        return web.Response(status=204)
