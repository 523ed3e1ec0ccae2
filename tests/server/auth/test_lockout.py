from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RateLimitedError
from server.auth.lockout import NameLocks, lock_after
from server.settings import LoginSettings
from tests.factories import NOW

DEFAULT = LoginSettings()


def minutes(settings: LoginSettings, failures: int) -> float | None:
    length = lock_after(settings, failures)
    return None if length is None else length.total_seconds() / 60


class TestLockAfter:
    def test_doubles_from_the_fifth_failure_up_to_the_longest(self) -> None:
        lengths = [minutes(DEFAULT, failures) for failures in range(1, 12)]

        assert lengths == [None, None, None, None, 1, 2, 4, 8, 15, 15, 15]

    @pytest.mark.parametrize(
        "settings",
        [
            LoginSettings(tries_before_lock=0),
            LoginSettings(first_lock_minutes=0),
            LoginSettings(longest_lock_minutes=0),
        ],
    )
    def test_zero_never_locks(self, settings: LoginSettings) -> None:
        assert [minutes(settings, failures) for failures in (1, 5, 50)] == [None] * 3

    @given(st.integers(min_value=1, max_value=10**6))
    def test_one_more_failure_never_shortens_the_lock(self, failures: int) -> None:
        now, next_one = minutes(DEFAULT, failures), minutes(DEFAULT, failures + 1)

        assert (now or 0) <= (next_one or 0) <= 15


class TestNameLocks:
    def test_the_sixth_try_in_a_row_is_told_when_to_come_back(self) -> None:
        locks = NameLocks(DEFAULT)
        for _ in range(5):
            locks.take("lan", now=NOW)

        with pytest.raises(RateLimitedError) as caught:
            locks.take("lan", now=NOW + timedelta(seconds=20))

        assert caught.value.retry_after == timedelta(seconds=40)

    def test_a_locked_try_is_not_counted(self) -> None:
        locks = NameLocks(DEFAULT)
        for _ in range(5):
            locks.take("lan", now=NOW)
        for _ in range(9):
            with pytest.raises(RateLimitedError):
                locks.take("lan", now=NOW)

        lock = locks.take("lan", now=NOW + timedelta(minutes=1))

        assert lock == NOW + timedelta(minutes=3)

    def test_names_do_not_share_a_count(self) -> None:
        locks = NameLocks(DEFAULT)
        for _ in range(5):
            locks.take("lan", now=NOW)

        assert locks.take("mei", now=NOW) is None

    def test_what_was_no_failure_is_taken_back_with_its_lock(self) -> None:
        locks = NameLocks(DEFAULT)
        for _ in range(4):
            locks.take("lan", now=NOW)
        lock = locks.take("lan", now=NOW)

        locks.release("lan", lock=lock)

        assert lock is not None
        assert locks.take("lan", now=NOW) == lock

    def test_a_forgotten_name_begins_anew(self) -> None:
        locks = NameLocks(DEFAULT)
        for _ in range(5):
            locks.take("lan", now=NOW)

        locks.forget("lan")

        assert locks.take("lan", now=NOW) is None

    def test_a_release_of_a_name_not_known_changes_nothing(self) -> None:
        locks = NameLocks(DEFAULT)

        locks.release("lan", lock=None)

        assert locks.take("lan", now=NOW) is None

    def test_a_flood_of_names_does_not_grow_for_ever(self) -> None:
        locks = NameLocks(DEFAULT, most_names=2)
        for _ in range(5):
            locks.take("lan", now=NOW)

        for name in ("mei", "wu"):
            locks.take(name, now=NOW)

        assert locks.take("lan", now=NOW) is None
