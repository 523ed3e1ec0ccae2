"""``xiaoer scripts publish``, ``rollback``, ``diff``, ``versions`` …: what is served, and since when."""

import argparse
import sys
from typing import Any

import msgspec

from bot.errors import NotPublishableError
from scripts_library.shop.entries import Kind
from scripts_library.shop.findings import Severity, place_in_words
from scripts_library.shop.wording import KIND_NAMES, describe
from server.cli.common import opened, print_json
from server.cli.curating import CURRENT, PACK, curating, finish, tell
from server.cli.refusals import in_words
from server.curating.publishing import (
    prepare_publication,
    publish,
    require_two,
    roll_back,
)
from storage.queries.library import versions


def add_arguments(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the commands' arguments."""
    out = verbs.add_parser("publish", help="发布一个草稿，成为新的版本")
    out.add_argument("draft", metavar="DRAFT")
    out.add_argument("--why", default="", help="为什么发布")
    finish(out, _publish)
    back = verbs.add_parser("rollback", help="把一个旧版本重新发布")
    back.add_argument("number", type=int, metavar="N")
    back.add_argument("--why", default="", help="为什么退回")
    finish(back, _rollback)
    difference = verbs.add_parser("diff", help="用话说出两个版本的不同")
    named = f"版本号、草稿名、{CURRENT}（现在的）或 {PACK}（行业包）"
    difference.add_argument("before", metavar="A", help=named)
    difference.add_argument("after", metavar="B", help=named)
    difference.add_argument("--json", action="store_true", help="每条改动一行 JSON")
    finish(difference, _diff)
    check = verbs.add_parser("check", help="按这个程序的规则检查已经发布的话术")
    finish(check, _check)
    settings = verbs.add_parser("settings", help="本店怎样发布")
    settings.add_argument(
        "--two-persons",
        choices=["yes", "no"],
        required=True,
        help="发布前是否要另一个人审核",
    )
    finish(settings, _settings)
    listing = verbs.add_parser("versions", help="列出发布过的版本，新的在前")
    finish(listing, _versions)


def _publish(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        reading = desk.draft(args.draft)
        findings = (*desk.findings(reading), *desk.phrase_findings(reading))
        tell(findings)
        try:
            publication = prepare_publication(
                reading, desk.frame, findings=findings, note=args.why
            )
        except NotPublishableError as error:
            _tell(error)
            return 1
        number = desk.write(
            lambda connection: publish(connection, desk.who, publication)
        )
    print_json({"shop": desk.shop.slug, "version": number})
    return 0


def _tell(error: NotPublishableError) -> None:
    """Say what has to be done first; findings were said one by one."""
    print(in_words(error), file=sys.stderr)
    if error.reason == "conflicts":
        for conflict in error.details:
            print(_conflict_in_words(conflict), file=sys.stderr)


def _conflict_in_words(conflict: dict[str, Any]) -> str:
    kind, name = Kind(conflict["kind"]), conflict["id"]
    place = place_in_words(conflict["field"])
    return f"冲突：{KIND_NAMES[kind]}“{name}”{place and f'，{place}'}"


def _rollback(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        number = desk.write(
            lambda connection: roll_back(
                connection, desk.who, number=args.number, note=args.why
            )
        )
    print_json({"shop": desk.shop.slug, "version": number, "rollback_of": args.number})
    return 0


def _diff(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        changes = describe(
            desk.content(args.before),
            desk.content(args.after),
            intents={it.intent_id: it.zh for it in desk.frame.pack.intents.values()},
        )
    for change in changes:
        if args.json:
            row: Any = msgspec.to_builtins(change)
            print_json(row)
        else:
            print("\n".join(change.lines()))
    return 0


def _check(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        findings = curating(tools, args).findings_now()
    tell(findings)
    return 1 if any(one.severity is Severity.ERROR for one in findings) else 0


def _settings(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        is_required = args.two_persons == "yes"
        desk.write(
            lambda connection: require_two(
                connection, desk.who, is_required=is_required
            )
        )
    return 0


def _versions(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        for version in desk.read(versions):
            print_json(version)
    return 0
