"""Is a content fit to be published? What an edit has brought, read by every check.

Only entries that differ from the pack's are looked at: the pack is checked when it is
released. A check that concerns others (who owns a line) tells it of the edited one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Final

from bot.guarding.guard import Guard
from bot.guarding.rules import GuardPattern
from bot.replying.names import ALL_PLACEHOLDERS
from bot.scripts import Pack
from scripts_library.shop.check_examples import check_examples
from scripts_library.shop.check_facts import check_facts
from scripts_library.shop.check_scripts import check_scripts
from scripts_library.shop.check_texts import check_texts
from scripts_library.shop.composing import EntryProblem, compose
from scripts_library.shop.entries import Content, Key, edits_between
from scripts_library.shop.findings import Finding, Severity

_UNKNOWN: Final = re.compile(r"unknown placeholder \{(.+)\}")
_ORDER: Final = (Severity.ERROR, Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSide:
    """What of a shop the checks look at besides its library."""

    today: date
    guard_rules: tuple[GuardPattern, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """What it says of itself: phrases by placeholder."""


def check_content(
    frame: Pack,
    content: Content,
    *,
    before: Content,
    shop: ShopSide,
    only: frozenset[Key] | None = None,
) -> tuple[Finding, ...]:
    """Return what should be mended, errors first.

    Args:
        frame: The release's pack.
        content: What would be published.
        before: The pack's entries that it is over: what is as there is not looked at.
        shop: What is the shop's own.
        only: The entries to look at; None: all that were changed.
    """
    composed = compose(frame, content)
    changed = frozenset(edits_between(before, content))
    keys = changed if only is None else changed & only
    guard = Guard(
        composed.pack.guard, marketing_suffix=composed.pack.texts.marketing_suffix
    ).for_shop(shop.guard_rules)
    found = [
        *map(_unusable, composed.problems),
        *check_texts(composed.pack, keys, guard=guard),
        *check_facts(composed.pack, keys, facts=shop.facts),
        *check_scripts(composed.pack, keys, today=shop.today),
        *check_examples(composed.pack, keys, before=before),
    ]
    shown = [one for one in found if only is None or _key(one) in only]
    return tuple(
        sorted(
            dict.fromkeys(shown),
            key=lambda it: (_ORDER.index(it.severity), it.kind, it.entry_id, it.place),
        )
    )


def _key(finding: Finding) -> tuple[str, str]:
    return finding.kind, finding.entry_id


def _unusable(problem: EntryProblem) -> Finding:
    reason, fix = _in_words(problem.reason)
    return Finding(
        severity=Severity.ERROR,
        rule="unusable",
        kind=problem.key.kind.value,
        entry_id=problem.key.entry_id,
        place=problem.path,
        reason=reason,
        fix=fix,
    )


def _in_words(reason: str) -> tuple[str, str]:
    """Return a reader's reason for managers, and what mends it."""
    match = _UNKNOWN.fullmatch(reason)
    if match is None:
        return reason, "按提示改好这一处，或者撤销这条改动"
    like = get_close_matches(match[1], sorted(ALL_PLACEHOLDERS), n=3, cutoff=0.5)
    meant = "、".join(f"{{{name}}}" for name in like)
    return (
        f"没有“{{{match[1]}}}”这项资料",
        f"改成{meant}，或者去掉它" if meant else "去掉它，或者换一项资料",
    )
