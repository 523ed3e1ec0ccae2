"""How do we talk to a process of our own? Its task in, its lines out, its end with ours.

Over the child's standard input: the length of the task, the task, and then nothing; the
end of the input means that the parent is gone. Over its standard output: lines of JSON.
"""

import os
import threading
from pathlib import Path
from typing import Final, TypeVar

import msgspec

_LENGTH_BYTES: Final = 8
_INPUT: Final = 0
_OUTPUT: Final = 1
_ERRORS: Final = 2
_PROGRAM: Final = Path(__file__).parents[1]

Struct = TypeVar("Struct", bound=msgspec.Struct)


def packed(task: msgspec.Struct) -> bytes:
    """Return a task as the child reads it."""
    content = msgspec.msgpack.encode(task)
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content


def environment() -> dict[str, str]:
    """Return a child's environment: ours, with this program in its path."""
    path = os.pathsep.join(
        part for part in (str(_PROGRAM), os.environ.get("PYTHONPATH")) if part
    )
    return dict(os.environ) | {"PYTHONPATH": path, "PYTHONUTF8": "1"}


def take_output() -> int:
    """Return where the child's lines go; what a library prints goes to the errors."""
    told = os.dup(_OUTPUT)
    os.dup2(_ERRORS, _OUTPUT)
    return told


def read_task(kind: type[Struct]) -> Struct:
    """Return the task; from now on this process ends when its parent is gone.

    Raises:
        EOFError: the parent is gone already.
    """
    size = int.from_bytes(_read(_LENGTH_BYTES), "big")
    task = msgspec.msgpack.decode(_read(size), type=kind)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return task


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
    """End this process when nobody waits for what it makes any more."""
    while os.read(_INPUT, 1):
        pass
    os._exit(1)
