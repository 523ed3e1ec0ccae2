"""The questions of a pack for facts that replies lack, as scripts that ask."""

from collections.abc import Iterator

from bot.scripts import Ask, Pack, Risk, Script, SlotQuestion

Slots = dict[str, dict[str, tuple[SlotQuestion, Script]]]
"""By intent and slot: the question, and the script that asks it."""


def slots_of(pack: Pack) -> Slots:
    """Return the questions that an automatic intent may need to be answered."""
    return {
        intent.intent_id: {
            slot.slot_id: (slot, _question(slot, intent.intent_id))
            for slot in pack.slots.values()
        }
        for intent in pack.intents.values()
        if intent.risk is Risk.AUTO
    }


def questions_of(slots: Slots) -> Iterator[Script]:
    """Yield every script that asks for a fact."""
    for known in slots.values():
        for _, script in known.values():
            yield script


def _question(slot: SlotQuestion, intent_id: str) -> Script:
    ask = Ask(continues=intent_id, kinds=slot.kinds, words=slot.words)
    return Script(
        script_id=f"slot:{slot.slot_id}:{intent_id}",
        intent_id=intent_id,
        variants=slot.texts,
        asks=(ask,) if slot.kinds or slot.words else (),
    )
