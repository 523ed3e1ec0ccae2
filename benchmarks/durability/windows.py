"""Windows that chat while the server under them is killed, and what they saw."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.databases import open_engine
from benchmarks.durability.resuming import ResumingWindow
from benchmarks.processes import (
    Installation,
    Running,
    StartError,
    free_port,
    install,
    start_server,
    train,
    wait_until_ready,
)

_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "conversation": {"quiet_gap_seconds": 0.1, "messages_per_minute": 0},
    "logging": {"level": "warning"},
}
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_LIVES = (0.05, 0.6)
"""Seconds that a server lives, at least and at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the windows showed, and what is stored."""

    windows: Sequence[ResumingWindow]
    stored: Mapping[str, Sequence[int]]
    """Ids of the messages of each window's conversation."""


async def run_windows(
    folder: Path, *, kills: int, windows: int, messages: int, seed: int
) -> Seen:
    """Let windows chat while the server is killed; then read to the end.

    Raises:
        StartError: the server did not come back, or left a message unanswered.
    """
    installation = await asyncio.to_thread(install, folder, settings=_SETTINGS)
    await asyncio.to_thread(train, installation)
    port = free_port()
    victim = [await _start(installation, port)]
    opened = [
        ResumingWindow(shop=installation.shop, name=f"b{number}")
        for number in range(windows)
    ]
    choose = random.Random(seed)  # noqa: S311 - repeatable, no secret
    try:
        async with asyncio.TaskGroup() as group:
            for window in opened:
                group.create_task(window.chat(victim, messages=messages))
            for _ in range(kills):
                await asyncio.sleep(choose.uniform(*_LIVES))
                await asyncio.to_thread(victim[-1].kill)
                victim.append(await _start(installation, port))
        await asyncio.to_thread(_wait_until_answered, installation)
        stored = await asyncio.to_thread(_conversations, installation)
        for window in opened:
            await window.read_up_to(victim[-1], ids=len(stored[window.name]))
    finally:
        await asyncio.to_thread(victim[-1].stop)
    return Seen(windows=opened, stored=stored)


async def _start(installation: Installation, port: int) -> Running:
    running = start_server(installation, port=port)
    await asyncio.to_thread(wait_until_ready, running)
    return running


def _conversations(installation: Installation) -> dict[str, list[int]]:
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


def _wait_until_answered(installation: Installation) -> None:
    """Return when every message has had its turn.

    Raises:
        StartError: the time is over.
    """
    engine = open_engine(installation.database_url, autocommit=True)
    rows = (
        "SELECT count(*) FROM messages WHERE direction = 'incoming'"
        " AND handled_at IS NULL"
    )
    until = time.monotonic() + _PATIENCE_SECONDS
    with engine.connect() as conn:
        while conn.execute(text(rows)).scalar_one() > 0:
            if time.monotonic() > until:
                raise StartError("messages were left unanswered")
            time.sleep(_LOOK_SECONDS)
    engine.dispose()
