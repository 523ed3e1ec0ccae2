"""Where do the rules of a pack hit a folded text?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from itertools import chain

import regex

from bot.guarding.alternatives import alternatives_of
from bot.guarding.figures import Span
from bot.guarding.prefilter import Prefilter, is_plain
from bot.guarding.rules import Channel, GuardPattern, GuardSender, TextKind

_Pattern = re.Pattern[str] | regex.Pattern[str]

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


Hit = tuple[GuardPattern, Span, str | None]
"""A rule, the place of the folded text that it objects to, and what may stand there
instead; a plain tuple, as a text may have dozens and a microsecond each counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    rule: GuardPattern
    unless: frozenset[int]
    """Numbers of the patterns inside which a hit is none."""
    rewrites: dict[str, str]


class CompiledRules:
    """Rules ready for use; immutable."""

    def __init__(self, rules: Iterable[GuardPattern]) -> None:
        numbers: dict[str, int] = {}
        """Patterns by their source: what several rules share is searched for once."""
        hits: dict[int, list[int]] = {}
        """Rules by the number of a pattern of theirs."""
        words: dict[str, list[int]] = {}
        """Rules by a word of theirs."""

        def number(source: str) -> int:
            return numbers.setdefault(source, len(numbers))

        compiled = []
        for index, rule in enumerate(rules):
            for source in _alternatives(rule.patterns):
                hits.setdefault(number(source), []).append(index)
            for word, _ in rule.rewrites:
                words.setdefault(word, []).append(index)
            compiled.append(
                _Compiled(
                    rule=rule,
                    unless=frozenset(map(number, _alternatives(rule.unless))),
                    rewrites=dict(rule.rewrites),
                )
            )
        self._rules = tuple(compiled)
        self._patterns = tuple(map(_compile, numbers))
        self._by_situation: dict[Situation, frozenset[int]] = {}
        self._hits = hits
        self._hitting = frozenset(hits)
        self._words = words
        self._prefilter = Prefilter(tuple(numbers), words=words)

    def find(self, text: str, *, situation: Situation) -> Iterator[Hit]:
        """Yield where rules that apply hit a folded text, those of a rule merged."""
        if not self._rules:
            return
        candidates, present = self._prefilter.candidates(text)
        search = _Search(text, self._patterns, candidates)
        applying = self._applying(situation)
        spans = self._spans_by_rule(search, applying)
        named: dict[int, list[str]] = {}
        for word in present & self._words.keys():
            for of in filter(applying.__contains__, self._words[word]):
                named.setdefault(of, []).append(word)
        for of in sorted({*spans, *named}):
            compiled = self._rules[of]
            found = _merge(_forbidden(compiled, spans.get(of, []), search))
            if of in named:
                words = _longest(text, named[of], taken=found)
                found = sorted((*found, *_forbidden(compiled, words, search)))
            for span in found:
                yield _hit(compiled, span, text)

    def _spans_by_rule(
        self, search: "_Search", applying: frozenset[int]
    ) -> dict[int, list[Span]]:
        """Return where patterns of the rules that apply match, by rule."""
        spans: dict[int, list[Span]] = {}
        for candidate in search.candidates & self._hitting:
            rules = self._hits[candidate]
            if applying.isdisjoint(rules):
                continue
            hits = search.spans(candidate)
            if hits:
                for of in filter(applying.__contains__, rules):
                    spans.setdefault(of, []).extend(hits)
        return spans

    def _applying(self, situation: Situation) -> frozenset[int]:
        """Return the numbers of the rules that apply; there are few situations."""
        found = self._by_situation.get(situation)
        if found is None:
            found = frozenset(
                index
                for index, compiled in enumerate(self._rules)
                if _applies(compiled.rule, situation)
            )
            self._by_situation[situation] = found
        return found


class _Search:
    """What patterns find in one text, each searched for once and only if needed."""

    def __init__(
        self,
        text: str,
        patterns: Sequence[_Pattern],
        candidates: AbstractSet[int],
    ) -> None:
        self.text = text
        self.candidates = candidates
        self._patterns = patterns
        self._found: dict[int, list[Span]] = {}

    def spans(self, number: int) -> list[Span]:
        """Return the non-empty matches of a pattern.

        A pattern that takes too long matches everything.
        """
        if number not in self.candidates:
            return []
        found = self._found.get(number)
        if found is None:
            found = _spans(self._patterns[number], self.text)
            self._found[number] = found
        return found


def _alternatives(sources: Iterable[str]) -> Iterator[str]:
    """Yield the alternatives of patterns, each once."""
    yield from dict.fromkeys(chain.from_iterable(map(alternatives_of, sources)))


def _compile(source: str) -> _Pattern:
    """Return a pattern for ``re`` where that is safe, as it is twice as fast."""
    return re.compile(source) if is_plain(source) else regex.compile(source)


def _spans(pattern: _Pattern, text: str) -> list[Span]:
    """Return the non-empty matches; a pattern that takes too long matches everything."""
    if isinstance(pattern, re.Pattern):
        return [match.span() for match in pattern.finditer(text) if match.group()]
    try:
        matches = pattern.finditer(text, timeout=PATTERN_TIMEOUT)
        return [match.span() for match in matches if match.group()]
    except TimeoutError:
        return [(0, len(text))] if text else []


def _forbidden(compiled: _Compiled, hits: list[Span], search: _Search) -> list[Span]:
    """Return the hits of a rule that stand in no phrase which allows them."""
    if not hits:
        return []
    unless = search.candidates & compiled.unless
    if not unless:
        return hits
    allowed = [it for number in unless for it in search.spans(number)]
    if not allowed:
        return hits
    return [
        (start, end)
        for start, end in hits
        if not any(first <= start and end <= last for first, last in allowed)
    ]


def _hit(compiled: _Compiled, span: Span, text: str) -> Hit:
    rule = compiled.rule
    start, end = span
    return rule, span, compiled.rewrites.get(text[start:end], rule.replacement)


def _longest(text: str, words: Iterable[str], *, taken: Iterable[Span]) -> list[Span]:
    """Return where words stand in a text; of overlapping ones the longest."""
    used = {place for start, end in taken for place in range(start, end)}
    found: list[Span] = []
    for word in sorted(words, key=len, reverse=True):
        start = text.find(word)
        while start >= 0:
            places = range(start, start + len(word))
            if used.isdisjoint(places):
                used.update(places)
                found.append((start, start + len(word)))
            start = text.find(word, start + 1)
    return found


def _merge(hits: list[Span]) -> list[Span]:
    """Return distinct spans, overlapping ones as one."""
    if len(hits) <= 1:
        return hits
    merged: list[Span] = []
    for start, end in sorted(hits):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


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
