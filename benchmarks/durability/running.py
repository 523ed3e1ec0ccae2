"""One durability run from the first message to the comparison."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.durability.books import Reader
from benchmarks.durability.callback_platform import CallbackPlatform
from benchmarks.durability.comparing import (
    Comparison,
    compare,
    sort_journal,
)
from benchmarks.durability.journal import Journal, Planted, read_journal
from benchmarks.durability.killer import Instant, Killer, Victim, choose_instants
from benchmarks.durability.planting import Planter
from benchmarks.durability.shoppers import Shoppers
from benchmarks.processes import HOST, Installation, free_port, install, train
from benchmarks.report import OnProgress
from benchmarks.texts import read_phrasings, vary

PATIENCE_SECONDS = 3.0
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "callback": {
        "timeout_seconds": PATIENCE_SECONDS,
        "retry_seconds": [0.2, 0.5, 1.0],
        "then_every_seconds": 2.0,
    },
    "scheduler": {"tick_seconds": 0.25, "lease_seconds": 4.0},
    # The run may take place at any hour.
    "contact": {"window_start": "00:00", "window_end": "23:59"},
}
"""What differs from the defaults: shorter waits only, so that a hundred kills fit into
ten minutes. The quiet gap is the default one."""
_PLANTED_AT_ONCE = 4
_GREETING = "你好"
_QUIET_LOOKS = 4
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How hard one run is."""

    kills: int
    seed: int
    rate: float = 25.0
    """Messages a second."""
    buyers: int = 400
    quiet_seconds: float = 120.0
    """How long the end may take until everything is delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run found."""

    comparison: Comparison
    hits: Mapping[str, int]
    """Kind of kill to how often."""
    other_answers: Mapping[int, int]
    """HTTP status to count of the answers that were not 202."""
    start_seconds: Sequence[float]
    seconds: float


@dataclass(slots=True, kw_only=True)
class _Scene:
    """Everything that takes part in one run."""

    plan: Plan
    journal: Journal
    victim: Victim
    platform: CallbackPlatform
    shoppers: Shoppers
    reader: Reader
    planter: Planter
    waiting: list[str]
    """Buyers for whom a follow-up can still be planted."""
    planted: set[int]

    async def plant(self) -> None:
        """Commit a few follow-ups that are due now, each for a buyer of its own."""
        chosen = [self.waiting.pop() for _ in range(_PLANTED_AT_ONCE)]
        known = await asyncio.to_thread(self.reader.buyers)
        ids = await asyncio.to_thread(
            self.planter.plant, [known[buyer_id] for buyer_id in chosen]
        )
        for follow_up_id in ids:
            self.journal.write(Planted(follow_up_id=follow_up_id))
            self.planted.add(follow_up_id)

    async def wait_until_quiet(self) -> None:
        """Return when nothing is under way any more, or the time is over."""
        until = time.monotonic() + self.plan.quiet_seconds
        looks = 0
        while looks < _QUIET_LOOKS and time.monotonic() < until:
            left = self.reader.unfinished()
            left += self.reader.open_follow_ups(frozenset(self.planted))
            looks = 0 if left else looks + 1
            await asyncio.sleep(_LOOK_SECONDS)


async def run(
    plan: Plan,
    folder: Path,
    *,
    on_progress: OnProgress,
    database_url: str | None = None,
) -> Result:
    """Kill the server again and again under load, then compare.

    Raises:
        StartError: the server did not come back after a kill.
    """
    began = time.monotonic()
    choose = random.Random(plan.seed)  # noqa: S311 - repeatable, no secret
    instants = choose_instants(plan.kills, choose)
    waiting = _PLANTED_AT_ONCE * instants.count(Instant.FOLLOW_UP_CLAIM)
    async with _scene(
        plan, folder, choose=choose, database_url=database_url, waiting=waiting
    ) as scene:
        killer = Killer(
            victim=scene.victim,
            platform=scene.platform,
            shoppers=scene.shoppers,
            reader=scene.reader,
            plant=scene.plant,
            choose=choose,
        )
        scene.shoppers.start()
        for number, instant in enumerate(instants, start=1):
            await killer.strike(instant)
            on_progress(number / plan.kills)
        await scene.shoppers.stop()
        scene.platform.is_unreliable = False
        await scene.wait_until_quiet()
        books = scene.reader.read()
    seen = sort_journal(read_journal(folder / "journal.jsonl"))
    return Result(
        comparison=compare(seen, books),
        hits=dict(killer.hits),
        other_answers=dict(scene.shoppers.other_answers),
        start_seconds=tuple(scene.victim.start_seconds),
        seconds=time.monotonic() - began,
    )


@contextlib.asynccontextmanager
async def _scene(
    plan: Plan,
    folder: Path,
    *,
    choose: random.Random,
    database_url: str | None,
    waiting: int,
) -> AsyncIterator[_Scene]:
    """Set everything up around a server that listens, and take it down again."""
    callback_port = free_port()
    installation = await asyncio.to_thread(
        install,
        folder / "server",
        settings=SETTINGS,
        database_url=database_url,
        callback_url=f"http://{HOST}:{callback_port}/callback",
    )
    await asyncio.to_thread(train, installation)
    with Journal(folder / "journal.jsonl") as journal:
        scene = _assemble(plan, installation, journal, choose=choose, waiting=waiting)
        try:
            await scene.platform.start(callback_port)
            scene.victim.start()
            await scene.victim.wait()
            await scene.shoppers.write_once(scene.waiting, _GREETING)
            yield scene
        finally:
            scene.victim.stop()
            await scene.platform.stop()
            scene.reader.close()
            scene.planter.close()


def _assemble(
    plan: Plan,
    installation: Installation,
    journal: Journal,
    *,
    choose: random.Random,
    waiting: int,
) -> _Scene:
    port = free_port()
    victim = Victim(installation=installation, port=port, journal=journal)
    platform = CallbackPlatform(
        journal=journal,
        choose=choose,
        patience=PATIENCE_SECONDS,
        kill=victim.kill,
        secret=installation.secret,
    )
    shoppers = Shoppers(
        port=port,
        shop=installation.shop,
        secret=installation.secret,
        journal=journal,
        texts=vary(read_phrasings(), seed=plan.seed),
        choose=choose,
        rate=plan.rate,
        buyers=plan.buyers,
    )
    return _Scene(
        plan=plan,
        journal=journal,
        victim=victim,
        platform=platform,
        shoppers=shoppers,
        reader=Reader(installation.database_url),
        planter=Planter(installation),
        waiting=[f"waiting-{number}" for number in range(waiting)],
        planted=set(),
    )
