from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.auth.sessions import Sessions
from server.settings import LoginSettings
from storage.database import Database
from tests.databases import make_person
from tests.factories import NOW
from tests.journeys.shop_floor import SettableClock

HOURS = st.integers(min_value=0, max_value=100)


def sessions(
    database: Database, clock: SettableClock, *, idle: float = 8, longest: float = 24
) -> Sessions:
    settings = LoginSettings(idle_hours=idle, longest_hours=longest)
    return Sessions(database=database, settings=settings, clock=clock)


async def begin(database: Database, kept: Sessions, clock: SettableClock) -> None:
    person_id = make_person(database)
    await database.write(
        lambda connection: kept.begin(
            connection, person_id=person_id, token="t", replaces=None, now=clock()
        )
    )


class TestEndOf:
    @pytest.mark.parametrize(
        ("idle", "longest", "hours"), [(8, 24, 8), (0, 24, 24), (8, 0, 8), (30, 24, 24)]
    )
    def test_the_nearer_limit_ends_it(
        self,
        database: Database,
        clock: SettableClock,
        idle: float,
        longest: float,
        hours: float,
    ) -> None:
        kept = sessions(database, clock, idle=idle, longest=longest)

        assert kept.end_of(began_at=NOW, seen_at=NOW) == NOW + timedelta(hours=hours)

    def test_without_limits_it_lasts_until_the_logout(
        self, database: Database, clock: SettableClock
    ) -> None:
        kept = sessions(database, clock, idle=0, longest=0)

        assert kept.end_of(began_at=NOW, seen_at=NOW).year == 9999

    @given(began=HOURS, seen=HOURS)
    def test_use_never_carries_it_beyond_the_longest(
        self, began: int, seen: int
    ) -> None:
        settings = LoginSettings()
        kept = Sessions(database=None, settings=settings, clock=lambda: NOW)  # type: ignore[arg-type]
        at = NOW + timedelta(hours=began)

        end = kept.end_of(began_at=at, seen_at=at + timedelta(hours=seen))

        assert end <= at + timedelta(hours=settings.longest_hours)


class TestFind:
    async def test_being_seen_is_written_once_a_minute_at_most(
        self, database: Database, clock: SettableClock
    ) -> None:
        kept = sessions(database, clock)
        await begin(database, kept, clock)

        began, seen = clock(), []
        for _ in range(4):
            clock.move(seconds=40)
            await kept.find("t")
            found = await kept.find("t")
            assert found is not None
            seen.append((found.last_seen_at - began).total_seconds())

        assert seen == [0, 80, 80, 160]

    async def test_a_short_idle_time_is_kept_alive_as_well(
        self, database: Database, clock: SettableClock
    ) -> None:
        kept = sessions(database, clock, idle=0.01)  # 36 seconds
        await begin(database, kept, clock)

        for _ in range(5):
            clock.move(seconds=20)
            assert await kept.find("t") is not None

        clock.move(seconds=36)
        assert await kept.find("t") is None

    @pytest.mark.parametrize("token", [None, "", "u"])
    async def test_what_is_no_token_finds_nobody(
        self, database: Database, clock: SettableClock, token: str | None
    ) -> None:
        kept = sessions(database, clock)
        await begin(database, kept, clock)

        assert await kept.find(token) is None


class TestIsLive:
    async def test_tells_when_a_login_has_ended(
        self, database: Database, clock: SettableClock
    ) -> None:
        kept = sessions(database, clock)
        await begin(database, kept, clock)
        found = await kept.find("t")
        assert found is not None

        before = await kept.is_live(found.session_id)
        await kept.end("t")

        assert (before, await kept.is_live(found.session_id)) == (True, False)
