"""How is a model trained in a process of its own? The parent's side."""

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Lock
from typing import IO, Final

import msgspec
import structlog

from bot.errors import TrainingFailedError
from bot.understanding.matcher import TrainingSet
from server.children import environment, packed
from server.learning.task import Step, Task, remove_unfinished

Progress = Callable[[str, float], None]
"""Called with a stage in Chinese and the finished share, 0 to 1."""

_log = structlog.get_logger(__name__)
_CHILD: Final = "server.learning.child"
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""One each: the other cores serve, and sums are added up in the same order anywhere."""


class Training:
    """One training in a child process; ``run`` it once, in a thread of its own."""

    def __init__(
        self, training_set: TrainingSet, *, target: Path, is_background: bool = False
    ) -> None:
        """Describe the training.

        Args:
            training_set: what is learnt.
            target: file that holds the model afterwards; nothing is written under this
                name before the model is complete.
            is_background: others are served meanwhile: the child comes last.
        """
        self._task = Task(
            training_set=training_set,
            target=str(target.absolute()),
            is_background=is_background,
        )
        self._target = target
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ended = False
        self._starting = Lock()

    @property
    def pid(self) -> int | None:
        """Return the child's process id, None before it was started."""
        return None if self._process is None else self._process.pid

    def run(self, progress: Progress | None = None) -> None:
        """Train; return when the file is there.

        Raises:
            TrainingFailedError: the child failed, was killed, or was ended by ``end``.
        """
        with TemporaryFile() as errors:
            try:
                self._target.parent.mkdir(parents=True, exist_ok=True)
                process = self._start(errors)
            except OSError as error:
                raise TrainingFailedError(str(error)) from error
            try:
                _hand_over(process, self._task)
                _follow(process, progress)
                status = process.wait()
            finally:
                _clear_up(process, self._target)
            if status != 0:
                raise TrainingFailedError(_reason(status, errors))

    def end(self) -> None:
        """End the child, from any thread; ``run`` then fails. Twice does no harm."""
        with self._starting:
            self._is_ended = True
            if self._process is not None:
                self._process.kill()

    def _start(self, errors: IO[bytes]) -> subprocess.Popen[bytes]:
        with self._starting:
            if self._is_ended:
                raise TrainingFailedError("it was ended before it began")
            # A session of its own: Ctrl-C is for the parent, which ends the child.
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=_environment(),
                start_new_session=True,
            )
            return self._process


def trained_model(
    training_set: TrainingSet, *, progress: Progress | None = None
) -> bytes:
    """Return a model that is trained in a child process and kept nowhere.

    Raises:
        TrainingFailedError: the child failed or was killed.
    """
    with TemporaryDirectory(prefix="xiaoer-") as folder:
        target = Path(folder) / "new.model"
        train_into(target, training_set, progress=progress)
        return target.read_bytes()


def logged_stages() -> Progress:
    """Return what writes each stage of one training to the log, once."""
    told: list[str] = []

    def report(stage: str, share: float) -> None:
        if told != [stage]:
            told[:] = [stage]
            _log.info("library.training", stage=stage, share=round(share, 2))

    return report


def train_into(
    target: Path, training_set: TrainingSet, *, progress: Progress | None = None
) -> None:
    """Write a model that is trained in a child process, which ends with this call.

    Raises:
        TrainingFailedError: the child failed or was killed; there is no file then.
    """
    training = Training(training_set, target=target)
    try:
        training.run(progress)
    finally:
        training.end()


def _environment() -> dict[str, str]:
    """Return the child's environment: this program, and one thread."""
    return environment() | dict.fromkeys(_THREADS, "1")


def _hand_over(process: subprocess.Popen[bytes], task: Task) -> None:
    """Write the task; the pipe stays open as long as somebody waits for the model."""
    if process.stdin is None:
        raise AssertionError("the child was started with pipes")
    with suppress(BrokenPipeError):  # it has failed already: its status says how
        process.stdin.write(packed(task))
        process.stdin.flush()


def _follow(process: subprocess.Popen[bytes], progress: Progress | None) -> None:
    """Pass the child's steps on until it has no more to tell."""
    if process.stdout is None:
        raise AssertionError("the child was started with pipes")
    for line in process.stdout:
        step = msgspec.json.decode(line, type=Step)
        if progress is not None:
            progress(step.stage, step.share)


def _clear_up(process: subprocess.Popen[bytes], target: Path) -> None:
    """Leave no process, no pipe and no half of a file."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    remove_unfinished(target.parent, pid=process.pid)


def _reason(status: int, errors: IO[bytes]) -> str:
    """Return in one line why a child has failed."""
    if status < 0:
        name = signal.Signals(-status).name
        return f"the training process was ended by {name} (too little memory?)"
    errors.seek(0)
    told = errors.read().decode("utf-8", "replace").strip().splitlines()
    return told[-1] if told else f"the training process ended with status {status}"
