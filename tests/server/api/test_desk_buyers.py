"""What people see of buyers, items, orders and dead letters, and how they are masked."""

from typing import Any

import pytest

from server.api.desk.phone_searches import MOST
from storage.queries.audit import audit
from storage.repositories.buyers import set_contact, suppress
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague

PHONE = "13812345678"


@pytest.fixture(name="buyer_id")
async def _buyer_id(floor: ShopFloor, lan: Colleague) -> int:
    await floor.say("buyer-1", f"我的电话{PHONE}", buyer_name="小王")
    found = await lan.post("/buyers/find", buyer_ref="buyer-1")
    buyer_id: int = found.body["items"][0]["id"]
    await floor.service.database.write(
        lambda connection: set_contact(
            connection,
            floor.shop_id,
            buyer_id=buyer_id,
            phone=PHONE,
            address="浙江省杭州市西湖区文三路100号3幢502室",
        )
    )
    return buyer_id


class TestFind:
    @pytest.mark.parametrize("phone", [PHONE, f"+86 {PHONE}", "138-1234-5678"])
    async def test_by_the_exact_phone(
        self, lan: Colleague, buyer_id: int, phone: str
    ) -> None:
        answer = await lan.post("/buyers/find", phone=phone)

        (found,) = answer.body["items"]
        assert (found["id"], found["phone"]) == (buyer_id, "138****5678")

    async def test_by_phone_is_written_down_without_the_phone(
        self, lan: Colleague, floor: ShopFloor, buyer_id: int
    ) -> None:
        await lan.post("/buyers/find", phone=PHONE)
        await lan.post("/buyers/find", phone="13800000000")
        await lan.post("/buyers/find", buyer_ref="13800000001")
        await lan.post("/buyers/find", buyer_ref="buyer-1")

        records = await floor.service.database.read(
            lambda connection: audit(connection, floor.shop_id)
        )

        searched = [one for one in records if one.action == "buyers.searched"]
        assert [one.data for one in reversed(searched)] == [
            {"is_found": True},
            {"is_found": False},
            {"is_found": False},
        ]
        assert {one.person_id for one in searched} == {lan.person_id}

    async def test_by_phone_no_mask_can_be_guessed_away(
        self, lan: Colleague, mei: Colleague, floor: ShopFloor, buyer_id: int
    ) -> None:
        for number in range(MOST):
            await lan.post("/buyers/find", phone=f"1380000{number:04}")

        refused = await lan.post("/buyers/find", phone=PHONE)
        as_id = await lan.post("/buyers/find", buyer_ref=PHONE)
        by_ref = await lan.post("/buyers/find", buyer_ref="buyer-1")
        another = await mei.post("/buyers/find", phone=PHONE)
        floor.clock.move(hours=1)
        later = await lan.post("/buyers/find", phone=PHONE)

        assert (refused.status, refused.code) == (429, "rate_limited")
        assert as_id.status == 429
        assert [one["id"] for one in by_ref.body["items"]] == [buyer_id]
        assert (another.status, later.status) == (200, 200)

    async def test_part_of_a_phone_finds_nobody(
        self, lan: Colleague, buyer_id: int
    ) -> None:
        answer = await lan.post("/buyers/find", phone="1381234567")

        assert answer.body["items"] == []

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "buyer_ref"),
            ({"buyer_ref": "a", "phone": PHONE}, "buyer_ref"),
            ({"phone": "abc"}, "phone"),
            ({"buyer_ref": ""}, "buyer_ref"),
            ({"buyer_ref": "a\nb"}, "buyer_ref"),
            ({"buyer_ref": "a\n"}, "buyer_ref"),
        ],
    )
    async def test_a_wrong_body_is_named(
        self, lan: Colleague, body: dict[str, Any], field: str
    ) -> None:
        answer = await lan.post("/buyers/find", **body)

        assert (answer.status, answer.field) == (400, field)


class TestShow:
    async def test_contact_data_is_masked_for_everybody(
        self, lan: Colleague, boss: Colleague, buyer_id: int
    ) -> None:
        for who in (lan, boss):
            answer = await who.get(f"/buyers/{buyer_id}")

            assert answer.body["phone"] == "138****5678"
            assert "502" not in answer.body["address"]
            assert answer.body["name"] == "小*"

    async def test_there_is_no_other(self, lan: Colleague) -> None:
        assert (await lan.get("/buyers/999")).status == 404

    async def test_orders_come_in_pages(
        self, lan: Colleague, floor: ShopFloor, buyer_id: int
    ) -> None:
        for number in range(3):
            floor.clock.move(minutes=1)
            await floor.tell(
                "PUT", f"/orders/o-{number}", buyer_id="buyer-1", state="paid"
            )
        path = f"/buyers/{buyer_id}/orders"

        first = await lan.get(path, limit=2)
        rest = await lan.get(path, after=first.body["next"])

        orders = [*first.body["items"], *rest.body["items"]]
        assert [one["id"] for one in orders] == ["o-2", "o-1", "o-0"]

    async def test_a_cursor_of_another_list_is_refused(
        self, lan: Colleague, buyer_id: int
    ) -> None:
        answer = await lan.get(f"/buyers/{buyer_id}/orders", after="W251bGwsMV0")

        assert (answer.status, answer.field) == (400, "after")


