"""Do journal and database agree? Every difference by name; nothing is read here."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks.durability.books import Books, FollowUp, Outgoing
from benchmarks.durability.journal import (
    Acknowledged,
    Answered,
    AnyEntry,
    Behaviour,
    Killed,
    Planted,
    Received,
    Sent,
)

NEAR_SECONDS = 1.0
"""A kill so soon after our answer may have hit a server that had not yet written it
down; a kill so soon before a POST may have hit its sender, whose bytes were still on
their way to us. A repeat after either is one that nobody could prevent.

Wall-clock time alone proves nothing: a starved server reads our answer when it gets its
turn. A later kill therefore counts as later only when the server has meanwhile committed
and acknowledged a message that was sent it so long after our answer."""


@dataclass(slots=True)
class Seen:
    """The journal, sorted by kind."""

    sent: dict[str, float] = field(default_factory=dict)
    """Message to when it was first about to be POSTed."""
    acknowledged: dict[str, float] = field(default_factory=dict)
    """Message to when the first 202 for it had come."""
    refused_repeats: int = 0
    """Messages that were POSTed again and recognised."""
    received: list[Received] = field(default_factory=list)
    answered: dict[int, float] = field(default_factory=dict)
    """Receipt to when the answer had left."""
    killed: list[Killed] = field(default_factory=list)
    planted: set[int] = field(default_factory=set)

    def taken(self) -> dict[int, list[Received]]:
        """Return by delivery id the POSTs that the platform took, oldest first."""
        taken: dict[int, list[Received]] = defaultdict(list)
        for entry in self.received:
            if entry.behaviour is not Behaviour.REFUSE:
                taken[entry.delivery_id].append(entry)
        return taken

    def could_tell(self, entry: Received, *, until: float) -> bool:
        """Return True when the server must know that this POST arrived.

        Args:
            entry: What the platform took.
            until: When it was sent again.
        """
        answered_at = self.answered.get(entry.receipt)
        if answered_at is None:
            return False
        since = entry.at - NEAR_SECONDS
        killed_at = min((it.at for it in self.killed if it.at >= since), default=until)
        if killed_at >= until:
            return True
        heard_at = answered_at + NEAR_SECONDS
        return killed_at > heard_at and self._was_at_work(heard_at, until=killed_at)

    def _was_at_work(self, since: float, *, until: float) -> bool:
        """Return True when a message sent after ``since`` was committed by then."""
        return any(
            since <= sent_at and self.acknowledged.get(message_id, until) < until
            for message_id, sent_at in self.sent.items()
        )


def sort_journal(entries: Iterable[AnyEntry]) -> Seen:
    """Return the entries by kind."""
    seen = Seen()
    for entry in entries:
        match entry:
            case Sent():
                seen.sent.setdefault(entry.message_id, entry.at)
            case Acknowledged():
                seen.acknowledged.setdefault(entry.message_id, entry.at)
                seen.refused_repeats += not entry.is_accepted
            case Received():
                seen.received.append(entry)
            case Answered():
                seen.answered[entry.receipt] = entry.at
            case Killed():
                seen.killed.append(entry)
            case Planted():
                seen.planted.add(entry.follow_up_id)
    return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Counts, and the differences: each list must be empty."""

    counts: dict[str, int]
    differences: dict[str, list[str]]

    @property
    def is_clean(self) -> bool:
        """Return True when nothing was lost, invented or needlessly repeated."""
        return not any(self.differences.values())


def compare(seen: Seen, books: Books) -> Comparison:
    """Return what journal and database say together."""
    taken = seen.taken()
    differences = {
        **_compare_incoming(seen, books),
        **_compare_outgoing(books.outgoing),
        **_compare_deliveries(seen, taken, books.outgoing),
        **_compare_follow_ups(seen.planted, books),
    }
    return Comparison(counts=_count(seen, taken, books), differences=differences)


def _compare_incoming(seen: Seen, books: Books) -> dict[str, list[str]]:
    stored = Counter(row.message_id for row in books.incoming)
    return {
        "acknowledged but missing": sorted(set(seen.acknowledged) - set(stored)),
        "stored more than once": [key for key, count in stored.items() if count > 1],
        "stored but never sent": sorted(set(stored) - set(seen.sent)),
        "never handled": [
            row.message_id for row in books.incoming if not row.is_handled
        ],
    }


