"""Managers in a hurry: twice, at once, in the wrong shop, too late. It happens once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from server.auth.tokens import hash_of
from storage.queries.tickets import TicketRecord
from storage.repositories.sessions import end_session
from storage.repositories.shops import add_shop
from storage.states import Role
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Answer, Colleague, employ
from tests.server.api.waiting_claims import waiting_claim


@pytest.fixture(name="ann")
async def _ann(shop: ShopFloor) -> Colleague:
    return await employ(shop, "ann", role=Role.MANAGER)


@pytest.fixture(name="bob")
async def _bob(shop: ShopFloor) -> Colleague:
    return await employ(shop, "bob", role=Role.MANAGER)


@pytest.fixture(name="claim")
async def _claim(shop: ShopFloor) -> TicketRecord:
    return await waiting_claim(shop)


async def decide(who: Colleague, claim: TicketRecord, verb: str) -> Answer:
    more = {"note": "看不出问题"} if verb == "reject" else {}
    return await who.post(
        f"/tickets/{claim.number}/{verb}", version=claim.version, **more
    )


async def told(shop: ShopFloor, claim: TicketRecord) -> list[str]:
    """Return what people wrote to the buyer."""
    assert claim.conversation_id is not None
    records = await shop.messages(claim.conversation_id)
    return [record.text for record in records if record.sender == "agent"]


class TestClaimThatTwoDecide:
    @pytest.mark.parametrize(
        "verbs", [("approve", "approve"), ("approve", "reject"), ("reject", "reject")]
    )
    async def test_one_of_them_does_and_the_buyer_hears_one_answer(
        self,
        shop: ShopFloor,
        ann: Colleague,
        bob: Colleague,
        claim: TicketRecord,
        verbs: tuple[str, str],
    ) -> None:
        answers = await asyncio.gather(
            decide(ann, claim, verbs[0]), decide(bob, claim, verbs[1])
        )

        assert sorted(it.status for it in answers) == [200, 409]
        done = next(
            verb for verb, it in zip(verbs, answers, strict=True) if it.status == 200
        )
        (text,) = await told(shop, claim)
        assert ("20元" in text) is (done == "approve")

    async def test_the_buyer_hears_it_once_of_one_who_clicks_twice(
        self, shop: ShopFloor, ann: Colleague, claim: TicketRecord
    ) -> None:
        first = await decide(ann, claim, "approve")
        again = await decide(ann, claim, "approve")

        assert (first.status, again.status, again.code) == (200, 409, "stale")
        assert len(await told(shop, claim)) == 1

    async def test_nobody_of_another_shop_does(
        self, shop: ShopFloor, claim: TicketRecord
    ) -> None:
        other = await shop.service.database.write(
            lambda connection: add_shop(
                connection,
                slug="other",
                name="别家",
                pack_id="ecommerce",
                secret="-",
                now=shop.clock(),
            )
        )
        await shop.service.shops.refresh()
        stranger = await employ(shop, "eve", role=Role.ADMIN, shop_id=other)

        here = await decide(stranger, claim, "approve")
        there = await stranger.ask(
            "POST",
            f"/tickets/{claim.number}/approve",
            desk="/api/v1/desk/other",
            json={"version": claim.version},
        )

        assert (here.status, there.status) == (404, 404)
        assert await told(shop, claim) == []

    async def test_nobody_does_whose_session_is_over(
        self, shop: ShopFloor, ann: Colleague, claim: TicketRecord
    ) -> None:
        def unit(connection: Connection) -> None:
            end_session(connection, token_hash=hash_of(ann.token))

        await shop.service.database.write(unit)

        answer = await decide(ann, claim, "approve")

        assert (answer.status, answer.code) == (401, "not_signed_in")
        assert await told(shop, claim) == []


class TestIncidentThatTwoEnd:
    async def _declared(self, ann: Colleague) -> int:
        answer = await ann.post(
            "/incidents", kind="warehouse_stop", text="仓库临时停工，恢复后马上安排"
        )
        assert answer.status == 201, answer.body
        number: int = answer.body["id"]
        return number

    async def test_it_ends_once(
        self, shop: ShopFloor, ann: Colleague, bob: Colleague
    ) -> None:
        number = await self._declared(ann)

        answers = await asyncio.gather(
            ann.post(f"/incidents/{number}/end"), bob.post(f"/incidents/{number}/end")
        )
        again = await ann.post(f"/incidents/{number}/end")

        assert sorted(it.status for it in answers) == [200, 404]
        assert again.status == 404
        audit = await ann.get("/audit")
        actions = [it["action"] for it in audit.body["items"]]
        assert actions.count("incident.ended") == 1

    async def test_its_end_cannot_be_expected_in_the_past(
        self, shop: ShopFloor, ann: Colleague
    ) -> None:
        number = await self._declared(ann)
        past = (shop.clock() - timedelta(hours=1)).isoformat()

        answer = await ann.post(f"/incidents/{number}/expect", ends_at=past)

        assert (answer.status, answer.field) == (400, "ends_at")

    async def test_one_that_is_over_is_expected_no_more(
        self, shop: ShopFloor, ann: Colleague
    ) -> None:
        number = await self._declared(ann)
        await ann.post(f"/incidents/{number}/end")
        later = (shop.clock() + timedelta(hours=1)).isoformat()

        answer = await ann.post(f"/incidents/{number}/expect", ends_at=later)

        assert answer.status == 404
