"""``xiaoer scripts export FOLDER`` and ``import FOLDER``: the library as a pack's files."""

import argparse

from bot.errors import NotPermittedError
from scripts_library.shop.entries import edits_between
from scripts_library.shop.folders import read_folder_content, write_folder
from server.cli.common import opened, print_json
from server.cli.curating import curating
from server.curating.saving import save_all
from server.packs import pack_folder
from storage.repositories.drafts import EntryChange


def export_folder(args: argparse.Namespace) -> int:
    """Write the library as the files of a pack."""
    with opened(args) as tools:
        desk = curating(tools, args)
        content = desk.content(args.of)
        frame = pack_folder(tools.settings, desk.shop.pack_id)
    try:
        write_folder(
            args.file,
            frame=frame,
            content=content,
        )
    except OSError as error:
        raise NotPermittedError(f"{args.file}: {error.strerror}") from error
    return 0


def import_folder(args: argparse.Namespace) -> int:
    """Make an open draft what the files of a pack say."""
    if args.draft is None:
        raise NotPermittedError("加 --draft 草稿名，说明放进哪个开着的草稿")
    with opened(args) as tools:
        desk = curating(tools, args)
        before = desk.draft(args.draft).open().content
        after = read_folder_content(args.file, frame=desk.frame.pack)
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
                    connection,
                    desk.who,
                    draft=args.draft,
                    seen=None,
                    changes=changes,
                    source=args.file.name,
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
