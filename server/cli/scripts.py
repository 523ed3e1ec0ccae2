"""``xiaoer scripts``: care for the script library."""

import argparse

from server.cli import scripts_lint


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    scripts_lint.add_arguments(verbs.add_parser("lint", help="检查一个行业包"))