class TestConsent:
    BODY = {"marketing": True, "source": "电话", "reason": "买家来电同意"}  # noqa: RUF012 - a constant of the tests

    async def test_is_changed_by_managers_only(
        self, lan: Colleague, boss: Colleague, buyer_id: int
    ) -> None:
        path = f"/buyers/{buyer_id}/consent"

        agent = await lan.put(path, **self.BODY)
        manager = await boss.put(path, **self.BODY)
        withdrawn = await boss.put(path, **{**self.BODY, "marketing": False})

        assert (agent.status, agent.code) == (403, "role_needed")
        assert manager.body["has_marketing_consent"]
        assert withdrawn.status == 200

    async def test_never_undoes_an_opt_out(
        self, boss: Colleague, floor: ShopFloor, buyer_id: int
    ) -> None:
        await floor.service.database.write(
            lambda connection: suppress(
                connection,
                floor.shop_id,
                buyer_id=buyer_id,
                words="退订",
                now=floor.clock(),
            )
        )

        answer = await boss.put(f"/buyers/{buyer_id}/consent", **self.BODY)
        shown = await boss.get(f"/buyers/{buyer_id}")

        assert (answer.status, answer.code) == (403, "not_permitted")
        assert shown.body["suppression"]["words"] == "退订"


class TestItems:
    async def test_the_floor_price_is_for_managers(
        self, lan: Colleague, boss: Colleague, floor: ShopFloor
    ) -> None:
        await floor.tell(
            "PUT", "/items/i-1", title="羽绒服", list_fen=9900, floor_fen=8000
        )

        seen = [(await who.get("/items/i-1")).body["floor_fen"] for who in (lan, boss)]
        listed = [
            (await who.get("/items")).body["items"][0]["floor_fen"]
            for who in (lan, boss)
        ]

        assert seen == listed == [None, 8000]

    async def test_come_in_pages(self, lan: Colleague, floor: ShopFloor) -> None:
        for number in range(3):
            await floor.tell("PUT", f"/items/i-{number}", title="件")

        first = await lan.get("/items", limit=2)
        rest = await lan.get("/items", after=first.body["next"])

        items = [*first.body["items"], *rest.body["items"]]
        assert [one["id"] for one in items] == ["i-0", "i-1", "i-2"]

    async def test_there_is_no_other(self, lan: Colleague) -> None:
        assert (await lan.get("/items/none")).status == 404


class TestOrders:
    async def test_have_their_history_masked(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        order = {"buyer_id": "b", "items": ["i-1"]}
        await floor.tell("PUT", "/orders/o-1", **order, state="paid")
        floor.clock.move(minutes=1)
        await floor.tell(
            "PUT",
            "/orders/o-1",
            **order,
            state="shipped",
            latest_track=f"派件员{PHONE}",
        )

        answer = await lan.get("/orders/o-1")

        assert answer.body["order"]["state"] == "shipped"
        assert answer.body["events"][-1]["data"]["state"] == ["paid", "shipped"]
        assert PHONE not in str(answer.body)

    async def test_have_nothing_whole_in_free_text_or_in_the_buyers_id(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        answer = await floor.say(PHONE, "在吗", buyer_name="莫秋水")
        await floor.tell(
            "PUT",
            "/orders/o-1",
            buyer_id=PHONE,
            state="paid",
            items=[{"item_id": "i-1", "title": "刻字杯 莫秋水"}],
            refund=f"退到{PHONE}",
            dispute="莫秋水说没收到",
        )
        told = await lan.get("/orders/o-1")
        line = await lan.get(f"/conversations/{answer['conversation_id']}")
        buyer_id = line.body["conversation"]["buyer"]["id"]
        listed = await lan.get(f"/buyers/{buyer_id}/orders")
        shown = await lan.get(f"/buyers/{buyer_id}")
        found = await lan.post("/buyers/find", buyer_ref=PHONE)
        lines = await lan.get("/conversations")

        (order,) = listed.body["items"]
        assert order["buyer_ref"] == "138****5678"
        assert order["refund"] == "退到138****5678"
        assert order["dispute"] == "莫*水说没收到"
        assert order["lines"][0]["title"] == "刻字杯 莫*水"
        for body in (told, line, listed, shown, found, lines):
            assert body.status == 200
            assert PHONE not in str(body.body)
            assert "莫秋水" not in str(body.body)


class TestDeadLetters:
    async def test_are_sent_again_by_a_manager(
        self, lan: Colleague, boss: Colleague, floor: ShopFloor
    ) -> None:
        floor.platform.status = 410
        await floor.say("b1", "你好")
        await floor.tick()
        letters = (await lan.get("/dead-letters")).body["items"]
        path = f"/dead-letters/{letters[0]['id']}/resend"

        agent = await lan.post(path)
        floor.platform.status = 200
        manager = await boss.post(path)
        await floor.tick()
        left = (await lan.get("/dead-letters")).body["items"]

        assert agent.status == 403
        assert manager.status == 200
        assert len(left) == len(letters) - 1
        assert (await boss.post(path)).status == 404


class TestOverview:
    async def test_counts(self, lan: Colleague, floor: ShopFloor) -> None:
        await floor.put_on_duty()
        await floor.say("b1", "转人工")

        answer = await lan.get("/overview")

        assert answer.body["conversations"]["handed_over"] == 1
        assert answer.body["agents_on_duty"] == 1
        assert answer.body["dead_letters"] == 0
