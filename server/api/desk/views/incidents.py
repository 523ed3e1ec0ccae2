"""How incidents look to managers."""

from datetime import datetime

import msgspec

from server.api.desk.masked import show_name, show_ref
from storage.queries.incidents import ContactRecord, IncidentRecord
from storage.states import Role


class IncidentScopeBody(msgspec.Struct, frozen=True):
    """Whom an incident concerns; all lists empty: everybody."""

    couriers: tuple[str, ...]
    provinces: tuple[str, ...]
    items: tuple[str, ...]
    categories: tuple[str, ...]


class IncidentBody(msgspec.Struct, frozen=True):
    """One incident."""

    id: int
    kind: str
    scope: IncidentScopeBody
    text: str
    closing: str | None
    starts_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    """Null: it lasts."""
    closed_at: datetime | None
    """Everybody who was told has been promised the closing message."""
    declared_by: str | None
    """Null: a command on the machine."""
    ended_by: str | None
    created_at: datetime
    told: int
    """Buyers who were told."""


class IncidentsBody(msgspec.Struct, frozen=True):
    """A page of incidents, newest first."""

    items: list[IncidentBody]
    next: str | None


class IncidentContactBody(msgspec.Struct, frozen=True):
    """A buyer who was told."""

    id: int
    buyer_id: int
    buyer_ref: str
    buyer_name: str | None
    conversation_id: int
    told_at: datetime
    closing_at: datetime | None
    """When the closing message was promised."""


class IncidentContactsBody(msgspec.Struct, frozen=True):
    """A page of those who were told, in the order of the telling."""

    items: list[IncidentContactBody]
    next: str | None


def incident_body(record: IncidentRecord) -> IncidentBody:
    """Return an incident as managers see it."""
    scope = record.scope
    return IncidentBody(
        id=record.incident_id,
        kind=record.kind.value,
        scope=IncidentScopeBody(
            couriers=scope.couriers,
            provinces=scope.provinces,
            items=scope.items,
            categories=scope.categories,
        ),
        text=record.text,
        closing=record.closing,
        starts_at=record.starts_at,
        ends_at=record.ends_at,
        ended_at=record.ended_at,
        closed_at=record.closed_at,
        declared_by=record.declared_by,
        ended_by=record.ended_by,
        created_at=record.created_at,
        told=record.told,
    )


def contact_body(record: ContactRecord, *, role: Role) -> IncidentContactBody:
    """Return a buyer who was told as a person of this role sees them."""
    return IncidentContactBody(
        id=record.contact_id,
        buyer_id=record.buyer_id,
        buyer_ref=show_ref(record.buyer_ref, role=role),
        buyer_name=show_name(record.buyer_name, role=role),
        conversation_id=record.conversation_id,
        told_at=record.told_at,
        closing_at=record.closing_at,
    )
