"""What does a shop add to the guard: its own rules, and whose platform a connector is?"""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from bot.guarding.rules import Channel, GuardPattern
from bot.guarding.shop_rules import ShopRule, pattern_of

SETTINGS_KEY: Final = "guard"
"""Of a shop's settings."""


class GuardSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a shop's settings hold under ``guard``."""

    rules: tuple[ShopRule, ...] = ()
    channels: dict[str, Channel] = {}
    """By connector; one that is not named is the shop's own site."""


def guard_settings(settings: Mapping[str, Any]) -> GuardSettings:
    """Return what a shop has set for its guard.

    Raises:
        msgspec.ValidationError: it was not written by this program.
    """
    return msgspec.convert(settings.get(SETTINGS_KEY, {}), GuardSettings)


def stored(settings: GuardSettings) -> dict[str, Any]:
    """Return guard settings as they stand in a shop's settings."""
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    return plain


def patterns_of(settings: GuardSettings) -> tuple[GuardPattern, ...]:
    """Return a shop's rules as the guard applies them."""
    return tuple(map(pattern_of, settings.rules))


def strictest(channels: Collection[Channel]) -> Channel:
    """Return the channel that what is said anywhere in a shop must suit."""
    return Channel.MARKETPLACE if Channel.MARKETPLACE in channels else Channel.OWN_SITE
