"""A computation is shared by forks; what one leaves behind is done here."""

import os

from server.curating.sharing import Shared, share_out

PARTS = [[1, 2], [3], [4, 5, 6]]


def doubled(part: object) -> list[int]:
    assert isinstance(part, list)
    return [2 * one for one in part]


def done(work: Shared[int, int]) -> list[tuple[int, list[int]]]:
    return sorted(share_out(work))


class TestShareOut:
    def test_forks_give_what_one_process_gives(self) -> None:
        alone = done(Shared(parts=PARTS, do=doubled, processes=1))

        assert done(Shared(parts=PARTS, do=doubled, processes=2)) == alone
        assert alone == [(1, [6]), (2, [2, 4]), (3, [8, 10, 12])]

    def test_more_forks_than_parts_are_no_harm(self) -> None:
        assert len(done(Shared(parts=PARTS[:1], do=doubled, processes=3))) == 1

    def test_the_part_of_a_fork_that_dies_is_done_here(self) -> None:
        parent = os.getpid()

        def fragile(part: object) -> list[int]:
            if part == [3] and os.getpid() != parent:
                os._exit(1)
            return doubled(part)

        found = done(Shared(parts=PARTS, do=fragile, processes=2))

        assert found == done(Shared(parts=PARTS, do=doubled, processes=1))
