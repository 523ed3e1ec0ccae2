"""What does the replaying process do? ``python -m server.curating.replay_child``.

It is a process of its own so that serving stays smooth, with a low priority and with
forks that a process of many threads could not make.
"""

import argparse
import os
import sys
from dataclasses import replace
from typing import Any, Final

import msgspec

from server.children import read_task, take_output
from server.cli.common import Opened, opened_database
from server.cli.curating import curating
from server.cli.replay_words import report_json
from server.cli.scripts_replay import replay_draft
from server.curating.replay_task import ReplayTask

_NICENESS: Final = 10


def main() -> int:
    """Replay what standard input says; return the exit status."""
    told = take_output()
    task = read_task(ReplayTask)
    if sys.platform != "win32":
        os.nice(_NICENESS)

    def tell(**line: Any) -> None:
        content = msgspec.json.encode(line) + b"\n"
        while content:
            content = content[os.write(told, content) :]

    with opened_database(task.settings) as database:
        tools = Opened(settings=task.settings, database=database)
        desk = curating(tools, argparse.Namespace(shop=task.shop, user=None))
        desk = replace(desk, who=replace(desk.who, now=task.now))
        found = replay_draft(
            desk,
            desk.draft(task.draft),
            days=task.days,
            limit=task.limit,
            progress=lambda done, total: tell(done=done, total=total),
        )
    tell(report=report_json(found.report, found.findings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
