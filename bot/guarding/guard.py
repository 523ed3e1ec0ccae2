"""May this text leave the shop? Reads every outgoing text, whoever wrote it."""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from bot.guarding.figures import Span, find_unsourced
from bot.guarding.folding import GuardText, fold_for_guard
from bot.guarding.rules import (
    Channel,
    GuardPattern,
    GuardRules,
    GuardSender,
    TextKind,
    Verdict,
)

PATTERN_TIMEOUT = 0.02
"""Seconds one pattern may take on one text; slower counts as a hit of the whole text."""

REMEMBERED_TEXTS = 4096
"""Texts whose findings are remembered; the memory then starts anew."""

_SEVERITY = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing the guard objects to."""

    category: str
    rule: str
    verdict: Verdict
    start: int
    """Code point positions in the text that was checked; ``end`` is exclusive."""
    end: int
    suggestion: str
    replacement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardVerdict:
    """What the guard says of one text."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    rewritten: str | None = None
    """The text to send instead; given exactly when the verdict is ``rewrite``."""

    @property
    def is_sendable(self) -> bool:
        """Return whether the text, or its rewriting, may leave by itself."""
        return _SEVERITY[self.verdict] <= _SEVERITY[Verdict.REWRITE]

    def outgoing(self, text: str) -> str:
        """Return what to send for the checked text, given that it is sendable."""
        return text if self.rewritten is None else self.rewritten


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    rule: GuardPattern
    hits: tuple[regex.Pattern[str], ...]
    unless: tuple[regex.Pattern[str], ...]


class Guard:
    """The outgoing guard of one pack; immutable, one per pack version."""

    def __init__(self, rules: GuardRules, *, marketing_suffix: str = "") -> None:
        self._compiled = tuple(
            _Compiled(
                rule=rule,
                hits=tuple(map(regex.compile, rule.patterns)),
                unless=tuple(map(regex.compile, rule.unless)),
            )
            for rule in rules.patterns
        )
        self._any_hit = _join(
            pattern for rule in rules.patterns for pattern in rule.patterns
        )
        self._fixed_terms = rules.fixed_terms
        self._known: dict[tuple[str, GuardSender, Channel], tuple[Finding, ...]] = {}
        self._marketing_suffix = marketing_suffix

    def check(
        self,
        text: str,
        *,
        filled_spans: tuple[Span, ...] = (),
        fact_values: Iterable[str] = (),
        sender: GuardSender = GuardSender.ASSISTANT,
        channel: Channel = Channel.OWN_SITE,
        kind: TextKind = TextKind.SERVICE,
    ) -> GuardVerdict:
        """Return the verdict on a text.

        Args:
            text: What is about to be sent.
            filled_spans: Where facts were filled in; figures there are sourced.
            fact_values: Facts that may be named anywhere, for texts people typed.
            sender: Who wrote it; people are warned where automatic texts are rewritten
                or kept for a person.
            channel: Decides which contact rules apply.
            kind: Marketing needs the pack's opt-out suffix.
        """
        findings = (
            *self._recall_patterns(text, sender=sender, channel=channel),
            *self._find_figures(
                text, filled_spans=filled_spans, values=fact_values, sender=sender
            ),
            *self._find_missing_suffix(text, sender=sender, kind=kind),
        )
        return _judge(text, findings)

    def names_figure(self, text: str) -> bool:
        """Return whether a text names any figure, sourced or not, but a fixed term."""
        known = _occurrences(text, self._fixed_terms)
        return bool(find_unsourced(text, sourced=tuple(known)))

    def _recall_patterns(
        self, text: str, *, sender: GuardSender, channel: Channel
    ) -> tuple[Finding, ...]:
        """Return what the patterns find; most outgoing texts are curated and recur."""
        key = (text, sender, channel)
        findings = self._known.get(key)
        if findings is None:
            if len(self._known) >= REMEMBERED_TEXTS:
                self._known.clear()
            findings = tuple(self._find_patterns(text, sender=sender, channel=channel))
            self._known[key] = findings
        return findings

    def _find_patterns(
        self, text: str, *, sender: GuardSender, channel: Channel
    ) -> list[Finding]:
        folded = fold_for_guard(text)
        if not _may_hit(self._any_hit, folded.text):
            return []
        return [
            Finding(
                category=compiled.rule.category,
                rule=compiled.rule.rule,
                verdict=_soften(compiled.rule.verdict, sender),
                start=start,
                end=end,
                suggestion=compiled.rule.suggestion,
                replacement=compiled.rule.replacement,
            )
            for compiled in self._compiled
            if _applies(compiled.rule, sender=sender, channel=channel)
            for start, end in _hits(compiled, folded)
        ]

    def _find_figures(
        self,
        text: str,
        *,
        filled_spans: tuple[Span, ...],
        values: Iterable[str],
        sender: GuardSender,
    ) -> list[Finding]:
        unsourced = find_unsourced(text, sourced=filled_spans)
        if unsourced:
            known = _occurrences(text, (*self._fixed_terms, *values))
            unsourced = find_unsourced(text, sourced=(*filled_spans, *known))
        is_agent = sender is GuardSender.AGENT
        return [
            Finding(
                category="figure",
                rule="unsourced_figure",
                verdict=Verdict.WARN if is_agent else Verdict.BLOCK,
                start=start,
                end=end,
                suggestion="数字只能来自店铺、商品或订单的资料，请核对",
            )
            for start, end in unsourced
        ]

    def _find_missing_suffix(
        self, text: str, *, sender: GuardSender, kind: TextKind
    ) -> list[Finding]:
        if kind is not TextKind.MARKETING or self._marketing_suffix in text:
            return []
        return [
            Finding(
                category="marketing",
                rule="opt_out_missing",
                verdict=_soften(Verdict.REWRITE, sender),
                start=len(text),
                end=len(text),
                suggestion=f"营销消息要写明退订方式：{self._marketing_suffix}",
                replacement=self._marketing_suffix,
            )
        ]


