"""When is the server killed: at random, and at the instants that hurt most."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from benchmarks.durability.books import Reader
from benchmarks.durability.callback_platform import CallbackPlatform
from benchmarks.durability.journal import Journal, Killed
from benchmarks.durability.shoppers import Shoppers
from benchmarks.processes import (
    Installation,
    Running,
    StartError,
    start_server,
    wait_until_ready,
)

_LONGEST_AIM_SECONDS = 5.0
_LOOK_SECONDS = 0.002


class Instant(StrEnum):
    """Where in its work the server is hit."""

    RANDOM = "at a random instant"
    SEND_AND_RECORD = "between send and record"
    QUIET_GAP = "inside the quiet gap"
    FOLLOW_UP_CLAIM = "during a follow-up claim"
    STARTING = "while it starts"


_SHARES = {
    Instant.RANDOM: 0.30,
    Instant.SEND_AND_RECORD: 0.25,
    Instant.QUIET_GAP: 0.20,
    Instant.FOLLOW_UP_CLAIM: 0.15,
    Instant.STARTING: 0.10,
}


def choose_instants(kills: int, choose: random.Random) -> list[Instant]:
    """Return that many instants in random order, each kind by its share.

    With five kills or more every kind occurs.
    """
    instants = list(Instant)[:kills]
    names, weights = tuple(_SHARES), tuple(_SHARES.values())
    instants += choose.choices(names, weights, k=kills - len(instants))
    choose.shuffle(instants)
    return instants


@dataclass(slots=True, kw_only=True)
class Victim:
    """The server, in one process after the other on the same port."""

    installation: Installation
    port: int
    journal: Journal
    running: Running | None = None
    start_seconds: list[float] = field(default_factory=list)
    reason: str = Instant.RANDOM

    def start(self) -> None:
        """Start a process; it does not listen yet."""
        self.running = start_server(self.installation, port=self.port)

    async def wait(self) -> None:
        """Return when it listens.

        Raises:
            StartError: it ended by itself, took too long, or was never started.
        """
        if self.running is None:
            raise StartError("the server was not started")
        seconds = await asyncio.to_thread(wait_until_ready, self.running)
        self.start_seconds.append(seconds)

    def kill(self) -> None:
        """End the process by SIGKILL; nothing when it has gone already."""
        if self.running is not None:
            self.running.kill()
            self.running = None
            self.journal.write(Killed(instant=self.reason))

    def stop(self) -> None:
        """End the process in the ordinary way."""
        if self.running is not None:
            self.running.stop()
            self.running = None


@dataclass(slots=True, kw_only=True)
class Killer:
    """Kills the victim and starts it again, one instant after the other."""

    victim: Victim
    platform: CallbackPlatform
    shoppers: Shoppers
    reader: Reader
    plant: Callable[[], Awaitable[None]]
    """Plants follow-ups that are due now."""
    choose: random.Random
    hits: Counter[str] = field(default_factory=Counter)
    """Instant, and whether it was met as aimed."""

    async def strike(self, instant: Instant) -> None:
        """Kill once at this instant, and start the server again."""
        victim = self.victim
        victim.reason = instant.value
        was_met = await self._aim(instant)
        victim.kill()
        self.hits[f"{instant}" if was_met else f"{instant} (missed, killed late)"] += 1
        victim.start()
        await victim.wait()

    async def _aim(self, instant: Instant) -> bool:
        """Wait for the instant; return False when it did not come in time."""
        match instant:
            case Instant.RANDOM:
                await asyncio.sleep(self.choose.uniform(0.0, 2.0))
                return True
            case Instant.SEND_AND_RECORD:
                return await self._aim_at_callback()
            case Instant.QUIET_GAP:
                return await self._aim_at_quiet_gap()
            case Instant.FOLLOW_UP_CLAIM:
                return await self._aim_at_claim()
            case Instant.STARTING:
                return await self._aim_at_start()

    async def _aim_at_callback(self) -> bool:
        hit = self.platform.arm()
        try:
            async with asyncio.timeout(_LONGEST_AIM_SECONDS):
                await hit.wait()
        except TimeoutError:
            self.platform.disarm()
            return False
        return True

    async def _aim_at_quiet_gap(self) -> bool:
        self.shoppers.acknowledged.clear()
        try:
            async with asyncio.timeout(_LONGEST_AIM_SECONDS):
                await self.shoppers.acknowledged.wait()
        except TimeoutError:
            return False
        await asyncio.sleep(self.choose.uniform(0.1, 1.0))
        return True

    async def _aim_at_claim(self) -> bool:
        await self.plant()
        loop = asyncio.get_running_loop()
        until = loop.time() + _LONGEST_AIM_SECONDS
        while loop.time() < until:
            if self.reader.claimed_follow_ups():
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def _aim_at_start(self) -> bool:
        """Kill an ordinary server first, then hit its successor while it starts."""
        victim = self.victim
        starts = victim.start_seconds
        usual = sum(starts) / len(starts)
        await asyncio.sleep(self.choose.uniform(0.0, 0.5))
        victim.reason = Instant.RANDOM.value
        victim.kill()
        victim.reason = Instant.STARTING.value
        victim.start()
        await asyncio.sleep(self.choose.uniform(0.1, 1.1) * usual)
        return True
