"""``xiaoer bargain``: set and show bargaining policies, fill coupon pools, list offers."""

import argparse
import re
import sys
from pathlib import Path

import yaml
from sqlalchemy import Connection

from bot.bargaining.policy import Policy, Scope, ScopeKind
from bot.bargaining.reading import plain_policy, read_policy
from bot.errors import FieldProblem, InvalidPolicyError, NotPermittedError
from server.cli.common import add_config, add_shop, count, now, opened, print_json
from storage.queries.bargaining import policies_of, require_pool
from storage.queries.offers import offers_of, pools_of
from storage.repositories import audit
from storage.repositories.bargaining import add_codes, put_policy, remove_policy

_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    change = verbs.add_parser("set", help="写入让利政策（YAML，可以有多份）")
    change.add_argument("file", type=Path, help="政策文件；字段见 docs/bargaining.md")
    _finish(change, _set)
    show = verbs.add_parser("show", help="列出让利政策和优惠券池")
    _finish(show, _show)
    remove = verbs.add_parser("remove", help="删除一份让利政策")
    remove.add_argument("--item", help="商品编号")
    remove.add_argument("--category", help="类目；都不写表示全店的政策")
    _finish(remove, _remove)
    codes = verbs.add_parser("codes", help="把标准输入里的券码（每行一个）加进券池")
    codes.add_argument("pool")
    _finish(codes, _codes)
    offers = verbs.add_parser("offers", help="列出给过的让利，新的在前")
    offers.add_argument("--buyer", type=int, help="买家的行号")
    offers.add_argument("--conversation", type=int, help="会话的行号")
    offers.add_argument("--limit", type=count, default=50)
    _finish(offers, _offers)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _set(args: argparse.Namespace) -> int:
    policies = _read(args.file)
    with opened(args) as tools:
        shop = tools.shop(args.shop)

        def unit(connection: Connection) -> None:
            for policy in policies:
                put_policy(connection, shop.shop_id, policy=policy, now=now())
                audit.record(
                    connection,
                    shop.shop_id,
                    action="bargaining.policy_put",
                    subject=str(policy.scope),
                    now=now(),
                )

        tools.database.write_now(unit)
    for policy in policies:
        print_json({"scope": str(policy.scope), "rungs": len(policy.rungs)})
    return 0


def _read(file: Path) -> list[Policy]:
    """Return every policy of a file; all are good, or none is taken."""
    try:
        documents = list(yaml.safe_load_all(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise NotPermittedError(f"{file}: {error}") from error
    policies = [document for document in documents if document is not None]
    if len(policies) == 1 and isinstance(policies[0], list):
        policies = policies[0]
    problems: list[FieldProblem] = []
    found: list[Policy] = []
    for number, value in enumerate(policies, start=1):
        try:
            found.append(read_policy(value))
        except InvalidPolicyError as error:
            problems += [
                FieldProblem(field=f"{file}: {number}: {one.field}", reason=one.reason)
                for one in error.problems
            ]
    if problems:
        raise InvalidPolicyError(tuple(problems))
    return found


def _show(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        for record in tools.database.read_now(
            lambda connection: policies_of(connection, shop.shop_id)
        ):
            print_json(
                {"version": record.version, "policy": plain_policy(record.policy)}
            )
        for pool in tools.database.read_now(
            lambda connection: pools_of(connection, shop.shop_id, now=now())
        ):
            print_json(pool)
    return 0


def _remove(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        scope = _scope(args)

        def unit(connection: Connection) -> None:
            remove_policy(connection, shop.shop_id, scope=scope)
            audit.record(
                connection,
                shop.shop_id,
                action="bargaining.policy_removed",
                subject=str(scope),
                now=now(),
            )

        tools.database.write_now(unit)
    return 0


def _scope(args: argparse.Namespace) -> Scope:
    if args.item is not None and args.category is not None:
        raise NotPermittedError("scope: either --item or --category")
    if args.item is not None:
        return Scope(kind=ScopeKind.ITEM, ref=args.item)
    if args.category is not None:
        return Scope(kind=ScopeKind.CATEGORY, ref=args.category)
    return Scope(kind=ScopeKind.SHOP)


def _codes(args: argparse.Namespace) -> int:
    codes = [line.strip() for line in sys.stdin if line.strip()]
    wrong = [code for code in codes if _CODE.fullmatch(code) is None]
    if wrong:
        raise NotPermittedError(
            f"code: letters, digits, _ and - only, at most 40: {wrong[0]!r}"
        )
    with opened(args) as tools:
        shop = tools.shop(args.shop)

        def unit(connection: Connection) -> int:
            require_pool(connection, shop.shop_id, pool=args.pool)
            return add_codes(
                connection, shop.shop_id, pool=args.pool, codes=codes, now=now()
            )

        added = tools.database.write_now(unit)
    print_json({"pool": args.pool, "added": added})
    return 0


def _offers(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        found = tools.database.read_now(
            lambda connection: offers_of(
                connection,
                shop.shop_id,
                buyer_id=args.buyer,
                conversation_id=args.conversation,
                limit=args.limit,
                now=now(),
            )
        )
        for record in found:
            print_json(record)
    return 0
