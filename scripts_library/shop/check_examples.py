"""Do edited examples teach what they should? Who owns a line, and are they enough?"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from bot.learning.lines import fold_line
from bot.scripts import Pack
from scripts_library.shop.entries import LINES, Content, Key, Kind
from scripts_library.shop.findings import Finding, Severity

LEAST: Final = 3
"""Lines with which an intent begins to work (decision 0016)."""
_TEACHING: Final = frozenset({Kind.INTENT, Kind.EXAMPLES})
"""Kinds of entries after whose change an intent may have too few lines."""
_NEAR: Final = 85
"""Of 100, by rapidfuzz's ratio of folded lines: a word more or less."""
_UNIFORM: Final = 75
"""Mean likeness of an intent's lines from which they teach one phrase only."""
_VOTERS: Final = 12
"""Lines nearest to a disputed one that say whose it is."""
_AT_ONCE: Final = 256
"""New lines that are compared with all others at once: some thirty megabytes."""
_VOTING: Final = 50
"""Likeness from which a line has a vote."""
_MOST_UNIFORM: Final = 30
"""Lines whose likeness is compared; more are surely not of one phrase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """Every line of a library, folded, with its owner."""

    folded: Sequence[str]
    texts: Sequence[str]
    owners: Sequence[str]


def check_examples(
    pack: Pack, keys: Collection[Key], *, before: Content
) -> Iterator[Finding]:
    """Yield what is wrong with edited examples.

    Args:
        pack: With the edits.
        keys: The edited entries.
        before: The entries that the edits are over: lines of theirs are not new.
    """
    edited = [key for key in keys if key.kind is Kind.EXAMPLES]
    lines = _all_lines(pack) if edited else _Lines(folded=(), texts=(), owners=())
    for key in sorted(edited):
        examples = pack.examples.get(key.entry_id, ())
        known = set(before.get(key, {}).get(LINES, ()))
        new = [(at, text) for at, text in enumerate(examples) if text not in known]
        for start in range(0, len(new), _AT_ONCE):
            yield from _owners(pack, key, new[start : start + _AT_ONCE], lines)
        yield from _uniform(key, examples)
    taught = {key.entry_id for key in keys if key.kind in _TEACHING}
    for intent_id in sorted(taught & pack.intents.keys()):
        yield from _enough(intent_id, pack.examples.get(intent_id, ()))


def _all_lines(pack: Pack) -> _Lines:
    pairs = [(it, text) for it, texts in pack.examples.items() for text in texts]
    return _Lines(
        folded=[fold_line(text) for _, text in pairs],
        texts=[text for _, text in pairs],
        owners=[owner for owner, _ in pairs],
    )


def _owners(
    pack: Pack, key: Key, new: Sequence[tuple[int, str]], lines: _Lines
) -> Iterator[Finding]:
    """Yield the lines that look like another intent's, with whose they should be."""
    likenesses = process.cdist(
        [fold_line(text) for _, text in new],
        lines.folded,
        scorer=fuzz.ratio,
        score_cutoff=_NEAR,
        dtype=np.float32,
    )
    for (at, text), row in zip(new, likenesses, strict=True):
        others = [
            place
            for place in np.flatnonzero(row).tolist()
            if lines.owners[place] != key.entry_id
        ]
        if others:
            place = max(others, key=lambda it: float(row[it]))
            yield _disputed(
                pack, key, at, text, lines, place=place, likeness=float(row[place])
            )


def _disputed(
    pack: Pack,
    key: Key,
    at: int,
    text: str,
    lines: _Lines,
    *,
    place: int,
    likeness: float,
) -> Finding:
    """Return that a line looks like another intent's; its neighbours say whose it is."""
    folded = fold_line(text)
    votes: dict[str, float] = defaultdict(float)
    near = process.extract(
        folded, lines.folded, scorer=fuzz.ratio, limit=_VOTERS, score_cutoff=_VOTING
    )
    for _, score, voter in near:
        if lines.texts[voter] != text:
            votes[lines.owners[voter]] += score
    best = max(sorted(votes), key=lambda it: votes[it]) if votes else key.entry_id
    is_same = lines.folded[place] == folded
    return Finding(
        severity=Severity.ERROR if is_same else Severity.WARNING,
        rule="contradicts" if is_same else "near_other",
        kind=key.kind.value,
        entry_id=key.entry_id,
        place=f"{LINES}[{at}]",
        reason=f"“{text}”和“{_name(pack, lines.owners[place])}”的“{lines.texts[place]}”"
        f"有{likeness:.0f}%相似",
        fix=f"按周围的例句，它应当归“{_name(pack, best)}”；只留一处",
    )


def _uniform(key: Key, examples: Sequence[str]) -> Iterator[Finding]:
    if not LEAST <= len(examples) <= _MOST_UNIFORM:
        return
    pairs = list(combinations(map(fold_line, examples), 2))
    likeness = sum(fuzz.ratio(one, other) for one, other in pairs) / len(pairs)
    if likeness >= _UNIFORM:
        yield _examples_finding(
            key.entry_id,
            "uniform",
            f"例句之间平均{likeness:.0f}%相似，只教会了一种问法",
            "写几句买家会说的别的问法",
            severity=Severity.WARNING,
        )


def _enough(intent_id: str, examples: Sequence[str]) -> Iterator[Finding]:
    if len(examples) < LEAST:
        yield _examples_finding(
            intent_id,
            "too_few",
            f"只有{len(examples)}句例句，学不会",
            f"至少写{LEAST}句不同的问法",
            severity=Severity.ERROR,
        )


def _examples_finding(
    intent_id: str, rule: str, reason: str, fix: str, *, severity: Severity
) -> Finding:
    return Finding(
        severity=severity,
        rule=rule,
        kind=Kind.EXAMPLES.value,
        entry_id=intent_id,
        place=LINES,
        reason=reason,
        fix=fix,
    )


def _name(pack: Pack, intent_id: str) -> str:
    intent = pack.intents.get(intent_id)
    return intent_id if intent is None else intent.zh
