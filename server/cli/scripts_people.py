"""``xiaoer scripts find``, ``keep``, ``propose`` …: what agents use and wish."""

import argparse
from typing import Any

from bot.errors import NotPermittedError, StaleEntryError
from bot.replying.snippets import put_in
from scripts_library.shop.entries import Kind
from server.api.desk.library_people_bodies import private_content
from server.cli.common import opened, print_json
from server.cli.curating import Curating, curating, finish, read_entry
from server.curating.proposing import make_proposal, refuse_proposal, take_proposal
from server.peoples_scripts import find_scripts, own_scripts
from storage.queries.proposals import private_scripts, proposals
from storage.repositories.drafts import EntryChange
from storage.repositories.proposals import delete_private_script, put_private_script
from storage.states import ProposalState

_MOST = 200
"""Proposals that one listing shows."""


def add_arguments(verbs: Any) -> None:
    """Describe the commands' arguments."""
    find = verbs.add_parser("find", help="按文字、拼音首字母（fhsj）或快捷码找话术")
    find.add_argument("query", metavar="QUERY")
    find.add_argument("--limit", type=int, default=10, help="最多几条（默认 10）")
    finish(find, _find)
    wish = verbs.add_parser(
        "propose", help="向主管提一条改动；标准输入或 FILE 里是 JSON"
    )
    wish.add_argument("kind", choices=[kind.value for kind in Kind])
    wish.add_argument("id", metavar="ID")
    wish.add_argument("file", metavar="FILE", nargs="?", default="-")
    wish.add_argument("--remove", action="store_true", help="建议删掉这一条")
    wish.add_argument("--why", default="", help="为什么")
    finish(wish, _propose)
    listing = verbs.add_parser("proposals", help="列出大家提的改动，旧的在前")
    listing.add_argument("--state", choices=[state.value for state in ProposalState])
    finish(listing, _list)
    take = verbs.add_parser("take", help="把一条建议放进草稿")
    take.add_argument("number", type=int, metavar="N")
    take.add_argument("draft", metavar="DRAFT")
    take.add_argument("--revision", type=int, default=0, help="草稿里那一条的修订号")
    finish(take, _take)
    refuse = verbs.add_parser("refuse", help="不采纳一条建议，说明理由")
    refuse.add_argument("number", type=int, metavar="N")
    refuse.add_argument("--why", required=True, help="理由，提的人看得到")
    finish(refuse, _refuse)
    finish(verbs.add_parser("own", help="列出自己存的话术"), _own)
    keep = verbs.add_parser("keep", help="给自己存一条话术；标准输入或 FILE 里是 JSON")
    keep.add_argument("name", metavar="NAME")
    keep.add_argument("file", metavar="FILE", nargs="?", default="-")
    finish(keep, _keep)
    drop = verbs.add_parser("drop", help="删掉自己存的一条话术")
    drop.add_argument("name", metavar="NAME")
    finish(drop, _drop)


def _find(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        pack = desk.served()
        person_id = desk.who.person_id
        own = (
            ()
            if person_id is None
            else desk.read(lambda conn, shop_id: own_scripts(conn, shop_id, person_id))
        )
        found = find_scripts(pack, own, args.query, day=desk.today, most=args.limit)
    for one in found:
        script = one.script
        intent = pack.intents.get(script.intent_id)
        print_json(
            {
                "id": script.script_id,
                "audience": script.audience.value,
                "intent": "" if intent is None else intent.zh,
                "match": one.match.name.lower(),
                "code": script.code,
                "variants": [put_in(it, pack.snippets) for it in script.variants],
                "variables": dict(script.variables),
                "pictures": script.pictures,
            }
        )
    return 0


def _propose(args: argparse.Namespace) -> int:
    change = EntryChange(
        kind=args.kind,
        entry_id=args.id,
        content=None if args.remove else read_entry(args.file),
        reason=args.why,
    )
    with opened(args) as tools:
        desk = curating(tools, args)
        by = _somebody(desk)
        number = desk.write(
            lambda connection: make_proposal(connection, desk.who, change=change, by=by)
        )
    print_json({"id": number})
    return 0


def _list(args: argparse.Namespace) -> int:
    state = None if args.state is None else ProposalState(args.state)
    with opened(args) as tools:
        found = curating(tools, args).read(
            lambda conn, shop_id: proposals(conn, shop_id, state=state, limit=_MOST)
        )
    for one in found:
        print_json(one)
    return 0


def _take(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        try:
            revision = desk.write(
                lambda connection: take_proposal(
                    connection,
                    desk.who,
                    proposal_id=args.number,
                    draft=args.draft,
                    seen=args.revision,
                )
            )
        except StaleEntryError as error:
            print_json(error.details)
            return 1
    print_json({"revision": revision})
    return 0


def _refuse(args: argparse.Namespace) -> int:
    if not args.why.strip():
        raise NotPermittedError("加 --why，告诉客服为什么不采纳")
    with opened(args) as tools:
        desk = curating(tools, args)
        desk.write(
            lambda connection: refuse_proposal(
                connection, desk.who, proposal_id=args.number, note=args.why
            )
        )
    return 0


def _own(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        person_id = _somebody(desk)
        found = desk.read(
            lambda conn, shop_id: private_scripts(conn, shop_id, person_id)
        )
    for one in found:
        print_json(one)
    return 0


def _keep(args: argparse.Namespace) -> int:
    """Store one as it is, in place of what stands under its name."""
    entry = read_entry(args.file)
    with opened(args) as tools:
        desk = curating(tools, args)
        person_id = _somebody(desk)
        known = {
            one.entry_id: one.revision
            for one in desk.read(
                lambda conn, shop_id: private_scripts(conn, shop_id, person_id)
            )
        }
        seen = known.get(args.name, 0)
        content = private_content(entry, intents=desk.served().intents)
        revision = desk.write(
            lambda connection: put_private_script(
                connection,
                desk.who.shop_id,
                person_id=person_id,
                entry_id=args.name,
                content=content,
                seen=seen,
                now=desk.who.now,
            )
        )
    print_json({"revision": revision})
    return 0


def _drop(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        desk = curating(tools, args)
        person_id = _somebody(desk)
        desk.write(
            lambda connection: delete_private_script(
                connection, desk.who.shop_id, person_id=person_id, entry_id=args.name
            )
        )
    return 0


def _somebody(desk: Curating) -> int:
    """Return who acts.

    Raises:
        NotPermittedError: no user was named.
    """
    if desk.who.person_id is None:
        raise NotPermittedError("加 --user，说明是谁的")
    return desk.who.person_id
