"""``xiaoer promises``: what was promised, by whom and until when; settle what one knows."""

import argparse
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.errors import NotFoundError
from bot.promises.kinds import PromiseState
from server.cli.common import add_config, add_shop, count, now, opened, print_json
from storage.queries.people import person_by_user
from storage.queries.promises import PromiseFilter, PromiseRecord, promises
from storage.repositories.promises import settle_by_person


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="列出对买家的承诺和到期时间")
    listing.add_argument("--state", choices=[state.value for state in PromiseState])
    listing.add_argument("--user", help="只看这位客服的")
    listing.add_argument("--order", help="只看这个订单的")
    listing.add_argument("--due-before", type=_moment, help="只看这个时间之前到期的")
    listing.add_argument("--limit", type=count, default=50)
    listing.add_argument("--after", type=int, default=0)
    _finish(listing, _list)
    kept = verbs.add_parser("kept", help="标记一个承诺已兑现")
    void = verbs.add_parser("void", help="标记一个承诺不用再兑现")
    for verb, is_kept in ((kept, True), (void, False)):
        verb.add_argument("id", type=int)
        verb.add_argument("--reason", required=True)
        verb.set_defaults(is_kept=is_kept)
        _finish(verb, _settle)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _moment(text: str) -> datetime:
    """Return the time of an argument, which names its zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"no time: {text}") from error
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"needs a zone, such as +08:00: {text}")
    return at.astimezone(UTC)


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)

        def query(connection: Connection) -> list[PromiseRecord]:
            person_id = None
            if args.user is not None:
                person = person_by_user(connection, args.user)
                if person is None:
                    raise NotFoundError("user", args.user)
                person_id = person.person_id
            return promises(
                connection,
                shop.shop_id,
                wanted=PromiseFilter(
                    state=None if args.state is None else PromiseState(args.state),
                    person_id=person_id,
                    order_ref=args.order,
                    due_before=args.due_before,
                ),
                limit=args.limit,
                after=args.after,
            )

        for record in tools.database.read_now(query):
            print_json(record)
    return 0


def _settle(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        tools.database.write_now(
            lambda connection: settle_by_person(
                connection,
                shop.shop_id,
                promise_id=args.id,
                is_kept=args.is_kept,
                reason=args.reason,
                person_id=None,
                now=now(),
            )
        )
    return 0
