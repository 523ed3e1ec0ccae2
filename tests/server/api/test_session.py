"""Logging in, staying logged in and logging out, as a browser sees it."""

from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, select, update

from server.auth.tokens import COOKIE, hash_of
from storage.queries.people import person_by_user
from storage.repositories.people import set_active
from storage.repositories.shops import add_shop
from storage.states import Role
from storage.tables import PersonRow, SessionRow, table_of
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.auth.browser import (
    PASSWORD,
    SESSION,
    Browser,
    actions,
    employ,
    signed_in,
)

_sessions = table_of(SessionRow)
_people = table_of(PersonRow)


async def stored_tokens(floor: ShopFloor) -> list[bytes]:
    def query(connection: Connection) -> list[bytes]:
        return list(connection.execute(select(_sessions.c.token_hash)).scalars())

    return await floor.service.database.read(query)


async def change_person(floor: ShopFloor, person_id: int, **values: Any) -> None:
    await floor.service.database.write(
        lambda connection: (
            connection.execute(
                update(_people).where(_people.c.id == person_id).values(**values)
            ).rowcount
        )
    )


class TestLogIn:
    async def test_tells_who_one_is_and_what_one_may(self, floor: ShopFloor) -> None:
        person_id = await employ(floor, "lan", Role.MANAGER)
        browser = Browser(floor.client)

        told = await browser.log_in("lan")

        assert told.status == 200
        assert len(told.body.pop("csrf_token")) == 64
        assert told.body == {
            "person_id": person_id,
            "user": "lan",
            "roles": {SLUG: "manager"},
            "must_change_password": False,
            "has_totp": False,
            "expires_at": (floor.clock() + timedelta(hours=8))
            .isoformat()
            .replace("+00:00", "Z"),
        }
        assert await actions(floor) == ["login"]

    async def test_the_cookie_is_for_our_pages_and_never_for_scripts(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")

        told = await Browser(floor.client).log_in("lan")

        assert told.cookie is not None
        name, *attributes = told.cookie.split("; ")
        assert name.startswith(f"{COOKIE}=")
        assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict"]

    async def test_only_the_hash_of_the_token_is_kept(self, floor: ShopFloor) -> None:
        await employ(floor, "lan")
        browser = Browser(floor.client)

        await browser.log_in("lan")

        assert browser.token is not None
        assert len(browser.token) >= 43  # 256 bits in base64
        assert await stored_tokens(floor) == [hash_of(browser.token)]

    async def test_a_token_that_was_planted_is_never_used(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")
        planted = "planted-by-somebody-else-0123456789abcdefghi"
        browser = Browser(floor.client, token=planted)

        await browser.log_in("lan")

        assert browser.token != planted
        told = await Browser(floor.client, token=planted).ask("GET", SESSION)
        assert told.code == "not_signed_in"

    async def test_the_browsers_former_login_ends(self, floor: ShopFloor) -> None:
        await employ(floor, "lan")
        browser = Browser(floor.client)
        await browser.log_in("lan")
        former = browser.token

        await browser.log_in("lan")

        assert browser.token != former
        told = await Browser(floor.client, token=former).ask("GET", SESSION)
        assert told.code == "not_signed_in"

    async def test_a_hash_of_weaker_parameters_is_renewed(
        self, floor: ShopFloor
    ) -> None:
        lan = await employ(floor, "lan")
        weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
        await change_person(floor, lan, password_hash=weak)

        statuses = [(await Browser(floor.client).log_in("lan")).status for _ in "ab"]

        person = await floor.service.database.read(
            lambda connection: person_by_user(connection, "lan")
        )
        assert statuses == [200, 200]
        assert person is not None
        assert "m=19456,t=2,p=1" in person.password_hash

    @pytest.mark.parametrize(
        ("user", "password"),
        [("lan", "wrong"), ("lan", ""), ("nobody", PASSWORD), ("gone", PASSWORD)],
    )
    async def test_what_is_wrong_is_not_told(
        self, floor: ShopFloor, user: str, password: str
    ) -> None:
        await employ(floor, "lan")
        gone = await employ(floor, "gone")
        await change_person(floor, gone, is_active=False)

        told = await Browser(floor.client).log_in(user, password)

        assert (told.status, told.cookie) == (401, None)
        assert told.body == {
            "error": {
                "code": "invalid_login",
                "message": "name, password or code is wrong",
            }
        }

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "user"),
            ({"user": "lan"}, "password"),
            ({"user": "", "password": "x"}, "user"),
            ({"user": "a\x00b", "password": "x"}, "user"),
            ({"user": "x" * 65, "password": "x"}, "user"),
            ({"user": "lan", "password": "x" * 129}, "password"),
            ({"user": "lan", "password": 7}, "password"),
            ({"user": "lan", "password": "x", "role": "admin"}, "role"),
        ],
    )
    async def test_a_field_that_is_wrong_is_named(
        self, floor: ShopFloor, body: dict[str, Any], field: str
    ) -> None:
        told = await Browser(floor.client).ask("POST", SESSION, body)

        assert told.status == 400
        assert told.body["error"]["field"] == field

    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    )
    async def test_another_sites_page_logs_nobody_in(
        self, floor: ShopFloor, headers: dict[str, str]
    ) -> None:
        await employ(floor, "lan")
        body = {"user": "lan", "password": PASSWORD}

        told = await Browser(floor.client).ask("POST", SESSION, body, headers=headers)

        assert (told.status, told.code, told.cookie) == (403, "forged_request", None)

    async def test_a_plain_form_logs_nobody_in(self, floor: ShopFloor) -> None:
        told = await Browser(floor.client).ask(
            "POST", SESSION, {}, headers={"Content-Type": "text/plain"}
        )

        assert told.status == 415

    async def test_a_given_password_has_to_be_changed_first(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan", has_own_password=False)
        browser = Browser(floor.client)

        told = await browser.log_in("lan")
        blocked = await browser.ask("GET", f"/api/v1/desk/{SLUG}/duty")
        await browser.ask(
            "PUT", f"{SESSION}/password", {"old": PASSWORD, "new": "ein ganz anderes"}
        )

        free = await browser.ask("GET", f"/api/v1/desk/{SLUG}/duty")
        assert told.body["must_change_password"] is True
        assert blocked.code == "password_change_needed"
        assert free.status == 200

    async def test_somebody_of_two_shops_has_a_role_in_each(
        self, floor: ShopFloor
    ) -> None:
        other = await floor.service.database.write(
            lambda connection: add_shop(
                connection,
                slug="other",
                name="别家",
                pack_id="ecommerce",
                secret="-",
                now=floor.clock(),
            )
        )
        await floor.service.shops.refresh()
        await employ(floor, "lan", Role.ADMIN, shop_id=other)

        told = await Browser(floor.client).log_in("lan")

        assert told.body["roles"] == {"other": "admin"}


class TestSession:
    async def test_a_reload_tells_the_same_as_the_login(self, floor: ShopFloor) -> None:
        await employ(floor, "lan")
        browser = Browser(floor.client)
        login = await browser.log_in("lan")

        told = await browser.ask("GET", SESSION)

        assert told.body == login.body

    async def test_lasts_while_it_is_used_and_no_longer_than_a_day(
        self, floor: ShopFloor
    ) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        statuses = []
        for _ in range(4):
            floor.clock.move(hours=7)
            statuses.append((await browser.ask("GET", SESSION)).status)

        assert statuses == [200, 200, 200, 401]

    async def test_ends_when_it_is_not_used(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))
        floor.clock.move(hours=8)

        told = await browser.ask("GET", SESSION)

        assert told.code == "not_signed_in"

    async def test_what_has_run_out_is_swept_away(self, floor: ShopFloor) -> None:
        lan = await employ(floor, "lan")
        await signed_in(floor, lan, lasts=timedelta(hours=1))
        await signed_in(floor, lan, lasts=timedelta(hours=9))
        floor.clock.move(hours=2)

        await floor.service.scheduler.tick()

        assert len(await stored_tokens(floor)) == 1

    async def test_a_closed_account_is_out_at_once(self, floor: ShopFloor) -> None:
        lan = await employ(floor, "lan")
        browser = await signed_in(floor, lan)

        await floor.service.database.write(
            lambda connection: set_active(
                connection, lan, is_active=False, now=floor.clock()
            )
        )

        assert (await browser.ask("GET", SESSION)).code == "not_signed_in"
        assert await stored_tokens(floor) == []


