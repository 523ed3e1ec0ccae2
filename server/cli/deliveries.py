"""``xiaoer deliveries``: dead letters, and sending them again."""

import argparse

from sqlalchemy import Connection

from server.cli.common import add_config, add_shop, count, now, opened, print_json
from storage.queries.outbox import dead_letters
from storage.repositories.outbox import send_again


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    dead = verbs.add_parser("dead", help="列出死信：多次推送都没成功的消息")
    dead.add_argument("--limit", type=count, default=100)
    dead.add_argument("--after", type=int, default=0)
    _finish(dead, _dead)
    again = verbs.add_parser("send-again", help="重新发送死信")
    again.add_argument("id", type=int, nargs="+")
    _finish(again, _again)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _dead(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        found = tools.database.read_now(
            lambda connection: dead_letters(
                connection, shop.shop_id, limit=args.limit, after=args.after
            )
        )
        for letter in found:
            print_json(letter)
    return 0


def _again(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)

        def unit(connection: Connection) -> None:
            for delivery_id in args.id:
                send_again(connection, shop.shop_id, delivery_id=delivery_id, now=now())

        tools.database.write_now(unit)
    return 0
