"""What may a shop's system ask of us? Verify, parse, receive, acknowledge."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from aiohttp import web

from bot.errors import InvalidPayloadError, NotFoundError
from connectors.base import Fact, Host, Route, ShopAccount
from connectors.reading import read_place, read_query
from connectors.signed_http import facts, wire
from connectors.signed_http.signature import TOLERANCE, verify

_SHOP = "/api/v1/shops/{shop}"
Told = Callable[[web.Request, bytes], tuple[Fact, datetime | None, tuple[str, ...]]]
_ENCODER = msgspec.json.Encoder()


def routes(
    host: Host, *, clock: Callable[[], datetime], text_limit: int
) -> Sequence[Route]:
    """Return the routes of the signed channel; every one verifies before it parses."""
    edge = _Edge(host, clock=clock, text_limit=text_limit)
    return (
        Route(
            method="POST",
            path=_SHOP + "/messages",
            handler=edge.take_message,
            role="signed",
            summary="A buyer's message; answered after the commit.",
            body=wire.MessageBody,
            query=wire.WaitQuery,
            replies={202: wire.ReceiptBody},
        ),
        Route(
            method="GET",
            path=_SHOP + "/conversations/{conversation_id}/messages",
            handler=edge.list_messages,
            role="signed",
            summary="Messages of a conversation newer than ?after=ID.",
            place=wire.ConversationPlace,
            query=wire.HistoryQuery,
            replies={200: wire.HistoryBody},
        ),
        edge.fact_route("PUT", "/items/{id}", facts.ItemBody, _told_item),
        edge.fact_route("PUT", "/orders/{id}", facts.OrderBody, _told_order),
        edge.fact_route("POST", "/reviews", facts.ReviewBody, _told_review),
        edge.fact_route(
            "PUT", "/buyers/{id}/consent", facts.ConsentBody, _told_consent
        ),
    )


class _Edge:
    """The handlers, with the host they serve."""

    def __init__(
        self, host: Host, *, clock: Callable[[], datetime], text_limit: int
    ) -> None:
        self._host = host
        self._clock = clock
        self._text_limit = text_limit

    async def take_message(self, request: web.Request) -> web.Response:
        account, raw = await self._verified_body(request)
        wait = read_query(request, wire.WaitQuery, connector=wire.NAME).wait
        message = wire.parse_message(
            raw, shop=account.slug, text_limit=self._text_limit
        )
        receipt = await self._host.receive(message)
        answer = wire.ReceiptBody(
            conversation_id=receipt.conversation_id, accepted=receipt.is_accepted
        )
        if wait is not msgspec.UNSET:
            outcome = await self._host.outcome(account.slug, receipt, within=wait)
            answer.replies = []
            if outcome is not None:
                answer.band = outcome.band.value
                answer.replies = [wire.reply_body(reply) for reply in outcome.replies]
        return _json(answer, status=202)

    async def list_messages(self, request: web.Request) -> web.Response:
        account = self._account(request)
        verify(
            account.secret,
            headers=request.headers,
            payload=request.raw_path.encode(),
            now=self._clock(),
        )
        place = read_place(request, wire.ConversationPlace, connector=wire.NAME)
        query = read_query(request, wire.HistoryQuery, connector=wire.NAME)
        history = await self._host.history(
            account.slug, place.conversation_id, after=query.after
        )
        return _json(wire.HistoryBody(messages=[wire.reply_body(m) for m in history]))

    def fact_route(
        self, method: str, path: str, body: type[msgspec.Struct], told: Told
    ) -> Route:
        """Return the route of one kind of fact."""

        async def take_fact(request: web.Request) -> web.Response:
            account, raw = await self._verified_body(request)
            fact, told_at, ignored = told(request, raw)
            now = self._clock()
            if told_at is not None and told_at > now + TOLERANCE:
                # A time to come would outdo every true fact until then.
                raise InvalidPayloadError(
                    "lies in the future", connector=wire.NAME, field="updated_at"
                )
            is_newer = await self._host.tell(
                account.slug, fact, told_at=now if told_at is None else told_at
            )
            return _json(facts.FactReceiptBody(accepted=is_newer, ignored=ignored))

        return Route(
            method=method,
            path=_SHOP + path,
            handler=take_fact,
            role="signed",
            summary="A fact; committed before the answer, later ones win by updated_at.",
            body=body,
            replies={200: facts.FactReceiptBody},
        )

    async def _verified_body(self, request: web.Request) -> tuple[ShopAccount, bytes]:
        account = self._account(request)
        raw = await request.read()
        verify(account.secret, headers=request.headers, payload=raw, now=self._clock())
        return account, raw

    def _account(self, request: web.Request) -> ShopAccount:
        slug = request.match_info["shop"]
        account = self._host.shop(slug)
        if account is None:
            raise NotFoundError("shop", slug)
        return account


def _told_item(
    request: web.Request, raw: bytes
) -> tuple[Fact, datetime | None, tuple[str, ...]]:
    body, ignored = facts.parse_fact(raw, facts.ItemBody)
    item_id = wire.check_ref(request.match_info["id"], field="id")
    return facts.item_of(item_id, body), _told_at(body.updated_at), ignored


def _told_order(
    request: web.Request, raw: bytes
) -> tuple[Fact, datetime | None, tuple[str, ...]]:
    body, ignored = facts.parse_fact(raw, facts.OrderBody)
    order_id = wire.check_ref(request.match_info["id"], field="id")
    return facts.order_of(order_id, body), _told_at(body.updated_at), ignored


def _told_review(
    request: web.Request, raw: bytes
) -> tuple[Fact, datetime | None, tuple[str, ...]]:
    body, ignored = facts.parse_fact(raw, facts.ReviewBody)
    review = facts.review_of(body)
    told_at = _told_at(body.updated_at)
    return review, review.created_at if told_at is None else told_at, ignored


def _told_consent(
    request: web.Request, raw: bytes
) -> tuple[Fact, datetime | None, tuple[str, ...]]:
    body, ignored = facts.parse_fact(raw, facts.ConsentBody)
    buyer_ref = wire.check_ref(request.match_info["id"], field="id")
    return facts.consent_of(buyer_ref, body), _told_at(body.updated_at), ignored


def _told_at(updated_at: datetime | None) -> datetime | None:
    return wire.utc_or_none(updated_at, field="updated_at")


def _json(body: msgspec.Struct, *, status: int = 200) -> web.Response:
    return web.Response(
        body=_ENCODER.encode(body), status=status, content_type="application/json"
    )
