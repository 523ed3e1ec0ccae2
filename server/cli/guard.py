"""``xiaoer guard``: may each line of standard input leave the shop?"""

import argparse
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.errors import NotFoundError
from bot.guarding.guard import Guard
from bot.guarding.limits import limit_of
from bot.guarding.prices import PriceLimit
from bot.guarding.rules import Channel, GuardSender, TextKind
from bot.guarding.verdicts import Finding, GuardVerdict
from scripts_library.loader import builtin_pack, load_pack
from server.cli.common import add_config, now, opened, print_json
from server.guarding import guard_settings, patterns_of
from server.packs import pack_folder
from server.settings_file import read_settings
from storage.queries.bargaining import policies_of
from storage.queries.facts import item


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the database knows of the shop and the item."""

    guard: Guard
    policies: tuple[str, ...] = ()
    limit: PriceLimit | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    add_config(parser)
    parser.add_argument("--pack", type=Path, help="行业包目录（默认内置电商包）")
    parser.add_argument("--shop", help="店铺标识：用它自己的规则、政策和商品价格")
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
    parser.add_argument("--item", help="商品编号：按它的底线看价格")
    parser.add_argument(
        "--kind",
        choices=[kind.value for kind in TextKind],
        default=TextKind.SERVICE.value,
    )
    parser.add_argument("--now", type=datetime.fromisoformat, help="按这个时刻判断")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Judge each line; one JSON object a line.

    Raises:
        NotFoundError: there is no such shop, or it has no such item.
    """
    pack = load_pack(_folder(args))
    guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
    known = _known(args, guard) if _is_of_shop(args) else _Known(guard=guard)
    moment = now() if args.now is None else args.now
    for raw in sys.stdin.buffer:
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        verdict = known.guard.check(
            text,
            fact_values=known.policies,
            sender=GuardSender(args.sender),
            channel=Channel(args.channel),
            kind=TextKind(args.kind),
            limit=known.limit,
            now=moment,
            # A line on standard input does not say which of its figures are facts.
            needs_source=False,
        )
        print_json(_as_json(text, verdict))
    return 0


def _folder(args: argparse.Namespace) -> Path:
    """Return the folder of the pack that was named, else of the shop's."""
    if args.pack is not None:
        return Path(args.pack)
    if args.shop is None:
        return builtin_pack()
    with opened(args) as tools:
        return pack_folder(tools.settings, tools.shop(args.shop).pack_id)


def _is_of_shop(args: argparse.Namespace) -> bool:
    """Return whether the database is to be asked: only for a shop or an item of one.

    An item without a shop is looked for where there is a database already.
    """
    if args.shop is not None or args.item is None:
        return args.shop is not None
    url = read_settings(args.config).database.url
    path = Path(url.removeprefix("sqlite:///"))
    return not url.startswith("sqlite:///") or path.is_file()


def _known(args: argparse.Namespace, guard: Guard) -> _Known:
    """Return what the database knows of the shop."""
    with opened(args) as tools:
        shop = tools.shop(args.shop)

        def read(connection: Connection) -> PriceLimit | None:
            if args.item is None:
                return None
            found = item(connection, shop.shop_id, args.item)
            if found is None:
                raise NotFoundError("item", args.item)
            records = policies_of(connection, shop.shop_id)
            return limit_of(found, [record.policy for record in records])

        return _Known(
            guard=guard.for_shop(patterns_of(guard_settings(shop.settings))),
            policies=tuple(shop.policies.values()),
            limit=tools.database.read_now(read),
        )


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
        "verdict": finding.verdict.value,
        "source": finding.source,
        "role": None if finding.role is None else finding.role.value,
    }
