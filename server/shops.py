"""Which shops are served, and with what? Shop records in memory, refreshed on change."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.catalogue.catalogue import Catalogue
from bot.desk.working_time import WorkingCalendar
from bot.errors import NotFoundError
from bot.flows.authority import Authority
from bot.follow_ups.situation import FollowUpLimits
from bot.guarding.guard import Guard
from bot.guarding.rules import Channel, GuardPattern
from bot.incidents.values import Incident
from connectors.base import ShopAccount
from server.calendars import calendar_of, hours_phrase, limits_of
from server.guarding import guard_settings, patterns_of
from server.learning.models import Models
from server.library import Library
from server.packs import Shelf
from server.settings import Settings
from server.shop_libraries import ShopLibraries
from storage.database import Database
from storage.queries.bargaining import has_policies
from storage.queries.catalogue import promotions, shop_facts
from storage.queries.incidents import running_incidents
from storage.queries.library import LibraryVersion, current_version
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
    catalogue: Catalogue
    """Its typed facts and promotions; they go over the policies."""
    agents_on_duty: int
    limits: FollowUpLimits
    """Of messages that we send first."""
    misses_before_person: int
    incidents: tuple[Incident, ...] = ()
    """Declared and not ended; each says itself whether it lasts."""
    guard_rules: tuple[GuardPattern, ...] = ()
    """The shop's own, on top of the pack's."""
    channels: Mapping[str, Channel] = field(default_factory=dict)
    """By connector: whose platform its buyers read on."""
    library_version: int | None = None
    """Number of the published version it speaks from; None: the plain pack."""
    has_bargaining: bool = False
    """Some policy lets the assistant give something away."""
    authority: Authority | None = None
    """The shop's own limits of compensation; None: as the pack says."""

    @property
    def guard(self) -> Guard:
        """Return the outgoing guard with the shop's own rules."""
        return self.library.assistant.guard.for_shop(self.guard_rules)

    def channel(self, connector: str) -> Channel:
        """Return whose platform the buyers of a connector read on."""
        return self.channels.get(connector, Channel.OWN_SITE)

    def next_open_at(self, now: datetime) -> datetime | None:
        """Return when somebody answers next: now, when agents work at this hour."""
        return self.calendar.next_open(now)


