"""What does the guard say of a text: which words, which rule, what instead?"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.guarding.prices import PriceRole
from bot.guarding.rules import GuardSender, Verdict

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
    source: str = ""
    """The law or platform rule behind it; empty where there is none."""
    role: PriceRole | None = None
    """Of an amount of money: what it stands for."""


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

    @property
    def is_clean(self) -> bool:
        """Return whether the text may leave by itself just as it is."""
        return self.is_sendable and self.rewritten is None

    def outgoing(self, text: str) -> str:
        """Return what to send for the checked text, given that it is sendable."""
        return text if self.rewritten is None else self.rewritten


def judge(text: str, findings: Iterable[Finding]) -> GuardVerdict:
    """Return the verdict that follows from everything found in a text."""
    found = tuple(sorted(findings, key=lambda one: (one.start, one.end)))
    if not found:
        return GuardVerdict(verdict=Verdict.PASS)
    verdict = max((one.verdict for one in found), key=_SEVERITY.__getitem__)
    is_rewrite = verdict is Verdict.REWRITE
    return GuardVerdict(
        verdict=verdict,
        findings=found,
        rewritten=_rewrite(text, found) if is_rewrite else None,
    )


def soften(verdict: Verdict, sender: GuardSender) -> Verdict:
    """Return what a verdict means for this sender: people decide below a block."""
    is_softer = sender.is_person and verdict is not Verdict.BLOCK
    return Verdict.WARN if is_softer else verdict


def _rewrite(text: str, findings: tuple[Finding, ...]) -> str:
    """Replace every hit that has a replacement, from the end backwards."""
    edge = len(text)
    for found in sorted(findings, key=lambda found: -found.end):
        if found.replacement is not None and found.end <= edge:
            text = text[: found.start] + found.replacement + text[found.end :]
            edge = found.start
    return text