def _compare_outgoing(outgoing: Sequence[Outgoing]) -> dict[str, list[str]]:
    deliveries = Counter(row.message_id for row in outgoing)
    moments: dict[int, set[str]] = defaultdict(set)
    for row in outgoing:
        if row.turn_first_id is not None:
            moments[row.turn_first_id].add(row.created_at)
    return {
        "message without delivery": [
            str(row.message_id) for row in outgoing if row.delivery_id is None
        ],
        "message with several deliveries": [
            str(message_id) for message_id, count in deliveries.items() if count > 1
        ],
        "not delivered at the end": [
            f"{row.delivery_id} is {row.delivery_state}"
            for row in outgoing
            if row.delivery_id is not None and row.delivery_state != "delivered"
        ],
        "turn answered twice": [
            str(turn) for turn, times in moments.items() if len(times) > 1
        ],
    }


def _compare_deliveries(
    seen: Seen, taken: dict[int, list[Received]], outgoing: Sequence[Outgoing]
) -> dict[str, list[str]]:
    stored = {row.delivery_id: row for row in outgoing if row.delivery_id is not None}
    return {
        "delivered but never received": [
            str(delivery_id)
            for delivery_id, row in stored.items()
            if row.delivery_state == "delivered" and delivery_id not in taken
        ],
        "received but never committed": sorted(
            {str(e.delivery_id) for e in seen.received if e.delivery_id not in stored}
        ),
        "received another text than stored": [
            str(entry.delivery_id)
            for entry in seen.received
            if entry.delivery_id in stored
            and (entry.text, entry.message_id)
            != (stored[entry.delivery_id].text, stored[entry.delivery_id].message_id)
        ],
        "wrong signature": [str(e.receipt) for e in seen.received if not e.is_signed],
        "overtaken by a newer message of its conversation": _overtaken(taken),
        "sent again although we had told": [
            str(delivery_id)
            for delivery_id, posts in taken.items()
            if any(
                seen.could_tell(post, until=again.at) for post, again in pairwise(posts)
            )
        ],
    }


def _overtaken(taken: dict[int, list[Received]]) -> list[str]:
    """Return the deliveries that a newer one of their conversation has overtaken."""
    firsts = sorted((posts[0] for posts in taken.values()), key=lambda p: p.receipt)
    newest: dict[int, int] = {}
    late = []
    for post in firsts:
        if post.delivery_id < newest.get(post.conversation_id, 0):
            late.append(str(post.delivery_id))
        else:
            newest[post.conversation_id] = post.delivery_id
    return late


def _compare_follow_ups(planted: set[int], books: Books) -> dict[str, list[str]]:
    rows = {row.follow_up_id: row for row in books.follow_ups}
    deliveries = Counter(
        row.follow_up_id for row in books.outgoing if row.follow_up_id is not None
    )
    return {
        "follow-up missing": sorted(str(key) for key in planted - set(rows)),
        "follow-up not sent": [
            _describe(rows[key])
            for key in sorted(planted & set(rows))
            if rows[key].state != "sent" or deliveries[key] == 0
        ],
        "follow-up sent twice": [
            str(key) for key, count in deliveries.items() if count > 1
        ],
    }


def _describe(row: FollowUp) -> str:
    return f"{row.follow_up_id} is {row.state} ({row.reason})"


def _count(
    seen: Seen, taken: dict[int, list[Received]], books: Books
) -> dict[str, int]:
    follow_up_ids = {
        row.delivery_id for row in books.outgoing if row.follow_up_id is not None
    }
    repeated = [post for posts in taken.values() for post in posts[:-1]]
    unanswered = sum(post.receipt not in seen.answered for post in repeated)
    return {
        "kills": len(seen.killed),
        "messages sent": len(seen.sent),
        "messages acknowledged": len(seen.acknowledged),
        "messages recognised as sent before": seen.refused_repeats,
        "messages stored": len(books.incoming),
        "replies and follow-ups stored": len(books.outgoing),
        "POSTs to the platform": len(seen.received),
        "refused by the platform": len(seen.received)
        - sum(len(posts) for posts in taken.values()),
        "deliveries taken by the platform": len(taken),
        "taken again: no answer had left": unanswered,
        "taken again: answered, but a kill was near": len(repeated) - unanswered,
        "taken again: of these, follow-ups": sum(
            post.delivery_id in follow_up_ids for post in repeated
        ),
        "follow-ups planted": len(seen.planted),
        "follow-ups delivered": len(follow_up_ids & set(taken)),
    }
