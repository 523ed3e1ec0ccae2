"""Whether tries to log in are counted so that guessing ends, also side by side."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import NotPermittedError
from storage.database import Database
from storage.queries.audit import audit
from storage.queries.people import MemberRecord, member
from storage.queries.sessions import session_by_token
from storage.queries.shops import ShopRecord
from storage.repositories.logins import (
    Try,
    begin_try,
    fail_try,
    forget_failures,
    release_try,
)
from storage.repositories.people import grant, renew_hash
from storage.repositories.second_factor import (
    begin_totp,
    confirm_totp,
    end_totp,
    pending_secret,
    take_step,
)
from storage.repositories.sessions import (
    end_sessions_of,
    open_session,
    sweep_sessions,
    touch_session,
)
from storage.states import Role
from tests.databases import NOW, make_person

HOUR = timedelta(hours=1)


def lock_for(failures: int) -> timedelta | None:
    return timedelta(minutes=failures) if failures >= 3 else None


def tried(database: Database, user: str = "lan", *, after: timedelta = HOUR * 0) -> Try:
    return database.write_now(
        lambda conn: begin_try(conn, user=user, lock_for=lock_for, now=NOW + after)
    )


@pytest.fixture(name="lan")
def _lan(database: Database, shop: ShopRecord) -> int:
    person_id = make_person(database)
    database.write_now(
        lambda conn: grant(conn, shop.shop_id, person_id=person_id, role=Role.AGENT)
    )
    return person_id


def seen(database: Database, shop: ShopRecord, person_id: int) -> MemberRecord:
    return database.read_now(
        lambda conn: member(conn, shop.shop_id, person_id=person_id)
    )


def actions(database: Database, shop: ShopRecord) -> list[str]:
    rows = database.read_now(lambda conn: audit(conn, shop.shop_id))
    return [row.action for row in rows]


class TestBeginTry:
    def test_the_third_locks_and_a_locked_one_is_not_counted(
        self, database: Database, shop: ShopRecord, lan: int
    ) -> None:
        tries = [tried(database) for _ in range(5)]

        assert [it.is_locked for it in tries] == [False] * 3 + [True] * 2
        assert tries[2].locks_until == NOW + timedelta(minutes=3)
        assert seen(database, shop, lan).locked_until == NOW + timedelta(minutes=3)
        assert tried(database, after=HOUR).locks_until == NOW + HOUR + timedelta(
            minutes=4
        )

    async def test_side_by_side_no_more_get_through_than_the_limit(
        self, database: Database, lan: int
    ) -> None:
        tries = await asyncio.gather(
            *(
                database.write(
                    lambda conn: begin_try(
                        conn, user="lan", lock_for=lock_for, now=NOW
                    ),
                    key=number,
                )
                for number in range(8)
            )
        )

        assert sum(not it.is_locked for it in tries) == 3

    def test_nobodys_name_is_nobody(
        self, database: Database, shop: ShopRecord, lan: int
    ) -> None:
        nobody = tried(database, "nobody")
        database.write_now(lambda conn: fail_try(conn, nobody, now=NOW))
        database.write_now(lambda conn: release_try(conn, nobody))

        assert nobody == Try(person=None, is_locked=False, locks_until=None)
        assert actions(database, shop) == []
        assert tried(database).locks_until is None

    def test_with_nobody_at_all_it_works_as_well(self, database: Database) -> None:
        assert tried(database, "nobody").person is None


class TestFailTry:
    def test_is_written_down_with_the_lock_it_brings(
        self, database: Database, shop: ShopRecord, lan: int
    ) -> None:
        for _ in range(4):
            one = tried(database)
            database.write_now(lambda conn, one=one: fail_try(conn, one, now=NOW))  # type: ignore[misc]

        assert sorted(actions(database, shop)) == ["login.failed"] * 3 + [
            "login.locked"
        ]


class TestReleaseTry:
    def test_takes_the_count_and_its_own_lock_back(
        self, database: Database, shop: ShopRecord, lan: int
    ) -> None:
        for _ in range(2):
            tried(database)
        third = tried(database)

        database.write_now(lambda conn: release_try(conn, third))

        assert seen(database, shop, lan).locked_until is None
        assert tried(database).locks_until == third.locks_until

    def test_leaves_anothers_lock(
        self, database: Database, shop: ShopRecord, lan: int
    ) -> None:
        first = tried(database)
        for _ in range(2):
            tried(database)

        database.write_now(lambda conn: release_try(conn, first))

        assert seen(database, shop, lan).locked_until is not None


class TestForgetFailures:
    def test_begins_anew(self, database: Database, shop: ShopRecord, lan: int) -> None:
        for _ in range(3):
            tried(database)

        database.write_now(lambda conn: forget_failures(conn, lan))

        assert seen(database, shop, lan).locked_until is None
        assert tried(database).locks_until is None


class TestSecondFactor:
    def test_a_step_is_taken_once_and_never_an_earlier_one(
        self, database: Database, lan: int
    ) -> None:
        taken = [
            database.write_now(lambda conn, step=step: take_step(conn, lan, step=step))  # type: ignore[misc]
            for step in (5, 5, 4, 6)
        ]

        assert taken == [True, False, False, True]

    async def test_a_step_is_taken_once_side_by_side(
        self, database: Database, lan: int
    ) -> None:
        taken = await asyncio.gather(
            *(
                database.write(lambda conn: take_step(conn, lan, step=9), key=number)
                for number in range(6)
            )
        )

        assert sum(taken) == 1

    def test_is_begun_again_until_it_is_on(
        self, database: Database, shop: ShopRecord, lan: int
    ) -> None:
        for secret in ("FIRST", "SECOND"):
            database.write_now(
                lambda conn, secret=secret: begin_totp(conn, lan, secret=secret)  # type: ignore[misc]
            )
        pending = database.read_now(lambda conn: pending_secret(conn, lan))
        before = seen(database, shop, lan).has_totp
        database.write_now(lambda conn: confirm_totp(conn, lan, step=1, now=NOW))

        with pytest.raises(NotPermittedError):
            database.write_now(lambda conn: begin_totp(conn, lan, secret="THIRD"))

        person = tried(database).person
        assert (pending, before) == ("SECOND", False)
        assert seen(database, shop, lan).has_totp
        assert person is not None
        assert person.totp_secret == "SECOND"

    def test_is_forgotten_with_its_secret(
        self, database: Database, shop: ShopRecord, lan: int
    ) -> None:
        database.write_now(lambda conn: begin_totp(conn, lan, secret="S"))
        database.write_now(lambda conn: confirm_totp(conn, lan, step=1, now=NOW))

        database.write_now(lambda conn: end_totp(conn, lan))

        person = tried(database).person
        assert not seen(database, shop, lan).has_totp
        assert person is not None
        assert person.totp_secret is None


class TestSessions:
    def begin(self, database: Database, person_id: int, token: bytes) -> int:
        return database.write_now(
            lambda conn: open_session(
                conn,
                person_id=person_id,
                token_hash=token,
                now=NOW,
                expires_at=NOW + HOUR,
            )
        )

    def holds(self, database: Database, token: bytes, at: timedelta) -> bool:
        return (
            database.read_now(lambda conn: session_by_token(conn, token, now=NOW + at))
            is not None
        )

    def test_holds_until_its_end_and_longer_when_used(
        self, database: Database, lan: int
    ) -> None:
        session_id = self.begin(database, lan, b"one")
        before = [self.holds(database, b"one", at) for at in (HOUR * 0.99, HOUR)]

        database.write_now(
            lambda conn: touch_session(
                conn, session_id, now=NOW + HOUR / 2, expires_at=NOW + HOUR * 2
            )
        )

        assert before == [True, False]
        assert self.holds(database, b"one", HOUR * 1.5)

    def test_an_older_use_does_not_shorten_it(
        self, database: Database, lan: int
    ) -> None:
        session_id = self.begin(database, lan, b"one")

        for at in (HOUR / 2, HOUR / 3):
            database.write_now(
                lambda conn, at=at: touch_session(  # type: ignore[misc]
                    conn, session_id, now=NOW + at, expires_at=NOW + at + HOUR
                )
            )

        assert self.holds(database, b"one", HOUR * 1.4)

    def test_all_of_a_person_end_but_one(self, database: Database, lan: int) -> None:
        kept = self.begin(database, lan, b"one")
        self.begin(database, lan, b"two")
        self.begin(database, make_person(database, user="mei"), b"three")

        database.write_now(lambda conn: end_sessions_of(conn, lan, but=kept))

        held = [self.holds(database, it, HOUR / 2) for it in (b"one", b"two", b"three")]
        assert held == [True, False, True]

    def test_those_that_ran_out_are_swept(self, database: Database, lan: int) -> None:
        self.begin(database, lan, b"one")

        swept = [
            database.write_now(lambda conn, at=at: sweep_sessions(conn, now=NOW + at))  # type: ignore[misc]
            for at in (HOUR / 2, HOUR, HOUR)
        ]

        assert swept == [0, 1, 0]


class TestRenewHash:
    def test_leaves_a_password_that_changed_meanwhile(
        self, database: Database, lan: int
    ) -> None:
        for former in ("$argon2$", "$argon2$"):
            database.write_now(
                lambda conn, former=former: renew_hash(  # type: ignore[misc]
                    conn, lan, former=former, password_hash=f"new of {former}"
                )
            )

        person = tried(database).person
        assert person is not None
        assert person.password_hash == "new of $argon2$"
