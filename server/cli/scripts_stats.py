"""``xiaoer scripts stats [FOLDER]``: how much content has each intent?"""

import argparse
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from scripts_library.loader import builtin_pack, load_pack
from scripts_library.stats import IntentStats, count_content

_WIDE: Final = 140
"""Columns of the table where no terminal says how wide it is."""
_NUMBERS: Final = (
    ("examples", "例句"),
    ("held_out", "留出句"),
    ("scripts", "话术"),
    ("variants", "变体"),
    ("must_hit", "必中"),
    ("must_not_hit", "必不中"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        default=builtin_pack(),
        help="行业包目录，默认内置电商包",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the counts by intent and their sums.

    Raises:
        ScriptLibraryError: The pack has problems.
    """
    counts = count_content(load_pack(args.folder))
    if args.json:
        print(msgspec.json.encode(counts).decode())
        return 0
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)
    console.print(_table(counts))
    return 0


def _table(counts: tuple[IntentStats, ...]) -> Table:
    table = Table("意图", "名称", "风险", show_footer=True)
    table.columns[0].footer = str(len(counts))
    for name, title in _NUMBERS:
        total = sum(getattr(one, name) for one in counts)
        table.add_column(title, footer=str(total), justify="right")
    table.add_column("情境")
    for one in counts:
        numbers = (str(getattr(one, name)) for name, _ in _NUMBERS)
        table.add_row(one.intent, one.zh, one.risk, *numbers, " ".join(one.situations))
    return table
