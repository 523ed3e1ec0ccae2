"""``xiaoer conversations``: take over, write to the buyer, give back."""

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPermittedError
from bot.replying.guard import Guard
from bot.replying.guard_rules import GuardSender, Verdict
from scripts_library.loader import builtin_pack, load_pack
from server.cli.common import Opened, add_config, add_shop, now, opened, print_json
from server.settings import Settings
from storage.queries.conversations import conversation, messages_after, suggestions
from storage.queries.people import person_by_user
from storage.repositories.conversations import agent_message, release, take_over


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    show = verbs.add_parser("show", help="查看会话、消息和推荐回复")
    _finish(show, _show)
    over = verbs.add_parser("take-over", help="接管：小二只给推荐，不再自动回复")
    over.add_argument("user")
    _finish(over, _take_over)
    say = verbs.add_parser("say", help="以客服身份回复买家")
    say.add_argument("user")
    say.add_argument("text")
    _finish(say, _say)
    back = verbs.add_parser("release", help="交还给小二")
    _finish(back, _release)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    parser.add_argument("--id", type=int, required=True, help="会话编号")
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _show(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop_id = tools.shop(args.shop).shop_id

        def query(connection: Connection) -> dict[str, object]:
            return {
                "conversation": conversation(connection, shop_id, args.id),
                "messages": messages_after(
                    connection, shop_id, conversation_id=args.id
                ),
                "suggestions": suggestions(
                    connection, shop_id, conversation_id=args.id
                ),
            }

        print_json(tools.database.read_now(query))
    return 0


def _take_over(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop_id = tools.shop(args.shop).shop_id
        tools.database.write_now(
            lambda connection: take_over(
                connection,
                shop_id,
                conversation_id=args.id,
                person_id=_person_id(connection, args.user),
                until=now() + _silence(tools),
                now=now(),
            )
        )
    return 0


def _say(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        _check(args.text, settings=tools.settings)
        shop = tools.shop(args.shop)
        sent = tools.database.write_now(
            lambda connection: agent_message(
                connection,
                shop.shop_id,
                conversation_id=args.id,
                person_id=_person_id(connection, args.user),
                text=args.text,
                until=now() + _silence(tools),
                now=now(),
                deliver=shop.callback_url is not None,
            )
        )
        print_json({"message_id": sent.message_id})
    return 0


def _release(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop_id = tools.shop(args.shop).shop_id
        tools.database.write_now(
            lambda connection: release(
                connection, shop_id, conversation_id=args.id, now=now()
            )
        )
    return 0


def _check(text: str, *, settings: Settings) -> None:
    """Let the guard read what an agent wrote; doubts are shown, and sent all the same.

    Raises:
        NotPermittedError: nobody may send this; says which words and what instead.
    """
    pack = load_pack(Path(settings.pack) if settings.pack else builtin_pack())
    verdict = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix).check(
        text, sender=GuardSender.AGENT
    )
    found = [
        f"{text[finding.start : finding.end]!r} ({finding.rule}): {finding.suggestion}"
        for finding in verdict.findings
    ]
    if verdict.verdict is Verdict.BLOCK:
        raise NotPermittedError("\n".join(found))
    for line in found:
        print(line, file=sys.stderr)


def _silence(tools: Opened) -> timedelta:
    """Return after how long a silent agent's conversation is given back."""
    minutes = tools.settings.conversation.take_over_minutes
    return timedelta(days=36_500) if minutes == 0 else timedelta(minutes=minutes)


def _person_id(connection: Connection, user: str) -> int:
    person = person_by_user(connection, user)
    if person is None:
        raise NotFoundError("user", user)
    return person.person_id
