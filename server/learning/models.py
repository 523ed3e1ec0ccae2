"""Where are trained models kept, and what is done with those nobody needs any more?"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from bot.errors import TrainingFailedError
from bot.understanding.matcher import Matcher, TrainingSet, fingerprint, load_matcher
from bot.understanding.sentences import installed_encoder

_log = structlog.get_logger(__name__)

KEPT: Final = 5
"""Models kept for going back to an earlier pack; each has some tens of megabytes."""
_PART_SECONDS: Final = 3600
"""No training takes so long: what was begun before has been left by a killed process."""


@dataclass(frozen=True, slots=True)
class Models:
    """The folder of trained models, each named by what it was trained on."""

    folder: Path

    def file(self, training_set: TrainingSet) -> Path:
        """Return where the model of a training set is, or would be."""
        return self.folder / f"{build_id(training_set)}.model"

    def load(self, training_set: TrainingSet) -> Matcher | None:
        """Return the matcher of a training set, None when it is not trained yet.

        A file that cannot be read (of a dying disk, say) is removed: it is made again.
        """
        file = self.file(training_set)
        try:
            matcher = matcher_of(file.read_bytes(), training_set)
        except OSError:
            return None  # training says what is wrong with the folder
        except ValueError as error:
            _log.warning("library.model_unreadable", file=file.name, reason=str(error))
            file.unlink(missing_ok=True)
            return None
        with suppress(OSError):  # of another user, say
            os.utime(file)  # used: among the newest again
        return matcher

    @contextmanager
    def alone(self, training_set: TrainingSet) -> Iterator[None]:
        """Let one process at a time train a model; the next one finds it there.

        The lock belongs to the process: a killed one holds nothing.
        """
        if sys.platform == "win32":
            yield
            return
        from fcntl import LOCK_EX, flock  # noqa: PLC0415 - not on every platform

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self.file(training_set).with_suffix(".lock")
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise TrainingFailedError(str(error)) from error
        try:
            flock(descriptor, LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def prune(self) -> None:
        """Remove all but the models used last, and what killed processes have left."""
        used = sorted(self.folder.glob("*.model"), key=_changed_at, reverse=True)
        old = time.time() - _PART_SECONDS
        left = [
            file
            for pattern in ("*.part", "*.lock")
            for file in self.folder.glob(pattern)
            if 0 < _changed_at(file) < old
        ]
        for file in (*used[KEPT:], *left):
            with suppress(OSError):  # of another user, say
                file.unlink(missing_ok=True)


def build_id(training_set: TrainingSet) -> str:
    """Return what names a full build: the same one gives the same answers everywhere."""
    encoder = installed_encoder()
    return fingerprint(training_set, encoder=None if encoder is None else encoder.name)


def matcher_of(model: bytes, training_set: TrainingSet) -> Matcher:
    """Return the matcher of a model and the training set it was trained on.

    Raises:
        ValueError: these bytes are no model of this format, or of another encoder.
    """
    return load_matcher(
        model,
        lexicon=training_set.lexicon,
        urgency=training_set.urgency,
        off_topic=training_set.off_topic,
        encoder=installed_encoder(),
    )


def _changed_at(file: Path) -> float:
    """Return when a file was written, 0 when another process has removed it."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
