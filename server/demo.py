"""What does a new installation show? A demo shop with items, orders and accounts."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from bot.errors import NotPermittedError
from bot.facts import Order, OrderLine, OrderState
from bot.scripts import Pack
from server.demo_facts import FACTS, ITEMS, promotions_from
from server.library import Library
from server.passwords import hash_password
from server.secrets import write_private
from server.settings import Settings
from storage.database import Database
from storage.queries.facts import items, orders
from storage.queries.people import person_by_user
from storage.queries.shops import ShopRecord, shop_by_slug
from storage.repositories.catalogue import put_promotion, put_shop_facts
from storage.repositories.facts import put_item, put_order
from storage.repositories.people import add_person, grant, set_password_hash
from storage.repositories.shops import add_shop
from storage.states import Role

SLUG = "demo"
_NAME = "小二示例店"
_FILE = "demo.json"
_ROLES = (("agent", Role.AGENT), ("manager", Role.MANAGER), ("admin", Role.ADMIN))


class DemoAccount(msgspec.Struct, frozen=True):
    """One login."""

    user: str
    password: str
    role: str


class DemoItem(msgspec.Struct, frozen=True):
    """One item of the demo shop."""

    item_id: str
    title: str
    list_fen: int | None
    floor_fen: int | None


class DemoOrder(msgspec.Struct, frozen=True):
    """One order of the demo shop."""

    order_id: str
    buyer_id: str
    state: str


class Demo(msgspec.Struct, frozen=True):
    """``var/demo.json``."""

    shop: str
    secret: str
    accounts: tuple[DemoAccount, ...]
    items: tuple[DemoItem, ...]
    orders: tuple[DemoOrder, ...]


def prepare_demo(database: Database, *, settings: Settings, library: Library) -> None:
    """Make the demo shop and ``var/demo.json``, unless they are there already.

    A kill between the two leaves no half: the file is written again from the database,
    with new passwords.

    Raises:
        NotPermittedError: a demo account's name belongs to somebody else.
    """
    file = settings.var_path / _FILE
    shop = database.read_now(lambda connection: shop_by_slug(connection, SLUG))
    if shop is not None and file.exists():
        return
    passwords = {user: secrets.token_urlsafe(9) for user, _ in _ROLES}
    hashes = {user: hash_password(password) for user, password in passwords.items()}
    now = datetime.now(UTC)
    shop = database.write_now(
        lambda connection: _make_shop(
            connection, hashes=hashes, pack=library.pack, now=now
        )
    )
    demo = database.read_now(
        lambda connection: _describe(connection, shop, passwords=passwords)
    )
    write_private(file, msgspec.json.format(msgspec.json.encode(demo)) + b"\n")


def tell_demo(address: str, *, settings: Settings) -> None:
    """Print the demo accounts the first time, afterwards the file that holds them."""
    file = settings.var_path / _FILE
    told = settings.var_path / "demo.told"
    if told.exists():
        print(f"示例店铺的账号在 {file}", flush=True)  # noqa: T201 - the command's answer
        return
    demo = msgspec.json.decode(file.read_bytes(), type=Demo)
    print(f"示例店铺 {demo.shop}，聊天窗口 {address}/chat/{demo.shop}", flush=True)  # noqa: T201
    for account in demo.accounts:
        print(f"  {account.role:8} {account.user}  {account.password}", flush=True)  # noqa: T201
    print(f"密钥和账号保存在 {file}（只有本人可读）", flush=True)  # noqa: T201
    Path(told).touch(mode=0o600)


def _make_shop(
    connection: Connection, *, hashes: Mapping[str, str], pack: Pack, now: datetime
) -> ShopRecord:
    shop = shop_by_slug(connection, SLUG)
    if shop is None:
        shop_id = add_shop(
            connection,
            slug=SLUG,
            name=_NAME,
            pack_id=pack.pack_id,
            secret=secrets.token_urlsafe(24),
            now=now,
            policies=pack.policies,
        )
        for item in ITEMS:
            put_item(connection, shop_id, value=item, told_at=now, now=now)
        put_shop_facts(connection, shop_id, value=FACTS, now=now)
        for promotion in promotions_from(now):
            put_promotion(connection, shop_id, value=promotion, now=now)
        for order in _orders(now):
            put_order(connection, shop_id, value=order, told_at=now, now=now)
        shop = shop_by_slug(connection, SLUG)
    if shop is None:
        raise AssertionError("the shop was just made")
    for user, role in _ROLES:
        _make_account(
            connection, shop, user=user, role=role, hashed=hashes[user], now=now
        )
    return shop


def _make_account(
    connection: Connection,
    shop: ShopRecord,
    *,
    user: str,
    role: Role,
    hashed: str,
    now: datetime,
) -> None:
    """Add a demo account, or give the one there is a new password."""
    person = person_by_user(connection, user)
    if person is None:
        person_id = add_person(
            connection,
            user=user,
            password_hash=hashed,
            now=now,
            password_changed_at=now,  # to be tried out, not to be changed first
        )
        grant(connection, shop.shop_id, person_id=person_id, role=role)
    elif shop.shop_id in person.shops:
        set_password_hash(
            connection, user=user, password_hash=hashed, now=now, changed_at=now
        )
    else:
        raise NotPermittedError(
            f"demo: there is a user {user} already, of another shop"
        )


def _orders(now: datetime) -> tuple[Order, ...]:
    return (
        Order(
            order_id="20260001",
            buyer_ref="buyer-1",
            state=OrderState.PAID,
            lines=(OrderLine(item_id="dress-01", title=ITEMS[0].title),),
            paid_at=now - timedelta(hours=20),
            promised_ship_at=now + timedelta(hours=28),
        ),
        Order(
            order_id="20260002",
            buyer_ref="buyer-2",
            state=OrderState.SHIPPED,
            lines=(OrderLine(item_id="tea-03", title=ITEMS[2].title, quantity=2),),
            paid_at=now - timedelta(days=3),
            promised_ship_at=now - timedelta(days=1),
            shipped_at=now - timedelta(days=2),
            courier="顺丰",
            tracking_no="SF1234567890123",
            latest_track="快件已到达本市转运中心",
        ),
        Order(
            order_id="20260003",
            buyer_ref="buyer-3",
            state=OrderState.SIGNED,
            lines=(OrderLine(item_id="kettle-02", title=ITEMS[1].title),),
            paid_at=now - timedelta(days=6),
            shipped_at=now - timedelta(days=5),
            courier="中通",
            tracking_no="78612345678901",
            signed_at=now - timedelta(days=2),
        ),
    )


def _describe(
    connection: Connection, shop: ShopRecord, *, passwords: Mapping[str, str]
) -> Demo:
    return Demo(
        shop=shop.slug,
        secret=shop.secret,
        accounts=tuple(
            DemoAccount(user, passwords[user], role.value) for user, role in _ROLES
        ),
        items=tuple(
            DemoItem(item.item_id, item.title, item.list_fen, item.floor_fen)
            for item in items(connection, shop.shop_id)
        ),
        orders=tuple(
            DemoOrder(order.order_id, order.buyer_ref, order.state.value)
            for order in orders(connection, shop.shop_id)
        ),
    )
