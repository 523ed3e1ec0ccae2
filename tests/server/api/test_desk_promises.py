"""What people see of promises, and settle."""

import pytest

from storage.states import Role
from tests.journeys.promising import UNSHIPPED, agent_says, serve
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague, employ


@pytest.fixture(name="place")
async def _place(floor: ShopFloor) -> int:
    """A conversation in which an agent has promised two things."""
    await floor.tell("PUT", "/orders/A1001", **UNSHIPPED)
    said = await floor.say("b1", "你好")
    conversation_id = int(said["conversation_id"])
    person_id = await serve(floor, conversation_id)
    await agent_says(floor, conversation_id, person_id, "亲，今天给您发货")
    await agent_says(floor, conversation_id, person_id, "补您差价5元哦")
    return conversation_id


class TestList:
    async def test_shows_who_promised_what_until_when(
        self, lan: Colleague, place: int
    ) -> None:
        answer = await lan.get("/promises")

        first, second = answer.body["items"]
        assert (first["kind"], first["kind_name"]) == ("ship_by", "发货")
        assert first["order_id"] == "A1001"
        assert first["due_at"] == "2026-11-23T15:59:00Z"
        assert first["promised_by"] == "xiaolin"
        assert (second["kind"], second["amount_fen"]) == ("pay_difference", 500)
        assert answer.body["next"] is None

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({"state": "open"}, 2),
            ({"state": "kept"}, 0),
            ({"person": "xiaolin"}, 2),
            ({"person": "me"}, 0),
            ({"order_id": "A1001"}, 2),
            ({"order_id": "A2"}, 0),
            ({"due_before": "2026-11-24T00:00:00+08:00"}, 1),
            ({"limit": "1"}, 1),
        ],
    )
    async def test_can_be_narrowed(
        self, lan: Colleague, place: int, query: dict[str, str], count: int
    ) -> None:
        answer = await lan.get("/promises", **query)

        assert answer.status == 200, answer.body
        assert len(answer.body["items"]) == count

    async def test_refuses_a_time_without_a_zone(self, lan: Colleague) -> None:
        answer = await lan.get("/promises", due_before="2026-11-24T00:00:00")

        assert (answer.status, answer.field) == (400, "due_before")

    async def test_knows_no_stranger(self, lan: Colleague) -> None:
        answer = await lan.get("/promises", person="nobody")

        assert (answer.status, answer.field) == (400, "person")


class TestConversation:
    async def test_shows_what_waits_to_be_kept(
        self, lan: Colleague, place: int
    ) -> None:
        answer = await lan.get(f"/conversations/{place}")

        shown = answer.body["promises"]
        assert [one["kind"] for one in shown] == ["ship_by", "pay_difference"]
        assert shown[0]["words"] == "今天给您发货"
        assert shown[0]["is_warned"] is False


class TestSettle:
    async def test_an_agent_says_that_one_was_kept(
        self, lan: Colleague, place: int
    ) -> None:
        listed = await lan.get("/promises")
        one = listed.body["items"][1]["id"]

        answer = await lan.post(f"/promises/{one}/kept", reason="已线下转账")

        assert answer.status == 200, answer.body
        assert answer.body["state"] == "kept"
        assert answer.body["settled_by"] == lan.user
        assert answer.body["reason"] == "已线下转账"

    async def test_only_a_manager_makes_one_void(
        self, floor: ShopFloor, lan: Colleague, place: int
    ) -> None:
        manager = await employ(floor, "boss", role=Role.MANAGER)
        one = (await lan.get("/promises")).body["items"][0]["id"]

        refused = await lan.post(f"/promises/{one}/void", reason="买家不要了")
        done = await manager.post(f"/promises/{one}/void", reason="买家不要了")
        again = await manager.post(f"/promises/{one}/void", reason="买家不要了")

        assert refused.status == 403
        assert done.body["state"] == "void"
        assert (again.status, again.code) == (409, "illegal_transition")

    async def test_wants_a_reason(self, lan: Colleague, place: int) -> None:
        answer = await lan.post("/promises/1/kept", reason=" ")

        assert (answer.status, answer.field) == (400, "reason")

    async def test_what_is_not_there_is_not_found(self, lan: Colleague) -> None:
        answer = await lan.post("/promises/99/kept", reason="看错了")

        assert answer.status == 404
