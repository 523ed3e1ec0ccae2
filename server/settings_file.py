"""How does config.toml become settings, and what may not stand in it?"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import SettingsError
from server.settings import SHORTEST_AUDIT_DAYS, ContactSettings, Settings


def read_settings(
    path: Path | None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings of a file, with what the environment overrides.

    Raises:
        SettingsError: a key is unknown, missing or wrong; the error names it.
    """
    environment = os.environ if environment is None else environment
    table: dict[str, Any] = {} if path is None else _read_toml(path)
    if "XIAOER_DATABASE_URL" in environment:
        database = table.setdefault("database", {})
        if isinstance(database, dict):
            database["url"] = environment["XIAOER_DATABASE_URL"]
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        key, reason = _name_key(str(error))
        raise SettingsError(key, reason) from error
    _check(settings)
    return settings


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(str(path), error.strerror or "cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), str(error)) from error


def _name_key(message: str) -> tuple[str, str]:
    """Split msgspec's ``reason - at `$.section.key``` into key and reason."""
    reason, _, place = message.partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    if "unknown field" in reason:
        unknown = reason.rsplit("`", 2)[-2]
        key = f"{key}.{unknown}" if key else unknown
        reason = "no such setting"
    return (key or "config.toml"), reason


def _check_contact(contact: ContactSettings) -> None:
    for name in ("review_start", "review_end"):
        if not "09:00" <= getattr(contact, name) <= "21:00":
            raise SettingsError(f"contact.{name}", "must be within 09:00-21:00")
    if contact.review_end <= contact.review_start:
        raise SettingsError("contact.review_end", "must be after review_start")


def _check(settings: Settings) -> None:
    _check_contact(settings.contact)
    if 0 < settings.retention.audit_days < SHORTEST_AUDIT_DAYS:
        raise SettingsError(
            "retention.audit_days",
            f"must be at least {SHORTEST_AUDIT_DAYS}, or 0 to keep it for ever",
        )
    conversation = settings.conversation
    is_released = conversation.take_over_minutes > 0
    if is_released and (
        conversation.take_over_notice_minutes > conversation.take_over_minutes
    ):
        raise SettingsError(
            "conversation.take_over_notice_minutes",
            "must not be longer than take_over_minutes",
        )
