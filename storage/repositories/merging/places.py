"""Where a conversation stands that two have become."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, select, update

from storage.states import ConversationPhase
from storage.tables import ConversationRow, table_of

_conversations = table_of(ConversationRow)
_QUESTION = (
    "question_id",
    "question_ticket_id",
    "question_review_id",
    "question_follow_up_id",
    "asked_at",
)
_SERVING = ("state", "served_by", "served_until", "release_told_at", "handed_over_at")
_NEVER_USED: dict[str, Any] = {
    "state": ConversationPhase.CLOSED,
    "served_by": None,
    "served_until": None,
    "release_told_at": None,
    "handed_over_at": None,
    "misses": 0,
    "last_buyer_at": None,
    **dict.fromkeys(_QUESTION),
}
_RANK = (
    ConversationPhase.SERVED,
    ConversationPhase.HANDED_OVER,
    ConversationPhase.OPEN,
    ConversationPhase.CLOSED,
)
"""Whoever serves goes on; whoever waits goes on waiting."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Places:
    """Both conversations as they stood when they were locked."""

    source: Row[Any]
    target: Row[Any]


def lock_places(conn: Connection, shop_id: int, *, source: int, target: int) -> Places:
    """Read both rows and hold them until the commit, in one order everywhere."""
    table = _conversations.c
    rows = conn.execute(
        select(_conversations)
        .where(table.shop_id == shop_id, table.id.in_((source, target)))
        .order_by(table.id)
        .with_for_update()
    ).all()
    by_id = {row.id: row for row in rows}
    return Places(by_id[source], by_id[target])


def join_places(conn: Connection, shop_id: int, places: Places) -> None:
    """Let the target go on where both stood; the source is closed and empty."""
    source, target = places.source, places.target
    if source.last_buyer_at is not None or source.state is not ConversationPhase.CLOSED:
        _change(conn, shop_id, target, _joined(source, target))
    _change(conn, shop_id, source, _NEVER_USED)


def _joined(source: Row[Any], target: Row[Any]) -> dict[str, Any]:
    ahead = min((target, source), key=lambda row: _RANK.index(row.state))
    asking = target if source.question_id is None else source
    waiting = [row.handed_over_at for row in (source, target)]
    values = {name: getattr(ahead, name) for name in _SERVING}
    if ahead.state is ConversationPhase.HANDED_OVER:
        values["handed_over_at"] = _first(min, waiting)
    return {
        **values,
        **{name: getattr(asking, name) for name in _QUESTION},
        "misses": source.misses,
        "is_greeted": source.is_greeted or target.is_greeted,
        "last_intent": _newer(source.last_intent, target.last_intent),
        "used_variants": _variants(target.used_variants, source.used_variants),
        "last_buyer_at": _first(max, (source.last_buyer_at, target.last_buyer_at)),
        "last_item_ref": _newer(source.last_item_ref, target.last_item_ref),
        "last_order_ref": _newer(source.last_order_ref, target.last_order_ref),
        "mood": source.mood,
        "stretch_at": _first(min, (source.stretch_at, target.stretch_at)),
        "created_at": min(source.created_at, target.created_at),
    }


def _newer(source: str | None, target: str | None) -> str | None:
    """Return what the anonymous one said, who wrote last; else what was known."""
    return target if source is None else source


def _first(choose: Any, values: Iterable[T | None]) -> T | None:
    known = [value for value in values if value is not None]
    chosen: T | None = choose(known) if known else None
    return chosen


def _variants(older: list[Any], newer: list[Any]) -> list[Any]:
    """Return both lists as one: a variant that was used in either is used."""
    used: dict[str, list[int]] = {}
    for script_id, variants in (*older, *newer):
        known = used.setdefault(script_id, [])
        known += [variant for variant in variants if variant not in known]
    return [[script_id, variants] for script_id, variants in used.items()]


def _change(
    conn: Connection, shop_id: int, row: Row[Any], values: dict[str, Any]
) -> None:
    """Change a conversation; turns being decided on what it was are stale."""
    table = _conversations.c
    conn.execute(
        update(_conversations)
        .where(table.shop_id == shop_id, table.id == row.id)
        .values(version=table.version + 1, **values)
    )
