"""``xiaoer follow-ups``: what is planned, what was skipped and why; cancel."""

import argparse

from server.cli.common import add_config, add_shop, count, opened, print_json
from storage.queries.follow_ups import follow_ups
from storage.repositories.follow_ups import cancel_one
from storage.states import FollowUpState


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="列出跟进和它们的去向")
    listing.add_argument("--state", choices=[state.value for state in FollowUpState])
    listing.add_argument("--limit", type=count, default=50)
    listing.add_argument("--after", type=int, default=0)
    _finish(listing, _list)
    stop = verbs.add_parser("cancel", help="取消一个还没发出的跟进")
    stop.add_argument("id", type=int)
    stop.add_argument("--reason", default="by_person")
    _finish(stop, _cancel)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        state = None if args.state is None else FollowUpState(args.state)
        found = tools.database.read_now(
            lambda connection: follow_ups(
                connection,
                shop.shop_id,
                state=state,
                limit=args.limit,
                after=args.after,
            )
        )
        for record in found:
            print_json(record)
    return 0


def _cancel(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        tools.database.write_now(
            lambda connection: cancel_one(
                connection, shop.shop_id, follow_up_id=args.id, reason=args.reason
            )
        )
    return 0
