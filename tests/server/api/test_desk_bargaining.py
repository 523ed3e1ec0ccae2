"""What people set, fill and look up of bargaining over their API."""

from typing import Any

from tests.bot.bargaining.policies import MUG
from tests.journeys.bargaining_shop import ask, set_up
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague

POLICIES = "/bargaining/policies"
CODES = "/bargaining/pools/autumn/codes"


class TestPolicies:
    async def test_a_manager_stores_reads_and_removes_them(
        self, boss: Colleague
    ) -> None:
        stored = await boss.put(POLICIES, policy=MUG, version=0)
        listed = await boss.get(POLICIES)
        removed = await boss.ask("DELETE", POLICIES, params={"item": "MUG-01"})
        gone = await boss.ask("DELETE", POLICIES, params={"item": "MUG-01"})

        assert stored.body == {"scope": "item:MUG-01", "version": 1}
        (item,) = listed.body["items"]
        assert item["policy"]["floor_fen"] == 4900
        assert item["policy"]["rungs"] == MUG["rungs"]
        assert removed.body == {"items": []}
        assert gone.status == 404

    async def test_what_is_read_can_be_put_again(self, boss: Colleague) -> None:
        await boss.put(POLICIES, policy=MUG)
        (item,) = (await boss.get(POLICIES)).body["items"]

        again = await boss.put(POLICIES, policy=item["policy"], version=1)
        stale = await boss.put(POLICIES, policy=item["policy"], version=1)

        assert again.body["version"] == 2
        assert (stale.status, stale.code) == (409, "stale")

    async def test_a_mistake_names_its_field(self, boss: Colleague) -> None:
        rungs: list[dict[str, Any]] = [{**MUG["rungs"][1], "off_fen": 0}]

        answer = await boss.put(POLICIES, policy={**MUG, "rungs": rungs})

        assert (answer.status, answer.field) == (400, "rungs[0].off_fen")

    async def test_a_gift_that_no_reply_may_name_is_refused(
        self, boss: Colleague
    ) -> None:
        gift = {**MUG["rungs"][0], "name": "好评返现红包"}

        answer = await boss.put(POLICIES, policy={**MUG, "rungs": [gift]})

        assert (answer.status, answer.field) == (400, "rungs[0].name")

    async def test_a_stored_policy_is_bargained_by(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await set_up(floor)
        await boss.put(POLICIES, policy={**MUG, "rounds_per_rung": 0})
        for _ in range(3):
            await ask(floor, "b1", "能便宜点吗")

        offers = await boss.get("/offers")

        assert offers.body["items"] == []


class TestPools:
    async def test_codes_are_counted_never_shown(self, boss: Colleague) -> None:
        await boss.put(POLICIES, policy=MUG)

        added = await boss.post(CODES, codes=["A-1", "A-2", "A-1"])
        again = await boss.post(CODES, codes=["A-2", "A-3"])
        listed = await boss.get("/bargaining/pools")
        removed = await boss.ask("DELETE", CODES)

        assert added.body["changed"] == 2
        assert again.body == {
            "changed": 1,
            "pool": {"pool": "autumn", "left": 3, "taken": 0},
        }
        assert listed.body == {"items": [{"pool": "autumn", "left": 3, "taken": 0}]}
        assert removed.body["changed"] == 3

    async def test_a_code_that_could_not_be_typed_is_refused(
        self, boss: Colleague
    ) -> None:
        answer = await boss.post(CODES, codes=["A 1"])

        assert answer.status == 400

    async def test_a_pool_that_no_policy_names_is_refused(
        self, boss: Colleague
    ) -> None:
        answer = await boss.post(CODES, codes=["A-1"])

        assert answer.status == 404


class TestOffers:
    async def test_are_listed_by_conversation_buyer_and_day(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        await set_up(floor)
        for buyer in ("b1", "b2"):
            for text in ("能便宜点吗", "再便宜点"):
                await ask(floor, buyer, text)

        everything = (await lan.get("/offers")).body["items"]
        own = await lan.get("/offers", buyer_id=everything[0]["buyer_id"])
        place = await lan.get(
            "/offers", conversation_id=everything[1]["conversation_id"]
        )
        today = await lan.get("/offers", day="2026-11-23", limit=1)
        older = await lan.get("/offers", day="2026-11-23", after=today.body["next"])
        tomorrow = await lan.get("/offers", day="2026-11-24")
        wrong = await lan.get("/offers", day="2026-13-99")

        assert [it["coupon"] for it in everything] == ["QIU-2", "QIU-1"]
        assert [it["coupon"] for it in own.body["items"]] == ["QIU-2"]
        assert [it["coupon"] for it in place.body["items"]] == ["QIU-1"]
        assert [it["coupon"] for it in older.body["items"]] == ["QIU-1"]
        assert tomorrow.body["items"] == []
        assert (wrong.status, wrong.field) == (400, "day")

    async def test_one_is_redeemed_once(self, lan: Colleague, floor: ShopFloor) -> None:
        await set_up(floor)
        for text in ("能便宜点吗", "再便宜点"):
            await ask(floor, "b1", text)
        (offer,) = (await lan.get("/offers")).body["items"]

        first = await lan.post(f"/offers/{offer['id']}/redeem")
        second = await lan.post(f"/offers/{offer['id']}/redeem")
        none = await lan.post("/offers/999/redeem")

        assert first.body == {"id": offer["id"]}
        assert (second.status, second.code) == (409, "stale")
        assert none.status == 404


class TestGive:
    async def test_a_person_gives_within_their_authority(
        self, lan: Colleague, boss: Colleague, floor: ShopFloor
    ) -> None:
        await set_up(floor, authority={"assistant": 0, "agent": 3, "manager": 4})
        told = await floor.say("b1", "能便宜点吗", item_id="MUG-01")
        path = f"/conversations/{told['conversation_id']}/offers"

        beyond = await lan.post(path, rung=4)
        given = await lan.post(path, rung=3)
        again = await lan.post(path, rung=3)
        deeper = await boss.post(path, rung=4)

        assert (beyond.status, beyond.code) == (403, "not_permitted")
        assert (given.status, given.body["kind"]) == (201, "free_postage")
        assert given.body["is_by_person"]
        assert again.status == 403
        assert (deeper.status, deeper.body["price_fen"]) == (201, 5000)
        assert deeper.body["charged_fen"] == 100

    async def test_the_buyer_may_hold_the_shop_to_it(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        await set_up(floor, authority={"assistant": 0, "agent": 4, "manager": 4})
        told = await floor.say("b1", "能便宜点吗", item_id="MUG-01")
        await lan.post(f"/conversations/{told['conversation_id']}/offers", rung=4)

        said = await ask(floor, "b1", "50卖我就拍")

        assert "https://shop.example/mug" in said

    async def test_nobody_goes_over_the_budget(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await set_up(floor, budget_fen={"conversation": 299, "day": 9999})
        told = await floor.say("b1", "能便宜点吗", item_id="MUG-01")
        path = f"/conversations/{told['conversation_id']}/offers"

        assert (await boss.post(path, rung=2)).status == 403

    async def test_without_a_policy_there_is_nothing_to_give(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        told = await floor.say("b1", "能便宜点吗")
        path = f"/conversations/{told['conversation_id']}/offers"

        assert (await boss.post(path, rung=1)).status == 404


class TestSuggestions:
    async def test_show_where_the_buyer_stands_and_what_is_left(
        self, lan: Colleague, boss: Colleague, floor: ShopFloor
    ) -> None:
        await set_up(floor, authority={"assistant": 2, "agent": 3, "manager": 4})
        for text in ("能便宜点吗", "再便宜点"):
            await ask(floor, "b1", text)
        (offer,) = (await lan.get("/offers")).body["items"]
        path = f"/conversations/{offer['conversation_id']}/suggestions"

        agent = (await lan.get(path)).body["bargaining"]
        manager = (await boss.get(path)).body["bargaining"]

        assert (agent["rung"], agent["rungs"], agent["rounds"]) == (2, 4, 1)
        assert agent["offer"]["coupon"] == "QIU-1"
        assert agent["offer"]["price_fen"] == 5200
        assert agent["budget_left_fen"] == agent["conversation_left_fen"] == 1700
        assert agent["day_left_fen"] == 19700
        assert agent["authority"] == {"assistant": 2, "agent": 3, "manager": 4}
        assert (agent["may_give"], manager["may_give"]) == (1, 2)
        assert (agent["floor_fen"], manager["floor_fen"]) == (None, 4900)

    async def test_say_nothing_where_no_policy_covers_the_item(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        told = await floor.say("b1", "能便宜点吗")

        answer = await lan.get(f"/conversations/{told['conversation_id']}/suggestions")

        assert answer.body["bargaining"] is None
