"""``xiaoer user``: people, their passwords, and who is on duty."""

import argparse
import getpass
import sys

from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPermittedError
from server.cli.common import add_config, add_shop, now, opened, print_json
from server.passwords import hash_password
from storage.queries.people import PersonRecord, people, person_by_user
from storage.repositories import audit
from storage.repositories.people import (
    add_person,
    grant,
    set_on_duty,
    set_password_hash,
)
from storage.states import Role

_SHORTEST = 8
"""Characters of a password (OWASP ASVS 2.1.1 asks for 12 where people choose)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("add", help="添加人员；密码从标准输入读")
    add.add_argument("user")
    add.add_argument("--role", choices=[role.value for role in Role], default="agent")
    _finish(add, _add, with_shop=True)
    change = verbs.add_parser("passwd", help="修改密码；新密码从标准输入读")
    change.add_argument("user")
    _finish(change, _passwd)
    for verb, text in (("on-duty", "上岗"), ("off-duty", "下岗")):
        duty = verbs.add_parser(verb, help=text)
        duty.add_argument("user")
        duty.set_defaults(is_on_duty=verb == "on-duty")
        _finish(duty, _duty, with_shop=True)
    listing = verbs.add_parser("list", help="列出人员")
    _finish(listing, _list)


def _finish(
    parser: argparse.ArgumentParser, run: object, *, with_shop: bool = False
) -> None:
    add_config(parser)
    if with_shop:
        add_shop(parser)
    parser.set_defaults(run=run)


def _add(args: argparse.Namespace) -> int:
    hashed = hash_password(_read_password())
    with opened(args) as tools:
        shop = tools.shop(args.shop)

        def unit(connection: Connection) -> None:
            if person_by_user(connection, args.user) is not None:
                raise NotPermittedError(f"user: there is a user {args.user} already")
            person_id = add_person(
                connection, user=args.user, password_hash=hashed, now=now()
            )
            grant(connection, shop.shop_id, person_id=person_id, role=Role(args.role))
            audit.record(
                connection,
                shop.shop_id,
                action="person.added",
                subject=args.user,
                now=now(),
            )

        tools.database.write_now(unit)
    return 0


def _passwd(args: argparse.Namespace) -> int:
    hashed = hash_password(_read_password())
    with opened(args) as tools:

        def unit(connection: Connection) -> None:
            _person(connection, args.user)
            set_password_hash(connection, user=args.user, password_hash=hashed)

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
        password = getpass.getpass("密码：")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < _SHORTEST:
        raise NotPermittedError(f"password: at least {_SHORTEST} characters")
    return password
