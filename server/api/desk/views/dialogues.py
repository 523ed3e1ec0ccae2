"""How a flow of several turns looks to people: what is known of it, and what is missing."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from bot.flows.flow import Flow
from bot.flows.state import DialogueState
from bot.flows.wording import known_words
from bot.scripts import Pack
from server.api.desk.masked import show_text
from storage.states import Role


class KnownBody(msgspec.Struct, frozen=True):
    """One thing that the buyer told."""

    slot: str
    name: str
    value: str
    """As it is compared; amounts in fen."""
    words: str
    """As people read it."""


class MissingBody(msgspec.Struct, frozen=True):
    """One thing that is not known yet, and may be asked for."""

    slot: str
    name: str


class DialogueBody(msgspec.Struct, frozen=True):
    """A flow of several turns, and how far it is."""

    flow: str
    name: str
    intent: str
    step: str
    is_open: bool
    ended: str | None
    """Why it is over; null while it is open."""
    tries: int
    """How often the open question was asked."""
    known: list[KnownBody]
    missing: list[MissingBody]
    opened_at: datetime
    updated_at: datetime


def dialogue_body(
    dialogue: DialogueState | None, *, pack: Pack, role: Role, name: str | None
) -> DialogueBody | None:
    """Return a flow as a person of this role sees it; ``name`` is the buyer's."""
    if dialogue is None:
        return None
    flow = pack.flows.get(dialogue.flow_id)
    return DialogueBody(
        flow=dialogue.flow_id,
        name=dialogue.flow_id if flow is None else flow.zh,
        intent=dialogue.intent_id,
        step=dialogue.step,
        is_open=dialogue.is_open,
        ended=None if dialogue.closed is None else dialogue.closed.value,
        tries=dialogue.tries,
        known=[] if flow is None else _known(flow, dialogue.slots, role, name),
        missing=[] if flow is None else _missing(flow, dialogue),
        opened_at=dialogue.opened_at,
        updated_at=dialogue.updated_at,
    )


def _known(
    flow: Flow, slots: Mapping[str, str], role: Role, name: str | None
) -> list[KnownBody]:
    return [
        KnownBody(
            slot=slot.slot_id,
            name=slot.zh,
            value=show_text(slots[slot.slot_id], role=role, name=name),
            words=show_text(words, role=role, name=name),
        )
        for slot, words in known_words(flow, slots)
    ]


def _missing(flow: Flow, dialogue: DialogueState) -> list[MissingBody]:
    if not dialogue.is_open:
        return []
    return [
        MissingBody(slot=slot.slot_id, name=slot.zh)
        for slot in flow.asked_after(dialogue.step)
        if slot.slot_id not in dialogue.slots
    ]
