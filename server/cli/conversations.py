"""``xiaoer conversations``: list, take over, write to the buyer, give back."""

import argparse
import sys
from pathlib import Path

from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPermittedError
from bot.guarding.guard import Guard
from scripts_library.loader import builtin_pack, load_pack
from server.cli.common import add_config, add_shop, count, now, opened, print_json
from server.settings import Settings
from server.speaking import Words, is_refused, read_words, say, silence_of
from storage.queries.conversation_lists import (
    After,
    ConversationLine,
    conversation_line,
    conversation_lines,
)
from storage.queries.conversations import conversation, messages_after, suggestions
from storage.queries.people import person_by_user
from storage.repositories.conversations import release, take_over
from storage.states import ConversationPhase


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    listing = verbs.add_parser(
        "list", help="列出会话：排队的等得最久的在前，其他最新的在前"
    )
    listing.add_argument(
        "--state", choices=[phase.value for phase in ConversationPhase]
    )
    listing.add_argument("--user", help="只看这位客服接管的")
    listing.add_argument("--limit", type=count, default=50)
    listing.add_argument("--after", type=int, help="从这个会话之后")
    _finish_listing(listing, _list)
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
    _finish_listing(parser, run)


def _finish_listing(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    add_shop(parser)
    parser.set_defaults(run=run)


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop_id = tools.shop(args.shop).shop_id
        phase = None if args.state is None else ConversationPhase(args.state)

        def query(connection: Connection) -> list[ConversationLine]:
            after = None
            if args.after is not None:
                last = conversation_line(connection, shop_id, args.after)
                after = After.of(last, phase=phase)
            return conversation_lines(
                connection,
                shop_id,
                phase=phase,
                served_by=(
                    None if args.user is None else _person_id(connection, args.user)
                ),
                limit=args.limit,
                after=after,
            )

        for line in tools.database.read_now(query):
            print_json(line)
    return 0


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
                until=now() + silence_of(tools.settings.conversation),
                now=now(),
            )
        )
    return 0


def _say(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        _check(args.text, settings=tools.settings)
        shop = tools.shop(args.shop)
        sent = tools.database.write_now(
            lambda connection: say(
                connection,
                shop.shop_id,
                words=Words(
                    conversation_id=args.id,
                    person_id=_person_id(connection, args.user),
                    text=args.text,
                ),
                silence=silence_of(tools.settings.conversation),
                now=now(),
                is_delivered=lambda _connector: shop.callback_url is not None,
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
    guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
    verdict = read_words(text, guard=guard)
    found = [
        f"{text[finding.start : finding.end]!r} ({finding.rule}): {finding.suggestion}"
        for finding in verdict.findings
    ]
    if is_refused(verdict):
        raise NotPermittedError("\n".join(found))
    for line in found:
        print(line, file=sys.stderr)


def _person_id(connection: Connection, user: str) -> int:
    person = person_by_user(connection, user)
    if person is None:
        raise NotFoundError("user", user)
    return person.person_id
