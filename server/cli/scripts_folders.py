"""``xiaoer scripts export FOLDER`` and ``import FOLDER``: the library as a pack's files."""

import argparse
from pathlib import Path
from typing import Any

from bot.errors import NotPermittedError
from scripts_library.loader import builtin_pack
from scripts_library.shop.entries import edits_between
from scripts_library.shop.folders import read_folder_content, write_folder
from server.cli.common import opened, print_json
from server.cli.curating import CURRENT, curating, finish
from server.curating.saving import save_all
from storage.repositories.drafts import EntryChange


def add_arguments(verbs: Any) -> None:
    """Describe the commands' arguments."""
    out = verbs.add_parser("export", help="把话术导出成行业包的文件夹")
    out.add_argument("folder", metavar="FOLDER", type=Path, help="还不存在，或者是空的")
    out.add_argument(
        "--of", default=CURRENT, metavar="A", help="版本号、草稿名，默认是现在的"
    )
    finish(out, _export)
    into = verbs.add_parser("import", help="把文件夹里的话术放进一个草稿")
    into.add_argument("folder", metavar="FOLDER", type=Path)
    into.add_argument("--draft", required=True, help="放进哪个草稿（已经打开的）")
    into.add_argument("--why", default="", help="为什么改")
    into.add_argument("--dry-run", action="store_true", help="只说会改什么，不保存")
    finish(into, _import)


def _export(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        content = desk.content(args.of)
        folder = tools.settings.pack
    try:
        write_folder(
            args.folder,
            frame=Path(folder) if folder else builtin_pack(),
            content=content,
        )
    except OSError as error:
        raise NotPermittedError(f"{args.folder}: {error.strerror}") from error
    return 0


def _import(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        before = desk.draft(args.draft).open().content
        after = read_folder_content(args.folder, frame=desk.frame.pack)
        edits = edits_between(before, after)
        changes = [
            EntryChange(
                kind=key.kind.value,
                entry_id=key.entry_id,
                content=entry,
                reason=args.why,
            )
            for key, entry in edits.items()
        ]
        if changes and not args.dry_run:
            desk.write(
                lambda connection: save_all(
                    connection, desk.who, draft=args.draft, changes=changes
                )
            )
    print_json(
        {
            "dry_run": args.dry_run,
            "added": sum(
                it is not None and key not in before for key, it in edits.items()
            ),
            "changed": sum(
                it is not None and key in before for key, it in edits.items()
            ),
            "removed": sum(it is None for it in edits.values()),
        }
    )
    return 0
