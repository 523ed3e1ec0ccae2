"""Who are the buyers, and what have they agreed to?"""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from bot.errors import NotPermittedError
from connectors.base import Route
from server.api.desk.bodies import BuyerPlace, ChangeConsentBody, FindBody
from server.api.desk.masked import show_ref
from server.api.desk.paging import Page, next_of, time_after, time_cursor
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
from server.api.desk.phone_searches import PhoneSearches
from server.api.desk.views.buyers import (
    BuyerBody,
    FoundBuyersBody,
    buyer_body,
    found_body,
)
from server.api.desk.views.facts import DeskOrdersBody, order_body
from storage.queries.buyer_details import BuyerDetails, buyer_details
from storage.queries.buyers import BuyerRecord, buyers_by_phone, buyers_by_ref
from storage.queries.fact_lists import orders_of_buyer
from storage.repositories.audit import record
from storage.repositories.facts import ConsentFact, put_consent

_LIST = DESK + "/buyers"
_ONE = _LIST + "/{buyer_id}"


class Buyers:
    """The buyers of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._searches = PhoneSearches()

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="POST",
                path=_LIST + "/find",
                handler=self.find,
                role="agent",
                summary="Buyers by the platform's id of them, or by their exact phone.",
                body=FindBody,
                replies={200: FoundBuyersBody},
            ),
            Route(
                method="GET",
                path=_ONE,
                handler=self.show,
                role="agent",
                summary="One buyer; contact data masked.",
                place=BuyerPlace,
                replies={200: BuyerBody},
            ),
            Route(
                method="GET",
                path=_ONE + "/orders",
                handler=self.list_orders,
                role="agent",
                summary="The buyer's orders, those told last at the front.",
                place=BuyerPlace,
                query=Page,
                replies={200: DeskOrdersBody},
            ),
            Route(
                method="PUT",
                path=_ONE + "/consent",
                handler=self.change_consent,
                role="manager",
                summary="Record what the buyer said to marketing.",
                body=ChangeConsentBody,
                place=BuyerPlace,
                replies={200: BuyerBody},
            ),
        )

    async def find(self, request: web.Request) -> web.Response:
        """Answer with everybody who fits exactly; a search by phone is written down."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, FindBody)
        if (body.buyer_ref is None) == (body.phone is None):
            raise invalid("give either buyer_ref or phone", field="buyer_ref")

        def read(connection: Connection) -> list[BuyerRecord]:
            if body.phone is not None:
                return buyers_by_phone(connection, ask.shop_id, _digits(body.phone))
            return buyers_by_ref(connection, ask.shop_id, str(body.buyer_ref))

        def written_down(connection: Connection) -> list[BuyerRecord]:
            records = read(connection)
            record(
                connection,
                ask.shop_id,
                action="buyers.searched",
                subject="phone",
                now=ask.now,
                data={"is_found": bool(records)},
                person_id=ask.person_id,
            )
            return records

        if body.phone is not None or _is_personal(str(body.buyer_ref)):
            self._searches.take(ask.person_id, now=ask.now)
            found = await self._parts.database.write(written_down)
        else:
            found = await self._parts.database.read(read)
        return answer(
            FoundBuyersBody(
                items=[found_body(one, role=ask.role) for one in found], next=None
            )
        )

    async def show(self, request: web.Request) -> web.Response:
        """Answer with one buyer."""
        ask, buyer_id = self._asked(request)
        details = await self._parts.database.read(
            lambda connection: buyer_details(connection, ask.shop_id, buyer_id)
        )
        return answer(buyer_body(details, role=ask.role))

    async def list_orders(self, request: web.Request) -> web.Response:
        """Answer with a page of the buyer's orders."""
        ask, buyer_id = self._asked(request)
        query = query_of(request, Page)
        last = time_after(query.after)
        if last is not None and last[0] is None:
            raise invalid("is no cursor of this list", field="after")

        def read(connection: Connection) -> DeskOrdersBody:
            buyer = buyer_details(connection, ask.shop_id, buyer_id).buyer
            found = orders_of_buyer(
                connection,
                ask.shop_id,
                buyer_ref=buyer.buyer_ref,
                after=None if last is None or last[0] is None else (last[0], last[1]),
                limit=query.limit + 1,
            )
            shown, is_more = next_of(found, query.limit)
            end = shown[-1] if is_more else None
            return DeskOrdersBody(
                items=[
                    order_body(one, role=ask.role, name=buyer.name) for one in shown
                ],
                next=None if end is None else time_cursor(end.told_at, end.row_id),
            )

        return answer(await self._parts.database.read(read))

    async def change_consent(self, request: web.Request) -> web.Response:
        """Record a yes or no to marketing, with who entered it and why."""
        ask, buyer_id = self._asked(request)
        body = await body_of(request, ChangeConsentBody)

        def unit(connection: Connection) -> BuyerDetails:
            before = buyer_details(connection, ask.shop_id, buyer_id)
            if body.marketing and before.suppressed_at is not None:
                message = f"buyer {buyer_id} has asked for no more messages"
                raise NotPermittedError(message)
            put_consent(
                connection,
                ask.shop_id,
                value=ConsentFact(
                    connector=before.buyer.connector,
                    buyer_ref=before.buyer.buyer_ref,
                    is_given=body.marketing,
                    source=body.source,
                ),
                told_at=ask.now,
                now=ask.now,
            )
            record(
                connection,
                ask.shop_id,
                action="consent.changed",
                subject=f"buyer:{buyer_id}",
                now=ask.now,
                data={"marketing": body.marketing, "reason": body.reason},
                person_id=ask.person_id,
            )
            return buyer_details(connection, ask.shop_id, buyer_id)

        details = await self._parts.database.write(unit)
        return answer(buyer_body(details, role=ask.role))

    def _asked(self, request: web.Request) -> tuple[Asking, int]:
        ask = asking(request, now=self._parts.clock())
        return ask, place_of(request, BuyerPlace).buyer_id


def _is_personal(ref: str) -> bool:
    """Return whether an id is masked: then it can be guessed like a phone."""
    return show_ref(ref, role=None) != ref


def _digits(phone: str) -> str:
    """Return the digits of a phone number as they are stored: without +86."""
    digits = "".join(one for one in phone if one.isdigit())
    is_chinese = phone.startswith(("+86", "0086", "86")) and len(digits) > _MOBILE
    return digits[-_MOBILE:] if is_chinese else digits


_MOBILE = 11
"""Digits of a Chinese mobile number."""
