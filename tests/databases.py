"""Databases and rows for tests: each test begins with a migrated, empty database."""

import functools
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url, text

from bot.actions import Action, Band, Decision, OpenTicket, UpdateConversation
from bot.deciding.state import ShopMode
from bot.desk.ticket_types import Phase, Priority, State, Workflow
from bot.messages import IncomingMessage, Receipt, Turn
from storage.database import Database
from storage.engines import make_engine
from storage.migrate import upgrade
from storage.queries.shops import ShopRecord, shop_by_id
from storage.queries.turns import load_conversation
from storage.repositories.intake import take_message
from storage.repositories.people import add_person
from storage.repositories.shops import add_shop
from storage.repositories.turns import CommittedTurn, commit_turn
from storage.tables import metadata
from storage.vault import Vault

POSTGRES_URL = os.environ.get("XIAOER_TEST_POSTGRES_URL")
NO_POSTGRES = "XIAOER_TEST_POSTGRES_URL names no PostgreSQL server"

VAULT = Vault(b"a key that only tests ever use ..")
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, ten in the morning in the shop."""

WORKFLOW = Workflow(
    start="new",
    reopened="again",
    states={
        state.state_id: state
        for state in (
            State(
                state_id="new",
                zh="新建",
                phase=Phase.OPEN,
                to=("waiting", "solved", "closed"),
            ),
            State(state_id="again", zh="重新打开", phase=Phase.OPEN, to=("solved",)),
            State(state_id="waiting", zh="待买家", phase=Phase.WAITING, to=("new",)),
            State(
                state_id="solved",
                zh="已解决",
                phase=Phase.SOLVED,
                to=("closed", "again"),
            ),
            State(state_id="closed", zh="已关闭", phase=Phase.CLOSED, to=("again",)),
        )
    },
)


@functools.cache
def _template() -> bytes:
    """Return a migrated SQLite database as bytes; made once a process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        _migrate(f"sqlite:///{path}")
        return path.read_bytes()


def _migrate(url: str) -> None:
    engine = make_engine(url, vault=VAULT, connections=1)
    upgrade(engine)
    engine.dispose()


def sqlite_url(folder: Path) -> str:
    """Return the address of a fresh migrated database in a folder."""
    path = folder / "test.db"
    path.write_bytes(_template())
    return f"sqlite:///{path}"


@contextmanager
def migrated_postgres(server_url: str) -> Iterator[str]:
    """Make a migrated database on a server and drop it at the end."""
    with empty_postgres(server_url) as url:
        _migrate(url)
        yield url


def forget_rows(url: str) -> None:
    """Delete every row: a fifth of a second faster than a database a test."""
    tables = reversed(metadata.sorted_tables)
    engine = create_engine(url)
    with engine.begin() as conn:
        conn.exec_driver_sql(";".join(f'DELETE FROM "{it.name}"' for it in tables))  # noqa: S608 - our own tables
    engine.dispose()


