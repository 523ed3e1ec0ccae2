import random

import pytest

from benchmarks.durability.killer import Instant, choose_instants


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - repeatable, no secret


class TestChooseInstants:
    @pytest.mark.parametrize("kills", [5, 6, 100])
    def test_every_instant_occurs(self, kills: int) -> None:
        instants = choose_instants(kills, seeded(3))

        assert len(instants) == kills
        assert set(instants) == set(Instant)

    def test_few_kills_are_kept_to(self) -> None:
        assert len(choose_instants(3, seeded(3))) == 3

    def test_same_seed_gives_same_instants(self) -> None:
        first = choose_instants(50, seeded(9))

        assert first == choose_instants(50, seeded(9))
