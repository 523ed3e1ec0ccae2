"""Whether each row is told once, in whatever order the writers commit."""

from hypothesis import given
from hypothesis import strategies as st

from server.live.tail import Tail
from storage.queries.live import Change, Stream


def rows(*ids: int) -> list[Change]:
    return [Change(Stream.MESSAGES, number, 1, 1) for number in ids]


class TestTake:
    def test_what_is_read_again_is_not_told_again(self) -> None:
        tail = Tail(after=3)

        assert tail.take(rows(4, 5), at=0) == rows(4, 5)
        assert tail.take(rows(5), at=0) == []

    def test_a_number_that_was_skipped_is_waited_for(self) -> None:
        tail = Tail(after=3)
        tail.take(rows(6), at=0)

        assert (tail.missing, tail.safe, tail.high) == ((4, 5), 3, 6)
        assert tail.take(rows(5), at=1) == rows(5)
        assert (tail.missing, tail.safe) == ((4,), 3)

    def test_a_number_that_never_comes_is_given_up(self) -> None:
        tail = Tail(after=3)
        tail.take(rows(5), at=0)

        tail.take([], at=61)

        assert (tail.missing, tail.safe) == ((), 5)

    def test_a_jump_of_the_sequence_is_not_waited_for_as_a_whole(self) -> None:
        tail = Tail(after=0)

        tail.take(rows(10_000_000), at=0)

        assert len(tail.missing) == 1000

    @given(st.permutations(range(1, 13)), st.integers(1, 12))
    def test_any_order_of_commits_tells_all_once(
        self, order: list[int], step: int
    ) -> None:
        tail = Tail(after=0)
        told: list[int] = []
        for end in (*range(step, len(order), step), len(order)):
            committed = sorted(order[:end])
            read = [it for it in committed if it > tail.high or it in tail.missing]
            told += [row.id for row in tail.take(rows(*read), at=0)]

        assert sorted(told) == list(range(1, 13))
