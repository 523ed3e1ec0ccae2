"""What was promised is kept, warned of, or breached once, with a ticket and an apology."""

import re
from datetime import datetime

from bot.promises.kinds import PromiseState
from server.recovery import recover
from storage.repositories.promises import claim_due
from tests.journeys.promising import (
    UNSHIPPED,
    agent_says,
    promises_of,
    serve,
    suggestions_of,
)
from tests.journeys.shop_floor import SHANGHAI, ShopFloor

_ASKING = "请问我的订单A1001什么时候发货呀"


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


async def _ask(shop: ShopFloor) -> int:
    """Let the buyer ask when it ships; the assistant names the order's own time."""
    await shop.tell("PUT", "/orders/A1001", **UNSHIPPED)
    answer = await shop.say("b1", _ASKING)
    assert any("10:00" in reply["text"] for reply in answer["replies"]), answer
    return int(answer["conversation_id"])


async def _ship(shop: ShopFloor, at: datetime) -> None:
    shop.clock.set(at)
    await shop.tell(
        "PUT",
        "/orders/A1001",
        **{
            **UNSHIPPED,
            "state": "shipped",
            "shipped_at": at.isoformat(),
            "courier": "中通",
            "tracking_no": "78612345678901",
            "updated_at": at.isoformat(),
        },
    )


class TestShippingPromise:
    async def test_is_written_down_when_the_assistant_names_the_deadline(
        self, shop: ShopFloor
    ) -> None:
        conversation_id = await _ask(shop)

        (promise,) = await promises_of(shop)

        assert promise.kind == "ship_by"
        assert promise.order_ref == "A1001"
        assert promise.due_at == _at(24, 10)
        assert promise.conversation_id == conversation_id
        assert promise.promised_by is None

    async def test_is_kept_when_the_order_ships_in_time(self, shop: ShopFloor) -> None:
        await _ask(shop)

        await _ship(shop, _at(23, 18))
        shop.clock.set(_at(25, 10))
        await shop.tick()

        (promise,) = await promises_of(shop)
        assert promise.state is PromiseState.KEPT
        assert await shop.tickets("logistics") == []

    async def test_is_warned_of_then_breached_once_with_a_ticket_and_an_apology(
        self, shop: ShopFloor
    ) -> None:
        conversation_id = await _ask(shop)

        shop.clock.set(_at(24, 8, 30))
        await shop.tick()
        (warned,) = await promises_of(shop)
        shop.clock.set(_at(24, 10, 1))
        await shop.tick()
        await shop.tick()

        assert warned.state is PromiseState.WARNED
        (promise,) = await promises_of(shop)
        assert promise.state is PromiseState.BREACHED
        (ticket,) = await shop.tickets("logistics")
        assert promise.ticket == ticket.number
        assert ticket.order_ref == "A1001"
        assert await shop.events(ticket.number) == ["opened"]
        (apology,) = await suggestions_of(shop, conversation_id)
        assert "抱歉" in apology.text

    async def test_that_is_fulfilled_late_stays_breached(self, shop: ShopFloor) -> None:
        await _ask(shop)
        shop.clock.set(_at(24, 10, 1))
        await shop.tick()

        await _ship(shop, _at(24, 15))

        (promise,) = await promises_of(shop)
        assert promise.state is PromiseState.BREACHED
        assert promise.kept_at == _at(24, 15)

    async def test_is_void_when_the_order_is_cancelled(self, shop: ShopFloor) -> None:
        await _ask(shop)
        shop.clock.move(hours=1)

        await shop.tell(
            "PUT",
            "/orders/A1001",
            **{
                **UNSHIPPED,
                "state": "cancelled",
                "updated_at": "2026-11-23T11:00:00+08:00",
            },
        )

        (promise,) = await promises_of(shop)
        assert promise.state is PromiseState.VOID

    async def test_made_twice_is_one(self, shop: ShopFloor) -> None:
        await _ask(shop)

        await shop.say("b1", "那到底什么时候能发货")

        shipping = [p for p in await promises_of(shop) if p.about == "shipping"]
        assert [p.due_at for p in shipping] == [_at(24, 10)]

    async def test_claimed_by_a_killed_process_is_breached_by_the_next_one(
        self, shop: ShopFloor
    ) -> None:
        await _ask(shop)
        shop.clock.set(_at(24, 10, 1))
        service = shop.service
        await service.database.write(
            lambda connection: claim_due(
                connection,
                owner="killed",
                now=shop.clock(),
                lease=_at(24, 11) - _at(24, 10),
                limit=10,
            )
        )
        await shop.tick()
        (claimed,) = await promises_of(shop)

        await recover(service.database, service.turns)
        # On PostgreSQL another process may be alive: its claim ends with the lease.
        shop.clock.set(_at(24, 11, 2))
        await shop.tick()
        await shop.tick()

        assert claimed.state is PromiseState.OPEN
        (promise,) = await promises_of(shop)
        assert promise.state is PromiseState.BREACHED
        assert len(await shop.tickets("logistics")) == 1


