"""Whatever is wanted again and again: who has only the assistant always gets an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.assistant import Assistant
from bot.deciding.saying import REST
from bot.deciding.state import BuyerState, ConversationState, ShopMode, TurnContext
from bot.facts import Facts, Item, Order, OrderState
from bot.flows.flow import SlotKind
from bot.messages import Turn
from bot.scripts import Effect, Pack
from scripts_library.loader import load_pack, shipped_packs
from tests.packs.repeating import Answered, NamedUnderstander, after, repeat

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""12:00 in Shanghai, a Monday."""
FACTS = {
    "known": Facts(
        policies={},
        order=Order(order_id="E1", buyer_ref="b1", state=OrderState.SHIPPED),
        item=Item(item_id="i1", title="杯子", list_fen=5900, floor_fen=4300),
    ),
    "unknown": Facts(policies={}),
}
PACKS = ("ecommerce", "property", "hospital")
SURE, LIKELY = 0.95, 0.6
BY_DESIGN = frozenset(
    {Effect.GREET, Effect.ACKNOWLEDGE, Effect.CLOSE, Effect.STOP_CONTACT}
)
"""Courtesies are not answered twice in a row; who wants no words gets none more."""


@pytest.fixture(scope="module", name="packs")
def _packs() -> dict[str, Pack]:
    return {folder.name: load_pack(folder) for folder in shipped_packs()}


def _context(pack: Pack, facts: str, agents: int) -> TurnContext:
    return TurnContext(
        now=NOON,
        shop_mode=ShopMode.AUTO,
        conversation=ConversationState(
            conversation_id=1, version=1, connector="http", is_greeted=True
        ),
        buyer=BuyerState(buyer_id=1, is_verified=True),
        facts=replace(FACTS[facts], policies=pack.policies),
        agents_on_duty=agents,
    )


def _turn(text: str, *pictures: str) -> Turn:
    return Turn(
        shop_id=1,
        conversation_id=1,
        message_ids=(1,),
        text=text,
        is_verified=True,
        image_urls=pictures,
    )


def _wishes(pack: Pack) -> list[str]:
    return [
        name for name, it in pack.intents.items() if BY_DESIGN.isdisjoint(it.effects)
    ]


def _most(pack: Pack, intent_id: str) -> int:
    """Return one more than the wordings there are for an intent."""
    wordings = sum(len(it.variants) for it in pack.scripts if it.intent_id == intent_id)
    return wordings + 1


def _off_topic(pack: Pack) -> str:
    return pack.with_effect(Effect.OFF_TOPIC)[0]


def _silent(answered: tuple[Answered, ...]) -> list[int]:
    """Return the turns that ended in nothing although no person had been called."""
    return [
        number
        for number, one in enumerate(answered, 1)
        if not one.is_waiting and not one.texts
    ]


def _longest_silence(answered: tuple[Answered, ...]) -> timedelta:
    """Return how long at most a buyer wrote on without reading a word."""
    longest = timedelta()
    heard_at = answered[0].at
    for one in answered:
        longest = max(longest, one.at - heard_at)
        if one.texts:
            heard_at = one.at
    return longest


def _pictured(pack: Pack) -> list[str]:
    """Return the intents whose flow asks for a picture."""
    flows = {
        name
        for name, flow in pack.flows.items()
        if any(it.kind is SlotKind.PICTURE for it in flow.slots.values())
    }
    return [name for name, it in pack.intents.items() if it.flow in flows]


@pytest.mark.parametrize("agents", [0, 1])
@pytest.mark.parametrize("facts", FACTS)
@pytest.mark.parametrize("name", PACKS)
class TestWhatIsWantedAgainAndAgain:
    @pytest.mark.parametrize("confidence", [SURE, LIKELY])
    def test_is_never_met_with_silence_while_nobody_is_called(
        self,
        packs: dict[str, Pack],
        name: str,
        confidence: float,
        facts: str,
        agents: int,
    ) -> None:
        pack = packs[name]
        assistant = Assistant(
            pack, NamedUnderstander(confidence, nothing=_off_topic(pack))
        )

        silent = {
            wish: _silent(
                repeat(
                    assistant,
                    _turn(wish),
                    _context(pack, facts, agents),
                    times=_most(pack, wish),
                    every=timedelta(seconds=20),
                )
            )
            for wish in _wishes(pack)
        }

        assert {wish: turns for wish, turns in silent.items() if turns} == {}

    def test_gets_a_word_every_ten_minutes_from_who_is_waited_for(
        self, packs: dict[str, Pack], name: str, facts: str, agents: int
    ) -> None:
        pack = packs[name]
        assistant = Assistant(pack, NamedUnderstander(SURE, nothing=_off_topic(pack)))

        longest = {
            wish: _longest_silence(
                repeat(
                    assistant,
                    _turn(wish),
                    _context(pack, facts, agents),
                    times=_most(pack, wish) + 12,
                    every=timedelta(minutes=2),
                )
            )
            for wish in _wishes(pack)
        }

        assert {wish: it for wish, it in longest.items() if it > REST} == {}

    def test_and_neither_are_pictures_after_pictures(
        self, packs: dict[str, Pack], name: str, facts: str, agents: int
    ) -> None:
        pack = packs[name]
        assistant = Assistant(pack, NamedUnderstander(SURE, nothing=_off_topic(pack)))

        answered = {
            wish: repeat(
                assistant,
                _turn("", "https://shop.example/a.jpg"),
                _asked(assistant, wish, _context(pack, facts, agents)),
                times=25,
                every=timedelta(minutes=2),
            )
            for wish in _pictured(pack)
        }

        assert {
            wish: it for wish, turns in answered.items() if (it := _silent(turns))
        } == {}
        longest = {wish: _longest_silence(turns) for wish, turns in answered.items()}
        assert {wish: it for wish, it in longest.items() if it > REST} == {}


def _asked(assistant: Assistant, wish: str, context: TurnContext) -> TurnContext:
    """Return where a conversation stands once a wish was said."""
    turn = replace(_turn(wish), message_ids=(0,))
    decision = assistant.handle(turn, context)
    return after(context, turn, decision, pack=assistant.library.pack)
