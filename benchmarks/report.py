"""How results are shown: tables on standard output, progress on standard error."""

import contextlib
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

OnProgress = Callable[[float], None]
_TERMINATED = 128 + signal.SIGTERM
"""Exit status of a process that a SIGTERM ended, by the shells' convention."""


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(_TERMINATED)


@contextlib.contextmanager
def scratch(name: str) -> Iterator[Path]:
    """Give a temporary folder; removed at the end, also when the benchmark is ended.

    A SIGTERM then unwinds the stack as Ctrl-C does, so that no started process stays.
    """
    signal.signal(signal.SIGTERM, _leave)
    folder = Path(tempfile.mkdtemp(prefix=f"xiaoer-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Stages:
    """One progress bar for each step of a benchmark."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def begin(self, title: str) -> OnProgress:
        """Add a bar and return what moves it (share of its whole, 0 to 1)."""
        bar = self._progress.add_task(title, total=1.0)
        return lambda share: self._progress.update(bar, completed=share)


@contextlib.contextmanager
def stages() -> Iterator[Stages]:
    """Show bars on standard error while the benchmark runs."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield Stages(progress)


def show(
    title: str, *, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Print a table; the first column is text, the others are figures."""
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right")
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console(width=120).print(table)


def milliseconds(seconds: float) -> str:
    """Return a time for a table."""
    return f"{seconds * 1000:.1f} ms"
