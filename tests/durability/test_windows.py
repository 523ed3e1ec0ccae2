"""Whether windows see everything once and in order while the server is killed."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.durability.windows import run_windows

pytestmark = pytest.mark.slow


class TestKill:
    def test_each_window_shows_its_conversation_once_and_in_order(
        self, tmp_path: Path
    ) -> None:
        seen = asyncio.run(
            run_windows(tmp_path / "shop", kills=4, windows=8, messages=12, seed=7)
        )

        assert len(seen.stored) == 8
        for window in seen.windows:
            assert window.seen == seen.stored[window.name]
            assert len(window.own) == 12
            assert window.answers > 0
        assert sum(window.sockets for window in seen.windows) > 8
