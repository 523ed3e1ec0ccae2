"""What does a manager decide of a claim that waits?"""

from collections.abc import Sequence

from aiohttp import web

from connectors.base import Route
from server.api.desk.parts import DeskParts, body_of
from server.api.desk.ticket_bodies import ApproveBody, RejectBody
from server.api.desk.ticket_changing import asked, change_route, changed
from server.claims import Claims, Verdict


class ClaimsDesk:
    """The claims of one shop that wait for somebody's word."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes; each answers with the ticket as it is after it."""
        return (
            change_route(
                "/approve",
                self.approve,
                ApproveBody,
                "Approve a claim that waits; the buyer is told.",
                role="manager",
            ),
            change_route(
                "/reject",
                self.reject,
                RejectBody,
                "Do not approve a claim that waits; the buyer is told.",
                role="manager",
            ),
        )

    async def approve(self, request: web.Request) -> web.Response:
        """Approve a claim and tell the buyer how much."""
        body = await body_of(request, ApproveBody)
        return await self._decided(
            request,
            is_approved=True,
            amount_fen=body.amount_fen,
            note=body.note,
            version=body.version,
        )

    async def reject(self, request: web.Request) -> web.Response:
        """Do not approve a claim and tell the buyer so."""
        body = await body_of(request, RejectBody)
        return await self._decided(
            request,
            is_approved=False,
            amount_fen=None,
            note=body.note,
            version=body.version,
        )

    async def _decided(
        self,
        request: web.Request,
        *,
        is_approved: bool,
        amount_fen: int | None,
        note: str,
        version: int,
    ) -> web.Response:
        ask, number = asked(request, self._parts)
        account = ask.shop.account
        verdict = Verdict(
            number=number,
            is_approved=is_approved,
            person_id=ask.person_id,
            role=ask.role,
            amount_fen=amount_fen,
            note=note,
        )
        answered = await changed(
            self._parts,
            lambda connection: Claims(shop=ask.shop).decide(
                connection,
                verdict,
                now=ask.now,
                is_delivered=lambda name: (
                    not self._parts.connectors[name].is_polled(account)
                ),
            ),
            ask,
            number,
            version=version,
        )
        self._parts.sent()
        return answered
