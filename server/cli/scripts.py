"""``xiaoer scripts``: care for the script library."""

import argparse

from server.cli import scripts_check, scripts_lint, scripts_stats


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    scripts_lint.add_arguments(verbs.add_parser("lint", help="检查一个行业包"))
    scripts_check.add_arguments(
        verbs.add_parser("check", help="必中和必不中的说法都理解对了吗")
    )
    scripts_stats.add_arguments(verbs.add_parser("stats", help="每个意图有多少内容"))
