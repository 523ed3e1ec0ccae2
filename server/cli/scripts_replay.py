"""``xiaoer scripts replay``: what would a draft do about what buyers have written?"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from bot.errors import NotFoundError
from bot.replaying.report import ReplayReport
from scripts_library.shop.findings import Finding
from server.cli.common import count, opened, print_json
from server.cli.curating import Curating, curating, finish
from server.cli.replay_page import render_page
from server.cli.replay_words import report_json, report_lines
from server.curating.contents import DraftReading
from server.curating.previewing import phrase_findings
from server.curating.replaying import Cases, Progress, collect, replay, with_items
from server.curating.sharing import processes_here
from storage.queries.drafts import open_drafts
from storage.queries.replays import past_messages

_DAYS: Final = 14
_LIMIT: Final = 10_000
_MOST: Final = 100_000
"""Messages: what is kept of them in memory stays under a hundred megabytes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("--draft", help="草稿名；只有一个草稿时可以不写")
    parser.add_argument(
        "--days", type=count, default=_DAYS, help=f"最近几天的消息（默认 {_DAYS}）"
    )
    parser.add_argument(
        "--limit",
        type=_limit,
        default=_LIMIT,
        help=f"最多多少条，取最近的（默认 {_LIMIT}，不超过 {_MOST}）",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="另存 HTML 报告")
    finish(parser, run)


def run(args: argparse.Namespace) -> int:
    """Tell what would change; 1 when a phrase is broken that must hold.

    Raises:
        NotFoundError: there is no such draft, or no single one.
        TrainingFailedError: the pack had to be learnt, and could not be.
    """
    if args.html is not None and not args.html.parent.is_dir():
        print(f"{args.html}: no such folder", file=sys.stderr)
        return 2
    with opened(args) as tools:
        desk = curating(tools, args)
        reading = desk.draft(_draft(desk, args.draft))
        with _shown() as progress:
            found = replay_draft(
                desk, reading, days=args.days, limit=args.limit, progress=progress
            )
        report, findings, intents = found.report, found.findings, found.intents
    if args.json:
        print_json(report_json(report, findings))
    else:
        print("\n".join(report_lines(report, findings, intents=intents)))
    if args.html is not None:
        title = _title(desk, reading)
        page = render_page(report, findings, intents=intents, title=title)
        try:
            args.html.write_text(page, "utf-8")
        except OSError as error:
            print(error, file=sys.stderr)
            return 1
    return _status(findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFound:
    """What a replay found."""

    report: ReplayReport
    findings: tuple[Finding, ...]
    """Phrases that the draft breaks."""
    intents: Mapping[str, str]
    """Chinese names by intent id."""


def replay_draft(
    desk: Curating,
    reading: DraftReading,
    *,
    days: int,
    limit: int,
    progress: Progress,
) -> ReplayFound:
    """Return what a draft would do about what buyers wrote lately.

    Args:
        desk: Of the shop.
        reading: The draft.
        days: How far back.
        limit: Messages at most, the newest.
        progress: Told after every hundred texts.

    Raises:
        TrainingFailedError: the pack had to be learnt, and could not be.
    """
    cases = _cases(desk, days=days, limit=limit)
    before, after = desk.sides(reading)
    setting = with_items(desk.setting(before), cases, database=desk.database)
    report = replay(
        before,
        after,
        cases,
        setting=setting,
        progress=progress,
        processes=processes_here(),
    )
    return ReplayFound(
        report=report,
        findings=phrase_findings(before, after, setting=setting),
        intents={it.intent_id: it.zh for it in after.pack.intents.values()},
    )


def _status(findings: tuple[Finding, ...]) -> int:
    return 1 if findings else 0


def _title(desk: Curating, reading: DraftReading) -> str:
    base = reading.standing.number
    against = "行业包" if base is None else f"第 {base} 版"
    return f"{desk.shop.name}：草稿“{reading.draft.name}”与{against}"


def _draft(desk: Curating, name: str | None) -> str:
    """Return the draft that is meant."""
    if name is not None:
        return name
    names = [draft.name for draft in desk.read(open_drafts)]
    if len(names) != 1:
        raise NotFoundError("single draft; choose with --draft:", ", ".join(names))
    return names[0]


def _cases(desk: Curating, *, days: int, limit: int) -> Cases:
    since = desk.who.now - timedelta(days=days)
    return desk.read(
        lambda connection, shop_id: collect(
            past_messages(connection, shop_id, since=since, limit=limit)
        )
    )


def _limit(text: str) -> int:
    number = count(text)
    if number > _MOST:
        raise argparse.ArgumentTypeError(f"must be at most {_MOST}: {text}")
    return number


@contextmanager
def _shown() -> Iterator[Progress]:
    """Show a bar on standard error: standard output stays the command's own."""
    columns = (
        TextColumn("预演"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
