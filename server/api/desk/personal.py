"""What may people do with a buyer's personal data? Reveal, lift, export, forget."""

import asyncio
from collections.abc import Callable, Sequence
from typing import IO

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.errors import NotFoundError
from connectors.base import Route
from connectors.signed_http.wire import decode, invalid
from server.api.access import shop_of, signed_in
from server.api.desk.personal_bodies import (
    ConsentBody,
    ConsentsBody,
    ForgetBody,
    ForgottenBody,
    ReasonBody,
    RevealBody,
    RevealedBody,
    RevealItem,
    RevealsBody,
)
from server.clock import Clock
from server.personal_data.exporting import open_archive
from server.personal_data.forgetting import closed_state_of, forget_buyer
from server.settings import Settings
from storage.database import Database
from storage.queries.buyers import buyer
from storage.queries.exporting import buyer_ref_of
from storage.queries.reveals import contact_of, message_words, reveals
from storage.repositories import audit
from storage.repositories.reveals import record_reveal
from storage.repositories.suppressions import lift

_DESK = "/api/v1/desk/{shop}"
_LARGEST_ID = 2**63 - 1
_PIECE = 64 * 1024
_LONGEST_PAGE = 200
_FEWEST_LETTERS = 4
"""Of a reason: Chinese characters count, punctuation and digits do not."""
_DIGITS = 20
"""Of a number in an address: one more than the largest id has."""

_REVEAL = msgspec.json.Decoder(RevealBody)
_REASON = msgspec.json.Decoder(ReasonBody)
_FORGET = msgspec.json.Decoder(ForgetBody)


