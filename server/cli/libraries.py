"""Which library does a command use, and how is shown that it is being learnt?"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from server.learning.training import Progress, logged_stages
from server.library import Library, load_library
from server.packs import DEFAULT_PACK, pack_folder
from server.settings import Settings

CACHE: Final = Path("var")
"""Where commands without a configuration keep trained models."""


def open_library(folder: Path | None) -> Library:
    """Return the pack in ``folder`` (None: the built-in one) with its matcher.

    Raises:
        ScriptLibraryError: The pack has problems; all of them are in the error.
        TrainingFailedError: The training process failed or was killed.
    """
    with shown_training() as progress:
        return load_library(folder, var_path=CACHE, progress=progress)


def served_library(settings: Settings, *, pack_id: str = DEFAULT_PACK) -> Library:
    """Return the library of a shop's pack, with its matcher.

    Raises:
        NotFoundError: There is no such pack.
        ScriptLibraryError: The pack has problems; all of them are in the error.
        TrainingFailedError: The training process failed or was killed.
    """
    with shown_training() as progress:
        return load_library(
            pack_folder(settings, pack_id),
            var_path=settings.var_path,
            progress=progress,
        )


@contextmanager
def shown_training() -> Iterator[Progress]:
    """Show what is reported inside the block: a bar on a terminal, else log lines.

    Nothing is shown when nothing is trained. Standard output stays the command's own.
    """
    with ExitStack() as stack:
        yield _bar(stack) if sys.stderr.isatty() else logged_stages()


def _bar(stack: ExitStack) -> Progress:
    """Return what draws a bar from its first step to the end of the stack."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, seldom needed
    from rich.progress import Progress as Bar  # noqa: PLC0415

    bar = Bar(console=Console(stderr=True), transient=True)
    task = bar.add_task("准备话术库", total=1.0)
    began: list[Bar] = []

    def report(stage: str, share: float) -> None:
        if not began:
            began.append(stack.enter_context(bar))
        bar.update(task, description=f"准备话术库：{stage}", completed=share)

    return report
