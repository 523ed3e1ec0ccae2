"""What do a training process and the process that started it say to each other?

How it gets there stands in :mod:`server.children`; each step of the progress is a line.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from bot.understanding.matcher import TrainingSet


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What one child is to do."""

    training_set: TrainingSet
    target: str
    """File that holds the model afterwards; until then there is none of this name."""
    is_background: bool
    """Others serve meanwhile: take only what they leave."""


class Step(msgspec.Struct, frozen=True, array_like=True):
    """How far a training is."""

    stage: str
    share: float


@contextmanager
def written_whole(target: Path) -> Iterator[IO[bytes]]:
    """Write a file so that its name never stands for half of it, after a crash either."""
    part = target.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


def remove_unfinished(folder: Path, *, pid: int) -> None:
    """Remove what a process that was killed has begun to write."""
    for part in folder.glob(f"*.{pid}.part"):
        part.unlink(missing_ok=True)
