"""``xiaoer db``: bring the database's schema up to date."""

import argparse

from server.cli.common import add_config, opened
from storage.migrate import current


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    up = verbs.add_parser("upgrade", help="升级到最新的表结构")
    add_config(up)
    up.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Upgrade (opening does it) and name the version reached."""
    with opened(args) as tools:
        print(current(tools.database.engine))
    return 0
