"""Does what a shop says still hold to the rules? Looked at anew when either changes.

A pack whose files change while it is served, a shop's own rules, a publication: any of
them may make words wrong that were right before. The guard keeps such words back in any
case; here people learn of it before a buyer asks.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from bot.guarding.guard import Guard
from bot.guarding.rules import GuardPattern
from bot.scripts import Pack
from scripts_library.shop.check_texts import check_texts
from scripts_library.shop.entries import Key, Kind
from scripts_library.shop.findings import Finding
from server.shops import Shop, Shops

MOST_TOLD: Final = 20
"""Findings of one scan that the log names; their number is told as well."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What the words of a shop were last read by."""

    pack: Pack
    rules: tuple[GuardPattern, ...]

    def is_same(self, other: "_Ground") -> bool:
        """Return whether nothing can be found that was not found before."""
        return self.pack is other.pack and self.rules == other.rules


class Rescanner:
    """Reads each shop's words again when its rules, or they themselves, have changed."""

    def __init__(self, shops: Shops) -> None:
        self._shops = shops
        self._known: dict[int, _Ground] = {}

    async def run(self) -> None:
        """Scan the shops that need it, in a thread.

        A shop that speaks from an unchanged pack by the pack's own rules is not read at
        the start: that pack was checked when it was released (``scripts lint``).
        """
        for shop in self._shops.all():
            shop_id = shop.record.shop_id
            ground = _Ground(pack=shop.library.pack, rules=shop.guard_rules)
            known = self._known.get(shop_id)
            if known is not None and known.is_same(ground):
                continue
            self._known[shop_id] = ground
            if known is None and _is_plain(shop):
                continue
            found = await asyncio.to_thread(scan, ground.pack, shop.guard)
            _tell(shop, found)


def scan(pack: Pack, guard: Guard) -> tuple[Finding, ...]:
    """Return what guard and taboos object to in a pack's scripts and snippets."""
    keys = {Key(Kind.SCRIPT, script.script_id) for script in pack.scripts}
    keys.update(Key(Kind.SNIPPET, name) for name in pack.snippets)
    return tuple(dict.fromkeys(check_texts(pack, keys, guard=guard)))


def _is_plain(shop: Shop) -> bool:
    return not shop.guard_rules and shop.library_version is None


def _tell(shop: Shop, found: tuple[Finding, ...]) -> None:
    slug = shop.record.slug
    _log.info("library.rescanned", shop=slug, findings=len(found))
    for finding in found[:MOST_TOLD]:
        _log.warning("library.finding", shop=slug, finding=str(finding))
