"""Publishes draft after draft until it is killed: ``python publishing_child.py URL FOLDER``."""

import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from scripts_library.loader import load_pack
from server.curating.contents import Frame, make_frame, read_draft, read_standing
from server.curating.drafting import Who, begin_draft
from server.curating.publishing import prepare_publication, publish
from server.curating.saving import save
from storage.database import Database
from storage.repositories.drafts import EntryChange
from storage.tables import LibraryDraftRow, table_of
from tests.databases import VAULT


def run(url: str, folder: Path, *, shop_id: int) -> None:
    database = Database(url, vault=VAULT)
    frame = make_frame(load_pack(folder))
    who = Who(shop_id=shop_id, person_id=None, now=datetime.now(UTC))
    known = database.read_now(lambda conn: _drafts_so_far(conn, shop_id))
    for number in itertools.count(known):
        version = publish_one(database, who, frame, number)
        print(version, flush=True)  # noqa: T201 - what was acknowledged


def publish_one(database: Database, who: Who, frame: Frame, number: int) -> int:
    name = f"稿{number}"
    change = EntryChange(
        kind="script",
        entry_id="greeting.one",
        content={"intent": "greeting", "variants": [f"第{number}版您好"]},
    )
    standing = database.read_now(lambda conn: read_standing(conn, who.shop_id))
    database.write_now(
        lambda conn: begin_draft(conn, who, name=name, frame=frame, standing=standing)
    )
    database.write_now(lambda conn: save(conn, who, draft=name, change=change, seen=0))
    reading = database.read_now(lambda conn: read_draft(conn, who.shop_id, name))
    publication = prepare_publication(reading, frame, findings=(), note=name)
    return database.write_now(lambda conn: publish(conn, who, publication))


def _drafts_so_far(conn: Connection, shop_id: int) -> int:
    table = table_of(LibraryDraftRow)
    statement = select(func.count()).where(table.c.shop_id == shop_id)
    return conn.scalar(statement.select_from(table)) or 0


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]), shop_id=int(sys.argv[3]))
