"""``xiaoer user``: people, their passwords, and who is on duty."""

import argparse
import getpass
import sys
from collections.abc import Iterable

from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPermittedError
from server.cli.common import add_config, add_shop, now, opened, print_json
from server.passwords import flaw, hash_password
from storage.queries.people import PersonRecord, people, person_by_user
from storage.repositories import audit
from storage.repositories.people import (
    add_person,
    grant,
    record_about,
    set_on_duty,
    set_password_hash,
)
from storage.repositories.second_factor import end_totp
from storage.states import Role

_LONGEST_NAME = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("add", help="添加人员；密码从标准输入读")
    add.add_argument("user")
    add.add_argument("--role", choices=[role.value for role in Role], default="agent")
    _add_temporary(add)
    _finish(add, _add, with_shop=True)
    change = verbs.add_parser("passwd", help="修改密码；新密码从标准输入读")
    change.add_argument("user")
    _add_temporary(change)
    _finish(change, _passwd)
    role = verbs.add_parser("role", help="让已有的人员在一家店任职，或改变其角色")
    role.add_argument("user")
    role.add_argument("--role", choices=[role.value for role in Role], required=True)
    _finish(role, _role, with_shop=True)
    factor = verbs.add_parser("totp-off", help="关闭某人的两步验证（设备丢失时）")
    factor.add_argument("user")
    _finish(factor, _totp_off)
    for verb, text in (("on-duty", "上岗"), ("off-duty", "下岗")):
        duty = verbs.add_parser(verb, help=text)
        duty.add_argument("user")
        duty.set_defaults(is_on_duty=verb == "on-duty")
        _finish(duty, _duty, with_shop=True)
    listing = verbs.add_parser("list", help="列出人员")
    _finish(listing, _list)


def _add_temporary(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--temporary", action="store_true", help="临时密码：首次登录后必须修改"
    )


def _finish(
    parser: argparse.ArgumentParser, run: object, *, with_shop: bool = False
) -> None:
    add_config(parser)
    if with_shop:
        add_shop(parser)
    parser.set_defaults(run=run)


def _add(args: argparse.Namespace) -> int:
    if not (1 <= len(args.user) <= _LONGEST_NAME and args.user.isprintable()):
        raise NotPermittedError(f"user: needs 1 to {_LONGEST_NAME} visible characters")
    password = _read_password()
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        hashed = _checked_hash(password, names=(args.user, shop.slug, shop.name))

        def unit(connection: Connection) -> None:
            if person_by_user(connection, args.user) is not None:
                raise NotPermittedError(f"user: there is a user {args.user} already")
            person_id = add_person(
                connection,
                user=args.user,
                password_hash=hashed,
                now=now(),
                password_changed_at=None if args.temporary else now(),
            )
            grant(connection, shop.shop_id, person_id=person_id, role=Role(args.role))
            audit.record(
                connection,
                shop.shop_id,
                action="person.added",
                subject=args.user,
                now=now(),
                data={"role": args.role},
            )

        tools.database.write_now(unit)
    return 0


def _passwd(args: argparse.Namespace) -> int:
    hashed = _checked_hash(_read_password(), names=(args.user,))
    with opened(args) as tools:

        def unit(connection: Connection) -> None:
            person = _person(connection, args.user)
            set_password_hash(
                connection,
                user=args.user,
                password_hash=hashed,
                now=now(),
                changed_at=None if args.temporary else now(),
            )
            record_about(
                connection, person.person_id, action="password.reset", now=now()
            )

        tools.database.write_now(unit)
    return 0


def _role(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)

        def unit(connection: Connection) -> None:
            person = _person(connection, args.user)
            grant(
                connection,
                shop.shop_id,
                person_id=person.person_id,
                role=Role(args.role),
            )
            audit.record(
                connection,
                shop.shop_id,
                action="person.role",
                subject=args.user,
                now=now(),
                data={"to": args.role},
            )

        tools.database.write_now(unit)
    return 0


def _totp_off(args: argparse.Namespace) -> int:
    with opened(args) as tools:

        def unit(connection: Connection) -> None:
            person_id = _person(connection, args.user).person_id
            end_totp(connection, person_id)
            record_about(connection, person_id, action="totp.reset", now=now())

        tools.database.write_now(unit)
    return 0


def _duty(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)

        def unit(connection: Connection) -> None:
            person = _person(connection, args.user)
            if shop.shop_id not in person.shops:
                raise NotPermittedError(f"{args.user} does not belong to {shop.slug}")
            set_on_duty(
                connection,
                shop.shop_id,
                person_id=person.person_id,
                is_on_duty=args.is_on_duty,
                now=now(),
            )

        tools.database.write_now(unit)
    return 0


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        for person in tools.database.read_now(people):
            print_json(
                {
                    "user": person.user,
                    "is_active": person.is_active,
                    "roles": sorted(role.value for role in person.shops.values()),
                    "has_totp": person.has_totp,
                }
            )
    return 0


def _person(connection: Connection, user: str) -> PersonRecord:
    person = person_by_user(connection, user)
    if person is None:
        raise NotFoundError("user", user)
    return person


def _read_password() -> str:
    """Return a password: asked for on a terminal, else the first line of input."""
    if sys.stdin.isatty():
        return getpass.getpass("密码：")
    return sys.stdin.readline().rstrip("\r\n")


def _checked_hash(password: str, *, names: Iterable[str]) -> str:
    """Return the hash of a password that may be used."""
    found = flaw(password, names=names)
    if found is not None:
        raise NotPermittedError(f"password: {found}")
    return hash_password(password)
