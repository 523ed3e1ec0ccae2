"""A process that is killed while it publishes leaves the old version or the new one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from scripts_library.shop.entries import Key, Kind
from server.curating.contents import read_blobs
from storage.database import Database
from storage.queries.library import LibraryVersion, versions
from storage.queries.shops import ShopRecord
from storage.states import DraftState
from storage.tables import AuditRow, LibraryDraftRow, table_of
from tests.databases import make_shop, opened, sqlite_url
from tests.scripts_library.small_pack import make_small_pack

CHILD = Path(__file__).with_name("publishing_child.py")
ROOT = Path(__file__).parents[2]
GREETING = Key(Kind.SCRIPT, "greeting.one")


def publish_and_die(url: str, folder: Path, shop: ShopRecord, *, after: int) -> int:
    """Let a child publish, kill it at some instant after the nth; return the last told."""
    with subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, str(CHILD), url, str(folder), str(shop.shop_id)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    ) as child:
        assert child.stdout is not None
        told = 0
        for _ in range(after):
            told = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        rest = [int(line) for line in child.stdout.read().split()]
        return rest[-1] if rest else told


def drafts(conn: Connection, shop_id: int) -> dict[int, DraftState]:
    table = table_of(LibraryDraftRow)
    rows = conn.execute(select(table).where(table.c.shop_id == shop_id))
    return {row.id: row.state for row in rows}


def check(conn: Connection, shop_id: int, *, told: int) -> list[LibraryVersion]:
    """Compare everything that one publication writes; return the versions."""
    found = versions(conn, shop_id)
    numbers = [it.number for it in found]
    assert numbers == list(range(len(numbers), 0, -1))
    assert numbers[0] in {told, told + 1}
    assert [it.number for it in found if it.is_current] == numbers[:1]
    states = drafts(conn, shop_id)
    published = {id_ for id_, it in states.items() if it is DraftState.PUBLISHED}
    assert published == {it.draft_id for it in found}
    audit = table_of(AuditRow)
    written = conn.execute(
        select(audit.c.subject).where(
            audit.c.shop_id == shop_id, audit.c.action == "library.published"
        )
    )
    assert sorted(int(row.subject) for row in written) == numbers[::-1]
    for version in found:
        content = read_blobs(conn, shop_id, version).open().content
        assert content[GREETING]["variants"] == [f"第{version.note[1:]}版您好"]
    return found


@pytest.fixture(name="url")
def _url(tmp_path: Path) -> str:
    return sqlite_url(tmp_path)


class TestKilled:
    def test_the_old_version_or_the_new_one_is_there_whole(
        self, url: str, tmp_path: Path
    ) -> None:
        pack = make_small_pack(tmp_path / "pack")
        with opened(url) as database:
            shop = make_shop(database)

        for after in (1, 4, 2):
            told = publish_and_die(url, pack.folder, shop, after=after)
            with opened(url) as database:
                found = read(database, shop, told=told)
                assert len(found) >= after


def read(database: Database, shop: ShopRecord, *, told: int) -> list[LibraryVersion]:
    return database.read_now(lambda conn: check(conn, shop.shop_id, told=told))
