"""What the outside world saw: a journal kept apart from the process that is killed."""

import os
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Self

import msgspec


class Behaviour(StrEnum):
    """How the platform treats one POST."""

    TAKE = "take"
    REFUSE = "refuse"
    """Answers 500 and takes nothing."""
    SLOW = "slow"
    """Takes it and answers late, but in time."""
    TOO_SLOW = "too_slow"
    """Takes it and answers after the server has given up."""
    DROP = "drop"
    """Takes it and breaks the connection before answering."""
    KILL = "kill"
    """Takes it and kills the server before answering: between send and record."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Base of the entries; ``at`` is the wall clock in seconds."""

    at: float = msgspec.field(default_factory=time.time)


class Sent(Entry, frozen=True, tag="sent"):
    """A message is about to be POSTed to the server."""

    message_id: str
    buyer_id: str


class Acknowledged(Entry, frozen=True, tag="acknowledged"):
    """The server answered 202."""

    message_id: str
    is_accepted: bool


class Received(Entry, frozen=True, tag="received"):
    """The platform got a POST; written before it does anything else."""

    receipt: int
    """Counts the POSTs."""
    delivery_id: int
    message_id: int
    conversation_id: int
    text: str
    behaviour: Behaviour
    is_signed: bool


class Answered(Entry, frozen=True, tag="answered"):
    """The platform's answer left while the server still listened."""

    receipt: int


class Killed(Entry, frozen=True, tag="killed"):
    """The server was ended by SIGKILL."""

    instant: str


class Planted(Entry, frozen=True, tag="planted"):
    """A follow-up was committed from outside the server."""

    follow_up_id: int


AnyEntry = Sent | Acknowledged | Received | Answered | Killed | Planted


class Journal:
    """An append-only file; an entry is on the disk when ``write`` returns."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, entry: AnyEntry) -> None:
        """Append an entry and wait for the disk."""
        self._file.write(msgspec.json.encode(entry) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def read_journal(path: Path) -> Iterator[AnyEntry]:
    """Yield the entries of a file, oldest first."""
    decoder = msgspec.json.Decoder(AnyEntry)
    with path.open("rb") as file:
        for line in file:
            yield decoder.decode(line)
