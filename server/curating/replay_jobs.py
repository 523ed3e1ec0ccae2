"""Which drafts are being replayed, and what came of it? One at a time, beside serving.

What was found is kept in memory: the last replay of each shop, until the process ends.
"""

import asyncio
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any, Final

import msgspec
import structlog

from bot.errors import BusyError, NotFoundError
from server.children import environment, packed
from server.curating.replay_task import ReplayLine, ReplayTask
from server.settings import Settings

_CHILD: Final = "server.curating.replay_child"
_AGAIN: Final = timedelta(seconds=10)
"""After which asking again makes sense."""
_log = structlog.get_logger(__name__)


class ReplayState(StrEnum):
    """Where a replay stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One replay as it stands."""

    draft: str
    revision: int
    """Of the draft when it was begun."""
    state: ReplayState = ReplayState.RUNNING
    done: int = 0
    total: int = 0
    """Different texts; 0 until they are read."""
    report: dict[str, Any] | None = None


class Replays:
    """The replays of a serving process."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings, with the database that is served from."""
        self._settings = settings
        self._last: dict[int, Replayed] = {}
        self._running: asyncio.Task[None] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = Lock()
        self._is_stopped = False

    def of(self, shop_id: int, draft: str) -> Replayed:
        """Return the last replay of a draft.

        Raises:
            NotFoundError: there was none since the start, or another draft's came after.
        """
        found = self._last.get(shop_id)
        if found is None or found.draft != draft:
            raise NotFoundError("replay of the draft", draft)
        return found

    def start(self, shop_id: int, begun: Replayed, *, task: ReplayTask) -> None:
        """Begin a replay.

        Raises:
            BusyError: another one is running.
        """
        if self._running is not None and not self._running.done():
            raise BusyError(_AGAIN)
        self._last[shop_id] = begun
        self._running = asyncio.create_task(
            asyncio.to_thread(self._run, shop_id, begun, task), name="replay"
        )

    @property
    def settings(self) -> Settings:
        """Return what a child is served from."""
        return self._settings

    async def settled(self) -> None:
        """Wait until nothing is being replayed."""
        if self._running is not None:
            await self._running

    async def stop(self) -> None:
        """End what is running; it is not gone on with."""
        with self._starting:
            self._is_stopped = True
            if self._process is not None:
                self._process.kill()
        await self.settled()

    def _run(self, shop_id: int, begun: Replayed, task: ReplayTask) -> None:
        """Follow one child to its end, in a thread of its own."""
        try:
            with TemporaryFile() as errors:
                process = self._start(errors)
                found = begun
                try:
                    found = self._follow(process, task, shop_id, begun)
                finally:
                    status = _end(process)
                if status == 0 and found.report is not None:
                    self._last[shop_id] = replace(found, state=ReplayState.DONE)
                else:
                    self._fail(shop_id, begun, reason=_reason(status, errors))
        except (OSError, msgspec.MsgspecError) as error:
            self._fail(shop_id, begun, reason=str(error))

    def _fail(self, shop_id: int, begun: Replayed, *, reason: str) -> None:
        _log.error("replay.failed", shop_id=shop_id, reason=reason)
        self._last[shop_id] = replace(begun, state=ReplayState.FAILED)

    def _start(self, errors: IO[bytes]) -> subprocess.Popen[bytes]:
        with self._starting:
            if self._is_stopped:
                raise OSError("the server stops")
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment(),
                start_new_session=True,
            )
            return self._process

    def _follow(
        self,
        process: subprocess.Popen[bytes],
        task: ReplayTask,
        shop_id: int,
        begun: Replayed,
    ) -> Replayed:
        """Return what a child has told when it has no more to tell."""
        if process.stdin is None or process.stdout is None:
            raise AssertionError("the child was started with pipes")
        with suppress(BrokenPipeError):  # it has failed already: its status says how
            process.stdin.write(packed(task))
            process.stdin.flush()
        found = begun
        for raw in process.stdout:
            line = msgspec.json.decode(raw, type=ReplayLine)
            if line.report is None:
                found = replace(found, done=line.done, total=line.total)
            else:
                found = replace(found, report=line.report)
            self._last[shop_id] = found
        return found


def _reason(status: int, errors: IO[bytes]) -> str:
    """Return in one line why a child has failed."""
    errors.seek(0)
    told = errors.read().decode("utf-8", "replace").strip().splitlines()
    return told[-1] if told else f"the process ended with status {status}"


def _end(process: subprocess.Popen[bytes]) -> int:
    """Return a child's status; leave no process and no pipe."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    return process.wait()
