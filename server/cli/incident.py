"""``xiaoer incident``: declare what keeps the shop from its promises; end it; list."""

import argparse
import sys
from datetime import UTC, datetime

from bot.errors import TextRefusedError
from bot.guarding.guard import Guard
from bot.incidents.values import IncidentKind, Scope
from bot.scripts import Pack
from server.cli.common import (
    Opened,
    add_config,
    add_shop,
    count,
    now,
    opened,
    print_json,
)
from server.incidents import (
    NewWords,
    declare_incident,
    end_incident,
    read_incident_words,
)
from server.packs import pack_of
from storage.queries.incidents import incident, incidents
from storage.repositories.incidents import NewIncident


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    start = verbs.add_parser("start", help="登记一个异常，相关的买家会收到说明")
    start.add_argument("kind", choices=[kind.value for kind in IncidentKind])
    start.add_argument("text", help="买家看到的说明")
    for name, what in (
        ("courier", "只涉及这家快递"),
        ("province", "只涉及这个地区"),
        ("item", "只涉及这个商品（商品 id）"),
        ("category", "只涉及这个类目"),
    ):
        start.add_argument(f"--{name}", action="append", default=[], help=what)
    start.add_argument("--until", type=_moment, help="预计恢复时间（带时区）")
    _finish(start, _start)
    stop = verbs.add_parser("end", help="异常结束，通知过的买家会收到恢复消息")
    stop.add_argument("id", type=int)
    stop.add_argument("--closing", help="恢复消息里要说的话")
    _finish(stop, _end)
    listing = verbs.add_parser("list", help="列出异常")
    listing.add_argument("--running", action="store_true", help="只列还没结束的")
    listing.add_argument("--limit", type=count, default=50)
    _finish(listing, _list)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"a time without its zone: {text}")
    return at.astimezone(UTC)


def _start(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        shop_id, pack = shop.shop_id, pack_of(tools.settings, shop.pack_id)
        kind = IncidentKind(args.kind)
        if kind not in pack.incidents.kinds:
            print(f"the pack knows no incident {kind.value}", file=sys.stderr)
            return 1
        _check(args.text, pack)
        at = now()
        if args.until is not None and args.until <= at:
            print("--until lies in the past", file=sys.stderr)
            return 1
        value = NewIncident(
            kind=kind,
            text=args.text,
            scope=Scope(
                couriers=tuple(args.courier),
                provinces=tuple(args.province),
                items=tuple(args.item),
                categories=tuple(args.category),
            ),
            starts_at=at,
            ends_at=args.until,
        )
        incident_id = tools.database.write_now(
            lambda connection: declare_incident(
                connection, shop_id, value=value, person_id=None, now=at
            )
        )
        _print(tools, shop_id, incident_id)
    return 0


def _end(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        shop_id = shop.shop_id
        if args.closing is not None:
            _check(args.closing, pack_of(tools.settings, shop.pack_id))
        words = NewWords(incident_id=args.id, closing=args.closing)
        tools.database.write_now(
            lambda connection: end_incident(
                connection, shop_id, words=words, person_id=None, now=now()
            )
        )
        _print(tools, shop_id, args.id)
    return 0


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop_id = tools.shop(args.shop).shop_id
        found = tools.database.read_now(
            lambda connection: incidents(
                connection,
                shop_id,
                is_running=True if args.running else None,
                limit=args.limit,
            )
        )
        for record in found:
            print_json(record)
    return 0


def _print(tools: Opened, shop_id: int, incident_id: int) -> None:
    print_json(
        tools.database.read_now(
            lambda connection: incident(connection, shop_id, incident_id)
        )
    )


def _check(text: str, pack: Pack) -> None:
    """Let the guard read what the assistant will say.

    Raises:
        TextRefusedError: it objects; names what, why and what to write instead.
    """
    guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
    verdict = read_incident_words(text, guard=guard)
    if not verdict.is_clean:
        raise TextRefusedError(
            tuple(
                f"{text[one.start : one.end]!r} ({one.category}, {one.rule}):"
                f" {one.suggestion}"
                for one in verdict.findings
            )
        )
