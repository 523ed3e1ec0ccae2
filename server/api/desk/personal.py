"""What may people do with a buyer's personal data? Lift, export, forget."""

import asyncio
from collections.abc import Callable, Sequence
from typing import IO

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from connectors.signed_http.wire import decode, invalid
from server.api.access import shop_of, signed_in
from server.api.desk.parts import DESK, answer
from server.api.desk.personal_bodies import (
    ConsentBody,
    ConsentsBody,
    ForgetBody,
    ForgottenBody,
    ReasonBody,
)
from server.api.desk.personal_reading import reason_of, row_id
from server.clock import Clock
from server.personal_data.exporting import open_archive
from server.personal_data.forgetting import closed_state_of, forget_buyer
from server.settings import Settings
from storage.database import Database
from storage.queries.exporting import buyer_ref_of
from storage.queries.reveals import contact_of
from storage.repositories import audit
from storage.repositories.suppressions import lift

_PIECE = 64 * 1024

_REASON = msgspec.json.Decoder(ReasonBody)
_FORGET = msgspec.json.Decoder(ForgetBody)


class Personal:
    """The routes about a buyer's consents, copy and end; all are a shop's."""

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
                method="GET",
                path=f"{DESK}/buyers/{{buyer}}/consents",
                handler=self.list_consents,
                role="agent",
                summary="Whether a buyer opted out, and what they agreed to, and when.",
                replies={200: ConsentsBody},
            ),
            Route(
                method="POST",
                path=f"{DESK}/buyers/{{buyer}}/lift-opt-out",
                handler=self.lift_opt_out,
                role="manager",
                summary="Let a buyer be written to again who has agreed anew.",
                body=ReasonBody,
                replies={200: ConsentsBody},
            ),
            Route(
                method="POST",
                path=f"{DESK}/buyers/{{buyer}}/export",
                handler=self.export,
                role="admin",
                summary="Everything kept about a buyer, as a ZIP file of JSON and HTML.",
                body=ReasonBody,
                replies={200: None},
            ),
            Route(
                method="POST",
                path=f"{DESK}/buyers/{{buyer}}/forget",
                handler=self.forget,
                role="admin",
                summary="Remove or blank everything kept about a buyer, for good.",
                body=ForgetBody,
                replies={200: ForgottenBody},
            ),
        )

    async def list_consents(self, request: web.Request) -> web.Response:
        """Answer with a buyer's consents."""
        shop_id, buyer_id = shop_of(request).record.shop_id, row_id(request, "buyer")
        return await self._consents(shop_id, buyer_id)

    async def lift_opt_out(self, request: web.Request) -> web.Response:
        """Lift a buyer's opt-out when they have agreed anew since."""
        shop_id, buyer_id = shop_of(request).record.shop_id, row_id(request, "buyer")
        reason = reason_of(decode(await request.read(), _REASON).reason)
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
        shop, buyer_id = shop_of(request).record, row_id(request, "buyer")
        reason = reason_of(decode(await request.read(), _REASON).reason)
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
        shop, buyer_id = shop_of(request), row_id(request, "buyer")
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
        return answer(
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
        return answer(
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
