"""How is what a flow has collected said to people?"""

from collections.abc import Mapping

from bot.flows.flow import DECLINED, Flow, Slot, SlotKind
from bot.flows.hearing import YES_VALUE
from bot.replying.names import FLOW_PREFIX
from bot.replying.values import format_fen
from bot.utterances import EntityKind

_NOT_TOLD = "没有提供"


def value_words(slot: Slot, value: str) -> str:
    """Return the value of a slot in words: 2张, 退款, 20元."""
    if value == DECLINED:
        return _NOT_TOLD
    match slot.kind:
        case SlotKind.PICTURE:
            return f"{value}张"
        case SlotKind.YES_NO:
            return "是" if value == YES_VALUE else "否"
        case SlotKind.CHOICE:
            option = slot.option(value)
            return value if option is None else option.zh
        case SlotKind.ENTITY:
            is_amount = EntityKind.AMOUNT_FEN in slot.kinds and value.isdecimal()
            return format_fen(int(value)) if is_amount else value
        case SlotKind.ORDER | SlotKind.TEXT:
            return value


def known_words(flow: Flow, slots: Mapping[str, str]) -> list[tuple[Slot, str]]:
    """Return what is known, in the order of the flow's slots."""
    return [
        (slot, value_words(slot, slots[slot.slot_id]))
        for slot in flow.slots.values()
        if slot.slot_id in slots
    ]


def flow_values(flow: Flow, slots: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders of what is known; a buyer's own words are none."""
    return {
        f"{FLOW_PREFIX}{slot.slot_id}": words
        for slot, words in known_words(flow, slots)
        if slot.kind is not SlotKind.TEXT and slots[slot.slot_id] != DECLINED
    }


def summary_of(flow: Flow, slots: Mapping[str, str]) -> str:
    """Return everything that is known in a line: 质量问题：照片1张，影响使用吗不影响."""
    told = "，".join(f"{slot.zh}：{words}" for slot, words in known_words(flow, slots))
    return f"{flow.zh}（{told}）" if told else flow.zh