def _judge(text: str, findings: tuple[Finding, ...]) -> GuardVerdict:
    if not findings:
        return GuardVerdict(verdict=Verdict.PASS)
    verdict = max((found.verdict for found in findings), key=_SEVERITY.__getitem__)
    is_rewrite = verdict is Verdict.REWRITE
    return GuardVerdict(
        verdict=verdict,
        findings=tuple(sorted(findings, key=lambda found: (found.start, found.end))),
        rewritten=_rewrite(text, findings) if is_rewrite else None,
    )


def _rewrite(text: str, findings: tuple[Finding, ...]) -> str:
    """Replace every hit that has a replacement, from the end backwards."""
    edge = len(text)
    for found in sorted(findings, key=lambda found: -found.end):
        if found.replacement is not None and found.end <= edge:
            text = text[: found.start] + found.replacement + text[found.end :]
            edge = found.start
    return text


def _soften(verdict: Verdict, sender: GuardSender) -> Verdict:
    """Return what a verdict means for this sender: people decide below a block."""
    is_agent = sender is GuardSender.AGENT
    return Verdict.WARN if is_agent and verdict is not Verdict.BLOCK else verdict


def _applies(rule: GuardPattern, *, sender: GuardSender, channel: Channel) -> bool:
    return (not rule.channels or channel in rule.channels) and (
        not rule.senders or sender in rule.senders
    )


def _join(sources: Iterable[str]) -> regex.Pattern[str] | None:
    """Return one pattern that finds whatever any of them would, if there is one.

    Searching once is ten times faster than searching for each; patterns that number or
    name their groups, or set flags, cannot be joined.
    """
    joined = "|".join(f"(?:{source})" for source in sources)
    if regex.search(r"\\[1-9gk]|\(\?(?:P|[a-zA-Z&])", joined) is not None:
        return None
    return regex.compile(joined)


def _may_hit(any_hit: regex.Pattern[str] | None, text: str) -> bool:
    if any_hit is None:
        return True
    try:
        return any_hit.search(text, timeout=PATTERN_TIMEOUT) is not None
    except TimeoutError:
        return True


def _hits(compiled: _Compiled, folded: GuardText) -> list[Span]:
    """Return the distinct hits of a rule in the original text, overlaps merged."""
    hits = _spans(compiled.hits, folded.text)
    if not hits:
        return []
    allowed = _spans(compiled.unless, folded.text)
    merged: list[Span] = []
    for start, end in sorted(hits):
        if any(first <= start and end <= last for first, last in allowed):
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return [folded.span(start, end) for start, end in merged]


def _spans(patterns: tuple[regex.Pattern[str], ...], text: str) -> list[Span]:
    """Return all non-empty matches; a pattern that takes too long matches everything."""
    spans: list[Span] = []
    for pattern in patterns:
        try:
            found = [m.span() for m in pattern.finditer(text, timeout=PATTERN_TIMEOUT)]
        except TimeoutError:
            found = [(0, len(text))]
        spans += [(start, end) for start, end in found if start < end]
    return spans


def _occurrences(text: str, values: Iterable[str]) -> list[Span]:
    """Return every place where one of the values stands, as a whole number.

    A value does not source a longer number that merely holds it: 5元 is not in 15元.
    """
    spans: list[Span] = []
    for value in values:
        if value:
            pattern = rf"(?<!\d[.,]?){regex.escape(value)}(?!\d)"
            spans += [match.span() for match in regex.finditer(pattern, text)]
    return spans
