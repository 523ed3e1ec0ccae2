"""A manager declares an incident: promises stop, and who was told hears of its end."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from server.library import Library
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import Role
from tests.journeys.shop_floor import SHANGHAI, ShopFloor
from tests.server.api.colleagues import Colleague, employ

SNOW = "亲，仓库所在地大雪封路，暂时发不了货，预计11月26日恢复，恢复后按付款先后发出。"
ASKED = "什么时候发货"


@pytest.fixture(name="boss")
async def _boss(shop: ShopFloor) -> Colleague:
    return await employ(shop, "boss", role=Role.MANAGER)


async def declare(
    shop: ShopFloor, boss: Colleague, kind: str = "warehouse_stop", **more: Any
) -> int:
    """Declare an incident; the running process notices with its next tick."""
    answer = await boss.post("/incidents", kind=kind, **({"text": SNOW} | more))
    assert answer.status == 201, answer.body
    await shop.tick()
    shop.platform.received.clear()
    number: int = answer.body["id"]
    return number


def texts(answer: dict[str, Any]) -> list[str]:
    return [reply["text"] for reply in answer["replies"]]


async def closings(shop: ShopFloor) -> list[tuple[str, str]]:
    return [
        (one.plan_id, one.state)
        for one in await shop.follow_ups()
        if one.plan_id == "incident_over"
    ]


class TestIncident:
    async def test_who_asks_is_told_of_it_and_promised_nothing(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        await shop.service.database.write(
            lambda connection: set_shop(
                connection,
                shop.shop_id,
                changes=ShopChanges(policies={"shop.ship_within": "付款后48小时内"}),
            )
        )
        await shop.tick()
        before = await shop.say("early", ASKED)
        await declare(shop, boss)

        told = await shop.say("b1", ASKED)
        other = await shop.say("b2", "你们有什么优惠活动吗")

        assert any("48小时" in text for text in texts(before))
        assert SNOW in texts(told)
        assert told["band"] == "auto"
        assert not any("48小时" in text for text in texts(told))
        assert SNOW not in texts(other)

    async def test_who_asks_again_reads_other_words(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        await declare(shop, boss)
        await shop.say("b1", ASKED)

        again = await shop.say("b1", "到底哪天能发货")

        assert again["replies"]
        assert SNOW not in texts(again)

    async def test_one_message_tells_everybody_who_was_told_that_it_is_over(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        number = await declare(shop, boss)
        for _ in range(2):
            await shop.say("b1", ASKED)
        await shop.say("b2", "今天拍明天能发货吗")
        await shop.say("b3", "你好")
        await shop.tick()
        shop.platform.received.clear()

        ended = await boss.post(f"/incidents/{number}/end", closing="今天起恢复发货，")
        for _ in range(3):
            await shop.tick()

        assert ended.body["told"] == 2
        buyers = [body["buyer_id"] for body in shop.platform.received]
        assert sorted(buyers) == ["b1", "b2"]
        assert await closings(shop) == [("incident_over", "sent")] * 2
        after = await shop.say("b4", ASKED)
        assert SNOW not in texts(after)
        listed = await boss.get("/incidents", state="ended")
        assert listed.body["items"][0]["closed_at"] is not None

    async def test_it_ends_by_itself_at_its_time_and_nobody_is_woken_at_night(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        night = datetime(2026, 11, 24, 2, 0, tzinfo=SHANGHAI)
        await declare(shop, boss, ends_at=night.isoformat())
        await shop.say("b1", ASKED)
        await shop.tick()
        shop.platform.received.clear()

        shop.clock.set(night + timedelta(minutes=1))
        await shop.tick()
        at_night = shop.platform.texts()
        shop.clock.set(datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI))
        await shop.tick()
        await shop.tick()

        assert at_night == []
        assert [body["buyer_id"] for body in shop.platform.received] == ["b1"]

    async def test_who_opted_out_is_left_alone(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        number = await declare(shop, boss)
        await shop.say("b1", ASKED)
        await shop.say("b1", "退订")
        await shop.tick()
        shop.platform.received.clear()

        await boss.post(f"/incidents/{number}/end")
        await shop.tick()
        await shop.tick()

        assert shop.platform.texts() == []
        assert await closings(shop) == [("incident_over", "skipped")]

    async def test_an_order_it_does_not_reach_is_answered_as_ever(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        await declare(shop, boss, scope={"couriers": ["中通"]}, kind="courier_stop")
        for number, courier in (("A1", "中通快递"), ("A2", "圆通")):
            await shop.tell(
                "PUT",
                f"/orders/{number}",
                buyer_id=f"of-{courier}",
                items=[{"item_id": "tea-03", "title": "高山绿茶"}],
                state="shipped",
                courier=courier,
                tracking_no="78612345678901",
                updated_at="2026-11-22T10:00:00+08:00",
            )

        reached = await shop.say("of-中通快递", "我的快递到哪了")
        other = await shop.say("of-圆通", "我的快递到哪了")

        assert SNOW in texts(reached)
        assert SNOW not in texts(other)

    async def test_what_the_guard_objects_to_is_refused_with_its_findings(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        answer = await boss.post(
            "/incidents",
            kind="warehouse_stop",
            text="耽误您收货，五星好评返现5元补偿您",
        )

        assert answer.status == 422
        assert answer.code == "guard_blocked"
        assert "review_reward" in {
            it["rule"] for it in answer.body["error"]["findings"]
        }

    async def test_the_pack_says_which_wishes_it_answers(
        self, library: Library
    ) -> None:
        for rule in library.pack.incidents.kinds.values():
            assert rule.intents
            assert rule.withholds
