"""What admins do with a shop's people, and what each does about their own duty."""

import asyncio
from typing import Any

import pytest

from storage.queries.audit import audit
from storage.queries.people import active_admins
from storage.repositories.people import grant
from storage.repositories.shops import add_shop
from storage.states import Role
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.auth.browser import (
    PASSWORD,
    SESSION,
    Browser,
    Told,
    employ,
    signed_in,
)

PEOPLE = f"/api/v1/desk/{SLUG}/people"
DUTY = f"/api/v1/desk/{SLUG}/duty"


async def boss_of(floor: ShopFloor, user: str = "boss") -> Browser:
    return await signed_in(floor, await employ(floor, user, Role.ADMIN))


async def found(browser: Browser, user: str) -> dict[str, Any]:
    people = (await browser.ask("GET", PEOPLE)).body["items"]
    person: dict[str, Any] = next(it for it in people if it["user"] == user)
    return person


async def change(browser: Browser, seen: dict[str, Any], **wanted: Any) -> Told:
    body = {
        "role": seen["role"],
        "is_active": seen["is_active"],
        "version": seen["version"],
        **wanted,
    }
    return await browser.ask("PUT", f"{PEOPLE}/{seen['person_id']}", body)


class TestShowPeople:
    async def test_comes_in_pages(self, floor: ShopFloor) -> None:
        boss = await boss_of(floor)
        for name in ("lan", "mei", "wu"):
            await employ(floor, name)

        first = await boss.ask("GET", f"{PEOPLE}?limit=2")
        second = await boss.ask("GET", f"{PEOPLE}?limit=2&after={first.body['next']}")

        users = [[it["user"] for it in told.body["items"]] for told in (first, second)]
        assert users == [["boss", "lan"], ["mei", "wu"]]
        assert second.body["next"] is None

    async def test_tells_no_password_and_no_other_shops_people(
        self, floor: ShopFloor
    ) -> None:
        boss = await boss_of(floor)

        told = await boss.ask("GET", PEOPLE)

        (person,) = told.body["items"]
        assert set(person) == {
            "person_id", "user", "role", "is_active", "has_totp",
            "must_change_password", "locked_until", "is_on_duty", "version",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=x", "limit"),
            ("after=-1", "after"),
            (f"after={2**63}", "after"),
        ],
    )
    async def test_a_wrong_part_is_named(
        self, floor: ShopFloor, query: str, field: str
    ) -> None:
        boss = await boss_of(floor)

        told = await boss.ask("GET", f"{PEOPLE}?{query}")

        assert (told.status, told.body["error"]["field"]) == (400, field)


class TestAdd:
    async def test_tells_a_password_once_that_has_to_be_changed(
        self, floor: ShopFloor
    ) -> None:
        boss = await boss_of(floor)

        told = await boss.ask("POST", PEOPLE, {"user": "小兰", "role": "agent"})

        assert told.status == 201
        login = await Browser(floor.client).log_in("小兰", told.body["password"])
        assert login.status == 200
        assert login.body["must_change_password"] is True
        assert login.body["roles"] == {SLUG: "agent"}
        listed = await boss.ask("GET", PEOPLE)
        assert told.body["password"] not in repr(listed.body)

    async def test_a_name_is_given_once(self, floor: ShopFloor) -> None:
        boss = await boss_of(floor)

        told = await asyncio.gather(
            *(
                boss.ask("POST", PEOPLE, {"user": "lan", "role": "agent"})
                for _ in range(3)
            )
        )

        assert sorted(it.status for it in told) == [201, 409, 409]
        assert {it.code for it in told} == {None, "taken"}

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"role": "agent"}, "user"),
            ({"user": "", "role": "agent"}, "user"),
            ({"user": "a\nb", "role": "agent"}, "user"),
            ({"user": "lan", "role": "root"}, "role"),
            ({"user": "lan", "role": "agent", "shop": 1}, "shop"),
        ],
    )
    async def test_a_wrong_field_is_named(
        self, floor: ShopFloor, body: dict[str, Any], field: str
    ) -> None:
        boss = await boss_of(floor)

        told = await boss.ask("POST", PEOPLE, body)

        assert (told.status, told.body["error"]["field"]) == (400, field)


