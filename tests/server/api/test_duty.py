"""Duty ends with the last login, and a manager may set a colleague's."""

from storage.states import Role
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.auth.browser import (
    PASSWORD,
    SESSION,
    Browser,
    actions,
    employ,
    signed_in,
)

PEOPLE = f"/api/v1/desk/{SLUG}/people"
DUTY = f"/api/v1/desk/{SLUG}/duty"


async def on_duty(floor: ShopFloor, person_id: int) -> Browser:
    """A browser of somebody who has come on duty."""
    browser = await signed_in(floor, person_id)
    await browser.ask("PUT", DUTY, {"is_on_duty": True})
    return browser


def how_many(floor: ShopFloor) -> int:
    return floor.service.shops.by_slug(SLUG).agents_on_duty


class TestDutyEnds:
    async def test_with_the_log_out(self, floor: ShopFloor) -> None:
        lan = await on_duty(floor, await employ(floor, "lan"))

        await lan.ask("DELETE", SESSION)

        assert how_many(floor) == 0

    async def test_not_while_another_login_of_theirs_lives(
        self, floor: ShopFloor
    ) -> None:
        person_id = await employ(floor, "lan")
        await signed_in(floor, person_id)
        lan = await on_duty(floor, person_id)

        await lan.ask("DELETE", SESSION)

        assert how_many(floor) == 1

    async def test_not_with_anothers_log_out(self, floor: ShopFloor) -> None:
        await on_duty(floor, await employ(floor, "lan"))
        mei = await on_duty(floor, await employ(floor, "mei"))

        await mei.ask("DELETE", SESSION)

        assert how_many(floor) == 1

    async def test_when_somebody_else_logs_in_in_the_same_browser(
        self, floor: ShopFloor
    ) -> None:
        lan = await on_duty(floor, await employ(floor, "lan"))
        await employ(floor, "mei")

        await lan.log_in("mei")
        await floor.service.shops.refresh()

        assert how_many(floor) == 0

    async def test_not_with_a_new_log_in_in_the_same_browser(
        self, floor: ShopFloor
    ) -> None:
        lan = await on_duty(floor, await employ(floor, "lan"))

        await lan.log_in("lan")
        await floor.service.shops.refresh()

        assert how_many(floor) == 1

    async def test_with_a_password_that_is_reset(self, floor: ShopFloor) -> None:
        boss = await signed_in(floor, await employ(floor, "boss", Role.ADMIN))
        person_id = await employ(floor, "lan")
        await on_duty(floor, person_id)

        await boss.ask("POST", f"{PEOPLE}/{person_id}/password")
        await floor.service.shops.refresh()

        assert how_many(floor) == 0

    async def test_not_with_a_password_that_one_changes(self, floor: ShopFloor) -> None:
        lan = await on_duty(floor, await employ(floor, "lan"))

        body = {"old": PASSWORD, "new": "a wholly different horse"}
        told = await lan.ask("PUT", f"{SESSION}/password", body)
        await floor.service.shops.refresh()

        assert (told.status, how_many(floor)) == (204, 1)

    async def test_with_a_login_that_has_run_out(self, floor: ShopFloor) -> None:
        await on_duty(floor, await employ(floor, "lan"))
        floor.clock.move(hours=24 * 30)

        await floor.service.scheduler.tick()
        await floor.service.shops.refresh()

        assert how_many(floor) == 0


class TestSetDutyOf:
    async def test_a_manager_says_that_a_colleague_has_left(
        self, floor: ShopFloor
    ) -> None:
        boss = await signed_in(floor, await employ(floor, "boss", Role.MANAGER))
        person_id = await employ(floor, "lan")
        await on_duty(floor, person_id)

        path, body = f"{PEOPLE}/{person_id}/duty", {"is_on_duty": False}
        told = await boss.ask("PUT", path, body)
        await boss.ask("PUT", path, body)

        assert (told.status, told.body["items"]) == (200, [])
        assert how_many(floor) == 0
        assert await actions(floor) == ["duty.off"]

    async def test_or_has_come(self, floor: ShopFloor) -> None:
        boss = await signed_in(floor, await employ(floor, "boss", Role.MANAGER))
        person_id = await employ(floor, "lan")

        told = await boss.ask("PUT", f"{PEOPLE}/{person_id}/duty", {"is_on_duty": True})

        assert [it["user"] for it in told.body["items"]] == ["lan"]

    async def test_nobody_of_the_shop_is_nobody(self, floor: ShopFloor) -> None:
        boss = await signed_in(floor, await employ(floor, "boss", Role.MANAGER))

        told = await boss.ask("PUT", f"{PEOPLE}/999/duty", {"is_on_duty": True})

        assert told.status == 404
