"""``xiaoer scripts missed|use|drift``: what does the use of a library teach?"""

import argparse
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.learning.drift import find_jumps
from bot.learning.use import Fate, report_use
from scripts_library.shop.composing import compose
from scripts_library.shop.entries import Content, Key
from scripts_library.shop.findings import Finding
from server.cli.common import count, opened, print_json
from server.cli.curating import Curating, curating, finish
from server.cli.libraries import served_library
from server.curating.contents import DraftReading, read_standing
from server.curating.drafting import begin_draft
from server.curating.missing import MissedReport, find_group, find_missed, group_json
from server.curating.previewing import library_with
from server.curating.taking_missed import (
    accept_missed,
    content_with,
    entries_for,
    known_acceptance,
    refuse_missed,
)
from server.library import Library
from storage.queries.drafts import open_drafts
from storage.queries.missed import missed_decisions
from storage.queries.served_turns import (
    WEEK,
    said_scripts,
    served_turns,
    wanted_intents,
    weeks,
)

_DAYS: Final = 7
_USE_DAYS: Final = 30
_LIMIT: Final = 20_000
"""Turns, the newest."""
_WEEKS: Final = 5
_SHOWN: Final = 5
_DRAFT: Final = "没答上的问题"


def add_arguments(verbs: Any) -> None:
    """Describe the three commands."""
    missed = verbs.add_parser("missed", help="没答上的消息：归类，提议，采纳或不采纳")
    missed.add_argument("--days", type=count, default=_DAYS, help="最近几天（默认 7）")
    missed.add_argument("--accept", metavar="KEY", help="采纳：写进草稿，发布前不生效")
    missed.add_argument("--refuse", metavar="KEY", help="不采纳：除非多很多，不再出现")
    missed.add_argument("--draft", default=_DRAFT, help=f"草稿名（默认：{_DRAFT}）")
    missed.add_argument("--why", default="", help="为什么不采纳")
    missed.add_argument("--json", action="store_true", help="输出 JSON")
    finish(missed, _missed)
    use = verbs.add_parser("use", help="话术被采纳、改动、不用的情况")
    use.add_argument(
        "--days", type=count, default=_USE_DAYS, help="最近几天（默认 30）"
    )
    finish(use, _use)
    finish(
        verbs.add_parser("drift", help="这周突然变多的意图，每周没答上的比例"), _drift
    )


def _missed(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        if args.accept is not None:
            return _accept(desk, args)
        library = _served(desk)
        report = _report(desk, library, days=args.days, draft=args.draft)
        if args.refuse is not None:
            found = find_group(report, args.refuse)
            desk.write(
                lambda connection: refuse_missed(
                    connection, desk.who, found=found, days=args.days, note=args.why
                )
            )
            return 0
    if args.json:
        for one in report.groups:
            print_json(group_json(one))
    else:
        _print(report, {it.intent_id: it.zh for it in library.pack.intents.values()})
    return 0


def _accept(desk: Curating, args: argparse.Namespace) -> int:
    known = known_acceptance(desk.read(missed_decisions), args.accept)
    if known is None:
        library = _served(desk)
        found = find_group(
            _report(desk, library, days=args.days, draft=args.draft), args.accept
        )
        reading = _draft(desk, args.draft)
        content = reading.open().content
        entries = entries_for(
            found, content, check=lambda them: _check(desk, reading, content, them)
        )
        known = desk.write(
            lambda connection: accept_missed(
                connection,
                desk.who,
                found=found,
                draft=args.draft,
                seen=reading.draft.revision,
                entries=entries,
                days=args.days,
            )
        )
    print_json(known)
    return 0


def _check(
    desk: Curating,
    reading: DraftReading,
    content: Content,
    entries: Mapping[Key, Mapping[str, Any]],
) -> tuple[Finding, ...]:
    return desk.check(
        content_with(content, entries), reading=reading, only=frozenset(entries)
    )


def _draft(desk: Curating, name: str) -> DraftReading:
    """Return the draft of this name, begun when there is none."""
    if name not in {one.name for one in desk.read(open_drafts)}:
        standing = desk.read(read_standing)
        desk.write(
            lambda connection: begin_draft(
                connection, desk.who, name=name, frame=desk.frame, standing=standing
            )
        )
    return desk.draft(name)


def _served(desk: Curating) -> Library:
    base = served_library(desk.settings, pack_id=desk.shop.pack_id)
    standing = desk.read(read_standing)
    if standing.version is None:
        return base
    return library_with(base, standing.open(desk.frame).content)


def _report(desk: Curating, library: Library, *, days: int, draft: str) -> MissedReport:
    since = desk.who.now - timedelta(days=days)
    turns = desk.read(
        lambda connection, shop_id: list(
            served_turns(connection, shop_id, since=since, limit=_LIMIT)
        )
    )
    pack = library.pack
    if draft in {one.name for one in desk.read(open_drafts)}:
        pack = compose(desk.frame.pack, desk.draft(draft).open().content).pack
    return find_missed(
        turns,
        library=library,
        pack=pack,
        setting=desk.setting(library),
        decisions=desk.read(missed_decisions),
        days=days,
    )


def _print(report: MissedReport, intents: Mapping[str, str]) -> None:
    print(
        f"最近{report.days}天 {report.turns} 轮，当时没答上 {report.missed} 轮，"
        f"现在还答不上 {report.still} 轮，归成 {len(report.groups)} 类待处理"
    )
    for one in report.groups:
        proposal = one.proposal
        name = intents.get(proposal.intent_id or "", proposal.title)
        wanted = {
            "examples": f"作为“{name}”的例句",
            "script": f"新话术“{name}”：{'｜'.join(proposal.variants)}",
            "unclear": "说不准，要人看",
        }[proposal.kind.value]
        answered = proposal.answered
        print()
        print(f"{one.key}  {one.group.count}条  {wanted}")
        print(
            f"  客服答了 {answered.count}/{answered.turns}，"
            f"自己的话 {answered.own_count}；小二认为 {proposal.mean:.0%}"
        )
        for line in one.group.lines[:_SHOWN]:
            print(f"  “{line.text}” ×{line.count}")


def _use(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        since = desk.who.now - timedelta(days=args.days)
        content = desk.read(read_standing).open(desk.frame).content
        report = desk.read(
            lambda connection, shop_id: report_use(
                served_turns(connection, shop_id, since=since, limit=_LIMIT),
                pack=compose(desk.frame.pack, content).pack,
                said=said_scripts(connection, shop_id, since=since),
                wanted=wanted_intents(connection, shop_id, since=since),
            )
        )
    print_json(
        {
            "scripts": [
                {
                    "id": it.script_id,
                    "variant": it.variant,
                    "offered": it.offered,
                    **{fate.value: it.fates.get(fate, 0) for fate in Fate},
                    "adoption": round(it.adoption, 3),
                    "edit_rate": round(it.edit_rate, 3),
                }
                for it in report.scripts
            ],
            "added": list(report.added),
            "deleted": list(report.deleted),
            "unused": list(report.unused),
        }
    )
    return 0


def _drift(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        least = desk.frame.pack.bands.assist
        newest, *before = desk.read(
            lambda connection, shop_id: weeks(
                connection, shop_id, until=desk.who.now, count=_WEEKS, least=least
            )
        )
    print_json(
        {
            "jumps": list(find_jumps(newest, before)),
            "weeks": [
                {
                    "until": desk.who.now - number * WEEK,
                    "turns": week.turns,
                    "missed": week.missed,
                    "missed_share": week.missed_share,
                }
                for number, week in enumerate((newest, *before))
            ],
        }
    )
    return 0