class Personal:
    """The routes about personal data; all are a shop's."""

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        changed: Callable[[], None],
        clock: Clock,
    ) -> None:
        """Keep the parts; ``changed`` drops what is remembered of buyers."""
        self._database = database
        self._settings = settings
        self._changed = changed
        self._clock = clock

    def routes(self) -> Sequence[Route]:
        """Return every route with the lowest role that may use it."""
        return (
            Route(
                method="POST",
                path=f"{_DESK}/buyers/{{buyer}}/reveal",
                handler=self.reveal_field,
                role="agent",
                summary="Show a buyer's phone or address; who looked and why is kept.",
                body=RevealBody,
                replies={200: RevealedBody},
            ),
            Route(
                method="POST",
                path=f"{_DESK}/messages/{{message}}/reveal",
                handler=self.reveal_message,
                role="agent",
                summary="Show a message without the mask; who looked and why is kept.",
                body=ReasonBody,
                replies={200: RevealedBody},
            ),
            Route(
                method="GET",
                path=f"{_DESK}/reveals",
                handler=self.list_reveals,
                role="manager",
                summary="Who looked at what without the mask, newest first.",
                replies={200: RevealsBody},
            ),
            Route(
                method="GET",
                path=f"{_DESK}/buyers/{{buyer}}/consents",
                handler=self.list_consents,
                role="agent",
                summary="Whether a buyer opted out, and what they agreed to, and when.",
                replies={200: ConsentsBody},
            ),
            Route(
                method="POST",
                path=f"{_DESK}/buyers/{{buyer}}/lift-opt-out",
                handler=self.lift_opt_out,
                role="manager",
                summary="Let a buyer be written to again who has agreed anew.",
                body=ReasonBody,
                replies={200: ConsentsBody},
            ),
            Route(
                method="POST",
                path=f"{_DESK}/buyers/{{buyer}}/export",
                handler=self.export,
                role="admin",
                summary="Everything kept about a buyer, as a ZIP file of JSON and HTML.",
                body=ReasonBody,
                replies={200: None},
            ),
            Route(
                method="POST",
                path=f"{_DESK}/buyers/{{buyer}}/forget",
                handler=self.forget,
                role="admin",
                summary="Remove or blank everything kept about a buyer, for good.",
                body=ForgetBody,
                replies={200: ForgottenBody},
            ),
        )

    async def reveal_field(self, request: web.Request) -> web.Response:
        """Answer with a phone or address after the look was written down."""
        shop_id, buyer_id = shop_of(request).record.shop_id, _id(request, "buyer")
        body = decode(await request.read(), _REVEAL)
        reason = _reason(body.reason)
        person_id, now = signed_in(request).person_id, self._clock()

        def unit(connection: Connection) -> str | None:
            found = buyer(connection, shop_id, buyer_id)
            if found is None:
                raise NotFoundError("buyer", buyer_id)
            record_reveal(
                connection,
                shop_id,
                person_id=person_id,
                buyer_id=buyer_id,
                field=body.field,
                reason=reason,
                now=now,
            )
            return found.phone if body.field == "phone" else found.address

        value = await self._database.write(unit)
        return _json(RevealedBody(field=body.field, value=value))

    async def reveal_message(self, request: web.Request) -> web.Response:
        """Answer with a message's text after the look was written down."""
        shop_id, message_id = shop_of(request).record.shop_id, _id(request, "message")
        reason = _reason(decode(await request.read(), _REASON).reason)
        person_id, now = signed_in(request).person_id, self._clock()
        field = f"message:{message_id}"

        def unit(connection: Connection) -> str:
            buyer_id, text = message_words(connection, shop_id, message_id)
            record_reveal(
                connection,
                shop_id,
                person_id=person_id,
                buyer_id=buyer_id,
                field=field,
                reason=reason,
                now=now,
            )
            return text

        text = await self._database.write(unit)
        return _json(RevealedBody(field=field, value=text))

    async def list_reveals(self, request: web.Request) -> web.Response:
        """Answer with one page of looks."""
        shop_id = shop_of(request).record.shop_id
        limit = _count(request, "limit", default=50, most=_LONGEST_PAGE)
        after = _count(request, "after", default=_LARGEST_ID, most=_LARGEST_ID)
        found = await self._database.read(
            lambda connection: reveals(connection, shop_id, limit=limit, before=after)
        )
        items = [
            RevealItem(
                id=it.reveal_id,
                user=it.user,
                buyer_id=it.buyer_id,
                field=it.field,
                reason=it.reason,
                at=it.at,
            )
            for it in found
        ]
        last = str(items[-1].id) if len(items) == limit else None
        return _json(RevealsBody(items=items, next=last))

    async def list_consents(self, request: web.Request) -> web.Response:
        """Answer with a buyer's consents."""
        shop_id, buyer_id = shop_of(request).record.shop_id, _id(request, "buyer")
        return await self._consents(shop_id, buyer_id)

    async def lift_opt_out(self, request: web.Request) -> web.Response:
        """Lift a buyer's opt-out when they have agreed anew since."""
        shop_id, buyer_id = shop_of(request).record.shop_id, _id(request, "buyer")
        reason = _reason(decode(await request.read(), _REASON).reason)
        person_id, now = signed_in(request).person_id, self._clock()
        await self._database.write(
            lambda connection: lift(
                connection,
                shop_id,
                buyer_id=buyer_id,
                reason=reason,
                person_id=person_id,
                now=now,
            )
        )
        self._changed()
        return await self._consents(shop_id, buyer_id)

    async def export(self, request: web.Request) -> web.StreamResponse:
        """Answer with the ZIP file; nothing of it stays on this machine."""
        shop, buyer_id = shop_of(request).record, _id(request, "buyer")
        reason = _reason(decode(await request.read(), _REASON).reason)
        person_id, now = signed_in(request).person_id, self._clock()

        def unit(connection: Connection) -> str:
            buyer_ref = buyer_ref_of(connection, shop.shop_id, buyer_id)
            audit.record(
                connection,
                shop.shop_id,
                action="buyer.exported",
                subject=f"buyer:{buyer_id}",
                data={"reason": reason},
                person_id=person_id,
                now=now,
            )
            return buyer_ref

        buyer_ref = await self._database.write(unit)
        archive = await asyncio.to_thread(
            open_archive,
            self._database,
            shop,
            buyer_ref=buyer_ref,
            var=self._settings.var_path,
            now=now,
        )
        with archive:
            return await _stream(request, archive, name=f"buyer-{buyer_id}.zip")

    async def forget(self, request: web.Request) -> web.Response:
        """Forget a buyer whose id was typed to confirm it."""
        shop, buyer_id = shop_of(request), _id(request, "buyer")
        body = decode(await request.read(), _FORGET)
        shop_id = shop.record.shop_id
        buyer_ref = await self._database.read(
            lambda connection: buyer_ref_of(connection, shop_id, buyer_id)
        )
        if body.confirm != buyer_ref:
            raise invalid("must be the buyer's id on the platform", field="confirm")
        report = await asyncio.to_thread(
            forget_buyer,
            self._database,
            shop.record,
            buyer_ref=buyer_ref,
            closed_state=closed_state_of(shop.library.pack),
            var=self._settings.var_path,
            person_id=signed_in(request).person_id,
            now=self._clock(),
        )
        self._changed()
        return _json(
            ForgottenBody(
                forgotten=report.forgotten,
                messages=report.messages,
                orders=report.orders,
                pictures=report.pictures,
                exports=report.exports,
                was_opted_out=report.was_opted_out,
                is_scrubbed=report.is_scrubbed,
            )
        )

    async def _consents(self, shop_id: int, buyer_id: int) -> web.Response:
        contact = await self._database.read(
            lambda connection: contact_of(connection, shop_id, buyer_id=buyer_id)
        )
        items = [
            ConsentBody(
                id=it.consent_id,
                purpose=it.purpose,
                is_given=it.is_given,
                source=it.source,
                changed_at=it.changed_at,
            )
            for it in contact.consents
        ]
        return _json(
            ConsentsBody(
                opted_out_at=contact.opted_out_at, words=contact.words, items=items
            )
        )


async def _stream(
    request: web.Request, archive: IO[bytes], *, name: str
) -> web.StreamResponse:
    """Send a file piece by piece; nobody between us and them keeps it."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(request)
    while piece := await asyncio.to_thread(archive.read, _PIECE):
        await response.write(piece)
    await response.write_eof()
    return response


def _id(request: web.Request, name: str) -> int:
    """Return the row id in the path; what is none is not there."""
    text = request.match_info[name]
    if not (text.isascii() and text.isdigit()) or int(text[:_DIGITS]) > _LARGEST_ID:
        raise NotFoundError(name, text)
    return int(text[:_DIGITS])


def _count(request: web.Request, name: str, *, default: int, most: int) -> int:
    """Return a number of the query, at least 1."""
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:_DIGITS]) <= most):
        raise invalid(f"must be a number from 1 to {most}", field=name)
    return int(text[:_DIGITS])


def _reason(reason: str) -> str:
    """Return a reason without blanks around it; one that says nothing is refused."""
    told = reason.strip()
    letters = sum(character.isalpha() for character in told)
    if letters < _FEWEST_LETTERS or not told.isprintable():
        raise invalid(
            f"must say why, with {_FEWEST_LETTERS} letters at least, all printable",
            field="reason",
        )
    return told


def _json(body: msgspec.Struct) -> web.Response:
    # Personal data must not lie in a browser's cache.
    return web.Response(
        body=msgspec.json.encode(body),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
