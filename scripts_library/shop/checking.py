"""Is a content fit to be published? What an edit has brought, read by every check.

Only entries that differ from the pack's are looked at: the pack is checked when it is
released. A check that concerns others (who owns a line) tells it of the edited one.
"""

from collections.abc import Sequence
from datetime import date

from bot.guarding.guard import Guard
from bot.guarding.rules import GuardPattern
from bot.scripts import Pack
from scripts_library.shop.check_texts import check_texts
from scripts_library.shop.composing import EntryProblem, compose
from scripts_library.shop.entries import Content, Key, edits_between
from scripts_library.shop.findings import Finding, Severity

_ORDER = (Severity.ERROR, Severity.WARNING)


def check_content(
    frame: Pack,
    content: Content,
    *,
    before: Content,
    today: date,
    own_rules: Sequence[GuardPattern] = (),
    only: frozenset[Key] | None = None,
) -> tuple[Finding, ...]:
    """Return what should be mended, errors first.

    Args:
        frame: The release's pack.
        content: What would be published.
        before: The pack's entries that it is over: what is as there is not looked at.
        today: In the shop.
        own_rules: The shop's own of the guard.
        only: The entries to look at; None: all that were changed.
    """
    composed = compose(frame, content)
    changed = frozenset(edits_between(before, content))
    keys = changed if only is None else changed & only
    guard = Guard(
        composed.pack.guard, marketing_suffix=composed.pack.texts.marketing_suffix
    ).for_shop(tuple(own_rules))
    found = [
        *map(_unusable, composed.problems),
        *check_texts(composed.pack, keys, guard=guard),
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
    return Finding(
        severity=Severity.ERROR,
        rule="unusable",
        kind=problem.key.kind.value,
        entry_id=problem.key.entry_id,
        place=problem.path,
        reason=problem.reason,
        fix="按提示改好这一处，或者撤销这条改动",
    )
