"""How low a person may go with a price at the desk."""

from tests.bot.bargaining.policies import MUG, money_off
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague
from tests.server.api.talks import of, take_over


class TestSay:
    async def test_each_may_go_as_low_as_the_bargaining_policy_lets_them(
        self, lan: Colleague, boss: Colleague, floor: ShopFloor
    ) -> None:
        await floor.tell("PUT", "/items/MUG-01", title="陶瓷马克杯", list_fen=10000)
        policy = {
            **MUG,
            "floor_fen": 5000,
            "rungs": money_off(500, 1000, 2000),
            "authority": {"assistant": 1, "agent": 2, "manager": 3},
        }
        await boss.put("/bargaining/policies", policy=policy)
        asked = await floor.say("buyer-9", "这个多少钱", item_id="MUG-01")
        await take_over(lan, asked["conversation_id"])
        path = of(asked["conversation_id"], "/messages")

        own = await lan.post(path, text="马克杯92元给您", client_id="c1")
        others = await lan.post(path, text="马克杯按85算", client_id="c2")
        nobodys = await lan.post(path, text="这款马克杯75元", client_id="c3")
        await take_over(boss, asked["conversation_id"])
        approved = await boss.post(path, text="马克杯按85算", client_id="c4")

        found = [it.body["error"]["findings"][0] for it in (others, nobodys)]
        assert own.status == 201
        assert [(it["rule"], it["verdict"]) for it in found] == [
            ("below_authority", "human"),
            ("below_authority", "block"),
        ]
        assert approved.status == 201