class TestLogOut:
    async def test_kills_the_session_and_clears_the_cookie(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")
        browser = Browser(floor.client)
        await browser.log_in("lan")
        token = browser.token

        told = await browser.ask("DELETE", SESSION)

        assert (told.status, browser.token) == (204, None)
        again = await Browser(floor.client, token=token).ask("GET", SESSION)
        assert again.code == "not_signed_in"
        assert await actions(floor) == ["login", "logout"]

    async def test_keeps_ones_other_logins(self, floor: ShopFloor) -> None:
        lan = await employ(floor, "lan")
        here, there = await signed_in(floor, lan), await signed_in(floor, lan)

        await here.ask("DELETE", SESSION)

        assert (await there.ask("GET", SESSION)).status == 200


class TestChangePassword:
    NEW = "ein ganz anderes Wort"

    async def change(self, browser: Browser, old: str, new: str) -> tuple[int, str]:
        told = await browser.ask("PUT", f"{SESSION}/password", {"old": old, "new": new})
        if told.status < 400:
            return told.status, ""
        return told.status, told.body["error"].get("field", told.code)

    async def test_ends_every_other_login(self, floor: ShopFloor) -> None:
        lan = await employ(floor, "lan")
        here, there = await signed_in(floor, lan), await signed_in(floor, lan)

        status, _ = await self.change(here, PASSWORD, self.NEW)

        assert status == 204
        assert (await here.ask("GET", SESSION)).status == 200
        assert (await there.ask("GET", SESSION)).code == "not_signed_in"
        logins = [
            (await Browser(floor.client).log_in("lan", password)).status
            for password in (PASSWORD, self.NEW)
        ]
        assert logins == [401, 200]
        assert (await actions(floor))[0] == "password.changed"

    @pytest.mark.parametrize(
        "new", ["", "short", "password1234", "lan lan lan lan", f"{SLUG}{SLUG}{SLUG}",
                "故事小店故事小店故事小店", PASSWORD, "x" * 129]
    )  # fmt: skip
    async def test_refuses_a_weak_one(self, floor: ShopFloor, new: str) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        assert await self.change(browser, PASSWORD, new) == (400, "new")

    async def test_needs_the_old_one_and_counts_guesses(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        told = [await self.change(browser, "guess", self.NEW) for _ in range(6)]

        assert told == [(401, "invalid_login")] * 5 + [(429, "rate_limited")]
        assert (await browser.ask("GET", SESSION)).status == 200
