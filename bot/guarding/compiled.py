"""Where do the rules of a pack hit a folded text?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import regex

from bot.guarding.figures import Span
from bot.guarding.prefilter import Prefilter
from bot.guarding.rules import Channel, GuardPattern, GuardSender, TextKind

PATTERN_TIMEOUT = 0.02
"""Seconds one pattern may take on one text; slower counts as a hit of the whole text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Who says it where, why and when: what decides which rules apply."""

    sender: GuardSender
    """A manager counts as an agent."""
    channel: Channel
    kind: TextKind
    today: date | None
    """None: every rule is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place of the folded text that a rule objects to."""

    rule: GuardPattern
    start: int
    end: int
    replacement: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    rule: GuardPattern
    unless: tuple[regex.Pattern[str], ...]
    rewrites: dict[str, str]


class CompiledRules:
    """Rules ready for use; immutable."""

    def __init__(self, rules: Iterable[GuardPattern]) -> None:
        self._rules = tuple(
            _Compiled(
                rule=rule,
                unless=tuple(map(regex.compile, rule.unless)),
                rewrites=dict(rule.rewrites),
            )
            for rule in rules
        )
        sources = [
            (source, index)
            for index, compiled in enumerate(self._rules)
            for source in _sources(compiled.rule)
        ]
        self._patterns = tuple((regex.compile(source), of) for source, of in sources)
        self._prefilter = Prefilter([source for source, _ in sources])

    def find(self, text: str, *, situation: Situation) -> Iterator[Hit]:
        """Yield where rules that apply hit a folded text, those of a rule merged."""
        spans: dict[int, list[Span]] = {}
        for candidate in self._prefilter.candidates(text):
            pattern, of = self._patterns[candidate]
            if _applies(self._rules[of].rule, situation):
                spans.setdefault(of, []).extend(_spans(pattern, text))
        for of in sorted(spans):
            compiled = self._rules[of]
            for start, end in _merge(compiled, spans[of], text):
                yield Hit(
                    rule=compiled.rule,
                    start=start,
                    end=end,
                    replacement=compiled.rewrites.get(
                        text[start:end], compiled.rule.replacement
                    ),
                )


def _sources(rule: GuardPattern) -> tuple[str, ...]:
    """Return the patterns of a rule; of its words the longest is found first."""
    words = sorted((word for word, _ in rule.rewrites), key=len, reverse=True)
    joined = "|".join(map(regex.escape, words))
    return (*((joined,) if joined else ()), *rule.patterns)


def _applies(rule: GuardPattern, situation: Situation) -> bool:
    is_in_force = (
        rule.since is None or situation.today is None or rule.since <= situation.today
    )
    return (
        is_in_force
        and (not rule.channels or situation.channel in rule.channels)
        and (not rule.senders or situation.sender in rule.senders)
        and (not rule.kinds or situation.kind in rule.kinds)
    )


def _merge(compiled: _Compiled, hits: list[Span], text: str) -> list[Span]:
    """Return the distinct hits of a rule, overlaps merged, allowed ones left out."""
    if not hits:
        return []
    allowed = [span for unless in compiled.unless for span in _spans(unless, text)]
    merged: list[Span] = []
    for start, end in sorted(hits):
        if any(first <= start and end <= last for first, last in allowed):
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _spans(pattern: regex.Pattern[str], text: str) -> list[Span]:
    """Return all non-empty matches; a pattern that takes too long matches everything."""
    try:
        found = [
            match.span() for match in pattern.finditer(text, timeout=PATTERN_TIMEOUT)
        ]
    except TimeoutError:
        found = [(0, len(text))]
    return [(start, end) for start, end in found if start < end]
