"""What does an outgoing text promise, and by when?

A clause promises when it speaks of something that a pack's kind names, and of a time to
come: in itself, or in the clause just before it that says nothing but the time. A
question, a doubt, a refusal, something past, and whatever depends on a condition in the
same sentence is no promise.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import opencc
import regex

from bot.desk.ticket_types import WorkingSpan
from bot.desk.working_time import WorkingCalendar
from bot.promises.kinds import PromiseKind, PromiseRules
from bot.promises.moments import Moment, SaidTime
from bot.promises.times import find_time, may_name_time
from bot.understanding.amounts import find_amounts
from bot.understanding.normalize import convert_in_place

_SENTENCE: Final = regex.compile(r"[^。!;\n?]+[。!;\n?]?")
_CLAUSE: Final = regex.compile(r"[^,~…]+")
_QUESTION: Final = regex.compile(
    r"\?|吗|么(?=$|亲)|好不好|行不行|可不可以|能不能|是不是|要不要|是否|能否"
)
_CONSENT: Final = regex.compile(
    r"\s*(?:您|你|亲)?(?:看|觉得)?(?:这样|这么|如此)?"
    r"(?:可以|行|好|成|ok|可|能接受|怎么样|如何|没问题)(?:吗|么|不|呢|吧)?(?:亲|哦|呀)?\s*\?"
    r"|\s*(?:您|你|亲)?(?:看|觉得)?(?:这样|这么)?(?:可以|行|好|成|ok|能接受)(?:吗|么)(?:亲|哦|呀)?\s*\??"
)
"""A clause that asks whether the ones before it are all right."""
_LONGEST_BESIDE: Final = 4
"""Characters that a clause may have besides its time to be nothing but a time."""
_GAP: Final = regex.compile(r"(?<=[一-鿿]) +(?=[一-鿿])")
_SIMPLIFY: Final = opencc.OpenCC("t2s").convert


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPromise:
    """One promise of a text."""

    kind: PromiseKind
    words: str
    """The clauses that promise, as they were written."""
    due_at: datetime | None
    """Aware UTC; None: when the ticket is due that the turn opens."""
    amount_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    """A clause of a folded text."""

    text: str
    start: int
    end: int


class PromiseFinder:
    """Finds promises by one pack's rules; immutable, lives with its library."""

    def __init__(self, rules: PromiseRules) -> None:
        self.rules = rules
        self._kinds = tuple(
            (kind, _any(kind.says), _any(kind.unless)) for kind in rules.kinds
        )
        self._marks = _any([say for kind in rules.kinds for say in kind.says])
        self._unless = _any(rules.unless)
        self._conditions = _any(rules.conditions)
        self._soon = _any(rules.soon)

    def find(
        self,
        text: str,
        *,
        now: datetime,
        calendar: WorkingCalendar,
        is_person: bool,
        has_order: bool,
    ) -> tuple[FoundPromise, ...]:
        """Return what a text promises, one promise about each thing, the earliest.

        Args:
            text: What leaves; ``{ticket.due_at}`` may still stand in it.
            now: Aware.
            calendar: Of the shop: days end when it closes, working days are its own.
            is_person: An agent says it. 马上, and words without a time, are a promise
                only then: what the assistant does at once is done already.
            has_order: It is known which order the conversation is about.
        """
        if self._marks is None or not (is_person or may_name_time(text)):
            return ()
        folded = _fold(text, is_typed=is_person)
        if self._marks.search(folded) is None:
            return ()
        moment = Moment(now=now, calendar=calendar)
        found: dict[str, FoundPromise] = {}
        for promise in self._find(folded, text, moment, is_person=is_person):
            if promise.kind.needs_order and not has_order:
                continue
            known = found.get(promise.kind.about)
            if known is None or _is_earlier(promise, known):
                found[promise.kind.about] = promise
        return tuple(found.values())

    def _find(
        self, folded: str, text: str, moment: Moment, *, is_person: bool
    ) -> Iterator[FoundPromise]:
        for sentence in _SENTENCE.finditer(folded):
            clauses = _clauses(sentence)
            is_conditional = False
            for index, clause in enumerate(clauses):
                is_conditional |= _has(self._conditions, clause.text)
                if is_conditional:
                    break
                if not self._is_promising(clauses, index):
                    continue
                promise = self._read(
                    clauses, index, text, moment=moment, is_person=is_person
                )
                if promise is not None:
                    yield promise

    def _is_promising(self, clauses: Sequence[_Clause], index: int) -> bool:
        """Return whether a clause states something, and nobody is asked about it."""
        clause = clauses[index]
        if _has(self._unless, clause.text) or _QUESTION.search(clause.text):
            return False
        return not any(_CONSENT.fullmatch(later.text) for later in clauses[index + 1 :])

    def _read(
        self,
        clauses: Sequence[_Clause],
        index: int,
        text: str,
        *,
        moment: Moment,
        is_person: bool,
    ) -> FoundPromise | None:
        clause = clauses[index]
        before = clauses[index - 1] if index else None
        for kind, says, unless in self._kinds:
            if not _has(says, clause.text) or _has(unless, clause.text):
                continue
            start = clause.start
            said = find_time(clause.text, moment=moment, ends=kind.ends)
            if said is None and before is not None and not self._speaks(before):
                said = _only_time(before, kind, moment)
                start = clause.start if said is None else before.start
            if said is not None:
                if said.form not in kind.forms:
                    continue
                due_at = said.at
            else:
                span = self._span_of(kind, clause) if is_person else None
                if span is None:
                    continue
                due_at = moment.calendar.add_working(moment.now, span)
            return FoundPromise(
                kind=kind,
                words=text[start : clause.end].strip(),
                due_at=due_at,
                amount_fen=_amount(clause.text),
            )
        return None

    def _speaks(self, clause: _Clause) -> bool:
        """Return whether a clause promises something itself: its time is its own."""
        return _has(self._marks, clause.text)

    def _span_of(self, kind: PromiseKind, clause: _Clause) -> WorkingSpan | None:
        """Return how long somebody has who names no time."""
        if kind.soon is not None and _has(self._soon, clause.text):
            return kind.soon
        return kind.default


