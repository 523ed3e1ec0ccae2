"""``xiaoer guard``: may each line of standard input leave the shop?"""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from bot.guarding.guard import Finding, Guard, GuardVerdict
from bot.guarding.rules import Channel, GuardSender, TextKind
from scripts_library.loader import builtin_pack, load_pack
from server.cli.common import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("--pack", type=Path, help="行业包目录（默认内置电商包）")
    parser.add_argument("--shop", help="店铺标识；规则目前对所有店铺相同")
    parser.add_argument(
        "--channel",
        choices=[channel.value for channel in Channel],
        default=Channel.OWN_SITE.value,
    )
    parser.add_argument(
        "--sender",
        choices=[sender.value for sender in GuardSender],
        default=GuardSender.ASSISTANT.value,
    )
    parser.add_argument("--item", help="商品编号；没有查到事实的金额都不放行")
    parser.add_argument(
        "--kind",
        choices=[kind.value for kind in TextKind],
        default=TextKind.SERVICE.value,
    )
    parser.add_argument("--now", type=datetime.fromisoformat, help="按这个时刻判断")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Judge each line; one JSON object a line."""
    pack = load_pack(builtin_pack() if args.pack is None else args.pack)
    guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
    for raw in sys.stdin.buffer:
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        verdict = guard.check(
            text,
            sender=GuardSender(args.sender),
            channel=Channel(args.channel),
            kind=TextKind(args.kind),
        )
        print_json(_as_json(text, verdict))
    return 0


def _as_json(text: str, verdict: GuardVerdict) -> dict[str, object]:
    return {
        "text": text,
        "verdict": verdict.verdict.value,
        "findings": [_finding(finding) for finding in verdict.findings],
        "rewritten": text if verdict.rewritten is None else verdict.rewritten,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "category": finding.category,
        "rule": finding.rule,
        "start": finding.start,
        "end": finding.end,
        "suggestion": finding.suggestion,
    }
