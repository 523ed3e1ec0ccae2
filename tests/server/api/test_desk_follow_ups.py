"""What people see and cancel of follow-ups, and the dry run."""

from datetime import timedelta

import pytest

from bot.follow_ups.plans import Kind
from storage.queries.conversations import conversation
from storage.repositories.buyers import suppress
from storage.repositories.facts import ConsentFact, put_consent
from storage.repositories.follow_ups import NewFollowUp, plan
from tests.journeys.shop_floor import MONDAY_MORNING, ShopFloor
from tests.server.api.colleagues import Colleague


async def buyer_of(floor: ShopFloor, ref: str) -> int:
    said = await floor.say(ref, "你好")
    place = await floor.service.database.read(
        lambda connection: conversation(
            connection, floor.shop_id, said["conversation_id"]
        )
    )
    return place.buyer_id


async def promise(
    floor: ShopFloor, buyer_id: int, plan_id: str, *, due_in: timedelta = timedelta()
) -> int:
    kind = floor.service.shops.by_id(floor.shop_id).library.pack.follow_ups[plan_id]
    found = await floor.service.database.write(
        lambda connection: plan(
            connection,
            floor.shop_id,
            value=NewFollowUp(
                buyer_id=buyer_id,
                plan_id=plan_id,
                kind=kind.kind,
                due_at=floor.clock() + due_in,
            ),
            now=floor.clock(),
        )
    )
    assert found is not None
    return found


async def agree(floor: ShopFloor, ref: str) -> None:
    fact = ConsentFact(
        connector="signed_http", buyer_ref=ref, is_given=True, source="test"
    )
    await floor.service.database.write(
        lambda connection: put_consent(
            connection,
            floor.shop_id,
            value=fact,
            told_at=floor.clock(),
            now=floor.clock(),
        )
    )


def marketing_plan(floor: ShopFloor) -> str:
    plans = floor.service.shops.by_id(floor.shop_id).library.pack.follow_ups
    return next(
        name
        for name, one in plans.items()
        if one.kind is Kind.MARKETING and any("{" not in text for text in one.texts)
    )


@pytest.fixture(name="marketing")
def _marketing(floor: ShopFloor) -> str:
    return marketing_plan(floor)


class TestList:
    async def test_can_be_narrowed(
        self, lan: Colleague, floor: ShopFloor, marketing: str
    ) -> None:
        buyer_id = await buyer_of(floor, "b1")
        follow_up_id = await promise(floor, buyer_id, marketing)

        answers = [
            await lan.get("/follow-ups", **query)
            for query in (
                {"state": "planned"},
                {"plan": marketing},
                {"buyer_id": buyer_id},
                {"state": "sent"},
                {"plan": "other"},
                {"buyer_id": buyer_id + 1},
            )
        ]

        found = [[it["id"] for it in answer.body["items"]] for answer in answers]
        assert found == [[follow_up_id]] * 3 + [[]] * 3


class TestCancel:
    async def test_makes_it_void_once(
        self, lan: Colleague, floor: ShopFloor, marketing: str
    ) -> None:
        follow_up_id = await promise(floor, await buyer_of(floor, "b1"), marketing)

        first = await lan.post(f"/follow-ups/{follow_up_id}/cancel", reason="不合适")
        again = await lan.post(f"/follow-ups/{follow_up_id}/cancel")

        assert (first.body["state"], first.body["reason"]) == ("cancelled", "不合适")
        assert again.status == 404


class TestDryRun:
    async def test_says_who_gets_what_and_who_does_not_and_why(
        self, lan: Colleague, floor: ShopFloor, marketing: str
    ) -> None:
        buyers = {ref: await buyer_of(floor, ref) for ref in ("yes", "no", "never")}
        await agree(floor, "yes")
        for buyer_id in buyers.values():
            await promise(floor, buyer_id, marketing)
        await promise(floor, buyers["yes"], marketing, due_in=timedelta(minutes=5))
        await floor.service.database.write(
            lambda connection: suppress(
                connection,
                floor.shop_id,
                buyer_id=buyers["never"],
                words="退订",
                now=floor.clock(),
            )
        )
        before = await floor.follow_ups()

        answer = await lan.get("/follow-ups/dry-run")

        fates = [
            (it["buyer_ref"], it["fate"], it["reason"]) for it in answer.body["items"]
        ]
        assert fates == [
            ("yes", "sent", None),
            ("no", "skipped", "no_consent"),
            ("yes", "skipped", "marketing_cap"),
        ]
        assert answer.body["items"][0]["text"]
        assert answer.body["is_complete"]
        assert await floor.follow_ups() == before

    async def test_a_plan_that_is_gone_is_skipped(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        buyer_id = await buyer_of(floor, "b1")
        await floor.service.database.write(
            lambda connection: plan(
                connection,
                floor.shop_id,
                value=NewFollowUp(
                    buyer_id=buyer_id,
                    plan_id="of-last-year",
                    kind=Kind.SERVICE,
                    due_at=floor.clock(),
                ),
                now=floor.clock(),
            )
        )

        answer = await lan.get("/follow-ups/dry-run")

        (item,) = answer.body["items"]
        assert (item["fate"], item["reason"]) == ("skipped", "unknown_plan")
        assert item["plan_name"] == "of-last-year"

    async def test_is_what_the_scheduler_then_does(
        self, lan: Colleague, floor: ShopFloor, marketing: str
    ) -> None:
        buyers = {ref: await buyer_of(floor, ref) for ref in ("yes", "no")}
        await agree(floor, "yes")
        for buyer_id in buyers.values():
            await promise(floor, buyer_id, marketing)

        foreseen = await lan.get("/follow-ups/dry-run")
        await floor.tick()

        told = {it["id"]: (it["fate"], it["reason"]) for it in foreseen.body["items"]}
        done = {
            it.follow_up_id: (it.state.value, it.reason)
            for it in await floor.follow_ups()
        }
        assert told == done
        (sent,) = [it for it in foreseen.body["items"] if it["fate"] == "sent"]
        assert sent["text"] in floor.platform.texts()

    async def test_waits_for_the_hours_of_the_shop(
        self, lan: Colleague, floor: ShopFloor, marketing: str
    ) -> None:
        await agree(floor, "yes")
        buyer_id = await buyer_of(floor, "yes")
        floor.clock.set(MONDAY_MORNING.replace(hour=22))
        await promise(floor, buyer_id, marketing)
        tomorrow = (floor.clock() + timedelta(hours=12)).isoformat()

        soon = await lan.get("/follow-ups/dry-run")
        later = await lan.get("/follow-ups/dry-run", until=tomorrow)

        (waiting,), (sent,) = soon.body["items"], later.body["items"]
        assert (waiting["fate"], waiting["reason"]) == ("deferred", "outside_window")
        assert (sent["fate"], sent["at"]) == ("sent", waiting["at"])

    @pytest.mark.parametrize(
        "until", ["tomorrow", "2026-11-24T10:00:00", "0", "2999-01-01T00:00:00Z"]
    )
    async def test_a_wrong_time_is_named(self, lan: Colleague, until: str) -> None:
        answer = await lan.get("/follow-ups/dry-run", until=until)

        assert (answer.status, answer.field) == (400, "until")
