"""A claim waits for a manager; what is decided is what the buyer is told."""

from typing import Any

import pytest

from storage.queries.conversations import MessageRecord
from storage.queries.tickets import TicketRecord
from storage.repositories.shops import ShopChanges, set_shop
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague
from tests.server.api.waiting_claims import PICTURE, waiting_claim


@pytest.fixture(name="claim")
async def _claim(floor: ShopFloor) -> TicketRecord:
    return await waiting_claim(floor)


async def decide(
    person: Colleague, claim: TicketRecord, verb: str, **body: Any
) -> tuple[int, Any]:
    """Decide a claim as it was read; return status and body."""
    answer = await person.post(
        f"/tickets/{claim.number}/{verb}", **({"version": claim.version} | body)
    )
    return answer.status, answer.body


async def told(floor: ShopFloor, claim: TicketRecord) -> list[MessageRecord]:
    """Return what people wrote to the buyer."""
    assert claim.conversation_id is not None
    records = await floor.messages(claim.conversation_id)
    return [record for record in records if record.sender == "agent"]


async def limit(floor: ShopFloor, **fen: int | None) -> None:
    limits = {"assistant": 0, "agent": 0, "manager": None} | fen
    await floor.service.database.write(
        lambda connection: set_shop(
            connection,
            floor.shop_id,
            changes=ShopChanges(settings={"authority": limits}),
        )
    )
    await floor.service.shops.refresh()


class TestClaim:
    async def test_shows_what_was_collected_and_that_it_waits(
        self, boss: Colleague, claim: TicketRecord
    ) -> None:
        answer = await boss.get(f"/tickets/{claim.number}")

        ticket = answer.body["ticket"]
        assert ticket["waits_for_approval"]
        assert ticket["moves"] == []
        assert ticket["collected"]["amount"] == "2000"
        assert {"name": "希望补偿", "value": "20元"} in ticket["facts"]

    async def test_cannot_just_be_moved_on(
        self, boss: Colleague, claim: TicketRecord
    ) -> None:
        status, _ = await decide(boss, claim, "move", to="in_progress")

        assert status == 409


class TestApprove:
    async def test_the_buyer_is_told_the_amount_after_it_and_not_before(
        self, boss: Colleague, floor: ShopFloor, claim: TicketRecord
    ) -> None:
        before = await told(floor, claim)

        status, body = await decide(boss, claim, "approve")

        assert status == 200
        assert before == []
        (message,) = await told(floor, claim)
        assert "20元" in message.text
        assert body["ticket"]["state"] == "in_progress"
        assert body["ticket"]["collected"]["approved_fen"] == 2000
        assert body["events"][-1]["kind"] == "approved"
        assert body["events"][-1]["user"] == "boss"

    async def test_another_amount_may_be_approved(
        self, boss: Colleague, floor: ShopFloor, claim: TicketRecord
    ) -> None:
        await decide(boss, claim, "approve", amount_fen=1250)

        (message,) = await told(floor, claim)
        assert "12.5元" in message.text

    async def test_an_agent_may_not(
        self, lan: Colleague, floor: ShopFloor, claim: TicketRecord
    ) -> None:
        status, _ = await decide(lan, claim, "approve")

        assert status == 403
        assert await told(floor, claim) == []

    @pytest.mark.parametrize(("fen", "expected"), [(1999, 403), (2000, 200), (0, 403)])
    async def test_a_manager_may_up_to_their_limit(
        self,
        boss: Colleague,
        floor: ShopFloor,
        claim: TicketRecord,
        fen: int,
        expected: int,
    ) -> None:
        await limit(floor, manager=fen)

        status, _ = await decide(boss, claim, "approve")

        assert status == expected

    async def test_happens_once(
        self, boss: Colleague, floor: ShopFloor, claim: TicketRecord
    ) -> None:
        _, body = await decide(boss, claim, "approve")

        again, _ = await decide(
            boss, claim, "approve", version=body["ticket"]["version"]
        )

        assert again == 409
        assert len(await told(floor, claim)) == 1

    async def test_one_who_saw_an_older_state_is_refused(
        self, boss: Colleague, floor: ShopFloor, claim: TicketRecord
    ) -> None:
        status, _ = await decide(boss, claim, "approve", version=claim.version - 1)

        assert status == 409
        assert await told(floor, claim) == []


class TestReject:
    async def test_the_buyer_is_told_and_the_claim_is_over(
        self, boss: Colleague, floor: ShopFloor, claim: TicketRecord
    ) -> None:
        status, body = await decide(boss, claim, "reject", note="照片看不出问题")

        assert status == 200
        (message,) = await told(floor, claim)
        assert "20" not in message.text
        assert body["ticket"]["phase"] == "closed"
        assert body["events"][-1]["note"] == "照片看不出问题"

    async def test_needs_a_reason(self, boss: Colleague, claim: TicketRecord) -> None:
        status, _ = await decide(boss, claim, "reject")

        assert status == 400


class TestDialogue:
    async def test_people_see_what_is_known_and_what_is_missing(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        answer = await floor.say("buyer-2", "收到的杯子是坏的", **PICTURE)

        shown = await lan.get(f"/conversations/{answer['conversation_id']}")

        dialogue = shown.body["dialogue"]
        assert dialogue["flow"] == "aftersale_quality"
        assert dialogue["is_open"]
        assert [it["words"] for it in dialogue["known"]] == ["1张"]
        assert "order" in [it["slot"] for it in dialogue["missing"]]

    async def test_a_conversation_without_one_has_none(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        answer = await floor.say("buyer-2", "你好")

        shown = await lan.get(f"/conversations/{answer['conversation_id']}")

        assert shown.body["dialogue"] is None
