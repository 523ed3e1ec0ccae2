"""How buyers look to people: contact data masked for everybody."""

from datetime import datetime

import msgspec

from server.api.desk.masked import (
    show_address,
    show_name,
    show_phone,
    show_ref,
    show_text,
)
from storage.queries.buyer_details import BuyerDetails
from storage.queries.buyers import BuyerRecord
from storage.repositories.buyers import MARKETING
from storage.states import Role


class FoundBuyerBody(msgspec.Struct, frozen=True):
    """One buyer who was looked for."""

    id: int
    ref: str
    name: str | None
    connector: str
    phone: str | None


class FoundBuyersBody(msgspec.Struct, frozen=True):
    """Everybody who fits: one person may write on several platforms."""

    items: list[FoundBuyerBody]
    next: str | None


class GivenConsentBody(msgspec.Struct, frozen=True):
    """One change of what the buyer agreed to."""

    purpose: str
    is_given: bool
    source: str
    changed_at: datetime


class SuppressionBody(msgspec.Struct, frozen=True):
    """The buyer wants no more messages."""

    since: datetime
    words: str


class BuyerCountsBody(msgspec.Struct, frozen=True):
    """How much there is of a buyer."""

    orders: int
    tickets: int
    open_tickets: int
    planned_follow_ups: int


class BuyerBody(msgspec.Struct, frozen=True):
    """One buyer."""

    id: int
    ref: str
    name: str | None
    connector: str
    phone: str | None
    address: str | None
    conversation_id: int | None
    is_professional_reviewer: bool
    has_marketing_consent: bool
    consents: list[GivenConsentBody]
    suppression: SuppressionBody | None
    counts: BuyerCountsBody


def found_body(record: BuyerRecord, *, role: Role) -> FoundBuyerBody:
    """Return a buyer in a line."""
    return FoundBuyerBody(
        id=record.buyer_id,
        ref=show_ref(record.buyer_ref, role=role),
        name=show_name(record.name, role=role),
        connector=record.connector,
        phone=show_phone(record.phone, role=role),
    )


def buyer_body(details: BuyerDetails, *, role: Role) -> BuyerBody:
    """Return a buyer as a person of this role sees them."""
    record = details.buyer
    marketing = [one for one in details.consents if one.purpose == MARKETING]
    return BuyerBody(
        id=record.buyer_id,
        ref=show_ref(record.buyer_ref, role=role),
        name=show_name(record.name, role=role),
        connector=record.connector,
        phone=show_phone(record.phone, role=role),
        address=show_address(record.address, role=role),
        conversation_id=details.conversation_id,
        is_professional_reviewer=record.is_professional_reviewer,
        has_marketing_consent=bool(marketing) and marketing[0].is_given,
        consents=[
            GivenConsentBody(
                purpose=one.purpose,
                is_given=one.is_given,
                source=show_text(one.source, role=role, name=record.name),
                changed_at=one.changed_at,
            )
            for one in details.consents
        ],
        suppression=_suppression(details, role),
        counts=BuyerCountsBody(
            orders=details.orders,
            tickets=details.tickets,
            open_tickets=details.open_tickets,
            planned_follow_ups=details.planned_follow_ups,
        ),
    )


def _suppression(details: BuyerDetails, role: Role) -> SuppressionBody | None:
    if details.suppressed_at is None or details.suppressed_words is None:
        return None
    return SuppressionBody(
        since=details.suppressed_at,
        words=show_text(details.suppressed_words, role=role, name=details.buyer.name),
    )
