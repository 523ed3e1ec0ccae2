"""``xiaoer shop``: add, change and list shops."""

import argparse
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection

from bot.deciding.state import ShopMode
from bot.errors import NotPermittedError
from bot.guarding.guard import Guard
from bot.guarding.rules import Channel, GuardSender
from bot.replying.names import POLICY_PLACEHOLDERS
from connectors.registry import CONNECTORS
from scripts_library.readers.shop_guard import read_shop_rules
from server.cli.common import Opened, add_config, now, opened, print_json
from server.cli.curating import tell_findings
from server.guarding import SETTINGS_KEY, GuardSettings, guard_settings, stored
from server.packs import DEFAULT_PACK, pack_of
from storage.queries.shops import all_shops, shop_by_slug
from storage.repositories import audit
from storage.repositories.shops import ShopChanges, add_shop, set_shop

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LONGEST_PHRASE = 300
"""Characters of a policy; replies that quote it must stay readable."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LIMIT_DIGITS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("add", help="添加店铺，打印它的密钥")
    add.add_argument("slug", help="标识：小写字母、数字、连字符")
    add.add_argument("--name", help="店名（默认同标识）")
    add.add_argument("--secret", help="签名密钥（默认随机生成）")
    add.add_argument("--callback-url", help="回复推送到哪里")
    add.add_argument(
        "--pack",
        default=DEFAULT_PACK,
        metavar="NAME",
        help="行业包：ecommerce（默认）、property、hospital，或 packs 目录里的一个",
    )
    _finish(add, _add)
    change = verbs.add_parser("set", help="修改店铺")
    change.add_argument("slug")
    change.add_argument("--name")
    change.add_argument("--mode", choices=[mode.value for mode in ShopMode])
    change.add_argument("--callback-url", help="空字符串表示不再推送")
    change.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="shop.NAME=TEXT",
        help="店铺政策，例如 shop.cutoff=每天17:00前付款当天发出；可重复",
    )
    change.add_argument(
        "--authority",
        action="append",
        default=[],
        metavar="ROLE=FEN",
        help="一次补偿的上限（分），例如 assistant=500、agent=2000、manager=20000；"
        "0 表示一分也不行，manager=none 表示不限；可重复",
    )
    change.add_argument(
        "--chat-origin",
        action="append",
        metavar="URL",
        help="可以嵌入聊天窗口的网站，例如 https://shop.example；可重复，空字符串表示清空",
    )
    change.add_argument("--chat-colour", metavar="#RRGGBB", help="聊天窗口的颜色")
    change.add_argument(
        "--chat-position", choices=["left", "right"], help="聊天按钮在页面哪一边"
    )
    change.add_argument(
        "--guard-rules", type=Path, metavar="FILE", help="店铺自己的出站规则（YAML）"
    )
    change.add_argument(
        "--guard-channel",
        action="append",
        metavar="CONNECTOR=own_site|marketplace",
        help="这个渠道是自有站点还是平台；可重复",
    )
    _finish(change, _set)
    listing = verbs.add_parser("list", help="列出店铺")
    _finish(listing, _list)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_config(parser)
    parser.set_defaults(run=run)


def _add(args: argparse.Namespace) -> int:
    if _SLUG.fullmatch(args.slug) is None:
        raise NotPermittedError(
            "slug: 1 to 63 lower-case letters, digits and hyphens, no hyphen first"
        )
    secret = secrets.token_urlsafe(24) if args.secret is None else args.secret
    name = args.slug if args.name is None else args.name
    callback_url = _address(args.callback_url)
    with opened(args) as tools:
        if args.pack != DEFAULT_PACK:
            pack_of(tools.settings, args.pack)  # says what is wrong with it

        def unit(connection: Connection) -> None:
            if shop_by_slug(connection, args.slug) is not None:
                raise NotPermittedError(f"slug: there is a shop {args.slug} already")
            shop_id = add_shop(
                connection,
                slug=args.slug,
                name=name,
                pack_id=args.pack,
                secret=secret,
                now=now(),
                callback_url=callback_url,
            )
            audit.record(
                connection,
                shop_id,
                action="shop.added",
                subject=args.slug,
                now=now(),
            )

        tools.database.write_now(unit)
    print_json({"shop": args.slug, "secret": secret})
    return 0


def _set(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        shop = tools.shop(args.slug)
        changes = _changes(args, tools)

        def unit(connection: Connection) -> None:
            set_shop(connection, shop.shop_id, changes=changes)
            audit.record(
                connection,
                shop.shop_id,
                action="shop.changed",
                subject=args.slug,
                now=now(),
            )

        tools.database.write_now(unit)
        if args.guard_rules is not None:
            tell_findings(tools, tools.shop(args.slug))
    return 0


def _changes(args: argparse.Namespace, tools: Opened) -> ShopChanges:
    given: dict[str, object] = {}
    if args.name is not None:
        given["name"] = args.name
    if args.mode is not None:
        given["mode"] = ShopMode(args.mode)
    if args.callback_url is not None:
        given["callback_url"] = _address(args.callback_url)
    if args.policy:
        shop = tools.shop(args.slug)
        policies = dict(shop.policies)
        pack = pack_of(tools.settings, shop.pack_id)
        guard = Guard(pack.guard)
        names = POLICY_PLACEHOLDERS | frozenset(pack.facts)
        policies.update(_policy(it, guard=guard, names=names) for it in args.policy)
        given["policies"] = policies
    settings = _settings(args, tools)
    if settings is not None:
        given["settings"] = settings
    return ShopChanges(**given)  # type: ignore[arg-type] # one type a key


def _guarding(args: argparse.Namespace, tools: Opened) -> GuardSettings | None:
    """Return what the shop's guard is to be, None when nothing of it changes.

    Raises:
        ScriptLibraryError: the file of rules has problems, each told with its line.
        NotPermittedError: a channel is unknown.
    """
    if args.guard_rules is None and args.guard_channel is None:
        return None
    known = guard_settings(tools.shop(args.slug).settings)
    rules, channels = known.rules, dict(known.channels)
    if args.guard_rules is not None:
        pack = pack_of(tools.settings, tools.shop(args.slug).pack_id)
        taken = frozenset(rule.rule for rule in pack.guard.patterns)
        rules = read_shop_rules(args.guard_rules, taken=taken)
    for text in args.guard_channel or ():
        connector, _, channel = text.partition("=")
        if connector not in CONNECTORS or channel not in set(Channel):
            raise NotPermittedError(
                f"guard-channel: {text!r} is not CONNECTOR=own_site or =marketplace"
            )
        channels[connector] = Channel(channel)
    return GuardSettings(rules=rules, channels=channels)


def _settings(args: argparse.Namespace, tools: Opened) -> dict[str, Any] | None:
    """Return the shop's settings after the change; None when there is none."""
    before = tools.shop(args.slug).settings
    chat, guarding = _chat(args), _guarding(args, tools)
    limits = dict(_limit(text) for text in args.authority)
    if not chat and not limits and guarding is None:
        return None
    after = dict(before)
    if chat:
        after["chat"] = {**before.get("chat", {}), **chat}
    if guarding is not None:
        after[SETTINGS_KEY] = stored(guarding)
    if limits:
        nothing = {"assistant": 0, "agent": 0, "manager": None}
        after["authority"] = {**nothing, **before.get("authority", {}), **limits}
    return after