class Shops:
    """Every shop by name and by id; ``refresh`` reads them anew."""

    def __init__(
        self, *, database: Database, library: Library, settings: Settings
    ) -> None:
        self._database = database
        self.shelf = Shelf(library, settings=settings)
        self._own = ShopLibraries(database, models=Models(settings.var_path / "models"))
        self._reading = asyncio.Lock()
        self._settings = settings
        self._by_slug: dict[str, Shop] = {}
        self._by_id: dict[int, Shop] = {}

    async def refresh(self) -> None:
        """Read all shops again: who is on duty, what they publish, what they say."""
        async with self._reading:
            rows = await self._database.read(_read)
            await self.shelf.fetch(row.record.pack_id for row in rows)
            bases = {
                row.record.shop_id: base
                for row in rows
                if (base := self.shelf.of(row.record.pack_id)) is not None
            }
            await self._own.follow(
                {row.record.shop_id: row.version for row in rows}, bases=bases
            )
            shops = [shop for row in rows if (shop := self._shop(row)) is not None]
            self._by_slug = {shop.record.slug: shop for shop in shops}
            self._by_id = {shop.record.shop_id: shop for shop in shops}

    async def follow_pack(self) -> None:
        """Let the shops with a version of their own follow a changed pack's frame."""
        bases = {
            shop_id: base
            for shop_id, shop in self._by_id.items()
            if (base := self.shelf.of(shop.record.pack_id)) is not None
        }
        if self._own.is_behind(bases=bases):
            await self.refresh()

    async def learn(self) -> None:
        """Learn in full what shops have published, until cancelled."""
        await self._own.run(self._serve_own)

    async def learnt(self) -> None:
        """Wait until everything published is served as it will stay."""
        await self._own.settled()

    def _serve_own(self, shop_id: int) -> None:
        """Serve one shop from its newest library."""
        shop = self._by_id.get(shop_id)
        if shop is not None:
            library = self._library_of(shop.record, shop.library)
            self._by_id[shop_id] = replace(shop, library=library)
            self._by_slug[shop.record.slug] = self._by_id[shop_id]

    @property
    def library(self) -> Library:
        """Return what the shops are served from that have chosen no pack."""
        return self.shelf.default

    def serve(self, library: Library) -> None:
        """Serve the shops of a pack from its new library, beginning with their next turn.

        A shop with a published version keeps it until :meth:`follow_pack`.
        """
        self.shelf.put(library)
        self._by_id = {
            shop_id: replace(shop, library=self._library_of(shop.record, shop.library))
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

    def _library_of(self, record: ShopRecord, before: Library) -> Library:
        """Return what a shop is served from; ``before`` when its pack is missing."""
        base = self.shelf.of(record.pack_id)
        return before if base is None else self._own.of(record.shop_id, base=base)

    def _shop(self, row: "_Row") -> Shop | None:
        """Return a shop; None when its pack is missing: another trade is no answer."""
        base = self.shelf.of(row.record.pack_id)
        if base is None:
            return None
        shop_id = row.record.shop_id
        shop = shop_of(
            row.record,
            library=self._own.of(shop_id, base=base),
            settings=self._settings,
            agents_on_duty=row.agents_on_duty,
            incidents=row.incidents,
            told=row.catalogue,
        )
        return replace(
            shop,
            has_bargaining=row.has_bargaining,
            library_version=self._own.version_of(shop_id),
        )


def shop_of(
    record: ShopRecord,
    *,
    library: Library,
    settings: Settings,
    agents_on_duty: int = 0,
    incidents: tuple[Incident, ...] = (),
    told: Catalogue | None = None,
) -> Shop:
    """Return a shop as the process serves it; ``told`` are its typed facts."""
    calendar = calendar_of(settings.working_hours, timezone=record.timezone)
    guarding = guard_settings(record.settings)
    return Shop(
        record=record,
        account=ShopAccount(
            shop_id=record.shop_id,
            slug=record.slug,
            secret=record.secret.encode(),
            callback_url=record.callback_url,
        ),
        library=library,
        calendar=calendar,
        policies={
            "shop.name": record.name,
            # Unless the shop says it in its own words: what is said must be kept.
            "shop.service_hours": hours_phrase(settings.working_hours),
            **record.policies,
        },
        catalogue=replace(
            Catalogue() if told is None else told, holidays=calendar.holidays
        ),
        agents_on_duty=agents_on_duty,
        limits=limits_of(settings.contact),
        misses_before_person=settings.conversation.misses_before_person,
        incidents=incidents,
        guard_rules=patterns_of(guarding),
        channels=guarding.channels,
        authority=_authority(record.settings.get("authority")),
    )


def _authority(limits: Mapping[str, Any] | None) -> Authority | None:
    """Return the limits that a shop has set; 0 is a limit like any other."""
    if limits is None:
        return None
    return Authority(
        assistant_fen=limits["assistant"],
        agent_fen=limits["agent"],
        manager_fen=limits["manager"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What is stored of a shop."""

    record: ShopRecord
    agents_on_duty: int
    incidents: tuple[Incident, ...]
    has_bargaining: bool
    catalogue: Catalogue
    version: LibraryVersion | None


def read_catalogue(connection: Connection, shop_id: int) -> Catalogue:
    """Return what is stored of a shop's typed facts, without its holidays."""
    return Catalogue(
        facts=tuple(one.value for one in shop_facts(connection, shop_id)),
        promotions=tuple(one.value for one in promotions(connection, shop_id)),
    )


def _read(connection: Connection) -> list[_Row]:
    return [
        _Row(
            record=record,
            agents_on_duty=agents_on_duty(connection, record.shop_id),
            incidents=running_incidents(connection, record.shop_id),
            catalogue=read_catalogue(connection, record.shop_id),
            has_bargaining=has_policies(connection, record.shop_id),
            version=current_version(connection, record.shop_id),
        )
        for record in all_shops(connection)
    ]
