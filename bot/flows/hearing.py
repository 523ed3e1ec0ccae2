"""What does a turn tell of the things that a flow has to know?"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.flows.flow import Flow, Slot, SlotKind
from bot.flows.phrases import said_of, says_any
from bot.understanding.polarity import read_polarity
from bot.understanding.short_answers import (
    LONGEST,
    NO,
    YES,
    AnswerWords,
    is_made_of,
    shape_of,
)
from bot.utterances import Clause, Entity, EntityKind, Polarity, Understanding

YES_VALUE: Final = "yes"
NO_VALUE: Final = "no"
_LONGEST_TEXT: Final = 200
"""Characters of an answer in the buyer's own words that are kept."""
_QUESTIONS: Final = frozenset({Polarity.QUESTION, Polarity.NEGATED_QUESTION})
_STATED: Final = re.compile(r"[就只但真倒可还]是不(?!是)|爱[理答搭]不[理答搭]")
"""Holds 是不, which asks elsewhere: 是不喜欢还是坏了."""
_LONGEST_MARKED: Final = 20
_STOP: Final = re.compile(r"[\s,，.。!！?？~、;；:：]|怎么|咋|能不能|可以|吗|呢|啊|了")
_COUNT: Final = re.compile(
    r"^[一二两三几半\d]?[个件包条双只支本套份盒袋瓶根张片颗块]?的?"
)
_BARE_AMOUNT: Final = re.compile(r"\d{1,6}(?:\.\d{1,2})?")
_AROUND_AMOUNT: Final = re.compile(
    r"^(?:就|退|补|给|赔|我要|要|大概|差不多)*|(?:吧|就行|就好|左右|行吗|可以吗)*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One turn, as far as it can tell something."""

    understanding: Understanding
    pictures: int = 0
    order_ref: str | None = None
    """The order the turn is about; only of a verified buyer."""
    intents: frozenset[str] = frozenset()
    """What the turn wants besides the matter of the flow, or as an answer."""
    words: Mapping[str, AnswerWords] = field(default_factory=dict)
    """The pack's answer words."""

    @property
    def text(self) -> str:
        """Return the folded text."""
        return self.understanding.folded.text

    @property
    def is_question(self) -> bool:
        """Return whether the turn asks something."""
        return any(_asks(it) for it in self.understanding.clauses)


def hear(
    flow: Flow,
    telling: Telling,
    *,
    known: Mapping[str, str],
    asked: str | None,
    is_own: bool,
) -> dict[str, str]:
    """Return what a turn tells that is not known yet, by slot.

    Args:
        flow: Whose slots.
        telling: The turn.
        known: Slots that are filled.
        asked: The slot that was asked for last, None when none was.
        is_own: The turn is about the flow's matter, so that whatever it says counts.
    """
    new = {
        slot.slot_id: value
        for slot in flow.slots.values()
        if slot.slot_id not in known
        and (
            value := _value(
                slot, telling, is_asked=asked == slot.slot_id, is_own=is_own
            )
        )
        is not None
    }
    return new | _more_pictures(flow, telling, known)


def read_slot(slot: Slot, telling: Telling) -> str | None:
    """Return what a turn says of one slot, as if it had just been asked for."""
    return _value(slot, telling, is_asked=True, is_own=True)


def _more_pictures(
    flow: Flow, telling: Telling, known: Mapping[str, str]
) -> dict[str, str]:
    """Return how many pictures there are now, where more have come."""
    if not telling.pictures:
        return {}
    return {
        name: str(int(known[name]) + telling.pictures)
        if known[name].isdecimal()
        else str(telling.pictures)
        for name, slot in flow.slots.items()
        if slot.kind is SlotKind.PICTURE and name in known
    }


def _value(slot: Slot, telling: Telling, *, is_asked: bool, is_own: bool) -> str | None:
    match slot.kind:
        case SlotKind.PICTURE:
            return str(telling.pictures) if telling.pictures else None
        case SlotKind.ORDER:
            return _order(telling, is_asked=is_asked, is_own=is_own)
        case SlotKind.CHOICE:
            return _choice(slot, telling, is_asked=is_asked, is_own=is_own)
        case SlotKind.ENTITY:
            return _entity(slot, telling, is_asked=is_asked, is_own=is_own)
        case SlotKind.YES_NO:
            return _yes_no(slot, telling, is_own=is_own) if is_asked else None
        case SlotKind.TEXT:
            return _text(slot, telling, is_asked=is_asked) if is_own else None


def _text(slot: Slot, telling: Telling, *, is_asked: bool) -> str | None:
    return _own_words(telling) if is_asked else _marked(slot, telling.text)


def _order(telling: Telling, *, is_asked: bool, is_own: bool) -> str | None:
    if telling.order_ref is not None:
        return telling.order_ref
    if not (is_asked or is_own):
        return None
    written = _entities(telling, (EntityKind.ORDER_NO,))
    if written:
        return str(written[-1].value)
    is_bare = is_asked and shape_of(telling.text, (EntityKind.ORDER_NO,)) is not None
    return telling.text.strip().upper() if is_bare else None


def _choice(
    slot: Slot, telling: Telling, *, is_asked: bool, is_own: bool
) -> str | None:
    if is_asked:
        bare = [
            option.option_id
            for option in slot.options
            if is_made_of(telling.text, _bare_words(option.words, telling))
        ]
        if len(bare) == 1:
            return bare[0]
    if not is_own or not (is_asked or slot.is_early):
        return None
    said = said_of(telling.text, {it.option_id: it.says for it in slot.options})
    if said is not None:
        return said
    meant = {
        option.option_id
        for option in slot.options
        if not telling.intents.isdisjoint(option.intents)
    }
    return meant.pop() if len(meant) == 1 else None


def _bare_words(names: tuple[str, ...], telling: Telling) -> frozenset[str]:
    empty: frozenset[str] = frozenset()
    return empty.union(*(telling.words[name].words for name in names))


def _entity(
    slot: Slot, telling: Telling, *, is_asked: bool, is_own: bool
) -> str | None:
    if not is_asked and not (slot.is_early and is_own):
        return None
    written = _entities(telling, slot.kinds)
    if written:
        return str(written[-1].value)
    if not is_asked:
        return None
    if EntityKind.AMOUNT_FEN in slot.kinds:
        return _bare_amount(telling.text)
    kind = shape_of(telling.text, slot.kinds)
    return None if kind is None else telling.text.strip().upper()


def _bare_amount(text: str) -> str | None:
    """Return the fen of a text that is a number of yuan and nothing else: 退20吧."""
    bare = _AROUND_AMOUNT.sub("", text.strip(" ,，.。!！~")).strip()
    if _BARE_AMOUNT.fullmatch(bare) is None:
        return None
    yuan, _, rest = bare.partition(".")
    return str(int(yuan) * 100 + int(f"{rest:0<2}"[:2] or 0))


def _yes_no(slot: Slot, telling: Telling, *, is_own: bool) -> str | None:
    is_yes, is_no = (is_made_of(telling.text, words) for words in (YES, NO))
    if is_yes != is_no:
        return YES_VALUE if is_yes else NO_VALUE
    return _choice(slot, telling, is_asked=True, is_own=is_own)


def _own_words(telling: Telling) -> str | None:
    text = telling.understanding.text.strip()
    return text[:_LONGEST_TEXT] if text and not telling.is_question else None


def _marked(slot: Slot, text: str) -> str | None:
    """Return the words behind a mark: 充电头 in 少了一个充电头，怎么办."""
    for mark in slot.marks:
        _, found, rest = text.partition(mark)
        words = _STOP.split(rest, maxsplit=1)[0].strip() if found else ""
        words = _COUNT.sub("", words)[:_LONGEST_MARKED]
        if len(words) > 1 and words not in slot.vague:
            return words
    return None


def _entities(telling: Telling, kinds: tuple[EntityKind, ...]) -> list[Entity]:
    return [one for one in telling.understanding.entities if one.kind in kinds]


def asks_something_else(telling: Telling, phrases: Iterable[str]) -> bool:
    """Return whether a clause asks something, and holds none of these phrases."""
    return any(
        _asks(clause) and not says_any(clause.text, phrases)
        for clause in telling.understanding.clauses
    )


def _asks(clause: Clause) -> bool:
    """Return whether a clause is a question; 就是不喜欢 states what it says."""
    if clause.polarity not in _QUESTIONS:
        return False
    plain = _STATED.sub("不", clause.text)
    return plain == clause.text or read_polarity(plain) in _QUESTIONS


def says_option(slot: Slot, telling: Telling) -> bool:
    """Return whether short statements say one option of a choice in so many words.

    Of a text in own words: whether it is nothing but the words that commonly tell it.

    What is asked beside them does not count: 不喜欢，邮费谁出 says 不喜欢.
    """
    if slot.kind is SlotKind.TEXT:
        bare = _bare_words(slot.words, telling)
        return bool(bare) and is_made_of(telling.text, bare)
    if not telling.is_question:
        return (
            len(telling.text) <= LONGEST
            and _choice(slot, telling, is_asked=True, is_own=True) is not None
        )
    stated = "，".join(
        clause.text for clause in telling.understanding.clauses if not _asks(clause)
    )
    says = {option.option_id: option.says for option in slot.options}
    return 0 < len(stated) <= LONGEST and said_of(stated, says) is not None


def is_only_no(text: str) -> bool:
    """Return whether a folded text says no and nothing else."""
    return len(text) <= LONGEST and is_made_of(text, NO)