def _limit(text: str) -> tuple[str, int | None]:
    """Return whose limit it is and how many fen; None: no limit."""
    role, _, amount = text.partition("=")
    if role == "manager" and amount == "none":
        return role, None
    if role not in {"assistant", "agent", "manager"} or not (
        amount.isascii() and amount.isdecimal() and len(amount) <= _LIMIT_DIGITS
    ):
        raise NotPermittedError(
            f"authority: {text!r} is not assistant, agent or manager=FEN"
        )
    return role, int(amount)


def _chat(args: argparse.Namespace) -> dict[str, object]:
    """Return what is to be different of the chat window."""
    chat: dict[str, object] = {}
    if args.chat_origin is not None:
        chat["origins"] = [_origin(text) for text in args.chat_origin if text != ""]
    if args.chat_colour is not None:
        if _COLOUR.fullmatch(args.chat_colour) is None:
            raise NotPermittedError("chat-colour: must be # and six hexadecimal digits")
        chat["colour"] = args.chat_colour.lower()
    if args.chat_position is not None:
        chat["position"] = args.chat_position
    return chat


def _origin(text: str) -> str:
    """Return an origin as browsers send it: scheme, host and port, nothing else."""
    parts = urlsplit(text) if is_web_address(text) else None
    if (
        parts is None
        or parts.username is not None
        or parts.path not in {"", "/"}
        or parts.query
        or parts.fragment
    ):
        raise NotPermittedError(
            f"chat-origin: {text!r} is not scheme and host, such as https://shop.example"
        )
    implied = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(implied)}"


def _policy(text: str, *, guard: Guard, names: frozenset[str]) -> tuple[str, str]:
    name, equals, phrase = text.partition("=")
    if not equals:
        raise NotPermittedError(f"policy: {text!r} is not shop.NAME=TEXT")
    if name not in names:
        known = ", ".join(sorted(names))
        raise NotPermittedError(f"policy: no {name}; there are {known}")
    _check_phrase(name, phrase, guard=guard)
    return name, phrase


def _check_phrase(name: str, phrase: str, *, guard: Guard) -> None:
    """Refuse what no reply could say: it would stand in buyers' windows as it is."""
    if len(phrase) > _LONGEST_PHRASE:
        raise NotPermittedError(f"policy: {name} has over {_LONGEST_PHRASE} characters")
    if phrase and (not phrase.strip() or not phrase.isprintable()):
        raise NotPermittedError(f"policy: {name} is blank or has control characters")
    if "{" in phrase or "}" in phrase:
        raise NotPermittedError(f"policy: {name}: placeholders are not filled here")
    if name == "shop.privacy_url" and phrase and not is_web_address(phrase):
        raise NotPermittedError(f"policy: {name} is no http(s) address")
    verdict = guard.check(
        phrase, filled_spans=((0, len(phrase)),), sender=GuardSender.ASSISTANT
    )
    if not verdict.is_sendable:
        found = verdict.findings[0]
        raise NotPermittedError(f"policy: {name}: {found.rule}: {found.suggestion}")


def _address(text: str | None) -> str | None:
    if text is None or text == "":
        return None
    if not is_web_address(text):
        raise NotPermittedError(
            "callback-url: must be a whole address that begins with http:// or https://"
        )
    return text


def is_web_address(text: str) -> bool:
    """Return whether a text is an http(s) address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _list(args: argparse.Namespace) -> int:
    with opened(args) as tools:
        for shop in tools.database.read_now(all_shops):
            print_json(
                {
                    "shop": shop.slug,
                    "name": shop.name,
                    "pack": shop.pack_id,
                    "mode": shop.mode,
                    "callback_url": shop.callback_url,
                    "policies": shop.policies,
                    "chat": shop.settings.get("chat", {}),
                    **{
                        name: shop.settings[name]
                        for name in ("authority",)
                        if name in shop.settings
                    },
                }
            )
    return 0
