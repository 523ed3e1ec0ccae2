"""``xiaoer forget-buyer``: remove or blank everything that is kept about one buyer."""

import argparse
import sys

from bot.errors import NotPermittedError
from server.cli.common import add_config, add_shop, now, opened, print_json
from server.packs import pack_of
from server.personal_data.forgetting import closed_state_of, forget_buyer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    add_config(parser)
    add_shop(parser)
    parser.add_argument("--buyer", required=True, help="买家编号（平台上的）")
    parser.add_argument(
        "--connector", help="只删这个渠道的（默认：所有渠道，连同订单）"
    )
    parser.add_argument("--yes", action="store_true", help="不再询问")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Ask once, forget, and say what was removed; 1 when something is left to do."""
    with opened(args) as tools:
        shop = tools.shop(args.shop)
        if not args.yes and not _is_confirmed(args.buyer):
            raise NotPermittedError("nothing was removed: the answer was not the buyer")
        pack = pack_of(tools.settings, shop.pack_id)
        report = forget_buyer(
            tools.database,
            shop,
            buyer_ref=args.buyer,
            connector=args.connector,
            closed_state=closed_state_of(pack),
            var=tools.settings.var_path,
            person_id=None,
            now=now(),
        )
        print_json(report)
    if not report.is_scrubbed:
        print("the log is in use: run `xiaoer forget-buyer` again", file=sys.stderr)
        return 1
    return 0


def _is_confirmed(buyer: str) -> bool:
    """Ask on the terminal; only the buyer's own id is a yes."""
    print(f"将永久删除买家 {buyer} 的全部资料，无法恢复。请再输入一次买家编号：")
    return sys.stdin.readline().strip() == buyer
