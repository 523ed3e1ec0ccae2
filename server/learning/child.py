"""What does the training process do? ``python -m server.learning.child``: train, and end.

It is a process of its own so that serving stays smooth, and so that the memory of
scikit-learn goes with it. Its priority is low when somebody is served meanwhile.
"""

import os
import sys
import threading
from pathlib import Path
from typing import Final

import msgspec

from bot.understanding.matcher import train
from bot.understanding.sentences import installed_encoder
from server.learning.task import LENGTH_BYTES, Step, Task, written_whole
from server.learning.vectors import KeptVectors

_INPUT: Final = 0
_OUTPUT: Final = 1
_ERRORS: Final = 2
_NICENESS: Final = 10


def main() -> int:
    """Train what standard input says; return the exit status."""
    told = os.dup(_OUTPUT)
    os.dup2(_ERRORS, _OUTPUT)  # what a library prints is no progress
    task = _read_task()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if task.is_background and sys.platform != "win32":
        os.nice(_NICENESS)

    def tell(stage: str, share: float) -> None:
        os.write(told, msgspec.json.encode(Step(stage, share)) + b"\n")

    target = Path(task.target)
    encoder = installed_encoder()
    vectors = None if encoder is None else KeptVectors(encoder, folder=target.parent)
    model = train(task.training_set, encoder=vectors, progress=tell)
    with written_whole(target) as file:
        file.write(model)
    if vectors is not None:
        vectors.keep()
    return 0


def _read_task() -> Task:
    size = int.from_bytes(_read(LENGTH_BYTES), "big")
    return msgspec.msgpack.decode(_read(size), type=Task)


def _read(size: int) -> bytes:
    """Return so many bytes of standard input, unbuffered: its end is waited for later."""
    content = bytearray()
    while len(content) < size:
        more = os.read(_INPUT, size - len(content))
        if not more:
            raise EOFError("the parent is gone")
        content += more
    return bytes(content)


def _end_with_parent() -> None:
    """End this process when nobody waits for its model any more."""
    while os.read(_INPUT, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
