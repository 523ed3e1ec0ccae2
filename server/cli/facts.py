"""``xiaoer facts``: a shop's typed facts as an Excel workbook, out and in."""

import argparse
from pathlib import Path

from bot.errors import NotPermittedError
from bot.guarding.guard import Guard
from scripts_library.excel.facts_book import read_book, write_book
from server.cli.common import add_config, add_shop, now, opened, print_json
from server.fact_books import check_book, find_differences, read_shop_book, take_book
from server.packs import pack_of
from server.secrets import write_private


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    out = verbs.add_parser("export", help="导出店铺、快递时效、邮费、商品、尺码、活动")
    out.add_argument("file", metavar="FILE.xlsx", type=Path)
    _finish(out, _export)
    into = verbs.add_parser("import", help="导入；有一处错误就什么都不改")
    into.add_argument("file", metavar="FILE.xlsx", type=Path)
    into.add_argument(
        "--dry-run", action="store_true", help="只检查，说出会改什么，不保存"
    )
    _finish(into, _import)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _export(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        book = tools.database.read_now(
            lambda connection: read_shop_book(connection, shop.shop_id)
        )
    # Floor prices stand in it: for its owner only.
    try:
        write_private(args.file, write_book(book, timezone=shop.timezone))
    except OSError as error:
        raise NotPermittedError(f"{args.file}: {error.strerror}") from error
    return 0


def _import(args: argparse.Namespace) -> int:
    try:
        raw = args.file.read_bytes()
    except OSError as error:
        raise NotPermittedError(f"{args.file}: {error.strerror}") from error
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        book = read_book(raw, timezone=shop.timezone, file=args.file.name)
        check_book(book, Guard(pack_of(tools.settings, shop.pack_id).guard))
        if args.dry_run:
            changes = tools.database.read_now(
                lambda connection: find_differences(connection, shop.shop_id, book)
            )
        else:
            changes = tools.database.write_now(
                lambda connection: take_book(connection, shop.shop_id, book, now=now())
            )
    print_json({"shop": shop.slug, "dry_run": args.dry_run, **changes.counts()})
    return 0
