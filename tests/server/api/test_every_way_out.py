"""Whatever a shop puts out passes its own guard: a rule against every text silences all."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.actions import Reply
from bot.deciding.rescue import rescue
from bot.guarding.rules import Verdict
from bot.guarding.shop_rules import ShopRule
from bot.messages import Turn
from server.contexts import Contexts
from server.guarding import SETTINGS_KEY, GuardSettings, stored
from storage.queries.tickets import ticket
from storage.repositories.conversations import take_over as hold_conversation
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import Role
from tests.journeys.promising import UNSHIPPED, suggestions_of
from tests.journeys.shop_floor import SHANGHAI, ShopFloor
from tests.server.api.colleagues import employ
from tests.server.api.talks import take_over
from tests.server.api.waiting_claims import waiting_claim

_EVERY = tuple("亲您你的了我们这是在有不小二请好到会就给为和可以单发货题看没出什么处理")
"""No text for people does without all of these."""
_SNOW = "亲，仓库所在地大雪封路，暂时发不了货，恢复后按付款先后发出。"


async def _forbid(floor: ShopFloor) -> None:
    """Let the shop forbid every text there is."""
    rule = ShopRule(
        rule="silence", verdict=Verdict.BLOCK, phrases=_EVERY, suggestion="什么都不说"
    )
    settings = {SETTINGS_KEY: stored(GuardSettings(rules=(rule,)))}
    await floor.service.database.write(
        lambda connection: set_shop(
            connection, floor.shop_id, changes=ShopChanges(settings=settings)
        )
    )
    await floor.service.shops.refresh()


Forbid = Callable[[], Awaitable[None]]


async def _answers(floor: ShopFloor, forbid: Forbid) -> list[str]:
    await forbid()
    answer = await floor.say("b1", "什么时候发货")
    return [reply["text"] for reply in answer["replies"]]


async def _reminders(floor: ShopFloor, forbid: Forbid) -> list[str]:
    await floor.say("b1", "这款还有货吗")
    await floor.tick()
    await forbid()
    floor.platform.received.clear()
    for minutes in (4, 11):
        floor.clock.move(minutes=minutes)
        await floor.tick()
        await floor.tick()
    return floor.platform.texts()


async def _release(floor: ShopFloor, forbid: Forbid) -> list[str]:
    answer = await floor.say("b1", "你好")
    place = answer["conversation_id"]
    person_id = await floor.put_on_duty()
    await floor.service.database.write(
        lambda connection: hold_conversation(
            connection,
            floor.shop_id,
            conversation_id=place,
            person_id=person_id,
            until=floor.clock() + timedelta(minutes=10),
            now=floor.clock(),
        )
    )
    await forbid()
    floor.clock.move(minutes=11)
    await floor.tick()
    return [it.text for it in await floor.messages(place) if it.sender == "system"]


async def _apologies(floor: ShopFloor, forbid: Forbid) -> list[str]:
    await floor.tell("PUT", "/orders/A1001", **UNSHIPPED)
    answer = await floor.say("b1", "请问我的订单A1001什么时候发货呀")
    await forbid()
    floor.clock.set(datetime(2026, 11, 24, 10, 1, tzinfo=SHANGHAI))
    await floor.tick()
    found = await suggestions_of(floor, answer["conversation_id"])
    assert await floor.tickets("logistics")
    return [suggestion.text for suggestion in found]


async def _closing(floor: ShopFloor, forbid: Forbid) -> list[str]:
    boss = await employ(floor, "boss", role=Role.MANAGER)
    declared = await boss.post("/incidents", kind="warehouse_stop", text=_SNOW)
    await floor.tick()
    await floor.say("b1", "什么时候发货")
    await floor.tick()
    await forbid()
    floor.platform.received.clear()
    await boss.post(f"/incidents/{declared.body['id']}/end")
    for _ in range(3):
        await floor.tick()
    return floor.platform.texts()


async def _incident(floor: ShopFloor, forbid: Forbid) -> list[str]:
    boss = await employ(floor, "boss", role=Role.MANAGER)
    await boss.post("/incidents", kind="warehouse_stop", text=_SNOW)
    await floor.tick()
    await forbid()
    answer = await floor.say("b1", "什么时候发货")
    return [reply["text"] for reply in answer["replies"]]


async def _incident_of_served(floor: ShopFloor, forbid: Forbid) -> list[str]:
    """What an agent is offered to say while an incident lasts."""
    boss = await employ(floor, "boss", role=Role.MANAGER)
    answer = await floor.say("b1", "你好")
    place = answer["conversation_id"]
    await boss.post("/incidents", kind="warehouse_stop", text=_SNOW)
    await floor.tick()
    await floor.service.database.write(
        lambda connection: hold_conversation(
            connection,
            floor.shop_id,
            conversation_id=place,
            person_id=boss.person_id,
            until=floor.clock() + timedelta(hours=10),
            now=floor.clock(),
        )
    )
    await forbid()
    await floor.say("b1", "什么时候发货")
    await floor.tick()
    return [it.text for it in await suggestions_of(floor, place) if it.text]


async def _declaring(floor: ShopFloor, forbid: Forbid) -> list[str]:
    boss = await employ(floor, "boss", role=Role.MANAGER)
    await forbid()
    declared = await boss.post("/incidents", kind="warehouse_stop", text=_SNOW)
    return [_SNOW] if declared.status == 201 else []


async def _claim(floor: ShopFloor, forbid: Forbid) -> list[str]:
    boss = await employ(floor, "boss", role=Role.MANAGER)
    claim = await waiting_claim(floor)
    await forbid()
    await boss.post(f"/tickets/{claim.number}/approve", version=claim.version)
    after, _ = await floor.service.database.read(
        lambda connection: ticket(connection, floor.shop_id, claim.number)
    )
    assert after.conversation_id is not None
    said = await floor.messages(after.conversation_id)
    return [it.text for it in said if it.sender == "agent"]


async def _words(floor: ShopFloor, forbid: Forbid) -> list[str]:
    boss = await employ(floor, "boss", role=Role.MANAGER)
    answer = await floor.say("b1", "你好")
    place = answer["conversation_id"]
    await take_over(boss, place)
    await forbid()
    await boss.post(
        f"/conversations/{place}/messages",
        text="亲，这就为您看",
        client_id="c1",
        is_confirmed=True,
        override_reason="就这样说",
    )
    said = await floor.messages(place)
    return [it.text for it in said if it.sender == "agent"]


async def _rescue(floor: ShopFloor, forbid: Forbid) -> list[str]:
    answer = await floor.say("b1", "你好")
    await forbid()
    shop = floor.service.shops.by_id(floor.shop_id)
    turn = Turn(
        shop_id=floor.shop_id,
        conversation_id=answer["conversation_id"],
        message_ids=(),
        text="在吗",
        is_verified=True,
    )
    context, _ = await Contexts(floor.service.database).load(
        shop, turn, now=floor.clock()
    )
    decision = rescue(shop.library.assistant.library, turn, context)
    return [it.text for it in decision.actions if isinstance(it, Reply)]


_WAYS = {
    "answer": _answers,
    "reminder and close": _reminders,
    "given back": _release,
    "apology": _apologies,
    "incident": _incident,
    "incident to an agent": _incident_of_served,
    "incident over": _closing,
    "incident declared": _declaring,
    "claim decided": _claim,
    "agent": _words,
    "rescue": _rescue,
}


class TestEveryWayOut:
    @pytest.mark.parametrize("way", list(_WAYS))
    async def test_puts_something_out_that_the_shop_allows(
        self, floor: ShopFloor, way: str
    ) -> None:
        async def allow() -> None:
            """Forbid nothing."""

        assert await _WAYS[way](floor, allow)

    @pytest.mark.parametrize("way", list(_WAYS))
    async def test_puts_nothing_out_that_the_shop_forbids(
        self, floor: ShopFloor, way: str
    ) -> None:
        async def forbid() -> None:
            await _forbid(floor)

        assert await _WAYS[way](floor, forbid) == []
