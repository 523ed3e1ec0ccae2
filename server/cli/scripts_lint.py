"""``xiaoer scripts lint [FOLDER]``: is a pack fit to be served?"""

import argparse
import sys
from pathlib import Path

from scripts_library.lint import lint_folder
from scripts_library.loader import builtin_pack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        default=builtin_pack(),
        help="folder of a pack (default: the built-in e-commerce pack)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write one finding a line to standard error; 1 when there is any, else 0."""
    problems = lint_folder(args.folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0
