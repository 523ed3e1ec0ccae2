"""What do the commands on a shop's library share? The frame, who acts, what is meant."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPermittedError
from bot.replying.catalogue_phrases import shop_phrases
from bot.scripts import Pack
from scripts_library.shop.checking import ShopSide, check_content
from scripts_library.shop.composing import compose
from scripts_library.shop.entries import Content, Key
from scripts_library.shop.findings import Finding
from server.cli.common import Opened as Tools
from server.cli.common import add_config, add_shop, now
from server.cli.libraries import served_library
from server.curating.contents import (
    DraftContent,
    DraftReading,
    Frame,
    Opened,
    make_frame,
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
from server.guarding import guard_settings, patterns_of
from server.library import Library
from server.packs import pack_of
from server.settings import Settings
from server.shops import read_catalogue, shop_of
from storage.database import Database
from storage.queries.people_names import colleague
from storage.queries.shops import ShopRecord

PACK: Final = "pack"
"""How the plain pack of the release is named beside versions and drafts."""
CURRENT: Final = "current"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curating:
    """A shop's library for the length of one command."""

    database: Database
    settings: Settings
    shop: ShopRecord
    frame: Frame
    who: Who

    def read(self, query: Callable[[Connection, int], Result]) -> Result:
        """Read something of the shop."""
        return self.database.read_now(
            lambda connection: query(connection, self.shop.shop_id)
        )

    def write(self, unit: Callable[[Connection], Result]) -> Result:
        """Do a unit of work."""
        return self.database.write_now(unit)

    def draft(self, name: str) -> DraftReading:
        """Return an open draft.

        Raises:
            NotFoundError: there is none.
        """
        return self.read(
            lambda connection, shop_id: read_draft(connection, shop_id, name)
        )

    @property
    def today(self) -> date:
        """Return the day in the shop."""
        return self.who.now.astimezone(ZoneInfo(self.shop.timezone)).date()

    def served(self) -> Pack:
        """Return the pack that the shop speaks from."""
        content = self.read(read_standing).open(self.frame).content
        return compose(self.frame.pack, content).pack

    def findings(self, reading: DraftReading) -> tuple[Finding, ...]:
        """Return what the checks say of a draft."""
        return self._check(reading.open())

    def check(
        self, content: Content, *, reading: DraftReading, only: frozenset[Key]
    ) -> tuple[Finding, ...]:
        """Return what the checks say of some entries of a draft as it would be."""
        opened = Opened(baseline=reading.open().baseline, content=content)
        return self._check(opened, only=only)

    def findings_now(self) -> tuple[Finding, ...]:
        """Return what the checks say of what is published."""
        return self._check(self.read(read_standing).open(self.frame), is_whole=True)

    def _check(
        self,
        opened: DraftContent | Opened,
        *,
        only: frozenset[Key] | None = None,
        is_whole: bool = False,
    ) -> tuple[Finding, ...]:
        catalogue = self.read(read_catalogue)
        return check_content(
            self.frame.pack,
            opened.content,
            before=opened.baseline,
            only=only,
            is_whole=is_whole,
            shop=ShopSide(
                today=self.today,
                guard_rules=patterns_of(guard_settings(self.shop.settings)),
                facts={
                    **self.shop.policies,
                    **shop_phrases(catalogue.facts_at(self.who.now)),
                },
            ),
        )

    def phrase_findings(self, reading: DraftReading) -> tuple[Finding, ...]:
        """Return the phrases that a draft breaks; at once when it touches none.

        Raises:
            TrainingFailedError: the pack had to be learnt, and could not be.
        """
        served = compose(self.frame.pack, reading.standing.open(self.frame).content)
        drafted = compose(self.frame.pack, reading.open().content)
        if not moves_understanding(served.pack, drafted.pack):
            return ()
        before, after = self.sides(reading)
        return phrase_findings(before, after, setting=self.setting(before))

    def sides(self, reading: DraftReading) -> tuple[Library, Library]:
        """Return what the shop speaks from, and what a draft would make of it.

        Raises:
            TrainingFailedError: the pack had to be learnt, and could not be.
        """
        base = served_library(self.settings, pack_id=self.shop.pack_id)
        standing = reading.standing
        before = base
        if standing.version is not None:
            before = library_with(base, standing.open(self.frame).content)
        return before, library_with(before, reading.open().content)

    def setting(self, library: Library) -> Setting:
        """Return the shop as texts are decided in it."""
        shop = shop_of(
            self.shop,
            library=library,
            settings=self.settings,
            told=self.read(read_catalogue),
        )
        return Setting(shop=shop, now=self.who.now)

    def content(self, named: str) -> Content:
        """Return what a number, ``current``, ``pack`` or the name of a draft means.

        Raises:
            NotFoundError: nothing is called so.
        """
        if named == PACK:
            return self.frame.content
        if named == CURRENT:
            return self.read(read_standing).open(self.frame).content
        if named.isdecimal():
            standing = self.read(
                lambda connection, shop_id: read_version(
                    connection, shop_id, int(named)
                )
            )
            return standing.open(self.frame).content
        return self.draft(named).open().content


def curating(tools: Tools, args: argparse.Namespace) -> Curating:
    """Return the library of the shop that the arguments name.

    Raises:
        NotFoundError: there is no such shop or pack, or nobody of this user name in it.
        ScriptLibraryError: the pack has problems.
    """
    return _curating(tools, tools.shop(args.shop), user=args.user)


def tell_findings(tools: Tools, shop: ShopRecord) -> None:
    """Say on standard error what the checks find in what a shop says now.

    Raises:
        NotFoundError: the shop's pack is missing.
        ScriptLibraryError: it has problems.
    """
    for finding in _curating(tools, shop, user=None).findings_now():
        print(finding.in_words(), file=sys.stderr)


def _curating(tools: Tools, shop: ShopRecord, *, user: str | None) -> Curating:
    return Curating(
        database=tools.database,
        settings=tools.settings,
        shop=shop,
        frame=make_frame(pack_of(tools.settings, shop.pack_id)),
        who=Who(
            shop_id=shop.shop_id,
            person_id=_person(tools, shop.shop_id, user),
            now=now(),
        ),
    )


def read_entry(file: str) -> dict[str, Any]:
    """Return the JSON of an entry from a file, ``-``: from standard input.

    Raises:
        NotPermittedError: it is none, or there is no such file.
    """
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return msgspec.json.decode(raw, type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        raise NotPermittedError(f"no entry: {error}") from error


def finish(
    parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], int]
) -> None:
    """Add what every command on a shop's library takes."""
    add_config(parser)
    add_shop(parser)
    parser.add_argument("--user", help="以谁的名义（默认：这台机器上的命令）")
    parser.set_defaults(run=run)


def _person(tools: Tools, shop_id: int, user: str | None) -> int | None:
    if user is None:
        return None
    found = tools.database.read_now(
        lambda connection: colleague(connection, shop_id, user=user)
    )
    if found is None:
        raise NotFoundError("user of this shop", user)
    return found