class TestChange:
    async def test_a_stale_change_is_refused(self, floor: ShopFloor) -> None:
        boss = await boss_of(floor)
        await employ(floor, "lan")
        seen = await found(boss, "lan")

        told = [
            await change(boss, seen, role="manager"),
            await change(boss, seen, is_active=False),
            await change(boss, seen, version="made up"),
        ]

        assert [it.status for it in told] == [200, 409, 409]
        assert told[1].code == "stale"
        now = await found(boss, "lan")
        assert (now["role"], now["is_active"]) == ("manager", True)

    async def test_a_change_there_and_back_is_a_change(self, floor: ShopFloor) -> None:
        boss = await boss_of(floor)
        await employ(floor, "lan")
        seen = await found(boss, "lan")
        await change(boss, seen, role="manager")
        await change(boss, await found(boss, "lan"), role="agent")

        told = await change(boss, seen, is_active=False)

        assert (told.status, told.code) == (409, "stale")

    async def test_an_account_that_was_closed_and_opened_has_changed(
        self, floor: ShopFloor
    ) -> None:
        boss = await boss_of(floor)
        await employ(floor, "lan")
        seen = await found(boss, "lan")
        await change(boss, seen, is_active=False)
        await change(boss, await found(boss, "lan"), is_active=True)

        told = await change(boss, seen, role="admin")

        assert (told.status, told.code) == (409, "stale")

    async def test_closing_an_account_ends_logins_and_duty(
        self, floor: ShopFloor
    ) -> None:
        boss = await boss_of(floor)
        lan = await signed_in(floor, await employ(floor, "lan"))
        await lan.ask("PUT", DUTY, {"is_on_duty": True})

        told = await change(boss, await found(boss, "lan"), is_active=False)

        assert (told.status, told.body["is_active"]) == (200, False)
        assert (await lan.ask("GET", SESSION)).code == "not_signed_in"
        assert (await boss.ask("GET", DUTY)).body["items"] == []
        assert floor.service.shops.by_slug(SLUG).agents_on_duty == 0
        assert (await Browser(floor.client).log_in("lan")).code == "invalid_login"

    async def test_an_account_can_be_opened_again(self, floor: ShopFloor) -> None:
        boss = await boss_of(floor)
        await employ(floor, "lan")
        await change(boss, await found(boss, "lan"), is_active=False)

        await change(boss, await found(boss, "lan"), is_active=True)

        assert (await Browser(floor.client).log_in("lan")).status == 200

    @pytest.mark.parametrize("wanted", [{"role": "agent"}, {"is_active": False}])
    async def test_the_last_admin_stays_one(
        self, floor: ShopFloor, wanted: dict[str, Any]
    ) -> None:
        boss = await boss_of(floor)
        gone = await boss_of(floor, "gone")
        await change(boss, await found(boss, "gone"), is_active=False)

        told = await change(boss, await found(boss, "boss"), **wanted)

        assert (told.status, told.code) == (403, "not_permitted")
        assert (await found(boss, "boss"))["role"] == "admin"
        assert (await gone.ask("GET", PEOPLE)).status == 401

    async def test_two_admins_cannot_remove_each_other(self, floor: ShopFloor) -> None:
        one, two = await boss_of(floor, "one"), await boss_of(floor, "two")
        seen_one, seen_two = await found(one, "one"), await found(one, "two")

        told = await asyncio.gather(
            change(one, seen_two, role="agent"), change(two, seen_one, role="agent")
        )

        assert sorted(it.status for it in told) == [200, 403]
        left = await floor.service.database.read(
            lambda connection: active_admins(connection, floor.shop_id)
        )
        assert left == 1

    async def test_is_written_down(self, floor: ShopFloor) -> None:
        boss = await boss_of(floor)
        await employ(floor, "lan")

        await change(boss, await found(boss, "lan"), role="manager", is_active=False)

        rows = await floor.service.database.read(
            lambda connection: audit(connection, floor.shop_id)
        )
        assert {(it.action, it.subject) for it in rows} == {
            ("person.role", "lan"),
            ("person.deactivated", "lan"),
        }
        assert {it.person_id for it in rows} == {
            (await found(boss, "boss"))["person_id"]
        }

    @pytest.mark.parametrize("person_id", ["999", "0", "x", "1" * 19, "%31.0"])
    async def test_nobody_is_nobody(self, floor: ShopFloor, person_id: str) -> None:
        boss = await boss_of(floor)

        told = await boss.ask(
            "PUT",
            f"{PEOPLE}/{person_id}",
            {"role": "agent", "is_active": True, "version": "1"},
        )

        assert told.status in {400, 404}


