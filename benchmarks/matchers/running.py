"""How is a child process asked? One JSON line out, one JSON line back, within a limit."""

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Final

import psutil

from benchmarks.matchers.environments import last_line
from benchmarks.processes import ROOT

_MEBIBYTE: Final = 1024 * 1024
_ONE_THREAD: Final = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "TF_INTRA_OP_PARALLELISM_THREADS",
        "TF_INTER_OP_PARALLELISM_THREADS",
    ),
    "1",
)
_ENVIRONMENT: Final = {
    **_ONE_THREAD,
    "PYTHONUTF8": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "CUDA_VISIBLE_DEVICES": "",
}


class ChildError(RuntimeError):
    """A child ended, was too slow or spoke nonsense; the message is one line."""


class Child:
    """One child process; lives inside :func:`child`."""

    def __init__(self, process: subprocess.Popen[str], *, errors: IO[str]) -> None:
        self._process = process
        self._errors = errors
        self._too_slow: float | None = None

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to one question.

        Raises:
            ChildError: there is none.
        """
        line = ""
        if self._process.stdin is not None and self._process.stdout is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(question) + "\n")
                self._process.stdin.flush()
                line = self._process.stdout.readline()
        if line == "":
            raise ChildError(self._reason())
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise ChildError(f"answered {line[:80]!r}") from error
        return answer

    def rss_mb(self) -> float:
        """Return its resident memory in MiB.

        Raises:
            ChildError: it has ended.
        """
        try:
            rss: int = psutil.Process(self._process.pid).memory_info().rss
        except psutil.NoSuchProcess:
            raise ChildError(self._reason()) from None
        return rss / _MEBIBYTE

    def give_up(self, after: float) -> None:
        """End it because the time is over."""
        self._too_slow = after
        self._process.kill()

    def hang_up(self) -> None:
        """Tell it that nothing more is asked.

        Raises:
            BrokenPipeError: it had not read everything.
        """
        if self._process.stdin is not None:
            self._process.stdin.close()

    def _reason(self) -> str:
        """Return why it says nothing more."""
        status = self._process.wait(timeout=30)
        if self._too_slow is not None:
            return f"not finished after {self._too_slow:.0f} s"
        self._errors.seek(0)
        return f"ended with {status}: {last_line(self._errors.read())}"


@contextlib.contextmanager
def child(command: Sequence[str], *, limit: float) -> Iterator[Child]:
    """Run a child process for at most ``limit`` seconds; it is ended at the end."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
        subprocess.Popen(  # noqa: S603 - our own module, in our own or a peer's Python
            command,
            cwd=ROOT,
            env=child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        running = Child(process, errors=errors)
        watch = threading.Timer(limit, running.give_up, args=[limit])
        watch.start()
        try:
            yield running
        finally:
            watch.cancel()
            process.kill()
            # What it has not read is lost with it, and no error of its own.
            with contextlib.suppress(BrokenPipeError):
                running.hang_up()


def child_environment() -> dict[str, str]:
    """Return the environment of a child: one thread, UTF-8, the same hashes each time."""
    inherited = {
        name: value for name, value in os.environ.items() if name != "PYTHONPATH"
    }
    return {**inherited, **_ENVIRONMENT}
