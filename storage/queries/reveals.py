"""Who looked at what without the mask, and what a buyer said to being written to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.errors import NotFoundError
from storage.repositories.buyers import same_buyer
from storage.tables import (
    ConsentRow,
    ConversationRow,
    MessageRow,
    PersonRow,
    RevealRow,
    SuppressionRow,
    table_of,
)

_consents = table_of(ConsentRow)
_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)
_people = table_of(PersonRow)
_reveals = table_of(RevealRow)
_suppressions = table_of(SuppressionRow)
_NEWEST = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealRecord:
    """One look at what is masked."""

    reveal_id: int
    user: str
    buyer_id: int
    field: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One change of what a buyer agreed to."""

    consent_id: int
    purpose: str
    is_given: bool
    source: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """Whether a buyer may be written to, and the history of it."""

    opted_out_at: datetime | None
    words: str | None
    consents: tuple[ConsentRecord, ...]
    """Newest first."""


def reveals(
    conn: Connection, shop_id: int, *, limit: int = 50, before: int = _NEWEST
) -> list[RevealRecord]:
    """Return who looked at what, newest first; ``before`` is the last id seen."""
    table = _reveals.c
    statement = (
        select(_reveals, _people.c.user)
        .join_from(_reveals, _people, _people.c.id == table.person_id)
        .where(table.shop_id == shop_id, table.id < before)
    )
    rows = conn.execute(statement.order_by(table.id.desc()).limit(limit))
    return [
        RevealRecord(
            reveal_id=row.id,
            user=row.user,
            buyer_id=row.buyer_id,
            field=row.field,
            reason=row.reason,
            at=row.at,
        )
        for row in rows
    ]


def message_words(conn: Connection, shop_id: int, message_id: int) -> tuple[int, str]:
    """Return whose conversation a message is of, and its text in clear.

    Raises:
        NotFoundError: The shop has no such message.
    """
    row = conn.execute(
        select(_conversations.c.buyer_id, _messages.c.text)
        .join_from(
            _messages,
            _conversations,
            _conversations.c.id == _messages.c.conversation_id,
        )
        .where(
            _messages.c.shop_id == shop_id,
            _conversations.c.shop_id == shop_id,
            _messages.c.id == message_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError("message", message_id)
    return row.buyer_id, row.text


def contact_of(conn: Connection, shop_id: int, *, buyer_id: int) -> ContactRecord:
    """Return whether a buyer opted out and what they agreed to, on every connector.

    Raises:
        NotFoundError: The shop has no such buyer.
    """
    ids = same_buyer(conn, shop_id, buyer_id=buyer_id)
    if not ids:
        raise NotFoundError("buyer", buyer_id)
    table = _suppressions.c
    opted_out = conn.execute(
        select(table.created_at, table.words)
        .where(table.shop_id == shop_id, table.buyer_id.in_(ids))
        .order_by(table.created_at)
        .limit(1)
    ).one_or_none()
    rows = conn.execute(
        select(_consents)
        .where(_consents.c.shop_id == shop_id, _consents.c.buyer_id.in_(ids))
        .order_by(_consents.c.changed_at.desc(), _consents.c.id.desc())
    )
    return ContactRecord(
        opted_out_at=None if opted_out is None else opted_out.created_at,
        words=None if opted_out is None else opted_out.words,
        consents=tuple(
            ConsentRecord(
                consent_id=row.id,
                purpose=row.purpose,
                is_given=row.is_given,
                source=row.source,
                changed_at=row.changed_at,
            )
            for row in rows
        ),
    )