class TestSomebodyOfAnotherShop:
    """An admin of one shop must not come into another through somebody's account."""

    async def both(self, floor: ShopFloor) -> tuple[Browser, int]:
        boss = await boss_of(floor)
        lan = await employ(floor, "lan")
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
        await floor.service.database.write(
            lambda connection: grant(connection, other, person_id=lan, role=Role.ADMIN)
        )
        return boss, lan

    async def test_their_account_is_left_alone(self, floor: ShopFloor) -> None:
        boss, lan = await self.both(floor)

        told = [
            await boss.ask("POST", f"{PEOPLE}/{lan}/password"),
            await boss.ask("DELETE", f"{PEOPLE}/{lan}/totp"),
            await change(boss, await found(boss, "lan"), is_active=False),
        ]

        assert [it.code for it in told] == ["not_permitted"] * 3
        assert (await Browser(floor.client).log_in("lan")).status == 200

    async def test_their_role_here_may_change(self, floor: ShopFloor) -> None:
        boss, _ = await self.both(floor)

        told = await change(boss, await found(boss, "lan"), role="manager")

        assert told.status == 200

    async def test_who_works_elsewhere_only_is_nobody_here(
        self, floor: ShopFloor
    ) -> None:
        boss, _ = await self.both(floor)
        other = floor.service.shops
        await other.refresh()
        stranger = await employ(
            floor, "stranger", shop_id=other.by_slug("other").record.shop_id
        )

        told = await boss.ask("POST", f"{PEOPLE}/{stranger}/password")

        assert told.status == 404


class TestResetPassword:
    async def test_ends_logins_and_lets_them_in_at_once(self, floor: ShopFloor) -> None:
        boss = await boss_of(floor)
        lan_id = await employ(floor, "lan")
        lan = await signed_in(floor, lan_id)
        for _ in range(6):
            await Browser(floor.client).log_in("lan", "forgotten")

        told = await boss.ask("POST", f"{PEOPLE}/{lan_id}/password")

        assert (await lan.ask("GET", SESSION)).code == "not_signed_in"
        login = await Browser(floor.client).log_in("lan", told.body["password"])
        assert (login.status, login.body["must_change_password"]) == (200, True)
        assert (await Browser(floor.client).log_in("lan", PASSWORD)).status == 401

    async def test_is_no_way_around_ones_own_password(self, floor: ShopFloor) -> None:
        boss = await boss_of(floor)
        own = (await found(boss, "boss"))["person_id"]

        told = [
            await boss.ask("POST", f"{PEOPLE}/{own}/password"),
            await boss.ask("DELETE", f"{PEOPLE}/{own}/totp"),
        ]

        assert [it.code for it in told] == ["not_permitted"] * 2


class TestDuty:
    async def test_tells_who_is_there_and_buyers_at_once(
        self, floor: ShopFloor
    ) -> None:
        lan = await signed_in(floor, await employ(floor, "lan"))
        mei = await signed_in(floor, await employ(floor, "mei", Role.MANAGER))
        await lan.ask("PUT", DUTY, {"is_on_duty": True})
        floor.clock.move(minutes=5)

        told = await mei.ask("PUT", DUTY, {"is_on_duty": True})

        assert [it["user"] for it in told.body["items"]] == ["lan", "mei"]
        assert floor.service.shops.by_slug(SLUG).agents_on_duty == 2

    async def test_coming_twice_keeps_the_time_and_leaving_ends_it(
        self, floor: ShopFloor
    ) -> None:
        lan = await signed_in(floor, await employ(floor, "lan"))
        first = await lan.ask("PUT", DUTY, {"is_on_duty": True})
        floor.clock.move(minutes=5)

        again = await lan.ask("PUT", DUTY, {"is_on_duty": True})
        left = await lan.ask("PUT", DUTY, {"is_on_duty": False})

        assert again.body == first.body
        assert left.body["items"] == []
