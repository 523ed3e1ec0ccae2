"""Does a turn take back what a flow was told before, and what is right instead?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.flows.flow import DECLINED, Corrections, Flow, Slot, SlotKind
from bot.flows.hearing import Telling, read_slot
from bot.flows.phrases import says_any

Corrected = Mapping[str, str | None]
"""Slot → what is right; None: it has to be told again."""

NOTHING: Final[Corrected] = {}
_READ_ANEW: Final = frozenset({SlotKind.ENTITY, SlotKind.CHOICE, SlotKind.ORDER})
_STOPS: Final = " ,，.。!！?？~、;；:："
_LEADING: Final = (
    "我要的是",
    "我想要的是",
    "我要换的是",
    "应该是",
    "要的是",
    "我要",
    "是",
    "要",
    "换成",
    "改成",
)
_LONGEST: Final = 20
"""Characters of a correction in the buyer's own words."""


def correct(
    flow: Flow, telling: Telling, known: Mapping[str, str], rules: Corrections
) -> Corrected:
    """Return what a turn corrects of what is known; empty: nothing.

    A phrase must say that something was wrong (说错了，是L码); another value alone, told
    in passing, changes nothing.
    """
    text = telling.text
    if says_any(text, rules.pictures):
        return _pictures(flow, telling, known)
    if not (says_any(text, rules.phrases) or text.startswith(rules.denials)):
        return NOTHING
    return _values(flow, telling, known) or _own_words(flow, text, rules)


def _pictures(flow: Flow, telling: Telling, known: Mapping[str, str]) -> Corrected:
    anew = str(telling.pictures) if telling.pictures else None
    return {
        slot.slot_id: anew
        for slot in flow.slots.values()
        if slot.kind is SlotKind.PICTURE
        and known.get(slot.slot_id, DECLINED) != DECLINED
    }


def _values(flow: Flow, telling: Telling, known: Mapping[str, str]) -> Corrected:
    """Return known values that the words name anew; what they mean besides is nothing."""
    plain = replace(telling, intents=frozenset(), order_ref=None)
    found = {
        slot.slot_id: read_slot(slot, plain)
        for slot in flow.slots.values()
        if slot.kind in _READ_ANEW and slot.slot_id in known
    }
    return {
        name: value
        for name, value in found.items()
        if value is not None and value != known[name]
    }


def _own_words(flow: Flow, text: str, rules: Corrections) -> Corrected:
    """Return what stands behind the phrase, for the flow's one slot in own words."""
    slots = [one for one in flow.slots.values() if one.kind is SlotKind.TEXT]
    words = _behind(text, (*rules.phrases, *rules.denials))
    if len(slots) != 1 or not 0 < len(words) <= _LONGEST or _is_vague(slots[0], words):
        return NOTHING
    return {slots[0].slot_id: words}


def _behind(text: str, phrases: tuple[str, ...]) -> str:
    """Return the words behind the last of the phrases: 黑色 in 说错了，是黑色."""
    ends = [text.rfind(phrase) + len(phrase) for phrase in phrases if phrase in text]
    words = text[max(ends, default=len(text)) :].strip(_STOPS)
    for lead in _LEADING:
        words = words.removeprefix(lead).strip(_STOPS)
    return words.removesuffix("的").strip(_STOPS)


def _is_vague(slot: Slot, words: str) -> bool:
    return words in slot.vague
