"""The second factor: set up, asked for, taken once, given up."""

import asyncio

import pyotp
import pytest

from storage.repositories.second_factor import pending_secret
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

TOTP = f"{SESSION}/totp"


async def with_factor(
    floor: ShopFloor, user: str = "lan"
) -> tuple[Browser, pyotp.TOTP]:
    """Somebody who has set up a second factor, one step ago."""
    browser = await signed_in(floor, await employ(floor, user))
    begun = await browser.ask("POST", TOTP, {"password": PASSWORD})
    totp = pyotp.TOTP(begun.body["secret"])
    confirmed = await browser.ask("PUT", TOTP, {"code": totp.at(floor.clock())})
    assert confirmed.status == 204
    floor.clock.move(seconds=30)
    return browser, totp


class TestBegin:
    async def test_tells_the_secret_once_and_seals_it(self, floor: ShopFloor) -> None:
        lan = await employ(floor, "lan")
        browser = await signed_in(floor, lan)

        told = await browser.ask("POST", TOTP, {"password": PASSWORD})

        assert told.status == 200
        assert told.body["secret"] in told.body["otpauth_uri"]
        stored = await floor.service.database.read(
            lambda connection: pending_secret(connection, lan)
        )
        assert stored == told.body["secret"]

    async def test_needs_the_password(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        told = await browser.ask("POST", TOTP, {"password": "guess"})

        assert told.code == "invalid_login"

    async def test_is_not_asked_for_before_it_is_confirmed(
        self, floor: ShopFloor
    ) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))
        await browser.ask("POST", TOTP, {"password": PASSWORD})

        told = await Browser(floor.client).log_in("lan")

        assert (told.status, told.body["has_totp"]) == (200, False)

    async def test_does_not_replace_one_that_is_on(self, floor: ShopFloor) -> None:
        browser, _ = await with_factor(floor)

        told = await browser.ask("POST", TOTP, {"password": PASSWORD})

        assert (told.status, told.code) == (403, "not_permitted")


class TestConfirm:
    async def test_a_wrong_code_is_named(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))
        await browser.ask("POST", TOTP, {"password": PASSWORD})

        told = await browser.ask("PUT", TOTP, {"code": "000000"})

        assert (told.status, told.body["error"]["field"]) == (400, "code")

    async def test_nothing_begun_is_nothing_to_confirm(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        told = await browser.ask("PUT", TOTP, {"code": "000000"})

        assert told.status == 404

    async def test_the_code_that_confirmed_logs_nobody_in(
        self, floor: ShopFloor
    ) -> None:
        _, totp = await with_factor(floor)
        used = totp.at(floor.clock(), counter_offset=-1)

        told = await Browser(floor.client).log_in("lan", code=used)

        assert told.code == "invalid_login"


class TestLogIn:
    async def test_asks_for_the_code_only_after_the_right_password(
        self, floor: ShopFloor
    ) -> None:
        await with_factor(floor)

        codes = [
            (await Browser(floor.client).log_in("lan", password)).code
            for password in ("wrong", PASSWORD)
        ]

        assert codes == ["invalid_login", "code_needed"]

    async def test_asking_for_the_code_is_no_failure(self, floor: ShopFloor) -> None:
        _, totp = await with_factor(floor)

        for _ in range(8):
            assert (await Browser(floor.client).log_in("lan")).code == "code_needed"

        told = await Browser(floor.client).log_in("lan", code=totp.at(floor.clock()))
        assert (told.status, told.body["has_totp"]) == (200, True)

    async def test_a_code_is_taken_once(self, floor: ShopFloor) -> None:
        _, totp = await with_factor(floor)
        code = totp.at(floor.clock())

        statuses = [
            (await Browser(floor.client).log_in("lan", code=code)).status
            for _ in range(2)
        ]

        assert statuses == [200, 401]

    async def test_a_code_is_taken_once_by_two_at_the_same_time(
        self, floor: ShopFloor
    ) -> None:
        _, totp = await with_factor(floor)
        code = totp.at(floor.clock())

        told = await asyncio.gather(
            *(Browser(floor.client).log_in("lan", code=code) for _ in range(3))
        )

        assert sorted(it.status for it in told) == [200, 401, 401]

    async def test_guessing_codes_locks_although_the_password_is_right(
        self, floor: ShopFloor
    ) -> None:
        await with_factor(floor)
        browser = Browser(floor.client)

        statuses = []
        for _ in range(6):
            statuses.append((await browser.log_in("lan", code="000000")).status)
            statuses.append((await browser.log_in("lan")).status)

        assert statuses == [401] * 9 + [429] * 3


class TestEnd:
    async def test_needs_password_and_code(self, floor: ShopFloor) -> None:
        browser, totp = await with_factor(floor)
        right = totp.at(floor.clock())

        codes = [
            (await browser.ask("DELETE", TOTP, body)).code
            for body in (
                {"password": PASSWORD, "code": "000000"},
                {"password": "guess", "code": right},
                {"password": PASSWORD, "code": ""},
                {"password": PASSWORD, "code": right},
            )
        ]

        assert codes == ["invalid_login", "invalid_login", "code_needed", None]
        assert (await Browser(floor.client).log_in("lan")).status == 200
        assert "totp.off" in await actions(floor)

    async def test_there_is_nothing_to_turn_off(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        told = await browser.ask("DELETE", TOTP, {"password": PASSWORD, "code": "1"})

        assert (told.status, told.code) == (403, "not_permitted")


class TestReset:
    @pytest.mark.parametrize(("role", "status"), [("admin", 204), ("manager", 403)])
    async def test_an_admin_helps_who_lost_the_device(
        self, floor: ShopFloor, role: str, status: int
    ) -> None:
        lan, _ = await with_factor(floor)
        me = await lan.ask("GET", SESSION)
        boss = await signed_in(floor, await employ(floor, "boss", Role(role)))

        told = await boss.ask(
            "DELETE", f"/api/v1/desk/{SLUG}/people/{me.body['person_id']}/totp"
        )

        assert told.status == status
        login = await Browser(floor.client).log_in("lan")
        assert login.status == (200 if status == 204 else 401)
