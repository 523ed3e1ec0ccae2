"""What the assistant promises is written down; while it may not promise it says nothing of it."""

from dataclasses import replace
from datetime import timedelta

from bot.actions import Band, RecordPromise, Suggest
from bot.desk.ticket_types import WorkingSpan
from bot.facts import Order, OrderState
from bot.promises.kinds import DayEnd, PromiseKind, PromiseRules, Settling
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    SCRIPTS,
    WITH_ORDER,
    handle,
    has,
    make_context,
    make_facts,
    make_script,
    texts,
    the,
)

_RULES = PromiseRules(
    kinds=(
        PromiseKind(
            kind_id="answer",
            zh="答复",
            about="answer",
            says=("答复",),
            ends=DayEnd.WORK,
            default=WorkingSpan(days=1),
            kept_by=frozenset({Settling.AGENT_WROTE}),
            lead=timedelta(minutes=15),
        ),
        PromiseKind(
            kind_id="send",
            zh="寄出",
            about="send",
            says=("寄出",),
            needs_order=True,
            kept_by=frozenset({Settling.ORDER_SHIPPED}),
        ),
    ),
)
_PACK = replace(
    PACK,
    promises=_RULES,
    scripts=(
        *(one for one in SCRIPTS if one.intent_id not in {"colour", "bye", "hurry"}),
        make_script("colour", "今天下班前给您答复"),
        make_script("bye", "明天寄出", "再见啦"),
        make_script("hurry", "催办{ticket.number}，{ticket.due_at}前答复"),
    ),
)


class TestRecordPromises:
    def test_a_reply_s_promise_is_an_action_with_its_due_time(self) -> None:
        decision = handle("colour", pack=_PACK)

        promise = the(decision, RecordPromise)
        assert promise.kind == "answer"
        assert promise.words == "今天下班前给您答复"
        assert promise.due_at == NOW.replace(hour=10)
        assert promise.lead == timedelta(minutes=15)
        assert texts(decision)[promise.reply] == "今天下班前给您答复"
        assert promise.order_ref is None

    def test_of_a_ticket_it_is_due_when_the_ticket_is(self) -> None:
        context = replace(WITH_ORDER, buyer=replace(WITH_ORDER.buyer, is_verified=True))

        decision = handle("hurry", pack=_PACK, context=context)

        promise = the(decision, RecordPromise)
        assert promise.due_at is None
        assert promise.words == "{ticket.due_at}前答复"

    def test_what_the_order_has_kept_already_is_none(self) -> None:
        shipped = Order(order_id="E1", buyer_ref="b1", state=OrderState.SHIPPED)
        paid = replace(shipped, state=OrderState.PAID)
        promised = [
            has(
                handle(
                    "bye",
                    pack=_PACK,
                    context=make_context(facts=make_facts(order=order)),
                ),
                RecordPromise,
            )
            for order in (paid, shipped)
        ]

        assert promised == [True, False]

    def test_a_suggestion_promises_nothing_yet(self) -> None:
        context = make_context(
            conversation=replace(make_context().conversation, served_by=3)
        )

        decision = handle("colour", pack=_PACK, context=context)

        assert has(decision, Suggest)
        assert not has(decision, RecordPromise)


class TestMayPromise:
    def test_while_it_may_not_the_next_variant_is_said(self) -> None:
        paid = Order(order_id="E1", buyer_ref="b1", state=OrderState.PAID)
        context = make_context(facts=make_facts(order=paid), may_promise=False)

        decision = handle("bye", pack=_PACK, context=context)

        assert texts(decision) == ["再见啦"]
        assert not has(decision, RecordPromise)

    def test_with_nothing_else_to_say_a_person_takes_over(self) -> None:
        decision = handle("colour", pack=_PACK, context=make_context(may_promise=False))

        assert decision.band is Band.HAND_OVER
        assert not has(decision, RecordPromise)
