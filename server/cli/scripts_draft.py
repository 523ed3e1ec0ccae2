"""``xiaoer scripts draft``: begin changes, make them, have them looked at."""

import argparse
import sys
from typing import Any

import msgspec

from bot.errors import NotPermittedError, StaleEntryError
from scripts_library.shop.entries import Key, Kind
from scripts_library.shop.findings import Severity
from server.cli.common import opened, print_json
from server.cli.curating import (
    curating,
    finish,
    read_entry,
    refuse_name,
    tell,
)
from server.cli.refusals import in_words
from server.curating.contents import DraftReading, check_removal, read_standing
from server.curating.drafting import (
    begin_draft,
    begin_release_draft,
    merge_release,
    rebase,
    store_rebased,
)
from server.curating.saving import discard, revert, review, save
from storage.queries.drafts import open_drafts
from storage.repositories.drafts import EntryChange
from storage.states import ReviewVerdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    finish(verbs.add_parser("list", help="列出没有发布的草稿"), _list)
    begin = _named(verbs, "open", "从现在的版本开始一个草稿", _open)
    begin.add_argument("--why", default="", help="为什么要改")
    _named(verbs, "release", "把新的行业包和本店的改动合并成草稿", _release)
    _named(verbs, "show", "草稿改了什么、冲突、审核", _show)
    _named(verbs, "check", "检查草稿；有错误时退出码是 1", _check)
    _named(verbs, "update", "别人先发布了：把草稿并到现在的版本上", _update)
    _named(verbs, "discard", "丢弃草稿", _discard)
    review = _named(verbs, "review", "审核草稿现在的样子", _review)
    review.add_argument("verdict", choices=[one.value for one in ReviewVerdict])
    review.add_argument("--note", default="")
    for name, told, run in (
        ("set", "保存一条：标准输入或 FILE 里是它的 JSON", _set),
        ("remove", "删除一条", _remove),
        ("revert", "撤销草稿里对一条的改动", _revert),
        ("entry", "打印一条现在的内容和修订号", _entry),
    ):
        verb = _named(verbs, name, told, run)
        verb.add_argument("kind", choices=[kind.value for kind in Kind])
        verb.add_argument("id", metavar="ID")
        verb.add_argument(
            "--revision", type=int, help="改的是哪一个修订；0：草稿还没改过它"
        )
        verb.add_argument("--why", default="", help="为什么改")
        if name == "set":
            verb.add_argument("file", metavar="FILE", nargs="?", default="-")


def _named(verbs: Any, name: str, told: str, run: Any) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=told)
    verb.add_argument("draft", metavar="DRAFT")
    finish(verb, run)
    return verb


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        for draft in curating(tools, args).read(open_drafts):
            print_json(draft)
    return 0


def _open(args: argparse.Namespace) -> int:
    refuse_name(args.draft)
    with opened(args) as tools:
        desk = curating(tools, args)
        standing = desk.read(read_standing)
        draft = desk.write(
            lambda connection: begin_draft(
                connection,
                desk.who,
                name=args.draft,
                frame=desk.frame,
                standing=standing,
                note=args.why,
            )
        )
    print_json(draft)
    return 0


def _release(args: argparse.Namespace) -> int:
    refuse_name(args.draft)
    with opened(args) as tools:
        desk = curating(tools, args)
        standing = desk.read(read_standing)
        if standing.version is None:
            raise NotPermittedError(
                "店里还没有发布过自己的话术：一直用着程序带的行业包，不用合并"
            )
        if standing.version.baseline == desk.frame.packed.content_hash:
            raise NotPermittedError("店里的话术已经在这一版行业包上了，不用合并")
        merged = merge_release(desk.frame, standing)
        draft = desk.write(
            lambda connection: begin_release_draft(
                connection,
                desk.who,
                name=args.draft,
                frame=desk.frame,
                standing=standing,
                merged=merged,
            )
        )
    print_json(draft)
    return 0


def _show(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        reading = desk.draft(args.draft)
    print_json(
        {
            "draft": msgspec.to_builtins(reading.draft),
            "is_outdated": reading.is_outdated(desk.frame),
            "entries": msgspec.to_builtins(reading.entries),
            "reviews": msgspec.to_builtins(reading.reviews),
        }
    )
    return 0


def _check(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        reading = desk.draft(args.draft)
        findings = (*desk.findings(reading), *desk.phrase_findings(reading))
    tell(findings)
    return 1 if any(one.severity is Severity.ERROR for one in findings) else 0


def _update(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        reading = desk.draft(args.draft)
        rebased = rebase(reading, desk.frame)
        revision = desk.write(
            lambda connection: store_rebased(
                connection, desk.who, reading=reading, rebased=rebased
            )
        )
    print_json({"revision": revision, "conflicts": len(rebased.conflicts)})
    return 0


def _discard(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        desk.write(lambda connection: discard(connection, desk.who, draft=args.draft))
    return 0


def _review(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        revision = desk.draft(args.draft).draft.revision
        desk.write(
            lambda connection: review(
                connection,
                desk.who,
                draft=args.draft,
                revision=revision,
                verdict=ReviewVerdict(args.verdict),
                note=args.note,
            )
        )
    return 0


def _set(args: argparse.Namespace) -> int:
    return _save(args, read_entry(args.file))


def _remove(args: argparse.Namespace) -> int:
    return _save(args, None)


def _save(args: argparse.Namespace, content: dict[str, Any] | None) -> int:
    change = EntryChange(
        kind=args.kind, entry_id=args.id, content=content, reason=args.why
    )
    with opened(args) as tools:
        desk = curating(tools, args)
        if content is None:
            check_removal(
                desk.draft(args.draft), desk.frame, Key(Kind(args.kind), args.id)
            )
        try:
            revision = desk.write(
                lambda connection: save(
                    connection,
                    desk.who,
                    draft=args.draft,
                    change=change,
                    seen=args.revision,
                )
            )
        except StaleEntryError as error:
            print(in_words(error), file=sys.stderr)
            print_json(error.details)
            return 1
        key = (args.kind, args.id)
        findings = [
            one
            for one in desk.findings(desk.draft(args.draft))
            if (one.kind, one.entry_id) == key
        ]
    tell(findings)
    print_json({"revision": revision})
    return 0


def _revert(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        seen = args.revision
        if seen is None:
            seen = _revision(desk.draft(args.draft), args.kind, args.id)
        desk.write(
            lambda connection: revert(
                connection,
                desk.who,
                draft=args.draft,
                kind=args.kind,
                entry_id=args.id,
                seen=seen,
            )
        )
    return 0


def _entry(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        reading = curating(tools, args).draft(args.draft)
    content = reading.open().content.get(Key(Kind(args.kind), args.id))
    print_json({"content": content, "revision": _revision(reading, args.kind, args.id)})
    return 0


def _revision(reading: DraftReading, kind: str, entry_id: str) -> int:
    return next(
        (
            one.revision
            for one in reading.entries
            if (one.kind, one.entry_id) == (kind, entry_id)
        ),
        0,
    )
