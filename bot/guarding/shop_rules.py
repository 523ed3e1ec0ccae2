"""What may a shop forbid on top of its pack? Phrases, no patterns: any text is safe."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.guarding.folding import fold_for_guard
from bot.guarding.rules import Channel, GuardPattern, GuardSender, TextKind, Verdict

CATEGORY: Final = "shop"
_GAP: Final = re.compile(r"…+|\.{3,}")
_ANYTHING: Final = "[^。]{0,12}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRule:
    """One rule of a shop's own.

    A phrase is found however it is spelled; ``…`` in it stands for up to twelve
    characters of the same sentence: ``竞品…更差``.
    """

    rule: str
    verdict: Verdict
    phrases: tuple[str, ...]
    suggestion: str
    unless: tuple[str, ...] = ()
    """Phrases inside which a hit is none."""
    replacement: str | None = None
    """Given exactly when the verdict is ``rewrite``."""
    since: date | None = None
    channels: tuple[Channel, ...] = ()
    senders: tuple[GuardSender, ...] = ()
    kinds: tuple[TextKind, ...] = ()


def phrase_pattern(phrase: str) -> str | None:
    """Return the pattern of a phrase, None when nothing is left of a part of it."""
    parts = [fold_for_guard(part).text for part in _GAP.split(phrase)]
    if not all(parts):
        return None
    return _ANYTHING.join(map(re.escape, parts))


def pattern_of(rule: ShopRule) -> GuardPattern:
    """Return a shop's rule as the guard applies it."""
    return GuardPattern(
        rule=rule.rule,
        category=CATEGORY,
        verdict=rule.verdict,
        patterns=tuple(filter(None, map(phrase_pattern, rule.phrases))),
        unless=tuple(filter(None, map(phrase_pattern, rule.unless))),
        suggestion=rule.suggestion,
        replacement=rule.replacement,
        since=rule.since,
        channels=rule.channels,
        senders=rule.senders,
        kinds=rule.kinds,
        source="店铺自己的规则",
    )
