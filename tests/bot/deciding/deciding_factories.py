"""A small pack of no trade in particular, and the values a turn is decided on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from bot.actions import Action, Decision, OpenTicket, Reply, UpdateConversation
from bot.assistant import Assistant
from bot.deciding.state import BuyerState, ConversationState, ShopMode, TurnContext
from bot.desk.ticket_types import (
    Phase,
    Priority,
    State,
    TicketType,
    Workflow,
    WorkingSpan,
)
from bot.facts import Facts, Item, Order, OrderState
from bot.follow_ups.plans import EndsWhen, FollowUpPlan, Kind, Window
from bot.guarding.rules import GuardPattern, GuardRules, Verdict
from bot.messages import Turn
from bot.scripts import Bands, Effect, Intent, Pack, Risk, Script, Texts, Use
from bot.understanding.answers import Question
from bot.understanding.lexicon import Lexicon
from bot.utterances import Folded, Guess, Understanding

A = TypeVar("A", bound=Action)

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""12:00 in Shanghai, a Monday, lunch time of the default calendar."""

BANDS = Bands(auto=0.8, auto_margin=0.1, assist=0.4)


def make_intent(intent_id: str, risk: Risk = Risk.AUTO, **rest: object) -> Intent:
    defaults: dict[str, object] = {
        "intent_id": intent_id,
        "zh": f"问{intent_id}",
        "risk": risk,
    }
    return Intent(**(defaults | rest))  # type: ignore[arg-type]  # a factory's free form


INTENTS = (
    make_intent("hello", effects=frozenset({Effect.GREET})),
    make_intent("okay", effects=frozenset({Effect.ACKNOWLEDGE})),
    make_intent("bye", effects=frozenset({Effect.CLOSE})),
    make_intent("chat", effects=frozenset({Effect.OFF_TOPIC})),
    make_intent("colour", urgency=2, followed_by=("price",)),
    make_intent("price", urgency=3),
    make_intent("haggle", urgency=3, effects=frozenset({Effect.BARGAIN})),
    make_intent("bill", ticket="paper"),
    make_intent("again", follow_up="restock"),
    make_intent("empty"),
    make_intent("shady"),
    make_intent("no_more", effects=frozenset({Effect.STOP_CONTACT})),
    make_intent("keep_it", effects=frozenset({Effect.REVIEW_REFUSED})),
    make_intent("where", Risk.ASSIST, ticket="parcel", facts_needed=("order.no",)),
    make_intent("hurry", Risk.ASSIST, ticket="parcel", follow_up="update"),
    make_intent("cancel", Risk.ASSIST, facts_needed=("order.no",)),
    make_intent("broken", Risk.HUMAN, urgency=8, ticket="quality", follow_up="update"),
    make_intent("insult", Risk.HUMAN, urgency=9),
    make_intent(
        "person",
        Risk.HUMAN,
        ticket="callback",
        effects=frozenset({Effect.HAND_OVER}),
    ),
)


def make_script(
    intent_id: str, *variants: str, use: Use = Use.REPLY, **rest: object
) -> Script:
    defaults: dict[str, object] = {
        "script_id": f"{intent_id}.{use}",
        "intent_id": intent_id,
        "variants": variants,
        "use": use,
    }
    return Script(**(defaults | rest))  # type: ignore[arg-type]  # a factory's free form


