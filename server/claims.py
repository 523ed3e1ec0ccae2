"""What does a manager decide of a claim, and what is the buyer told? One unit of work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.errors import IllegalTransitionError, NotPermittedError
from bot.flows.authority import Authority
from bot.guarding.rules import GuardSender
from bot.messages import Sender
from bot.replying.render import fill
from bot.replying.values import format_fen
from server.shops import Shop
from storage.queries.buyers import buyer_names
from storage.queries.tickets import TicketRecord, ticket
from storage.repositories import audit
from storage.repositories.sending import Draft, address_of, put_out
from storage.repositories.tickets.deciding import ClaimDecision, decide_claim
from storage.states import Role

AMOUNT = "amount"
"""What the buyer wants, in fen, among the data of a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person decides of one claim."""

    number: str
    is_approved: bool
    person_id: int
    role: Role
    amount_fen: int | None = None
    """None: what the buyer has asked for."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The claims of one shop; made anew when needed."""

    shop: Shop

    def decide(
        self,
        connection: Connection,
        verdict: Verdict,
        *,
        now: datetime,
        is_delivered: Callable[[str], bool],
    ) -> TicketRecord:
        """Record a decision and tell the buyer; only a claim that waits can be decided.

        Args:
            connection: Of the unit.
            verdict: What was decided, and by whom.
            now: Aware UTC.
            is_delivered: Says of a connector whether messages are sent to its buyers.

        Raises:
            NotFoundError: there is no such ticket.
            IllegalTransitionError: it does not wait for approval.
            NotPermittedError: no amount is known, or it is above the person's limit, or
                the guard lets no text pass.
        """
        shop_id = self.shop.record.shop_id
        rules = self.shop.library.pack.flow_rules
        before, _ = ticket(connection, shop_id, verdict.number)
        target = rules.approved if verdict.is_approved else rules.rejected
        if rules.approval is None or target is None or before.state != rules.approval:
            raise IllegalTransitionError(
                ticket=verdict.number,
                current=before.state,
                requested="" if target is None else target,
            )
        amount = self._amount(before, verdict) if verdict.is_approved else None
        after = decide_claim(
            connection,
            shop_id,
            decision=ClaimDecision(
                number=verdict.number,
                state=self.shop.library.pack.workflow.states[target],
                by=verdict.person_id,
                amount_fen=amount,
                note=verdict.note,
            ),
            now=now,
        )
        audit.record(
            connection,
            shop_id,
            action="claim.approved" if verdict.is_approved else "claim.rejected",
            subject=f"ticket:{verdict.number}",
            now=now,
            data={} if amount is None else {"amount_fen": amount},
            person_id=verdict.person_id,
        )
        self._tell(connection, after, amount, verdict, now, is_delivered)
        return after

    def _amount(self, claim: TicketRecord, verdict: Verdict) -> int:
        """Return how much is approved.

        Raises:
            NotPermittedError: nobody has said how much, or it is too much.
        """
        wanted = str(claim.data.get(AMOUNT, ""))
        amount = verdict.amount_fen
        if amount is None:
            amount = int(wanted) if wanted.isdecimal() else None
        if amount is None:
            raise NotPermittedError("amount_fen: the buyer has named no amount")
        authority = authority_of(self.shop)
        is_limited = verdict.role is not Role.ADMIN
        if is_limited and not authority.is_within_manager(amount):
            raise NotPermittedError(
                f"amount_fen: {amount} is above the limit of {authority.manager_fen}"
            )
        return amount

    def _tell(
        self,
        connection: Connection,
        claim: TicketRecord,
        amount: int | None,
        verdict: Verdict,
        now: datetime,
        is_delivered: Callable[[str], bool],
    ) -> None:
        if claim.conversation_id is None:
            return
        shop_id = self.shop.record.shop_id
        address = address_of(connection, shop_id, claim.conversation_id)
        name = buyer_names(connection, shop_id, [claim.buyer_id]).get(claim.buyer_id)
        put_out(
            connection,
            address,
            draft=Draft(
                text=self._text(amount, name),
                sender=Sender.AGENT,
                person_id=verdict.person_id,
                buyer_name=name,
            ),
            now=now,
            deliver=is_delivered(address.connector),
        )

    def _text(self, amount: int | None, name: str | None) -> str:
        """Return the first text that can be filled and may leave.

        Raises:
            NotPermittedError: none may.
        """
        rules = self.shop.library.pack.flow_rules
        texts = rules.rejected_texts if amount is None else rules.approved_texts
        nameless = self.shop.library.pack.nameless
        values = {"buyer.name": nameless if name is None else name}
        if amount is not None:
            values["flow.amount"] = format_fen(amount)
        guard = self.shop.guard
        for template in texts:
            filled = fill(template, values)
            if filled is None:
                continue
            found = guard.check(
                filled.text, filled_spans=filled.spans, sender=GuardSender.AGENT
            )
            if found.is_sendable:
                return found.outgoing(filled.text)
        raise NotPermittedError("the guard lets no text of the answer pass")


def authority_of(shop: Shop) -> Authority:
    """Return the limits that hold in a shop: its own, else the pack's."""
    own = shop.authority
    return shop.library.pack.flow_rules.authority if own is None else own