def _fold(text: str, *, is_typed: bool) -> str:
    """Return the text in half width and lower case, each character in its place.

    What a person typed may be Traditional; a pack's scripts are not.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    if len(folded) != len(text):
        folded = "".join(map(_fold_character, text))
    if is_typed and not folded.isascii():
        folded = convert_in_place(folded, _SIMPLIFY)
    return _GAP.sub(lambda gap: "," * len(gap.group()), folded)


def _fold_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def _clauses(sentence: "regex.Match[str]") -> tuple[_Clause, ...]:
    start = sentence.start()
    return tuple(
        _Clause(
            text=match.group().rstrip("。!;\n"),
            start=start + match.start(),
            end=start + match.start() + len(match.group().rstrip("。!;\n")),
        )
        for match in _CLAUSE.finditer(sentence.group())
    )


def _only_time(clause: _Clause, kind: PromiseKind, moment: Moment) -> SaidTime | None:
    """Return the time of a clause that says nothing else: 明天下午三点前，给您发出."""
    said = find_time(clause.text, moment=moment, ends=kind.ends)
    if said is None or len(clause.text.strip()) - said.length > _LONGEST_BESIDE:
        return None
    return said


def _amount(text: str) -> int | None:
    return next((int(entity.value) for entity in find_amounts(text)), None)


def _is_earlier(promise: FoundPromise, known: FoundPromise) -> bool:
    if promise.due_at is None or known.due_at is None:
        return False
    return promise.due_at < known.due_at


def _any(patterns: Sequence[str]) -> "regex.Pattern[str] | None":
    """Return one pattern for all, None for none."""
    if not patterns:
        return None
    return regex.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _has(pattern: "regex.Pattern[str] | None", text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None
