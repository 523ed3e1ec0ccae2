"""``xiaoer scripts export FILE`` and ``import FILE``: the library as a workbook or folder."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bot.errors import NotFoundError, NotPermittedError
from bot.guarding.guard import Guard
from scripts_library.excel.facts_book import FactsBook
from scripts_library.excel.library_write import write_library
from scripts_library.excel.workbook import LARGEST_FILE
from server.cli.common import opened, print_json
from server.cli.curating import CURRENT, Curating, curating, finish, refuse_name
from server.cli.progress import shown
from server.cli.scripts_folders import export_folder, import_folder
from server.curating.contents import DraftReading, read_standing
from server.curating.importing import Import, read_file, store, work_out
from server.fact_books import check_book, find_differences, read_shop_book, take_book
from server.secrets import write_private

_SAVE, _SKIP = "save", "skip"


def add_arguments(verbs: Any) -> None:
    """Describe the commands' arguments."""
    out = verbs.add_parser("export", help="把话术库导出成 Excel 工作簿或行业包文件夹")
    out.add_argument(
        "file", metavar="FILE", type=Path, help=".xlsx 文件，或者还不存在的文件夹"
    )
    out.add_argument(
        "--of", default=CURRENT, metavar="A", help="版本号、草稿名，默认是现在的"
    )
    finish(out, _export)
    into = verbs.add_parser("import", help="把文件里改了的放进一个草稿，先说出改了什么")
    into.add_argument(
        "file", metavar="FILE", type=Path, help=".xlsx、两列的 .csv，或者行业包文件夹"
    )
    into.add_argument(
        "--draft", help="放进哪个草稿；没有就新建，默认用文件名（文件夹要写明）"
    )
    into.add_argument("--why", default="", help="为什么改")
    into.add_argument("--dry-run", action="store_true", help="只说会改什么，不保存")
    into.add_argument("--intent", help="两列的话术放在哪个意图下面")
    into.add_argument(
        "--facts",
        choices=[_SAVE, _SKIP],
        help="资料表改了时：save 马上保存（没有草稿），skip 不理它们",
    )
    finish(into, _import)


def _export(args: argparse.Namespace) -> int:
    if args.file.suffix.lower() in {".xls", ".xlsm", ".xlsb", ".csv"}:
        raise NotPermittedError(f"{args.file}: 只导出 .xlsx 或文件夹")
    if args.file.suffix.lower() != ".xlsx":
        return export_folder(args)
    with opened(args) as tools, shown("导出") as tell:
        desk = curating(tools, args)
        content = desk.content(args.of)
        raw = write_library(
            content,
            frame=desk.frame.pack,
            timezone=desk.shop.timezone,
            facts=desk.read(read_shop_book),
            tell=tell,
        )
    # Floor prices stand in it: for its owner only.
    try:
        write_private(args.file, raw)
    except OSError as error:
        raise NotPermittedError(f"{args.file}: {error.strerror}") from error
    return 0


def _import(args: argparse.Namespace) -> int:
    if args.file.is_dir():
        return import_folder(args)
    raw = _read(args.file)
    with opened(args) as tools:
        desk = curating(tools, args)
        name = args.file.stem if args.draft is None else args.draft
        refuse_name(name)
        reading = _open_draft(desk, name)
        with shown("导入") as tell:
            imported = read_file(
                raw,
                file=args.file.name,
                frame=desk.frame.pack,
                timezone=desk.shop.timezone,
                intent=args.intent,
                tell=tell,
            )
            content = (
                desk.content(CURRENT) if reading is None else reading.open().content
            )
            work = work_out(imported, content, frame=desk.frame.pack)
        facts = _facts(desk, imported.facts, args)
        for change in work.changes:
            print("\n".join(change.lines()), file=sys.stderr)
        _tell_facts(facts)
        if not args.dry_run:
            _store(desk, name, reading, work, facts[0], args.why)
    print_json(
        {
            "draft": name,
            "dry_run": args.dry_run,
            **work.counts(),
            "facts": facts[1],
        }
    )
    return 0


def _store(
    desk: Curating,
    name: str,
    reading: DraftReading | None,
    work: Import,
    facts: FactsBook | None,
    why: str,
) -> None:
    """Store everything in one unit."""
    standing = desk.read(read_standing)

    def unit(connection: Any) -> None:
        if work.edits:
            store(
                connection,
                desk.who,
                draft=name,
                reading=reading,
                frame=desk.frame,
                standing=standing,
                work=work,
                why=why,
            )
        if facts is not None:
            take_book(
                connection,
                desk.shop.shop_id,
                facts,
                now=desk.who.now,
                person_id=desk.who.person_id,
            )

    if work.edits or facts is not None:
        desk.write(unit)


def _facts(
    desk: Curating, facts: FactsBook | None, args: argparse.Namespace
) -> tuple[FactsBook | None, dict[str, int]]:
    """Return the facts to be saved, and how much of them is different.

    Raises:
        NotPermittedError: they are different, and nobody has said what to do.
        ScriptLibraryError: their words could not leave the shop.
    """
    if facts is None or args.facts == _SKIP:
        return None, {}
    found = desk.read(
        lambda connection, shop_id: find_differences(connection, shop_id, facts)
    )
    counts = {name: count for name, count in found.counts().items() if count}
    if not counts:
        return None, {}
    check_book(facts, Guard(desk.frame.pack.guard))
    if args.facts is None and not args.dry_run:
        raise NotPermittedError(
            "资料表（店铺、商品、活动）改了，资料没有草稿：加 --facts save 马上保存，"
            f"或 --facts skip 不理它们：{counts}"
        )
    return facts, counts


def _tell_facts(facts: tuple[FactsBook | None, dict[str, int]]) -> None:
    for name, count in facts[1].items():
        print(f"资料：{name} {count}", file=sys.stderr)


def _open_draft(desk: Curating, name: str) -> DraftReading | None:
    try:
        return desk.draft(name)
    except NotFoundError:
        return None


def _read(file: Path) -> bytes:
    """Return a file, as much of it as may be imported."""
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise NotPermittedError(f"{file}: {error.strerror}") from error
