"""What do the handlers of the script library share? Reading, opening, checking."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.replying.catalogue_phrases import shop_phrases
from scripts_library.shop.checking import ShopSide, check_content
from scripts_library.shop.composing import compose
from scripts_library.shop.entries import Content, Key
from scripts_library.shop.findings import Finding
from server.api.desk.parts import Asking, DeskParts
from server.curating.contents import (
    DraftContent,
    DraftReading,
    Frame,
    Frames,
    Opened,
    read_draft,
    read_standing,
    read_version,
)
from server.curating.drafting import Who
from server.curating.previewing import (
    library_with,
    moves_understanding,
    phrase_findings,
)
from server.curating.replaying import Setting

PACK: Final = "pack"
CURRENT: Final = "current"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryWork:
    """One shop's library, opened outside the loop."""

    parts: DeskParts
    frames: Frames = field(default_factory=Frames)

    async def frame(self, ask: Asking) -> Frame:
        """Return the pack of the release."""
        return await asyncio.to_thread(self.frames.of, ask.shop.library.frame)

    async def draft(self, ask: Asking, name: str) -> DraftReading:
        """Return an open draft.

        Raises:
            NotFoundError: there is none of this name.
        """
        return await self.parts.database.read(
            lambda connection: read_draft(connection, ask.shop_id, name)
        )

    async def change(self, unit: Callable[[Connection], Result]) -> Result:
        """Do a unit; what processes keep in memory is read anew."""
        result = await self.parts.database.write(unit)
        await self.parts.noticed()
        return result

    async def findings(
        self,
        ask: Asking,
        reading: DraftReading,
        *,
        only: frozenset[Key] | None = None,
    ) -> tuple[Finding, ...]:
        """Return what the checks say of a draft, or of some entries of it."""
        return await self._check(ask, reading.open, only=only)

    async def findings_now(self, ask: Asking) -> tuple[Finding, ...]:
        """Return what the checks say of what is published."""
        frame = await self.frame(ask)
        standing = await self.parts.database.read(
            lambda connection: read_standing(connection, ask.shop_id)
        )
        return await self._check(
            ask, lambda: standing.open(frame), only=None, is_whole=True
        )

    async def _check(
        self,
        ask: Asking,
        open_it: Callable[[], DraftContent | Opened],
        *,
        only: frozenset[Key] | None,
        is_whole: bool = False,
    ) -> tuple[Finding, ...]:
        side = self.side(ask)

        def check() -> tuple[Finding, ...]:
            opened = open_it()
            return check_content(
                ask.shop.library.frame,
                opened.content,
                before=opened.baseline,
                shop=side,
                only=only,
                is_whole=is_whole,
            )

        return await asyncio.to_thread(check)

    def side(self, ask: Asking) -> ShopSide:
        """Return what of the shop the checks look at besides its library."""
        return ShopSide(
            today=local_day(ask),
            guard_rules=ask.shop.guard_rules,
            facts={
                **ask.shop.policies,
                **shop_phrases(ask.shop.catalogue.facts_at(ask.now)),
            },
        )

    async def phrase_findings(
        self, ask: Asking, reading: DraftReading
    ) -> tuple[Finding, ...]:
        """Return the phrases that a draft breaks; at once when it touches none."""
        before = ask.shop.library

        def check() -> tuple[Finding, ...]:
            content = reading.open().content
            drafted = compose(before.frame, content)
            if not moves_understanding(before.pack, drafted.pack):
                return ()
            return phrase_findings(
                before,
                library_with(before, content),
                setting=Setting(shop=ask.shop, now=ask.now),
            )

        return await asyncio.to_thread(check)

    async def content(self, ask: Asking, named: str) -> Content:
        """Return what a number, ``current``, ``pack`` or a draft's name means.

        Raises:
            NotFoundError: nothing is called so.
        """
        frame = await self.frame(ask)
        if named == PACK:
            return frame.content
        if named == CURRENT:
            standing = await self.parts.database.read(
                lambda connection: read_standing(connection, ask.shop_id)
            )
        elif named.isdecimal():
            number = min(int(named[:10]), 2**31 - 1)
            standing = await self.parts.database.read(
                lambda connection: read_version(connection, ask.shop_id, number)
            )
        else:
            reading = await self.draft(ask, named)
            return (await asyncio.to_thread(reading.open)).content
        return (await asyncio.to_thread(standing.open, frame)).content


def local_day(ask: Asking) -> date:
    """Return the day in the shop."""
    return ask.now.astimezone(ZoneInfo(ask.shop.record.timezone)).date()


def who_asks(ask: Asking) -> Who:
    """Return who changes something."""
    return Who(shop_id=ask.shop_id, person_id=ask.person_id, now=ask.now)