SCRIPTS = (
    make_script("hello", "您好呀"),
    make_script("okay", "好哒"),
    make_script("bye", "再见啦"),
    make_script("chat", "这个小二不懂"),
    make_script("colour", "红的好看", "蓝的也好看", buttons=("看图",)),
    make_script("colour", "{item.title}有您要的", "这个颜色有", use=Use.ANSWERED),
    make_script("price", "{item.title}是{item.price}"),
    make_script("haggle", "到手{item.price}", "已经很实惠了"),
    make_script("bill", "登记了{ticket.number}"),
    make_script("again", "{follow_up.name}记上了", "到货日期还没定"),
    make_script("shady", "把验证码发我"),
    make_script("keep_it", "尊重您的评价"),
    make_script("no_more", "不打扰了"),
    make_script("where", "订单{order.no}在路上"),
    make_script("where", "查件登记了{ticket.number}", use=Use.HOLDING),
    make_script("hurry", "已催仓库", "催办{ticket.number}，{ticket.due_at}前答复"),
    make_script("cancel", "订单{order.no}可以取消"),
    make_script("broken", "请拍照给我们"),
    make_script("broken", "抱歉，请同事来看", use=Use.RECEIPT),
    make_script("insult", "您消消气", use=Use.RECEIPT),
    make_script("person", "这就去请同事", use=Use.RECEIPT),
)

TEXTS = Texts(
    welcome=("我是智能客服，可以转人工",),
    fallback=("没看懂，换个说法吧", "还是没看懂"),
    fallback_buttons=("转人工",),
    hand_over=("已经请同事过来",),
    after_hours=("同事不在，{time.next_open}回来",),
    please_wait=("稍等，正在看",),
    busy=("同事正忙，没有漏掉您",),
    release=("小二回来了",),
    opt_out_done=("不再打扰您",),
    solved_thanks=("解决了就好",),
    not_solved=("抱歉，重新处理",),
    marketing_suffix="，回复退订不再接收",
)


def make_ticket_type(type_id: str) -> TicketType:
    return TicketType(
        type_id=type_id,
        zh=type_id,
        prefix=type_id[:2].upper(),
        priority=Priority.NORMAL,
        first_answer=WorkingSpan(minutes=60),
    )


def make_plan(plan_id: str, **rest: object) -> FollowUpPlan:
    defaults: dict[str, object] = {
        "plan_id": plan_id,
        "zh": plan_id,
        "kind": Kind.SERVICE,
        "delay": timedelta(hours=10),
        "window": Window.CONTACT,
        "texts": ("跟您说一声",),
    }
    return FollowUpPlan(**(defaults | rest))  # type: ignore[arg-type]  # a factory's free form


PACK = Pack(
    pack_id="small",
    name="小店",
    version="1",
    intents={intent.intent_id: intent for intent in INTENTS},
    examples={"colour": ("红的还是蓝的", "哪个颜色好看"), "price": ("多少钱",)},
    heldout=(),
    scripts=SCRIPTS,
    texts=TEXTS,
    lexicon=Lexicon(),
    bands=BANDS,
    workflow=Workflow(
        start="new",
        reopened="new",
        states={"new": State(state_id="new", zh="新建", phase=Phase.OPEN, to=())},
    ),
    ticket_types={
        name: make_ticket_type(name)
        for name in ("parcel", "quality", "callback", "paper")
    },
    follow_ups={
        "update": make_plan("update", ends_when=frozenset({EndsWhen.ORDER_REFUNDED})),
        "restock": make_plan(
            "restock",
            kind=Kind.REQUESTED,
            waits_for=EndsWhen.ITEM_IN_STOCK,
            is_once_per_order=False,
        ),
    },
    questions={
        "solved?": Question(
            question_id="solved?",
            answers={
                "solved": ("解决了", "好了", "弄好了", "没问题了"),
                "not_solved": ("没解决", "还没好", "还是不行", "没弄好"),
            },
        )
    },
    guard=GuardRules(
        patterns=(
            GuardPattern(
                rule="codes",
                category="credentials",
                verdict=Verdict.BLOCK,
                patterns=("验证码",),
                suggestion="不要索要验证码",
            ),
        )
    ),
    hand_over_ticket="callback",
)

ITEM = Item(item_id="i1", title="杯子", list_fen=5900, floor_fen=4300, stock=0)
ORDER = Order(order_id="E1", buyer_ref="b1", state=OrderState.SHIPPED)


def make_facts(**changes: object) -> Facts:
    return Facts(**({"policies": {}} | changes))  # type: ignore[arg-type]  # as above


