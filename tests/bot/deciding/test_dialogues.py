"""A flow goes on, waits, or ends; decided on values alone."""

from dataclasses import replace
from datetime import date, timedelta

from bot.actions import (
    Band,
    Decision,
    HandOver,
    HandOverReason,
    OpenTicket,
    PlanFollowUp,
    UpdateDialogue,
)
from bot.assistant import Assistant
from bot.deciding.mood import Mood, MoodRules, MoodWords
from bot.deciding.state import BuyerState, OpenTicketRef, TurnContext
from bot.flows.authority import Authority
from bot.flows.flow import Ask, Branch, End, Flow, FlowRules, Option, Slot, SlotKind
from bot.flows.state import DialogueEnd, DialogueState
from bot.follow_ups.plans import Kind, StartsWhen
from bot.messages import Turn
from bot.scripts import Pack, Risk
from bot.utterances import Clause, EntityKind, Polarity, Understanding
from tests.bot.deciding.deciding_factories import (
    NOW,
    ORDER,
    PACK,
    FixedUnderstander,
    folded,
    handle,
    has,
    make_context,
    make_conversation,
    make_facts,
    make_intent,
    make_plan,
    make_turn,
    texts,
    the,
    tickets,
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


class TestStart:
    def test_a_person_gets_it_while_the_first_question_is_asked(self) -> None:
        decision = handle("broken", pack=FLOW_PACK)

        assert decision.band is Band.HAND_OVER
        assert texts(decision) == ["抱歉", "请拍照"]
        assert tickets(decision) == ["quality"]
        assert has(decision, HandOver)
        update = the(decision, UpdateDialogue)
        assert (update.dialogue_id, update.step, update.tries) == (None, "evidence", 1)
        assert dict(update.collected) == {
            "flow": "repair",
            "reason": "fault",
            "postage": "shop",
        }

    def test_at_night_the_buyer_is_told_when_somebody_comes(self) -> None:
        decision = handle(
            "broken", pack=FLOW_PACK, context=make_context(agents_on_duty=0)
        )

        assert any("同事不在" in text for text in texts(decision))
        assert texts(decision)[-1] == "请拍照"

    def test_nothing_starts_where_the_assistant_may_not_speak(self) -> None:
        context = make_context(conversation=make_conversation(served_by=5))

        decision = handle("broken", pack=FLOW_PACK, context=context)

        assert not has(decision, UpdateDialogue)

    def test_a_wish_that_is_an_answer_is_not_answered_beside_it(self) -> None:
        decision = said(
            "坏了，能取消吗", ("hurry", 0.95), ("cancel", 0.95), context=within(None)
        )

        assert "订单E1可以取消" not in texts(decision)


class TestGoOn:
    def test_a_picture_leads_to_the_next_question(self) -> None:
        decision = said("", context=within(dialogue()), image_urls=("https://p/1",))

        assert texts(decision) == ["退还是补"]
        assert dict(the(decision, UpdateDialogue).slots) == {"picture": "1"}

    def test_the_end_names_the_ticket_that_is_open_and_opens_no_second(self) -> None:
        state = dialogue("choice", slots={"picture": "1"})

        decision = said("退款", context=within(state))

        assert texts(decision) == ["退，QU-000007"]
        assert tickets(decision) == []
        assert the(decision, HandOver).reason is HandOverReason.SETTLED
        assert the(decision, UpdateDialogue).closed is DialogueEnd.DONE

    def test_an_option_named_by_an_intent_is_an_answer(self) -> None:
        state = dialogue("choice", slots={"picture": "1"})

        decision = said("不要了", ("cancel", 0.9), context=within(state))

        assert dict(the(decision, UpdateDialogue).slots)["choice"] == "back"

    def test_a_claim_waits_in_the_state_of_approval(self) -> None:
        state = dialogue("amount", slots={"picture": "1", "choice": "money"})

        decision = said("20", context=within(state))

        claim = the(decision, OpenTicket)
        assert (claim.ticket_type, claim.state) == ("paper", "approval")
        assert texts(decision) == ["已提交{ticket.number}"]

    def test_the_shops_own_limit_counts_and_needs_a_known_price(self) -> None:
        state = dialogue("amount", slots={"picture": "1", "choice": "money"})
        context = within(
            state,
            authority=Authority(assistant_fen=9999),
            facts=make_facts(order=ORDER),
        )

        decision = said("20", context=context)

        assert the(decision, OpenTicket).ticket_type == "paper"

    def test_a_declined_slot_that_may_be_missing_is_gone_on_without(self) -> None:
        state = dialogue("amount", slots={"picture": "1", "choice": "money"})

        decision = said("不用", context=within(state))

        assert dict(the(decision, UpdateDialogue).slots)["amount"] == ""
        assert texts(decision) == ["已提交{ticket.number}"]


class TestRefusal:
    def test_the_first_is_asked_again_in_other_words(self) -> None:
        context = within(
            dialogue(), conversation={"used_variants": {"flow:repair.evidence": (0,)}}
        )

        decision = said("不想拍", context=context)

        assert texts(decision) == ["拍一张"]
        assert the(decision, UpdateDialogue).tries == 2

    def test_the_second_brings_a_person(self) -> None:
        decision = said("不想拍", context=within(dialogue(tries=2)))

        assert decision.band is Band.HAND_OVER
        assert the(decision, HandOver).reason is HandOverReason.UNTOLD
        assert the(decision, UpdateDialogue).closed is DialogueEnd.REFUSED

    def test_an_angry_one_brings_a_person_at_once(self) -> None:
        decision = said(
            "不想拍", context=within(dialogue()), signals=frozenset({"emoji_angry"})
        )

        assert decision.band is Band.HAND_OVER
        assert the(decision, UpdateDialogue).closed is DialogueEnd.REFUSED

    def test_what_is_not_understood_counts_like_one(self) -> None:
        decision = said("哈哈哈哈", ("chat", 0.1), context=within(dialogue(tries=2)))

        assert decision.band is Band.HAND_OVER


class TestLeave:
    def test_another_wish_is_answered_and_nothing_changes(self) -> None:
        decision = said("什么颜色", ("colour", 0.95), context=within(dialogue()))

        assert texts(decision) == ["红的好看"]
        assert not has(decision, UpdateDialogue)

    def test_a_picture_sent_with_another_wish_is_kept(self) -> None:
        decision = said(
            "什么颜色",
            ("colour", 0.95),
            context=within(dialogue()),
            image_urls=("https://p/1",),
        )

        assert dict(the(decision, UpdateDialogue).slots) == {"picture": "1"}

    def test_another_flow_takes_over_with_the_pictures(self) -> None:
        state = dialogue("choice", slots={"picture": "1"})

        decision = said("快点发", ("hurry", 0.95), context=within(state))

        closed, begun = [
            it for it in decision.actions if isinstance(it, UpdateDialogue)
        ]
        assert closed.closed is DialogueEnd.CHANGED
        assert (begun.flow_id, begun.step) == ("moving", "done")

    def test_who_asks_for_a_person_is_not_asked_anything(self) -> None:
        decision = said("找人", ("person", 0.95), context=within(dialogue()))

        assert texts(decision) == ["这就去请同事"]
        assert the(decision, UpdateDialogue).closed is DialogueEnd.PERSON

    def test_an_old_flow_is_closed_and_the_turn_is_like_any(self) -> None:
        state = dialogue(updated_at=NOW - timedelta(days=2, seconds=1))

        decision = said("你好", ("hello", 0.95), context=within(state))

        assert texts(decision) == ["您好呀"]
        assert the(decision, UpdateDialogue).closed is DialogueEnd.EXPIRED

    def test_a_flow_that_the_pack_has_lost_is_closed(self) -> None:
        decision = said("你好", ("hello", 0.95), context=within(dialogue()), pack=PACK)

        assert the(decision, UpdateDialogue).closed is DialogueEnd.GONE

    def test_a_closed_flow_takes_nothing(self) -> None:
        state = dialogue(closed=DialogueEnd.DONE)

        decision = said("退款", ("refund", 0.1), context=within(state))

        assert not has(decision, UpdateDialogue)


class TestOwnWishAgain:
    def test_its_question_is_put_beside_the_answer_to_another(self) -> None:
        decision = said(
            "东西坏了，什么颜色",
            ("broken", 0.95),
            ("colour", 0.95),
            context=within(dialogue()),
            pack=CALM_PACK,
        )

        assert texts(decision) == ["红的好看", "请拍照"]
        assert the(decision, UpdateDialogue).dialogue_id == 3

    def test_a_person_who_is_needed_gets_the_open_flow_and_no_second(self) -> None:
        decision = said(
            "东西坏了，什么颜色",
            ("broken", 0.95),
            ("colour", 0.95),
            context=within(dialogue()),
        )

        assert the(decision, UpdateDialogue).dialogue_id == 3

    def test_two_wishes_with_flows_begin_one(self) -> None:
        decision = said(
            "东西坏了，快点发",
            ("broken", 0.95),
            ("hurry", 0.95),
            context=within(None),
            pack=CALM_PACK,
        )

        begun = [it for it in decision.actions if isinstance(it, UpdateDialogue)]
        assert [it.closed for it in begun] == [None]

    def test_what_is_asked_beside_an_answer_is_answered_first(self) -> None:
        state = dialogue("choice", slots={"picture": "1"})

        decision = said(
            "退款，什么颜色呢",
            ("colour", 0.95),
            context=within(state),
            clauses=(
                Clause(text="退款", start=0, end=2),
                Clause(text="什么颜色呢", start=3, end=8, polarity=Polarity.QUESTION),
            ),
        )

        assert texts(decision) == ["红的好看", "退，QU-000007"]


class TestReminder:
    def test_a_flows_question_is_one_of_ours(self) -> None:
        plan = make_plan(
            "still_here",
            kind=Kind.NUDGE,
            delay=timedelta(minutes=3),
            starts_when=StartsWhen.QUESTION_ASKED,
        )
        pack = replace(
            CALM_PACK, follow_ups={**CALM_PACK.follow_ups, "still_here": plan}
        )

        begun = said("坏了", ("broken", 0.95), context=within(None), pack=pack)
        gone_on = said(
            "", context=within(dialogue()), image_urls=("https://p/1",), pack=pack
        )

        assert the(begun, PlanFollowUp).plan_id == "still_here"
        assert the(gone_on, PlanFollowUp).plan_id == "still_here"

    def test_an_end_asks_nothing(self) -> None:
        state = dialogue("amount", slots={"picture": "1", "choice": "money"})

        assert not has(said("20", context=within(state)), PlanFollowUp)


class TestServed:
    def test_what_a_person_is_told_is_remembered_in_silence(self) -> None:
        context = within(dialogue(), conversation={"served_by": 5})

        decision = said("", context=context, image_urls=("https://p/1",))

        assert texts(decision) == []
        update = the(decision, UpdateDialogue)
        assert dict(update.slots) == {"picture": "1"}
        assert update.closed is None
