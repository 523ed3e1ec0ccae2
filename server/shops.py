"""Which shops are served, and with what? Shop records in memory, refreshed on change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.working_time import WorkingCalendar
from bot.errors import NotFoundError
from bot.follow_ups.situation import FollowUpLimits
from bot.incidents.values import Incident
from connectors.base import ShopAccount
from server.calendars import calendar_of, hours_phrase, limits_of
from server.library import Library
from server.settings import Settings
from storage.database import Database
from storage.queries.bargaining import has_policies
from storage.queries.incidents import running_incidents
from storage.queries.people import agents_on_duty
from storage.queries.shops import ShopRecord, all_shops


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One shop as the process serves it."""

    record: ShopRecord
    account: ShopAccount
    library: Library
    calendar: WorkingCalendar
    policies: Mapping[str, str]
    """The shop's own: what it has not said is not known."""
    agents_on_duty: int
    limits: FollowUpLimits
    """Of messages that we send first."""
    misses_before_person: int
    incidents: tuple[Incident, ...] = ()
    """Declared and not ended; each says itself whether it lasts."""
    has_bargaining: bool = False
    """Some policy lets the assistant give something away."""

    def next_open_at(self, now: datetime) -> datetime | None:
        """Return when somebody answers next: now, when agents work at this hour."""
        return self.calendar.next_open(now)


class Shops:
    """Every shop by name and by id; ``refresh`` reads them anew."""

    def __init__(
        self, *, database: Database, library: Library, settings: Settings
    ) -> None:
        self._database = database
        self._library = library
        self._settings = settings
        self._by_slug: dict[str, Shop] = {}
        self._by_id: dict[int, Shop] = {}

    async def refresh(self) -> None:
        """Read all shops again, with who is on duty."""
        rows = await self._database.read(_read)
        shops = [self._shop(row) for row in rows]
        self._by_slug = {shop.record.slug: shop for shop in shops}
        self._by_id = {shop.record.shop_id: shop for shop in shops}

    @property
    def library(self) -> Library:
        """Return what all shops are served from."""
        return self._library

    def serve(self, library: Library) -> None:
        """Serve every shop from another library, beginning with its next turn."""
        self._library = library
        self._by_id = {
            shop_id: replace(shop, library=library)
            for shop_id, shop in self._by_id.items()
        }
        self._by_slug = {shop.record.slug: shop for shop in self._by_id.values()}

    def find(self, slug: str) -> Shop | None:
        """Return the shop of this name, None when there is none."""
        return self._by_slug.get(slug)

    def by_slug(self, slug: str) -> Shop:
        """Return the shop of this name.

        Raises:
            NotFoundError: there is none.
        """
        try:
            return self._by_slug[slug]
        except KeyError as error:
            raise NotFoundError("shop", slug) from error

    def by_id(self, shop_id: int) -> Shop:
        """Return the shop with this id.

        Raises:
            NotFoundError: there is none.
        """
        try:
            return self._by_id[shop_id]
        except KeyError as error:
            raise NotFoundError("shop", shop_id) from error

    def all(self) -> list[Shop]:
        """Return every shop, by id."""
        return [self._by_id[shop_id] for shop_id in sorted(self._by_id)]

    def __len__(self) -> int:
        """Return how many shops are served."""
        return len(self._by_id)

    def _shop(self, row: "_Row") -> Shop:
        shop = shop_of(
            row.record,
            library=self._library,
            settings=self._settings,
            agents_on_duty=row.on_duty,
            incidents=row.incidents,
        )
        return replace(shop, has_bargaining=row.has_bargaining)


def shop_of(
    record: ShopRecord,
    *,
    library: Library,
    settings: Settings,
    agents_on_duty: int = 0,
    incidents: tuple[Incident, ...] = (),
) -> Shop:
    """Return a shop as the process serves it."""
    return Shop(
        record=record,
        account=ShopAccount(
            shop_id=record.shop_id,
            slug=record.slug,
            secret=record.secret.encode(),
            callback_url=record.callback_url,
        ),
        library=library,
        calendar=calendar_of(settings.working_hours, timezone=record.timezone),
        policies={
            "shop.name": record.name,
            # Unless the shop says it in its own words: what is said must be kept.
            "shop.service_hours": hours_phrase(settings.working_hours),
            **record.policies,
        },
        agents_on_duty=agents_on_duty,
        limits=limits_of(settings.contact),
        misses_before_person=settings.conversation.misses_before_person,
        incidents=incidents,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A shop as it is stored."""

    record: ShopRecord
    on_duty: int
    incidents: tuple[Incident, ...]
    has_bargaining: bool


def _read(connection: Connection) -> list[_Row]:
    return [
        _Row(
            record=record,
            on_duty=agents_on_duty(connection, record.shop_id),
            incidents=running_incidents(connection, record.shop_id),
            has_bargaining=has_policies(connection, record.shop_id),
        )
        for record in all_shops(connection)
    ]
