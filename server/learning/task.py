"""What do a training process and the process that started it say to each other?

Over the child's standard input: the length of the task, the task, and then nothing; the
end of the input means that the parent is gone. Over its standard output: a line of JSON
for each step of the progress.
"""

import os
from pathlib import Path
from typing import Final

import msgspec

from bot.understanding.matcher import TrainingSet

LENGTH_BYTES: Final = 8


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


def packed(task: Task) -> bytes:
    """Return a task as the child reads it."""
    content = msgspec.msgpack.encode(task)
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def unfinished(target: Path, *, pid: int) -> Path:
    """Return where the child ``pid`` writes before the file gets its name."""
    return target.with_suffix(f".{pid}.part")


def write_model(target: Path, model: bytes) -> None:
    """Write a model so that its name never stands for half of it, after a crash either."""
    part = unfinished(target, pid=os.getpid())
    with part.open("wb") as file:
        file.write(model)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
