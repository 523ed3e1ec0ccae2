"""May this text leave the shop? Reads every outgoing text, whoever wrote it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from itertools import chain

from bot.guarding.compiled import PATTERN_TIMEOUT, CompiledRules, Situation
from bot.guarding.figures import Span, is_sourced
from bot.guarding.folding import fold_for_guard
from bot.guarding.personal import find_personal
from bot.guarding.price_goods import with_goods
from bot.guarding.price_judging import judge_prices
from bot.guarding.prices import PriceLimit
from bot.guarding.rules import (
    Channel,
    GuardPattern,
    GuardRules,
    GuardSender,
    TextKind,
    Verdict,
)
from bot.guarding.sourcing import (
    TextReading,
    find_unsourced,
    list_prices,
    occurrences,
    overlaps,
    read_text,
    rewritten_spans,
)
from bot.guarding.spelling import speller_of
from bot.guarding.verdicts import Finding, GuardVerdict, judge, soften

__all__ = ["PATTERN_TIMEOUT", "Finding", "Guard", "GuardVerdict"]

REMEMBERED_TEXTS = 4096
"""Texts whose findings are remembered; the memory then starts anew."""

_CHINA = timezone(timedelta(hours=8))
"""Laws come into force by this clock."""


class Guard:
    """The outgoing guard of one pack, or of one shop; immutable."""

    def __init__(
        self,
        rules: GuardRules,
        *,
        marketing_suffix: str = "",
        own: tuple[GuardPattern, ...] = (),
        compiled: CompiledRules | None = None,
    ) -> None:
        """Make the guard ready.

        Args:
            rules: Of the pack.
            marketing_suffix: What marketing must end with; empty asks for nothing.
            own: Rules of one shop, which come on top.
            compiled: The pack's rules, where they have been compiled before.
        """
        self._rules = rules
        self._marketing_suffix = marketing_suffix
        self._compiled = (
            CompiledRules(rules.patterns) if compiled is None else compiled,
            CompiledRules(own),
        )
        self._speller = speller_of(rules.spellings)
        self._since = sorted(
            {rule.since for rule in (*rules.patterns, *own) if rule.since is not None}
        )
        self._may_be_fact = frozenset(
            rule.rule for rule in (*rules.patterns, *own) if rule.is_fact_allowed
        )
        self._known: dict[tuple[str, Situation], tuple[Finding, ...]] = {}
        self._read: dict[str, TextReading] = {}
        self._of_shops: dict[tuple[GuardPattern, ...], Guard] = {}

    def for_shop(self, own: tuple[GuardPattern, ...]) -> "Guard":
        """Return the guard with the rules of one shop on top; made once."""
        if not own:
            return self
        found = self._of_shops.get(own)
        if found is None:
            found = Guard(
                self._rules,
                marketing_suffix=self._marketing_suffix,
                own=own,
                compiled=self._compiled[0],
            )
            self._of_shops[own] = found
        return found

    def check(  # noqa: PLR0913 - all that is known of a text, each with its default
        self,
        text: str,
        *,
        filled_spans: tuple[Span, ...] = (),
        fact_values: Iterable[str] = (),
        sender: GuardSender = GuardSender.ASSISTANT,
        channel: Channel = Channel.OWN_SITE,
        kind: TextKind = TextKind.SERVICE,
        limit: PriceLimit | None = None,
        now: datetime | None = None,
        needs_source: bool | None = None,
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
            limit: How low the price of the item in question may be said to be; None
                when it is not known which item that is.
            now: Rules that come into force later do not fire; None: all of them do.
            needs_source: Every figure has to be a fact, and one that is not is kept back;
                None: for automatic texts, whose facts are known. Where they are not,
                amounts are judged by their role as people's are.
        """
        if needs_source is None:
            needs_source = not sender.is_person
        situation = Situation(
            sender=GuardSender.AGENT if sender.is_person else sender,
            channel=channel,
            kind=kind,
            today=self._day(now),
        )
        read = self._recall_reading(text)
        named = with_goods(read.amounts(limit), read.plain, limit)
        sourced = (
            *self._sourced(text, read, filled_spans, fact_values),
            *list_prices(text, named, limit),
        )
        prices = tuple(
            price
            for price in named
            if not is_sourced(text, (price.start, price.end), sourced)
        )
        objections = tuple(
            self._recall_objections(text, situation, filled=filled_spans)
        )
        findings = [
            *objections,
            *(
                find_unsourced(
                    text, read, prices, sourced=(*sourced, *rewritten_spans(objections))
                )
                if needs_source
                else ()
            ),
            *judge_prices(
                prices, limit=limit, sender=sender, has_doubts=not needs_source
            ),
            *self._find_missing_suffix(text, sender=sender, kind=kind),
        ]
        if read.may_be_personal:
            findings += find_personal(text, read.plain, sourced=sourced, sender=sender)
        return judge(text, findings)

    def names_figure(self, text: str) -> bool:
        """Return whether a text names any figure, sourced or not, but a fixed term."""
        known = tuple(occurrences(text, self._rules.fixed_terms))
        read = self._recall_reading(text)
        spans = (*read.figures, *((it.start, it.end) for it in read.prices))
        return any(not is_sourced(text, span, known) for span in spans)

    def _day(self, now: datetime | None) -> date | None:
        """Return the last day on which rules changed, so that few days are told apart."""
        if now is None:
            return None
        today = now.astimezone(_CHINA).date()
        begun = [day for day in self._since if day <= today]
        return begun[-1] if begun else date.min

    def _recall_reading(self, text: str) -> TextReading:
        """Return the figures and prices of a text; most texts recur."""
        read = self._read.get(text)
        if read is None:
            if len(self._read) >= REMEMBERED_TEXTS:
                self._read.clear()
            read = read_text(text)
            self._read[text] = read
        return read

    def _sourced(
        self,
        text: str,
        read: TextReading,
        filled: tuple[Span, ...],
        values: Iterable[str],
    ) -> tuple[Span, ...]:
        """Return the spans that are facts or fixed terms; looked for only if needed."""
        if not (read.figures or read.prices or read.bare or read.may_be_personal):
            return filled
        return (*filled, *occurrences(text, (*self._rules.fixed_terms, *values)))

    def _recall_objections(
        self, text: str, situation: Situation, *, filled: tuple[Span, ...]
    ) -> Iterable[Finding]:
        """Return what the patterns find, but for what is a fact and may be one."""
        findings = self._recall_patterns(text, situation)
        if not filled:
            return findings
        return (
            found
            for found in findings
            if found.rule not in self._may_be_fact
            or not overlaps((found.start, found.end), filled)
        )

    def _recall_patterns(self, text: str, situation: Situation) -> tuple[Finding, ...]:
        """Return what the patterns find; most outgoing texts are curated and recur."""
        key = (text, situation)
        findings = self._known.get(key)
        if findings is None:
            if len(self._known) >= REMEMBERED_TEXTS:
                self._known.clear()
            findings = tuple(self._find_patterns(text, situation))
            self._known[key] = findings
        return findings

    def _find_patterns(self, text: str, situation: Situation) -> list[Finding]:
        folded = self._speller.undo(fold_for_guard(text))
        is_person = situation.sender.is_person
        findings = []
        for rule, place, replacement in chain.from_iterable(
            compiled.find(folded.text, situation=situation)
            for compiled in self._compiled
        ):
            start, end = folded.span(*place)
            is_softer = is_person and rule.verdict is not Verdict.BLOCK
            findings.append(
                Finding(
                    category=rule.category,
                    rule=rule.rule,
                    verdict=Verdict.WARN if is_softer else rule.verdict,
                    start=start,
                    end=end,
                    suggestion=_suggestion(rule, replacement),
                    replacement=replacement,
                    source=rule.source,
                )
            )
        return findings

    def _find_missing_suffix(
        self, text: str, *, sender: GuardSender, kind: TextKind
    ) -> list[Finding]:
        if kind is not TextKind.MARKETING or self._marketing_suffix in text:
            return []
        return [
            Finding(
                category="marketing",
                rule="opt_out_missing",
                verdict=soften(Verdict.REWRITE, sender),
                start=len(text),
                end=len(text),
                suggestion=f"营销消息要写明退订方式：{self._marketing_suffix}",
                replacement=self._marketing_suffix,
            )
        ]


def _suggestion(rule: GuardPattern, replacement: str | None) -> str:
    """Return the rule's advice, with the safe words where the rule has several."""
    if not rule.rewrites or not replacement:
        return rule.suggestion
    return f"{rule.suggestion}，如“{replacement}”"
