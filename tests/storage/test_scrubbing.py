"""Old pages leave the files of the database."""

from pathlib import Path

from sqlalchemy import Connection, select, update

from storage.database import Database
from storage.scrubbing import scrub
from storage.tables import PersonRow, table_of
from tests.databases import make_person, opened, sqlite_url

people = table_of(PersonRow)
NAME = "marker-of-an-old-page"


def rename(conn: Connection) -> None:
    conn.execute(update(people).values(user="nobody"))


def stored(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


class TestScrub:
    def test_nothing_old_is_left_in_any_file(self, tmp_path: Path) -> None:
        with opened(sqlite_url(tmp_path)) as database:
            make_person(database, user=NAME)
            database.write_now(rename)
            before = stored(tmp_path)

            is_done = scrub(database.engine)

            assert is_done
            assert NAME.encode() in before
            assert NAME.encode() not in stored(tmp_path)

    def test_a_reader_who_stays_is_told_of(self, tmp_path: Path) -> None:
        with opened(sqlite_url(tmp_path)) as database:
            make_person(database, user=NAME)
            with database.engine.connect() as plain:
                reader = plain.execution_options(is_reader=True)
                reader.execute(select(people.c.id)).all()
                database.write_now(rename)

                assert not scrub(database.engine, patience_seconds=0.1)

            assert scrub(database.engine)

    def test_writing_goes_on_afterwards(self, database: Database) -> None:
        assert scrub(database.engine)

        assert make_person(database, user="lan") > 0