@contextmanager
def empty_postgres(server_url: str) -> Iterator[str]:
    """Make a database without any table on a server and drop it at the end."""
    name = f"xiaoer_test_{secrets.token_hex(6)}"
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as conn:
            conn.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            url = make_url(server_url).set(database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            with admin.connect() as conn:
                conn.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        admin.dispose()


@contextmanager
def opened(
    url: str, *, batch: int = 256, writers: int | None = None
) -> Iterator[Database]:
    """Open and start a database, and close it at the end."""
    database = Database(url, vault=VAULT, batch=batch, writers=writers)
    database.start()
    try:
        yield database
    finally:
        database.close()


def make_shop(
    database: Database, *, slug: str = "demo", mode: ShopMode = ShopMode.AUTO
) -> ShopRecord:
    """Add a shop and return it."""

    def unit(conn: Connection) -> ShopRecord:
        shop_id = add_shop(
            conn,
            slug=slug,
            name="小二演示店",
            pack_id="ecommerce",
            secret=f"secret of {slug}",
            mode=mode,
            now=NOW,
        )
        record = shop_by_id(conn, shop_id)
        assert record is not None
        return record

    return database.write_now(unit)


def make_person(database: Database, *, user: str = "lan") -> int:
    """Add an agent's account and return its id."""
    return database.write_now(
        lambda conn: add_person(conn, user=user, password_hash="$argon2$", now=NOW)
    )


def make_message(  # noqa: PLR0913 - a field each, all with defaults
    *,
    text: str = "在吗",
    message_id: str | None = None,
    buyer_ref: str = "buyer-1",
    connector: str = "signed_http",
    shop: str = "demo",
    buyer_name: str | None = None,
    order_ref: str | None = None,
    item_ref: str | None = None,
    is_verified: bool = True,
) -> IncomingMessage:
    """Return a message as a connector would hand it over."""
    return IncomingMessage(
        shop=shop,
        connector=connector,
        platform_message_id=(
            secrets.token_hex(8) if message_id is None else message_id
        ),
        buyer_ref=buyer_ref,
        text=text,
        buyer_name=buyer_name,
        order_ref=order_ref,
        item_ref=item_ref,
        is_verified=is_verified,
    )


def take(
    database: Database,
    shop: ShopRecord,
    *,
    text: str = "在吗",
    buyer_ref: str = "buyer-1",
) -> Receipt:
    """Store one buyer message and return its receipt."""
    message = make_message(text=text, buyer_ref=buyer_ref)
    return database.write_now(
        lambda conn: take_message(conn, shop.shop_id, message=message, now=NOW)
    )


def make_turn(
    shop: ShopRecord,
    *receipts: Receipt,
    text: str = "在吗",
    order_ref: str | None = None,
) -> Turn:
    """Return the turn that these messages make."""
    return Turn(
        shop_id=shop.shop_id,
        conversation_id=receipts[0].conversation_id,
        message_ids=tuple(receipt.message_id for receipt in receipts),
        text=text,
        order_ref=order_ref,
    )


def make_decision(*actions: Action, band: Band = Band.AUTO) -> Decision:
    """Return a decision of these actions, with the usual state after it."""
    state = UpdateConversation(
        misses=0, is_greeted=True, last_intent="hello", used_variants=()
    )
    has_state = any(isinstance(action, UpdateConversation) for action in actions)
    return Decision(
        band=band,
        intent_id="hello",
        confidence=0.9,
        actions=actions if has_state else (*actions, state),
    )


def make_ticket_action(
    *,
    ticket_type: str = "logistics",
    order_ref: str | None = None,
    due_in: timedelta = timedelta(hours=1),
    plan_in: timedelta | None = None,
) -> OpenTicket:
    """Return the action that opens a ticket."""
    return OpenTicket(
        ticket_type=ticket_type,
        prefix={"logistics": "WL", "refund": "TK"}[ticket_type],
        state="new",
        priority=Priority.NORMAL,
        summary="物流异常",
        first_answer_due_at=NOW + due_in,
        plan_due_at=None if plan_in is None else NOW + plan_in,
        order_ref=order_ref,
    )


def buyer_id_of(database: Database, shop: ShopRecord, conversation_id: int) -> int:
    """Return the buyer's row id of a conversation."""
    loaded = database.read_now(
        lambda conn: load_conversation(
            conn, shop.shop_id, conversation_id=conversation_id
        )
    )
    return loaded.buyer.buyer_id


def commit(
    database: Database,
    shop: ShopRecord,
    receipts: Sequence[Receipt],
    *actions: Action,
    now: datetime = NOW,
    deliver: bool = True,
) -> CommittedTurn:
    """Decide these actions for a turn of these messages, and commit them."""
    turn = make_turn(shop, *receipts)

    def unit(conn: Connection) -> CommittedTurn:
        loaded = load_conversation(
            conn, shop.shop_id, conversation_id=turn.conversation_id
        )
        return commit_turn(
            conn,
            turn,
            make_decision(*actions),
            shop=shop,
            workflow=WORKFLOW,
            expected_version=loaded.state.version,
            now=now,
            deliver=deliver,
        )

    return database.write_now(unit)
