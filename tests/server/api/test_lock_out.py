"""What guessing passwords leads to."""

import asyncio

import pytest

from storage.queries.audit import audit
from tests.journeys.shop_floor import ShopFloor
from tests.server.auth.browser import Browser, actions, employ


class TestLockOut:
    async def fail(self, floor: ShopFloor, user: str, times: int) -> list[int]:
        browser = Browser(floor.client)
        return [(await browser.log_in(user, "wrong")).status for _ in range(times)]

    @pytest.mark.parametrize("user", ["lan", "nobody"])
    async def test_looks_the_same_whether_somebody_has_the_name(
        self, floor: ShopFloor, user: str
    ) -> None:
        await employ(floor, "lan")

        statuses = await self.fail(floor, user, 7)
        told = await Browser(floor.client).log_in(user)

        assert statuses == [401] * 5 + [429] * 2
        assert (told.status, told.code) == (429, "rate_limited")
        assert told.headers["Retry-After"] == "60"

    async def test_ends_after_its_time(self, floor: ShopFloor) -> None:
        await employ(floor, "lan")
        await self.fail(floor, "lan", 5)
        floor.clock.move(seconds=61)

        told = await Browser(floor.client).log_in("lan")

        assert told.status == 200
        assert await self.fail(floor, "lan", 4) == [401] * 4

    async def test_outlives_a_restart_and_tells_nothing_then(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")
        await self.fail(floor, "lan", 5)
        floor.service.auth.logins.locks.forget("lan")  # what a new process knows

        locked = await Browser(floor.client).log_in("lan")
        floor.clock.move(seconds=61)
        free = await Browser(floor.client).log_in("lan")

        assert (locked.status, locked.code) == (401, "invalid_login")
        assert free.status == 200

    async def test_tries_side_by_side_see_no_more_passwords_than_the_limit(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")
        await self.fail(floor, "lan", 4)

        two = await asyncio.gather(
            *(Browser(floor.client).log_in("lan", "wrong") for _ in range(2))
        )

        assert sorted(told.status for told in two) == [401, 429]
        assert (await actions(floor)).count("login.locked") == 1

    async def test_is_written_down_without_what_was_typed(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")
        await self.fail(floor, "lan", 5)
        await self.fail(floor, "my-secret-typed-as-name", 1)

        rows = await floor.service.database.read(
            lambda connection: audit(connection, floor.shop_id)
        )

        assert [row.action for row in rows] == ["login.locked"] + ["login.failed"] * 5
        assert {row.subject for row in rows} == {"lan"}
        assert "wrong" not in repr(rows)

    async def test_strangers_do_not_lock_a_browser_that_is_known(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")
        own = Browser(floor.client)
        await own.log_in("lan")
        await self.fail(floor, "lan", 7)

        mine = await own.log_in("lan")
        strangers = await Browser(floor.client).log_in("lan")

        assert (mine.status, strangers.status) == (200, 429)

    async def test_a_known_browser_is_locked_by_its_own_failures(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")
        own, other = Browser(floor.client), Browser(floor.client)
        for browser in (own, other):
            await browser.log_in("lan")

        statuses = [(await own.log_in("lan", "wrong")).status for _ in range(6)]

        assert statuses == [401] * 5 + [429]
        assert (await other.log_in("lan")).status == 200

    async def test_a_browser_is_known_to_whom_it_knows_only(
        self, floor: ShopFloor
    ) -> None:
        await employ(floor, "lan")
        await employ(floor, "mei")
        meis = Browser(floor.client)
        await meis.log_in("mei")
        await self.fail(floor, "lan", 5)

        told = await meis.log_in("lan")

        assert told.status == 429

    @pytest.mark.parametrize("known", ["", ".", "a.b", "a." + "x" * 200, "é.é"])
    async def test_what_is_not_signed_is_not_known(
        self, floor: ShopFloor, known: str
    ) -> None:
        await employ(floor, "lan")
        forger = Browser(floor.client)
        forger.known = known
        await self.fail(floor, "lan", 5)

        told = await forger.log_in("lan")

        assert told.status == 429

    async def test_one_address_cannot_try_many_names(self, floor: ShopFloor) -> None:
        browser = Browser(floor.client)

        statuses = [(await browser.log_in(f"n{n}", "x")).status for n in range(22)]

        assert statuses == [401] * 20 + [429] * 2
