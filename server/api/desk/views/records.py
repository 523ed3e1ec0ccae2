"""How ratings and the audit look to managers."""

from datetime import datetime
from typing import Any

import msgspec

from server.api.desk.masked import show_text
from storage.queries.audit import AuditRecord
from storage.queries.ratings import GivenRating
from storage.states import Role


class GivenRatingBody(msgspec.Struct, frozen=True):
    """What one buyer thought; the reason is masked."""

    id: int
    conversation_id: int
    stars: int
    reason: str
    served_by: str | None
    created_at: datetime


class RatingsBody(msgspec.Struct, frozen=True):
    """A page of ratings, newest first, and the whole period in figures."""

    items: list[GivenRatingBody]
    next: str | None
    count: int
    average: float | None
    """Null: there are none."""


class AuditLineBody(msgspec.Struct, frozen=True):
    """One thing that somebody did."""

    id: int
    user: str | None
    """Null: the program itself, or a command on the machine."""
    action: str
    subject: str
    data: dict[str, Any]
    at: datetime


class AuditBody(msgspec.Struct, frozen=True):
    """A page of the audit, newest first."""

    items: list[AuditLineBody]
    next: str | None


def rating_body(rating: GivenRating, *, role: Role) -> GivenRatingBody:
    """Return a rating as a person of this role sees it."""
    return GivenRatingBody(
        id=rating.rating_id,
        conversation_id=rating.conversation_id,
        stars=rating.stars,
        reason=show_text(rating.reason, role=role),
        served_by=rating.user,
        created_at=rating.created_at,
    )


def audit_line_body(line: AuditRecord, *, role: Role) -> AuditLineBody:
    """Return one thing that was done as a person of this role sees it."""
    return AuditLineBody(
        id=line.audit_id,
        user=line.user,
        action=line.action,
        subject=show_text(line.subject, role=role),
        data={name: _shown(value, role=role) for name, value in line.data.items()},
        at=line.at,
    )


def _shown(value: Any, *, role: Role) -> Any:
    """Return a value with every text in it masked."""
    match value:
        case str():
            return show_text(value, role=role)
        case list():
            return [_shown(one, role=role) for one in value]
        case dict():
            return {name: _shown(one, role=role) for name, one in value.items()}
        case _:
            return value
