"""Whether windows see everything once and in order while the server is killed."""

import asyncio
import random
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from benchmarks.databases import open_engine
from benchmarks.processes import (
    Installation,
    Running,
    free_port,
    install,
    start_server,
    train,
    wait_until_ready,
)
from tests.durability.resuming import ResumingWindow

pytestmark = pytest.mark.slow

SETTINGS: dict[str, dict[str, Any]] = {
    "conversation": {"quiet_gap_seconds": 0.1, "messages_per_minute": 0},
    "logging": {"level": "warning"},
}
KILLS = 4
BUYERS = 8
MESSAGES = 12


async def start(installation: Installation, port: int) -> Running:
    running = start_server(installation, port=port)
    await asyncio.to_thread(wait_until_ready, running)
    return running


def conversations(installation: Installation) -> dict[str, list[int]]:
    """Return the ids of every conversation that a window's message is in, by buyer."""
    engine = open_engine(installation.database_url)
    rows = "SELECT conversation_id, id, platform_message_id FROM messages ORDER BY id"
    with engine.connect() as conn:
        stored = conn.execute(text(rows)).all()
    engine.dispose()
    names: dict[int, str] = {}
    ids: dict[int, list[int]] = {}
    for place, number, reference in stored:
        ids.setdefault(place, []).append(number)
        if reference is not None:
            names[place] = reference.partition(":")[2].rpartition("-")[0]
    return {names[place]: found for place, found in ids.items()}


def wait_until_answered(installation: Installation) -> None:
    """Return when every message has had its turn."""
    engine = open_engine(installation.database_url, autocommit=True)
    rows = (
        "SELECT count(*) FROM messages WHERE direction = 'incoming'"
        " AND handled_at IS NULL"
    )
    until = time.monotonic() + 60
    with engine.connect() as conn:
        while conn.execute(text(rows)).scalar_one() > 0:
            assert time.monotonic() < until
            time.sleep(0.1)
    engine.dispose()


class TestKill:
    async def test_each_window_shows_its_conversation_once_and_in_order(
        self, tmp_path: Path
    ) -> None:
        installation = await asyncio.to_thread(
            install, tmp_path / "shop", settings=SETTINGS
        )
        await asyncio.to_thread(train, installation)
        port = free_port()
        victim = [await start(installation, port)]
        windows = [
            ResumingWindow(shop=installation.shop, name=f"b{number}")
            for number in range(BUYERS)
        ]
        choose = random.Random(7)  # noqa: S311 - repeatable, no secret
        try:
            async with asyncio.TaskGroup() as group:
                for window in windows:
                    group.create_task(window.chat(victim, messages=MESSAGES))
                for _ in range(KILLS):
                    await asyncio.sleep(choose.uniform(0.05, 0.6))
                    await asyncio.to_thread(victim[-1].kill)
                    victim.append(await start(installation, port))
            await asyncio.to_thread(wait_until_answered, installation)
            stored = await asyncio.to_thread(conversations, installation)
            for window in windows:
                await window.read_up_to(victim[-1], ids=len(stored[window.name]))
        finally:
            await asyncio.to_thread(victim[-1].stop)

        assert len(stored) == BUYERS
        for window in windows:
            assert window.seen == stored[window.name]
            assert len(window.own) == MESSAGES
            assert window.answers > 0
        assert sum(window.sockets for window in windows) > BUYERS
