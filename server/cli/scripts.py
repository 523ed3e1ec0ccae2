"""``xiaoer scripts``: care for the script library."""

import argparse

from server.cli import (
    scripts_draft,
    scripts_files,
    scripts_learning,
    scripts_lint,
    scripts_people,
    scripts_phrases,
    scripts_replay,
    scripts_stats,
    scripts_versions,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    scripts_lint.add_arguments(verbs.add_parser("lint", help="检查一个行业包"))
    scripts_draft.add_arguments(
        verbs.add_parser("draft", help="起草改动：新建、修改、检查、审核")
    )
    scripts_replay.add_arguments(
        verbs.add_parser("replay", help="发布前预演：草稿会改变哪些买家消息的回答")
    )
    scripts_versions.add_arguments(verbs)
    scripts_files.add_arguments(verbs)
    scripts_learning.add_arguments(verbs)
    scripts_people.add_arguments(verbs)
    scripts_phrases.add_arguments(
        verbs.add_parser("phrases", help="必中和必不中的说法都理解对了吗")
    )
    scripts_stats.add_arguments(verbs.add_parser("stats", help="每个意图有多少内容"))
