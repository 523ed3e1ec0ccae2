"""What happens when an incident is over? Everybody who was told is told once more."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.follow_ups.windows import first_due
from bot.guarding.guard import Guard, GuardVerdict
from bot.guarding.outgoing import OutgoingText, Surroundings, judge_outgoing
from bot.guarding.rules import Channel, GuardSender
from server.clock import Clock
from server.shops import Shop, Shops
from storage.database import Database
from storage.repositories import incidents
from storage.repositories.audit import record
from storage.repositories.incidents import Closing, NewIncident, Untold

_log = structlog.get_logger(__name__)


class IncidentCloser:
    """Ends incidents at their time, and promises the closing messages."""

    def __init__(self, *, database: Database, shops: Shops, clock: Clock) -> None:
        self._database = database
        self._shops = shops
        self._clock = clock

    async def run(self) -> int:
        """Do what is due; return how many closing messages were promised."""
        now = self._clock()
        if await self._database.read(
            lambda connection: incidents.has_due(connection, now=now)
        ):
            await self._database.write(
                lambda connection: incidents.end_due(connection, now=now)
            )
            await self._shops.refresh()
        due = await self._database.read(incidents.untold_incidents)
        return sum([await self._close(one, now) for one in due])

    async def _close(self, one: Untold, now: datetime) -> int:
        shop = self._shops.by_id(one.shop_id)
        closing = closing_of(one, shop=shop, now=now)

        def unit(connection: Connection) -> int:
            return incidents.plan_closings(
                connection,
                one.shop_id,
                incident_id=one.incident_id,
                closing=closing,
                now=now,
            )

        count = await self._database.write(unit)
        _log.info("incident.closing", incident_id=one.incident_id, promised=count)
        return count


def closing_of(one: Untold, *, shop: Shop, now: datetime) -> Closing | None:
    """Return the message that tells of an incident's end, as the pack has it."""
    pack = shop.library.pack
    rule = pack.incidents.kinds.get(one.kind)
    if rule is None:
        return None
    plan = pack.follow_ups[rule.closing]
    return Closing(
        plan_id=plan.plan_id,
        kind=plan.kind,
        due_at=first_due(
            plan,
            planned_at=now,
            limits=shop.limits,
            timezone=shop.record.timezone,
        ),
    )


def read_incident_words(
    text: str, *, guard: Guard, channel: Channel, now: datetime
) -> GuardVerdict:
    """Return what the guard says of a manager's words that the assistant will say.

    Their figures are facts of the shop, as a policy's are.

    Args:
        text: The words.
        guard: With the shop's own rules.
        channel: The strictest of the shop's.
        now: Aware UTC.
    """
    saying = OutgoingText(
        text=text, spans=((0, len(text)),), sender=GuardSender.ASSISTANT
    )
    around = Surroundings(guard=guard, channel=channel, item=None, policies=(), now=now)
    return judge_outgoing(saying, around=around)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWords:
    """Which incident is over, and what those who were told read."""

    incident_id: int
    closing: str | None
    """None: the pack's words."""


def declare_incident(
    connection: Connection,
    shop_id: int,
    *,
    value: NewIncident,
    person_id: int | None,
    now: datetime,
) -> int:
    """Declare an incident whose text the guard has read; return its id."""
    incident_id = incidents.declare(
        connection, shop_id, value=value, person_id=person_id, now=now
    )
    record(
        connection,
        shop_id,
        action="incident.declared",
        subject=f"incident:{incident_id}",
        now=now,
        data={"kind": value.kind.value},
        person_id=person_id,
    )
    return incident_id


def change_incident_end(
    connection: Connection,
    shop_id: int,
    *,
    incident_id: int,
    ends_at: datetime | None,
    person_id: int | None,
    now: datetime,
) -> None:
    """Set when an incident is expected to be over; None: nobody knows.

    Raises:
        NotFoundError: the shop has no such incident that still lasts.
    """
    incidents.change_end(connection, shop_id, incident_id=incident_id, ends_at=ends_at)
    record(
        connection,
        shop_id,
        action="incident.end_changed",
        subject=f"incident:{incident_id}",
        now=now,
        data={"ends_at": None if ends_at is None else ends_at.isoformat()},
        person_id=person_id,
    )


def end_incident(
    connection: Connection,
    shop_id: int,
    *,
    words: NewWords,
    person_id: int | None,
    now: datetime,
) -> None:
    """End an incident whose closing words the guard has read.

    Raises:
        NotFoundError: the shop has no such incident that still lasts.
    """
    incidents.end(
        connection,
        shop_id,
        incident_id=words.incident_id,
        closing=words.closing,
        person_id=person_id,
        now=now,
    )
    record(
        connection,
        shop_id,
        action="incident.ended",
        subject=f"incident:{words.incident_id}",
        now=now,
        person_id=person_id,
    )