class TestAgentsPromise:
    async def test_of_a_refund_is_breached_the_day_after(self, shop: ShopFloor) -> None:
        await shop.tell("PUT", "/orders/A1001", **UNSHIPPED)
        said = await shop.say("b1", "我不想要了，给我退款吧")
        conversation_id = int(said["conversation_id"])
        person_id = await serve(shop, conversation_id)

        await agent_says(shop, conversation_id, person_id, "好的亲，明天给您退款")
        made = [p for p in await promises_of(shop) if p.kind == "refund_by"]
        shop.clock.set(_at(25, 0, 1))
        await shop.tick()

        assert [p.due_at for p in made] == [_at(24, 23, 59)]
        assert made[0].promised_by == "xiaolin"
        assert made[0].order_ref == "A1001"
        (promise,) = [p for p in await promises_of(shop) if p.kind == "refund_by"]
        assert promise.state is PromiseState.BREACHED
        assert promise.ticket in {ticket.number for ticket in await shop.tickets()}
        texts = [one.text for one in await suggestions_of(shop, conversation_id)]
        assert any("退款" in text and re.search("对不起|抱歉", text) for text in texts)

    async def test_to_answer_is_kept_by_the_next_message(self, shop: ShopFloor) -> None:
        said = await shop.say("b1", "你好")
        conversation_id = int(said["conversation_id"])
        person_id = await serve(shop, conversation_id)
        await agent_says(shop, conversation_id, person_id, "亲，半小时内给您答复")

        await agent_says(shop, conversation_id, person_id, "亲，再等我10分钟回复您")
        (again,) = await promises_of(shop)
        await agent_says(shop, conversation_id, person_id, "查到了，这款现在有货")

        assert again.state is PromiseState.OPEN
        (promise,) = await promises_of(shop)
        assert promise.state is PromiseState.KEPT

    async def test_for_a_ticket_is_kept_when_it_is_solved(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A1001", **UNSHIPPED)
        await shop.say("b1", "都三天了怎么还不发货，急死了")
        (ticket,) = await shop.tickets("logistics")
        promised = [p for p in await promises_of(shop) if p.ticket == ticket.number]

        await shop.move_ticket(ticket.number, "in_progress", "solved")

        assert [p.kind for p in promised] == ["reply_by"]
        assert promised[0].due_at == ticket.first_answer_due_at
        (kept,) = [p for p in await promises_of(shop) if p.kind == "reply_by"]
        assert kept.state is PromiseState.KEPT

    async def test_for_a_ticket_adds_to_it_when_it_is_breached(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A1001", **UNSHIPPED)
        await shop.say("b1", "都三天了怎么还不发货，急死了")
        (ticket,) = await shop.tickets("logistics")

        shop.clock.set(_at(25, 18))
        await shop.tick()

        (broken,) = [p for p in await promises_of(shop) if p.kind == "reply_by"]
        assert broken.state is PromiseState.BREACHED
        assert broken.ticket == ticket.number
        assert await shop.tickets("callback") == []


class TestUnreadPromise:
    async def test_is_void_when_a_person_takes_over_before_it_leaves(
        self, shop: ShopFloor
    ) -> None:
        shop.platform.status = 503
        conversation_id = await _ask(shop)

        await serve(shop, conversation_id)
        shop.platform.status = 200
        shop.clock.move(minutes=1)
        await shop.tick()
        await shop.tick()  # the words behind the first ones

        (promise,) = await promises_of(shop)
        assert promise.state is PromiseState.VOID
        assert promise.reason == "withheld"
