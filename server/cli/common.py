"""What do the commands share? Settings, the database, one line of JSON a row."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import NotFoundError, SettingsError
from server.secrets import open_vault
from server.settings import Settings
from server.settings_file import read_settings
from storage.database import Database
from storage.migrate import upgrade
from storage.queries.shops import ShopRecord, all_shops, shop_by_slug

_OWNER_ONLY = 0o700
"""What buyers wrote is nobody else's on this machine."""

Run = Callable[[argparse.Namespace], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Settings and an open database for the length of one command."""

    settings: Settings
    database: Database

    def shop(self, slug: str | None) -> ShopRecord:
        """Return the shop of this name; None means the only one there is.

        Raises:
            NotFoundError: there is none, or no single one.
        """
        if slug is None:
            shops = self.database.read_now(all_shops)
            if len(shops) != 1:
                names = ", ".join(shop.slug for shop in shops)
                raise NotFoundError("single shop; choose with --shop:", names)
            return shops[0]
        found = self.database.read_now(
            lambda connection: shop_by_slug(connection, slug)
        )
        if found is None:
            raise NotFoundError("shop", slug)
        return found


def count(text: str) -> int:
    """Return the whole number of an argument that counts something, at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1: {text}")
    return number


def add_config(parser: argparse.ArgumentParser) -> None:
    """Let a command take ``--config FILE``."""
    parser.add_argument("--config", type=Path, help="设置文件（默认：内置的默认值）")


def add_shop(parser: argparse.ArgumentParser) -> None:
    """Let a command take ``--shop SHOP``."""
    parser.add_argument("--shop", help="店铺标识；只有一家店时可以不写")


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Opened]:
    """Open what the settings name, the schema up to date; close it afterwards.

    Raises:
        SettingsError: a setting is wrong.
    """
    settings = read_settings(args.config)
    with opened_database(settings) as database:
        yield Opened(settings=settings, database=database)


@contextmanager
def opened_database(settings: Settings) -> Iterator[Database]:
    """Open the database of the settings, upgraded to the newest schema; close it.

    Raises:
        SettingsError: the address cannot be used.
    """
    url = settings.database.url
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError(
            "database.url", "must begin with sqlite:/// or postgresql+psycopg://"
        )
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(
            mode=_OWNER_ONLY, parents=True, exist_ok=True
        )
    writers = settings.database.writers
    database = Database(
        url,
        vault=open_vault(settings.var_path),
        readers=settings.database.readers,
        writers=None if writers == 0 else writers,
    )
    try:
        upgrade(database.engine)
        yield database
    finally:
        database.close()


def now() -> datetime:
    """Return the time commands work at."""
    return datetime.now(UTC)


def print_json(value: Any) -> None:
    """Print one value as one line of JSON."""
    print(msgspec.json.encode(value, enc_hook=_plain).decode(), flush=True)


def _plain(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise NotImplementedError(type(value).__name__)
