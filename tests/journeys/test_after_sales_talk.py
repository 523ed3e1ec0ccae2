"""A buyer in the middle of a flow is free to go, and need not say anything twice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.flows.state import DialogueEnd
from server.app import running_service
from server.http import make_application
from server.library import Library
from storage.database import Database
from storage.repositories.conversations import release, take_over
from tests.journeys.after_sales import Buyer, steps
from tests.journeys.shop_floor import ShopFloor


@pytest.fixture(name="buyer")
async def _buyer(shop: ShopFloor) -> Buyer:
    await shop.put_on_duty()
    buyer = Buyer(shop)
    await buyer.buys()
    return buyer


@asynccontextmanager
async def restarted(
    shop: ShopFloor, database: Database, library: Library
) -> AsyncIterator[ShopFloor]:
    """Serve the same database with a process that remembers nothing."""
    async with running_service(
        shop.settings,
        database=database,
        library=library,
        clock=shop.clock,
        is_ticking=False,
    ) as service:
        application = make_application(service)
        async with TestClient(TestServer(application)) as client:
            yield replace(shop, service=service, client=client, _message_number=500)


class TestBuyerIsNotHeldCaptive:
    async def test_another_wish_is_answered_and_the_question_stays(
        self, buyer: Buyer
    ) -> None:
        await buyer.says("收到的杯子是坏的")
        other = await buyer.says("你们支持花呗付款吗")

        answer = await buyer.shows()

        assert steps(other) == []
        assert other["replies"][0]["intent"] == "payment_method"
        assert steps(answer) == ["aftersale_quality.severity"]

    async def test_a_courtesy_is_no_refusal(self, buyer: Buyer) -> None:
        await buyer.says("收到的杯子是坏的")
        await buyer.says("好的")

        assert (await buyer.dialogue()).tries == 1

    async def test_a_second_refusal_brings_a_person_with_what_is_known(
        self, buyer: Buyer
    ) -> None:
        await buyer.says("收到的杯子是坏的")
        again = await buyer.says("凭什么要我拍照")

        answer = await buyer.says("不想拍")

        assert steps(again) == ["aftersale_quality.evidence"]
        assert answer["band"] == "hand_over"
        assert (await buyer.dialogue()).closed is DialogueEnd.REFUSED
        assert (await buyer.ticket("quality")).data["order"] == "A1"

    async def test_an_angry_buyer_is_not_asked_twice(self, buyer: Buyer) -> None:
        await buyer.says("我要退货")

        answer = await buyer.says("凭什么问我原因😡😡")

        assert answer["band"] == "hand_over"
        assert steps(answer) == []
        assert not (await buyer.dialogue()).is_open

    async def test_who_asks_for_a_person_gets_one(self, buyer: Buyer) -> None:
        await buyer.says("收到的杯子是坏的")
        await buyer.shows()

        answer = await buyer.says("转人工")

        assert answer["band"] == "hand_over"
        assert steps(answer) == []
        assert (await buyer.dialogue()).closed is DialogueEnd.PERSON
        assert (await buyer.ticket("quality")).data["picture"] == "1"

    async def test_after_two_days_a_new_turn_is_a_new_turn(self, buyer: Buyer) -> None:
        await buyer.says("收到的杯子是坏的")
        buyer.shop.clock.move(days=2, minutes=1)

        answer = await buyer.says("在吗")

        assert steps(answer) == []
        assert (await buyer.dialogue()).closed is DialogueEnd.EXPIRED


class TestMemory:
    async def test_a_restart_in_the_middle_asks_nothing_again(
        self, buyer: Buyer, database: Database, library: Library
    ) -> None:
        await buyer.says("收到的杯子是坏的")
        await buyer.shows()

        async with restarted(buyer.shop, database, library) as again:
            buyer.shop = again
            answer = await buyer.says("没法用了")

        assert steps(answer) == ["aftersale_quality.unusable"]

    async def test_a_day_later_the_question_is_still_open(self, buyer: Buyer) -> None:
        await buyer.says("收到的杯子是坏的")
        buyer.shop.clock.move(days=1)

        answer = await buyer.shows()

        assert steps(answer) == ["aftersale_quality.severity"]

    async def test_what_a_person_was_told_is_known_after_the_release(
        self, buyer: Buyer
    ) -> None:
        person = await buyer.shop.put_on_duty("xiaohong")
        await buyer.says("收到的杯子是坏的")
        now = buyer.shop.clock()
        shop_id, place = buyer.shop.shop_id, buyer.conversation_id
        await buyer.shop.service.database.write(
            lambda connection: take_over(
                connection,
                shop_id,
                conversation_id=place,
                person_id=person,
                until=now + timedelta(hours=1),
                now=now,
            )
        )
        during = await buyer.shows()
        await buyer.shop.service.database.write(
            lambda connection: release(
                connection, shop_id, conversation_id=place, now=now
            )
        )

        answer = await buyer.says("没法用了")

        assert during["replies"] == []
        assert steps(answer) == ["aftersale_quality.unusable"]
