"""``xiaoer tickets``: list, show, move and note tickets."""

import argparse
from datetime import timedelta

from sqlalchemy import Connection

from bot.desk.ticket_types import Phase
from bot.errors import NotFoundError
from server.cli.common import (
    Opened,
    add_config,
    add_shop,
    count,
    now,
    opened,
    print_json,
)
from server.cli.libraries import served_library
from server.desk import Desk
from server.packs import pack_of
from server.shops import shop_of
from storage.queries.people import person_by_user
from storage.queries.shops import ShopRecord
from storage.queries.tickets import call_back_rates, ticket, tickets
from storage.repositories.tickets import (
    Move,
    assign,
    note,
    record_first_answer,
    record_plan,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="列出工单")
    listing.add_argument("--phase", choices=[phase.value for phase in Phase])
    listing.add_argument("--type", help="工单类型")
    listing.add_argument("--limit", type=count, default=50)
    listing.add_argument("--after", type=int, default=0, help="从这个编号之后")
    _finish(listing, _list)
    show = verbs.add_parser("show", help="查看工单和它的经过")
    _finish(_with_number(show), _show)
    move = _with_number(verbs.add_parser("move", help="移到另一个状态"))
    move.add_argument("to", help="状态")
    move.add_argument("--note", default="")
    _finish(_with_person(move), _move)
    remark = _with_number(verbs.add_parser("note", help="写备注"))
    remark.add_argument("text")
    _finish(_with_person(remark), _note)
    owner = _with_number(verbs.add_parser("assign", help="指派给谁"))
    owner.add_argument("assignee", help="用户名")
    _finish(_with_person(owner), _assign)
    cause = _with_number(verbs.add_parser("cause", help="记录原因"))
    cause.add_argument("text")
    _finish(_with_person(cause), _cause)
    answered = _with_number(verbs.add_parser("answered", help="已首次答复买家"))
    _finish(_with_person(answered), _answered)
    planned = _with_number(verbs.add_parser("planned", help="已给买家处理方案"))
    planned.add_argument("--note", default="")
    _finish(_with_person(planned), _planned)
    rates = verbs.add_parser("rates", help="回访率、解决率、满意率")
    rates.add_argument("--days", type=count, default=30)
    _finish(rates, _rates)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _with_number(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("number", help="工单号")
    return parser


def _with_person(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--by", help="谁做的（用户名）")
    return parser


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        _check_type(tools, shop, args.type)
        found = tools.database.read_now(
            lambda connection: tickets(
                connection,
                shop.shop_id,
                phase=None if args.phase is None else Phase(args.phase),
                ticket_type=args.type,
                limit=args.limit,
                after=args.after,
            )
        )
        for record in found:
            print_json(record)
    return 0


def _check_type(tools: Opened, shop: ShopRecord, ticket_type: str | None) -> None:
    """Refuse a type that the pack does not have, where a typing error would be silent.

    Raises:
        NotFoundError: there is no such type; names those there are.
    """
    if ticket_type is None:
        return
    known = pack_of(tools.settings, shop.pack_id).ticket_types
    if ticket_type not in known:
        raise NotFoundError("ticket type", f"{ticket_type}; choose {', '.join(known)}")


def _show(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        record, events = tools.database.read_now(
            lambda connection: ticket(connection, shop.shop_id, args.number)
        )
        print_json({"ticket": record, "events": events})
    return 0


def _move(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = _desk(tools, args)

        def unit(connection: Connection) -> object:
            by = _person_id(connection, args.by)
            change = Move(number=args.number, to=args.to, by=by, note=args.note)
            return desk.move(connection, change, now=now())

        print_json(tools.database.write_now(unit))
    return 0


def _cause(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = _desk(tools, args)

        def unit(connection: Connection) -> object:
            return desk.record_cause(
                connection,
                number=args.number,
                cause=args.text,
                by=_person_id(connection, args.by),
                now=now(),
            )

        print_json(tools.database.write_now(unit))
    return 0


def _note(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        tools.database.write_now(
            lambda connection: note(
                connection,
                shop.shop_id,
                number=args.number,
                by=_person_id(connection, args.by),
                text=args.text,
                now=now(),
            )
        )
    return 0


def _assign(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        tools.database.write_now(
            lambda connection: assign(
                connection,
                shop.shop_id,
                number=args.number,
                assignee_id=_person_id(connection, args.assignee),
                by=_person_id(connection, args.by),
                now=now(),
            )
        )
    return 0


def _answered(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        tools.database.write_now(
            lambda connection: record_first_answer(
                connection,
                shop.shop_id,
                number=args.number,
                by=_person_id(connection, args.by),
                now=now(),
            )
        )
    return 0


def _planned(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        tools.database.write_now(
            lambda connection: record_plan(
                connection,
                shop.shop_id,
                number=args.number,
                by=_person_id(connection, args.by),
                now=now(),
                note=args.note,
            )
        )
    return 0


def _rates(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        since = now() - timedelta(days=args.days)
        print_json(
            tools.database.read_now(
                lambda connection: call_back_rates(
                    connection, shop.shop_id, since=since
                )
            )
        )
    return 0


def _desk(tools: Opened, args: argparse.Namespace) -> Desk:
    settings, shop = tools.settings, tools.shop(args.shop)
    library = served_library(settings, pack_id=shop.pack_id)
    return Desk(shop=shop_of(shop, library=library, settings=settings))


def _person_id(connection: Connection, user: str | None) -> int | None:
    if user is None:
        return None
    person = person_by_user(connection, user)
    if person is None:
        raise NotFoundError("user", user)
    return person.person_id
