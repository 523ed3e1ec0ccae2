from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.errors import BusyError, InvalidLoginError, RateLimitedError
from server.auth.logins import Claim, Logins
from server.passwords import PasswordPool
from server.settings import LoginSettings
from storage.database import Database
from storage.repositories.people import add_person, set_active, set_password_hash
from tests.databases import NOW
from tests.journeys.shop_floor import SettableClock
from tests.server.test_passwords import RecordingHasher


@asynccontextmanager
async def logins(
    database: Database,
    clock: SettableClock,
    *,
    most_inside: int = 8,
    settings: LoginSettings | None = None,
) -> AsyncIterator[tuple[Logins, RecordingHasher]]:
    """Logins of one person, ``lan`` with the password ``right``."""
    hasher = RecordingHasher()
    pool = PasswordPool(hasher=hasher, most_inside=most_inside)
    await database.write(
        lambda connection: add_person(
            connection, user="lan", password_hash="hash of right", now=NOW
        )
    )
    yield (
        Logins(
            database=database,
            passwords=pool,
            settings=LoginSettings() if settings is None else settings,
            clock=clock,
        ),
        hasher,
    )
    pool.close()


def claim(user: str, typed: str = "wrong", address: str = "192.0.2.1") -> Claim:
    return Claim(user=user, password=typed, address=address)


class TestProve:
    async def test_a_name_nobody_has_costs_a_hash_as_well(
        self, database: Database, clock: SettableClock
    ) -> None:
        async with logins(database, clock) as (tried, hasher):
            for user in ("lan", "nobody"):
                with pytest.raises(InvalidLoginError):
                    await tried.prove(claim(user))

            (lans, _), (nobodys, asked) = hasher.verified
            assert lans == "hash of right"
            assert nobodys.startswith("hash of ")
            assert nobodys != lans
            assert asked == "wrong"

    async def test_a_locked_name_costs_it_too_where_the_lock_is_not_told(
        self, database: Database, clock: SettableClock
    ) -> None:
        async with logins(database, clock) as (tried, hasher):
            for _ in range(5):
                with pytest.raises(InvalidLoginError):
                    await tried.prove(claim("lan"))
            tried.locks.forget("lan")
            hasher.verified.clear()

            with pytest.raises(InvalidLoginError):
                await tried.prove(claim("lan", "right"))

            assert hasher.verified == [("hash of right", "right")]

    async def test_no_place_is_told_before_anything_is_counted(
        self, database: Database, clock: SettableClock
    ) -> None:
        async with logins(database, clock, most_inside=0) as (tried, hasher):
            for _ in range(9):
                with pytest.raises(BusyError):
                    await tried.prove(claim("lan", "right"))

            assert hasher.verified == []

    async def test_an_address_is_slowed_down_and_another_is_not(
        self, database: Database, clock: SettableClock
    ) -> None:
        settings = LoginSettings(tries_per_minute=2)
        async with logins(database, clock, settings=settings) as (tried, _):
            for user in ("a", "b"):
                with pytest.raises(InvalidLoginError):
                    await tried.prove(claim(user))

            with pytest.raises(RateLimitedError):
                await tried.prove(claim("c"))
            with pytest.raises(InvalidLoginError):
                await tried.prove(claim("c", address="192.0.2.2"))

    async def test_zero_slows_no_address_down(
        self, database: Database, clock: SettableClock
    ) -> None:
        settings = LoginSettings(tries_per_minute=0)
        async with logins(database, clock, settings=settings) as (tried, _):
            for number in range(30):
                with pytest.raises(InvalidLoginError):
                    await tried.prove(claim(f"n{number}"))


class TestCommit:
    async def test_a_password_that_changed_meanwhile_proves_nothing(
        self, database: Database, clock: SettableClock
    ) -> None:
        async with logins(database, clock) as (tried, _):
            proof = await tried.prove(claim("lan", "right"))
            await database.write(
                lambda connection: set_password_hash(
                    connection, user="lan", password_hash="hash of new", now=NOW
                )
            )

            with pytest.raises(InvalidLoginError):
                await tried.commit(proof, lambda connection, now: None)

    async def test_an_account_closed_meanwhile_proves_nothing(
        self, database: Database, clock: SettableClock
    ) -> None:
        async with logins(database, clock) as (tried, _):
            proof = await tried.prove(claim("lan", "right"))
            await database.write(
                lambda connection: set_active(
                    connection, proof.person.person_id, is_active=False, now=NOW
                )
            )

            with pytest.raises(InvalidLoginError):
                await tried.commit(proof, lambda connection, now: None)

    async def test_counts_failures_anew(
        self, database: Database, clock: SettableClock
    ) -> None:
        async with logins(database, clock) as (tried, _):
            for password in ("a", "b", "c", "d", "right", "a", "b", "c", "d"):
                try:
                    proof = await tried.prove(claim("lan", password))
                except InvalidLoginError:
                    continue
                await tried.commit(proof, lambda connection, now: None)

            proof = await tried.prove(claim("lan", "right"))
            await tried.commit(proof, lambda connection, now: None)
