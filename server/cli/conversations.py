"""``xiaoer conversations``: list, take over, write to the buyer, give back."""

import argparse
import sys

from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPermittedError
from bot.guarding.guard import Guard
from bot.guarding.rules import Channel
from bot.guarding.verdicts import Finding
from bot.promises.finding import PromiseFinder
from bot.scripts import Pack
from server.calendars import calendar_of
from server.cli.common import (
    Opened,
    add_config,
    add_shop,
    count,
    now,
    opened,
    print_json,
)
from server.guarding import guard_settings, patterns_of
from server.packs import pack_of
from server.promises import PromiseBook
from server.speaking import (
    Circumstances,
    Words,
    is_refused,
    read_words,
    say,
    silence_of,
)
from storage.queries.conversation_lists import (
    After,
    ConversationLine,
    conversation_line,
    conversation_lines,
)
from storage.queries.conversations import conversation, messages_after, suggestions
from storage.queries.people import person_by_user, roles_of
from storage.queries.shops import ShopRecord
from storage.queries.spoken_items import Spoken, spoken_of
from storage.repositories.conversations import release, take_over
from storage.states import ConversationPhase, Role


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
    say.add_argument("--override-reason", help="主管：为什么有提醒也要发（留痕）")
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
        shop = tools.shop(args.shop)
        pack = pack_of(tools.settings, shop.pack_id)
        doubts = _check(args, tools, shop, pack=pack)
        sent = tools.database.write_now(
            lambda connection: say(
                connection,
                shop.shop_id,
                words=Words(
                    conversation_id=args.id,
                    person_id=_person_id(connection, args.user),
                    text=args.text,
                    doubts=doubts,
                    override_reason=args.override_reason,
                ),
                silence=silence_of(tools.settings.conversation),
                now=now(),
                is_delivered=lambda _connector: shop.callback_url is not None,
                book=PromiseBook(
                    finder=PromiseFinder(pack.promises),
                    calendar=calendar_of(
                        tools.settings.working_hours, timezone=shop.timezone
                    ),
                ),
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


def _check(
    args: argparse.Namespace, tools: Opened, shop: ShopRecord, *, pack: Pack
) -> tuple[Finding, ...]:
    """Let the guard read what an agent wrote; doubts are shown, and sent all the same.

    Raises:
        NotPermittedError: they may not send this; says which words and what instead.
    """
    settings = guard_settings(shop.settings)

    def known(connection: Connection) -> tuple[Spoken, bool]:
        person_id = _person_id(connection, args.user)
        role = roles_of(connection, person_id).get(shop.shop_id, Role.AGENT)
        return spoken_of(connection, shop.shop_id, args.id), role is not Role.AGENT

    spoken, is_manager = tools.database.read_now(known)
    if args.override_reason is not None and not is_manager:
        raise NotPermittedError("only a manager overrides the guard with a reason")
    verdict = read_words(
        args.text,
        guard=Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix).for_shop(
            patterns_of(settings)
        ),
        circumstances=Circumstances(
            channel=settings.channels.get(spoken.connector, Channel.OWN_SITE),
            item=spoken.item,
            policies=tuple(shop.policies.values()),
            is_manager=is_manager,
            now=now(),
            bargaining=spoken.policies,
        ),
    )
    found = [
        f"{args.text[it.start : it.end]!r} ({it.rule}): {it.suggestion}"
        for it in verdict.findings
    ]
    if is_refused(verdict):
        raise NotPermittedError("\n".join(found))
    for line in found:
        print(line, file=sys.stderr)
    return verdict.findings


def _person_id(connection: Connection, user: str) -> int:
    person = person_by_user(connection, user)
    if person is None:
        raise NotFoundError("user", user)
    return person.person_id
