"""What a buyer takes back of what a flow was told: heard, and said to them."""

from collections.abc import Mapping
from dataclasses import replace

from bot.actions import Band
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.flow_saying import say_flow
from bot.deciding.flow_start import telling_of
from bot.deciding.flow_turn import FlowTurn
from bot.flows.correcting import Corrected, correct
from bot.flows.flow import Flow, SlotKind
from bot.flows.wording import value_words
from bot.replying.masking import mask_personal
from bot.replying.names import FLOW_PREFIX

CORRECTED = f"{FLOW_PREFIX}corrected"
"""Placeholder of the new value; a buyer's own words are none."""


def corrected_in(case: Case, flow: Flow, known: dict[str, str]) -> Corrected:
    """Return what this turn corrects of a flow, personal data in own words masked."""
    rules = case.library.pack.flow_rules.corrections
    name = case.context.facts.buyer_name
    return {
        slot: mask_personal(value, name=name)
        if value is not None and flow.slots[slot].kind is SlotKind.TEXT
        else value
        for slot, value in correct(flow, telling_of(case), known, rules).items()
    }


def apply(
    turn: FlowTurn, corrected: Corrected, *, known: Mapping[str, str]
) -> FlowTurn:
    """Return a flow's turn with what is right in the place of what was wrong.

    Such words tell nothing else: 说错了 is no 发错了.
    """
    right = {name: value for name, value in corrected.items() if value is not None}
    told = {name: it for name, it in turn.slots.items() if name not in turn.new}
    slots = {**known, **told, **right}
    return replace(
        turn,
        slots={
            name: value
            for name, value in slots.items()
            if corrected.get(name, value) is not None
        },
        new=right,
        corrected=corrected,
    )


def say_corrected(case: Case, draft: Draft, turn: FlowTurn) -> None:
    """Say what was changed, or that the picture is to be sent once more."""
    rules = case.library.pack.flow_rules.corrections
    is_void = None in turn.corrected.values()
    texts = rules.picture_texts if is_void else rules.texts
    if not texts:
        return
    name, value = next(iter(turn.corrected.items()))
    slot = turn.flow.slots[name]
    values = {}
    if value is not None and slot.kind is not SlotKind.TEXT:
        values[CORRECTED] = value_words(slot, value)
    say_flow(
        draft,
        "wrong_picture" if is_void else "corrected",
        texts,
        intent_id=turn.intent_id,
        values=values,
    )
    draft.explain(f"流程“{turn.flow.zh}”：买家更正了{slot.zh}")


def band_of_flow(case: Case) -> Band:
    """Return who answers what belongs to a flow: a person who waits, or nobody."""
    is_waiting = case.context.conversation.is_handed_over
    return Band.ASSIST if is_waiting else Band.AUTO
