"""Flows, dialogues and turns that the tests of dialogues are made of."""

from dataclasses import replace
from datetime import date

from bot.actions import (
    Decision,
)
from bot.assistant import Assistant
from bot.deciding.mood import Mood, MoodRules, MoodWords
from bot.deciding.state import BuyerState, OpenTicketRef, TurnContext
from bot.flows.flow import Ask, Branch, End, Flow, FlowRules, Option, Slot, SlotKind
from bot.flows.state import DialogueState
from bot.messages import Turn
from bot.scripts import Pack, Risk
from bot.utterances import Clause, EntityKind, Understanding
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    FixedUnderstander,
    folded,
    make_context,
    make_conversation,
    make_intent,
    make_turn,
    understood,
)

REPAIR = Flow(
    flow_id="repair",
    zh="维修",
    ticket="quality",
    start="evidence",
    opening=("抱歉",),
    reason="fault",
    slots={
        "picture": Slot(slot_id="picture", zh="照片", kind=SlotKind.PICTURE),
        "choice": Slot(
            slot_id="choice",
            zh="选择",
            kind=SlotKind.CHOICE,
            options=(
                Option(option_id="back", zh="退", says=("退款",), intents=("cancel",)),
                Option(option_id="money", zh="补", says=("补偿",)),
            ),
            is_early=True,
        ),
        "amount": Slot(
            slot_id="amount",
            zh="补多少",
            kind=SlotKind.ENTITY,
            kinds=(EntityKind.AMOUNT_FEN,),
        ),
    },
    steps={
        "evidence": Ask(
            step_id="evidence",
            slot="picture",
            texts=("请拍照", "拍一张"),
            to={"*": "choice"},
        ),
        "choice": Ask(
            step_id="choice",
            slot="choice",
            texts=("退还是补", "您选"),
            to={"back": "back", "money": "amount"},
        ),
        "amount": Ask(
            step_id="amount",
            slot="amount",
            texts=("补多少",),
            to={"*": "authority"},
            without="claim",
        ),
        "authority": Branch(
            step_id="authority", on="authority", to={"within": "given", "*": "claim"}
        ),
        "given": End(step_id="given", outcome="given", texts=("补{flow.amount}",)),
        "claim": End(
            step_id="claim",
            outcome="claim",
            texts=("已提交{ticket.number}",),
            ticket="paper",
            is_claim=True,
        ),
        "back": End(
            step_id="back",
            outcome="back",
            texts=("退，{ticket.number}",),
            needs_person=True,
        ),
    },
)
OTHER = Flow(
    flow_id="moving",
    zh="改单",
    ticket="parcel",
    start="picture",
    slots={"picture": REPAIR.slots["picture"]},
    steps={
        "picture": Ask(
            step_id="picture", slot="picture", texts=("截图",), to={"*": "done"}
        ),
        "done": End(step_id="done", texts=("好",)),
    },
)
FLOW_PACK: Pack = replace(
    PACK,
    flows={"repair": REPAIR, "moving": OTHER},
    moods=MoodRules(moods={Mood.ANGRY: MoodWords(signals=frozenset({"emoji_angry"}))}),
    flow_rules=FlowRules(
        postage={"fault": "shop"},
        refusals=("不想拍",),
        approval="approval",
        approved="new",
        rejected="new",
    ),
    intents={
        **PACK.intents,
        "broken": replace(PACK.intents["broken"], flow="repair"),
        "hurry": replace(PACK.intents["hurry"], flow="moving", urgency=3),
        "refund": make_intent("refund"),
    },
)
CALM_PACK: Pack = replace(
    FLOW_PACK,
    intents={
        **FLOW_PACK.intents,
        "broken": replace(FLOW_PACK.intents["broken"], risk=Risk.AUTO, follow_up=None),
    },
)
"""Nobody has to look at what is broken."""
TICKET = OpenTicketRef(
    ticket_id=7, number="QU-000007", ticket_type="quality", order_ref=None, due_at=NOW
)


def dialogue(step: str = "evidence", **changes: object) -> DialogueState:
    defaults: dict[str, object] = {
        "dialogue_id": 3,
        "flow_id": "repair",
        "intent_id": "broken",
        "step": step,
        "tries": 1,
        "ticket_id": 7,
        "opened_at": NOW,
        "updated_at": NOW,
    }
    return DialogueState(**(defaults | changes))  # type: ignore[arg-type]  # a factory's free form


def within(state: DialogueState | None, **changes: object) -> TurnContext:
    conversation = changes.pop("conversation", {})
    assert isinstance(conversation, dict)
    defaults: dict[str, object] = {
        "conversation": make_conversation(dialogue=state, **conversation),
        "buyer": BuyerState(buyer_id=1, is_verified=True, open_tickets=(TICKET,)),
    }
    return make_context(**(defaults | changes))


class Hearing(FixedUnderstander):
    """Understands the same in every text, with what emoji said in it."""

    def __init__(self, understanding: Understanding, signals: frozenset[str]) -> None:
        super().__init__(understanding)
        self._signals = signals

    def understand(self, text: str, *, today: date) -> Understanding:
        understanding = super().understand(text, today=today)
        return replace(understanding, folded=folded(text, *self._signals))


def said(
    text: str,
    *guesses: tuple[str, float],
    context: TurnContext,
    signals: frozenset[str] = frozenset(),
    image_urls: tuple[str, ...] = (),
    pack: Pack = FLOW_PACK,
    clauses: tuple[Clause, ...] = (),
) -> Decision:
    """Return the decision on a text that means these intents."""
    understanding = replace(
        understood(*(guesses or (("chat", 0.2),)), is_several=True), clauses=clauses
    )
    turn: Turn = make_turn(text, image_urls=image_urls)
    return Assistant(pack, Hearing(understanding, signals)).handle(turn, context)
