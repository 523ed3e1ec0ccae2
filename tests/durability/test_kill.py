"""The harness of ``python -m benchmarks.durability``, with few kills."""

import asyncio
import os
from pathlib import Path

import pytest

from benchmarks.databases import fresh_postgresql
from benchmarks.durability.comparing import Comparison
from benchmarks.durability.killer import Instant
from benchmarks.durability.running import Plan, Result, run

pytestmark = pytest.mark.slow

POSTGRESQL = os.environ.get("XIAOER_TEST_POSTGRES_URL", "")


def killed(folder: Path, *, kills: int, database_url: str | None = None) -> Result:
    plan = Plan(kills=kills, seed=20, buyers=100)
    return asyncio.run(
        run(plan, folder, on_progress=lambda share: None, database_url=database_url)
    )


def differences_of(comparison: Comparison) -> dict[str, list[str]]:
    return {name: found for name, found in comparison.differences.items() if found}


class TestKill:
    def test_nothing_acknowledged_is_lost_and_nothing_told_is_repeated(
        self, tmp_path: Path
    ) -> None:
        result = killed(tmp_path, kills=6)

        counts = result.comparison.counts
        assert differences_of(result.comparison) == {}
        assert counts["kills"] >= 6
        assert counts["messages acknowledged"] > 20
        assert counts["deliveries taken by the platform"] > 10
        assert counts["follow-ups delivered"] == counts["follow-ups planted"] > 0
        assert {hit.split(" (")[0] for hit in result.hits} == {i.value for i in Instant}
        assert result.other_answers == {}

    @pytest.mark.postgresql
    @pytest.mark.skipif(not POSTGRESQL, reason="XIAOER_TEST_POSTGRES_URL is not set")
    def test_the_same_on_postgresql(self, tmp_path: Path) -> None:
        with fresh_postgresql(POSTGRESQL) as url:
            result = killed(tmp_path, kills=3, database_url=url)

        counts = result.comparison.counts
        assert differences_of(result.comparison) == {}
        assert counts["kills"] >= 3
        assert counts["messages acknowledged"] > 5