def make_conversation(**changes: object) -> ConversationState:
    defaults: dict[str, object] = {
        "conversation_id": 1,
        "version": 1,
        "connector": "http",
        "is_greeted": True,
    }
    return ConversationState(**(defaults | changes))  # type: ignore[arg-type]  # as above


def make_context(**changes: object) -> TurnContext:
    defaults: dict[str, object] = {
        "now": NOW,
        "shop_mode": ShopMode.AUTO,
        "conversation": make_conversation(),
        "buyer": BuyerState(buyer_id=1, is_verified=True),
        "facts": make_facts(),
        "agents_on_duty": 1,
    }
    return TurnContext(**(defaults | changes))  # type: ignore[arg-type]  # as above


def make_turn(text: str = "亲，问一下", *, image_urls: tuple[str, ...] = ()) -> Turn:
    return Turn(
        shop_id=1,
        conversation_id=1,
        message_ids=(1,),
        text=text,
        image_urls=image_urls,
    )


def understood(
    *guesses: tuple[str, float], is_several: bool = False, is_opt_out: bool = False
) -> Understanding:
    """Return an understanding whose guesses are these, all of them meant or the first."""
    named = guesses if is_several else guesses[:1]
    return Understanding(
        text="",
        folded=Folded(original="", text="", positions=(0,)),
        clauses=(),
        entities=(),
        guesses=tuple(Guess(intent_id=name, confidence=p) for name, p in guesses),
        intents=tuple(name for name, _ in named),
        explain=lambda: ("像这句",),
        is_opt_out=is_opt_out,
        clause_guesses=dict(named),
    )


def folded(text: str, *signals: str) -> Folded:
    """Return a text that folding leaves as it is."""
    return Folded(
        original=text,
        text=text,
        positions=tuple(range(len(text) + 1)),
        signals=frozenset(signals),
    )


class FixedUnderstander:
    """Understands the same in every text."""

    def __init__(self, understanding: Understanding) -> None:
        self._understanding = understanding
        self.days: list[date] = []

    def understand(self, text: str, *, today: date) -> Understanding:
        self.days.append(today)
        return replace(self._understanding, text=text, folded=folded(text))


def handle(
    *intents: str | tuple[str, float],
    pack: Pack = PACK,
    context: TurnContext | None = None,
    turn: Turn | None = None,
    is_opt_out: bool = False,
) -> Decision:
    """Return the decision on a turn that means these intents, each quite surely."""
    guesses = [(one, 0.95) if isinstance(one, str) else one for one in intents]
    understanding = understood(*guesses, is_several=True, is_opt_out=is_opt_out)
    assistant = Assistant(pack, FixedUnderstander(understanding))
    return assistant.handle(
        make_turn() if turn is None else turn,
        make_context() if context is None else context,
    )


def texts(decision: Decision) -> list[str]:
    return [action.text for action in decision.actions if isinstance(action, Reply)]


def tickets(decision: Decision) -> list[str]:
    return [
        action.ticket_type
        for action in decision.actions
        if isinstance(action, OpenTicket)
    ]


def the(decision: Decision, kind: type[A]) -> A:
    """Return the only action of a kind."""
    (found,) = [action for action in decision.actions if isinstance(action, kind)]
    return found


def has(decision: Decision, kind: type[Action]) -> bool:
    return any(isinstance(action, kind) for action in decision.actions)


def state_after(decision: Decision) -> UpdateConversation:
    return the(decision, UpdateConversation)


NOBODY = make_context(agents_on_duty=0)
FIRST = make_context(conversation=make_conversation(is_greeted=False))
WITH_ORDER = make_context(facts=make_facts(order=ORDER, item=ITEM))


def with_texts(**changes: tuple[str, ...]) -> Pack:
    return replace(PACK, texts=replace(TEXTS, **changes))  # type: ignore[arg-type]  # texts only


def missed(misses: int = 0, *, agents: int = 1) -> TurnContext:
    return make_context(
        conversation=make_conversation(misses=misses), agents_on_duty=agents
    )
