from datetime import UTC, datetime, timedelta

from server.clock import MovedClock, system_clock


class TestSystemClock:
    def test_tells_aware_utc(self) -> None:
        assert system_clock().utcoffset() == timedelta()


class TestMovedClock:
    def test_runs_with_the_machine_until_it_is_moved(self) -> None:
        before = datetime.now(UTC)

        told = MovedClock()()

        assert before <= told <= datetime.now(UTC)

    def test_moves_on_and_back(self) -> None:
        clock = MovedClock(by=timedelta(days=1))

        clock.move(timedelta(days=2))
        clock.move(timedelta(days=-1))

        moved = clock() - datetime.now(UTC)
        assert timedelta(days=1, hours=23) < moved <= timedelta(days=2)
