"""``xiaoer chat``: be a buyer on the terminal, against the configured database."""

import argparse
import asyncio
import sys
from uuid import uuid4

import msgspec

from bot.messages import IncomingMessage
from connectors.base import HistoryMessage, TurnOutcome
from connectors.terminal import Terminal
from connectors.texts import clean_text, with_links
from server.app import Service, running_service
from server.cli.common import Opened, add_config, add_shop, opened, print_json
from server.cli.libraries import served_library
from server.logs import set_up_logging
from server.settings import Settings

_PATIENCE_SECONDS = 30.0
_LEAVE = {"/quit", "/exit", "退出"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    add_config(parser)
    add_shop(parser)
    parser.add_argument(
        "--buyer", default="terminal", help="以哪位买家的身份（默认 terminal）"
    )
    parser.add_argument("--json", action="store_true", help="每轮打印一行 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Talk until the end of input; each line is a turn of its own."""
    with opened(args) as tools:
        set_up_logging(level="error", as_json=False)
        shop = tools.shop(args.shop)
        tools.database.start()
        asyncio.run(_talk(tools, args, slug=shop.slug))
    return 0


async def _talk(tools: Opened, args: argparse.Namespace, *, slug: str) -> None:
    settings = _for_one_typist(tools.settings)
    library = served_library(settings)
    async with running_service(
        settings, database=tools.database, library=library, is_serving=False
    ) as service:
        if sys.stdin.isatty():
            print("小二：已连接，输入 退出 结束", flush=True)
        while True:
            line = await asyncio.to_thread(_read_line)
            if line is None or line in _LEAVE:
                return
            text = clean_text(line)
            if text.strip():
                await _say(service, text, args=args, slug=slug)


async def _say(
    service: Service, text: str, *, args: argparse.Namespace, slug: str
) -> None:
    receipt = await service.host.receive(
        IncomingMessage(
            shop=slug,
            connector=Terminal.name,
            platform_message_id=uuid4().hex,
            buyer_ref=args.buyer,
            text=text,
            # Whoever can open the database may speak for its buyers.
            is_verified=True,
        )
    )
    outcome = await service.host.outcome(slug, receipt, within=_PATIENCE_SECONDS)
    if args.json:
        print_json(_as_json(text, receipt.conversation_id, outcome))
    elif outcome is None:
        print("（还没有回复，消息已保存）", flush=True)
    else:
        if outcome.light:
            print(f"（{outcome.light}）", flush=True)
        for reply in outcome.replies:
            print(_as_line(reply), flush=True)
        if not outcome.replies:
            print("（不自动回复）", flush=True)


def _for_one_typist(settings: Settings) -> Settings:
    """Return the settings with each line a turn and without a rate limit."""
    conversation = msgspec.structs.replace(
        settings.conversation, quiet_gap_seconds=0.0, messages_per_minute=0
    )
    return msgspec.structs.replace(settings, conversation=conversation)


def _read_line() -> str | None:
    if sys.stdin.isatty():
        print("买家：", end="", flush=True)
    line = sys.stdin.buffer.readline()
    return line.decode("utf-8", "replace").strip() if line else None


def _as_line(reply: HistoryMessage) -> str:
    buttons = "".join(f" [{button}]" for button in reply.buttons)
    return with_links(f"小二：{reply.text}{buttons}", reply.attachments)


def _as_json(
    text: str, conversation_id: int, outcome: TurnOutcome | None
) -> dict[str, object]:
    return {
        "text": text,
        "conversation_id": conversation_id,
        "band": None if outcome is None else outcome.band.value,
        "context": None if outcome is None else outcome.light or None,
        "mood": None if outcome is None else outcome.mood.value,
        "replies": []
        if outcome is None
        else [
            {
                "id": reply.message_id,
                "text": reply.text,
                "intent": reply.intent,
                "script_id": reply.script_id,
                "buttons": reply.buttons,
                "attachments": reply.attachments,
            }
            for reply in outcome.replies
        ],
    }
