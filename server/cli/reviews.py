"""``xiaoer reviews``: reviews told so far; flag a suspected professional reviewer."""

import argparse

from server.cli.common import add_config, add_shop, count, opened, print_json
from storage.queries.facts import reviews
from storage.repositories.buyers import flag_professional_reviewer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="列出评价")
    listing.add_argument("--limit", type=count, default=100)
    _finish(listing, _list)
    flag = verbs.add_parser("flag", help="标记疑似职业差评师：不再主动联系")
    flag.add_argument("buyer_id", type=int)
    flag.add_argument("--off", action="store_true", help="取消标记")
    _finish(flag, _flag)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        found = tools.database.read_now(
            lambda connection: reviews(connection, shop.shop_id, limit=args.limit)
        )
        for record in found:
            print_json(record)
    return 0


def _flag(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        tools.database.write_now(
            lambda connection: flag_professional_reviewer(
                connection,
                shop.shop_id,
                buyer_id=args.buyer_id,
                is_flagged=not args.off,
            )
        )
    return 0
