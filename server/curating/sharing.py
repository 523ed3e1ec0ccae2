"""How do several processes share a long computation over what is in memory already?

They are forks: what the computation needs is not copied and not sent, only its results
are. A fork that ends early leaves its part to this process.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_PROCESSES: Final = 4


def processes_here() -> int:
    """Return how many processes are worth it: a core each, at most four."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return 1
    return min(MOST_PROCESSES, len(os.sched_getaffinity(0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(Generic[Item, Result]):
    """What is to be done."""

    parts: Sequence[Sequence[Item]]
    do: Callable[[Sequence[Item]], list[Result]]
    processes: int


def share_out(work: Shared[Item, Result]) -> Iterator[tuple[int, list[Result]]]:
    """Yield of each part its size and its results, as they come; ends its forks."""
    missing = set(range(len(work.parts)))
    count = 0 if work.processes == 1 else work.processes
    forks = [_Fork(work, rank) for rank in range(count)]
    try:
        for fork in forks:
            fork.start()
        for number, results in _receive(forks):
            missing.discard(number)
            yield len(work.parts[number]), results
        for number in sorted(missing):
            yield len(work.parts[number]), work.do(work.parts[number])
    finally:
        for fork in forks:
            fork.end()


class _Fork(Generic[Item, Result]):
    """One process that does every n-th part."""

    def __init__(self, work: Shared[Item, Result], rank: int) -> None:
        context = multiprocessing.get_context("fork")
        self.results, self._sending = context.Pipe(duplex=False)
        self._process: BaseProcess = context.Process(
            target=_do_parts, args=(work, rank, self._sending), daemon=True
        )

    def start(self) -> None:
        self._process.start()
        self._sending.close()

    def end(self) -> None:
        self.results.close()
        if self._process.pid is not None:
            self._process.terminate()
            self._process.join()


def _do_parts(work: Shared[Item, Result], rank: int, sending: Connection) -> None:
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for number in range(rank, len(work.parts), work.processes):
            sending.send((number, work.do(work.parts[number])))
        sending.close()


def _receive(
    forks: Sequence[_Fork[Item, Result]],
) -> Iterator[tuple[int, list[Result]]]:
    """Yield what comes from the forks until all of them have ended."""
    open_ends = {fork.results: fork for fork in forks}
    while open_ends:
        for end in wait(list(open_ends)):
            results = next(one for one in open_ends if one is end)
            try:
                yield results.recv()
            except EOFError:
                del open_ends[results]
