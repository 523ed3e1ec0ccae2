"""``xiaoer export-buyer``: a copy of everything that is kept about one buyer."""

import argparse
from pathlib import Path

from server.cli.common import add_config, add_shop, now, opened, print_json
from server.personal_data.exporting import read_copy, write_copy
from storage.repositories import audit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    add_config(parser)
    add_shop(parser)
    parser.add_argument("--buyer", required=True, help="买家编号（平台上的）")
    parser.add_argument("--connector", help="只要这个渠道的（默认：所有渠道）")
    parser.add_argument("--out", type=Path, required=True, help="写到哪个空目录")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the copy and say what is in it."""
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        data = read_copy(
            tools.database, shop, buyer_ref=args.buyer, connector=args.connector
        )
        pictures = write_copy(
            tools.database,
            shop,
            data=data,
            folder=args.out,
            var=tools.settings.var_path,
            now=now(),
        )
        buyers = [record["id"] for record in data.of("buyers")]
        tools.database.write_now(
            lambda connection: audit.record(
                connection,
                shop.shop_id,
                action="buyer.exported",
                subject=f"buyer:{buyers[0]}" if buyers else "buyer:orders only",
                now=now(),
            )
        )
        print_json(
            {
                "out": str(args.out),
                "messages": len(data.of("messages")),
                "orders": len(data.of("orders")),
                "pictures": pictures,
            }
        )
    return 0
