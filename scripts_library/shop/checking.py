"""Is a content fit to be published? What an edit has brought, read by every check.

Only entries that differ from the pack's are looked at: the pack is checked when it is
released. A check that concerns others (who owns a line) tells it of the edited one. What
is published is read as a whole: rules that changed may object to any of its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.guarding.guard import Guard
from bot.guarding.rules import GuardPattern
from bot.scripts import Pack
from scripts_library.shop.check_examples import check_examples
from scripts_library.shop.check_facts import check_facts
from scripts_library.shop.check_scripts import check_scripts
from scripts_library.shop.check_texts import check_texts
from scripts_library.shop.composing import EntryProblem, compose
from scripts_library.shop.entries import Content, Key, edits_between
from scripts_library.shop.findings import Finding, Severity
from scripts_library.shop.reasons import in_words

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
    is_whole: bool = False,
) -> tuple[Finding, ...]:
    """Return what should be mended, errors first.

    Args:
        frame: The release's pack.
        content: What would be published.
        before: The pack's entries that it is over: what is as there is not looked at.
        shop: What is the shop's own.
        only: The entries to look at; None: all that were changed.
        is_whole: Guard, taboos and facts read every script, also the pack's.
    """
    composed = compose(frame, content)
    changed = frozenset(edits_between(before, content))
    keys = changed if only is None else changed & only
    read = frozenset(content) if is_whole else keys
    guard = Guard(
        composed.pack.guard, marketing_suffix=composed.pack.texts.marketing_suffix
    ).for_shop(shop.guard_rules)
    found = [
        *map(_unusable, composed.problems),
        *check_texts(composed.pack, read, guard=guard),
        *check_facts(composed.pack, read, facts=shop.facts),
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
    told = in_words(problem.reason)
    return Finding(
        severity=Severity.ERROR,
        rule="unusable",
        kind=problem.key.kind.value,
        entry_id=problem.key.entry_id,
        place=problem.path,
        reason=told.reason,
        fix=told.fix,
    )
