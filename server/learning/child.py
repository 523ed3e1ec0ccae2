"""What does the training process do? ``python -m server.learning.child``: train, and end.

It is a process of its own so that serving stays smooth, and so that the memory of
scikit-learn goes with it. Its priority is low when somebody is served meanwhile.
"""

import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from bot.understanding.matcher import train
from bot.understanding.sentences import installed_encoder
from server.children import read_task, take_output
from server.learning.task import Step, Task, written_whole
from server.learning.vectors import KeptVectors

_NICENESS: Final = 10


def main() -> int:
    """Train what standard input says; return the exit status."""
    told = take_output()
    task = read_task(Task)
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


if __name__ == "__main__":
    sys.exit(main())
