"""``xiaoer export-buyer`` and ``forget-buyer``: a copy of everything, and nothing left."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from storage.queries.audit import audit
from storage.queries.shops import shop_by_slug
from storage.repositories.buyers import set_contact
from storage.repositories.intake import take_message
from storage.repositories.sending import address_of
from storage.tables import MediaRow, table_of
from tests.databases import NOW, make_message
from tests.journeys.traces import in_files, in_tables
from tests.server.cli.command_line import CommandLine

WORDS = "杯子碎成粉末<script>alert(1)</script>"
MARKERS = {"words": "杯子碎成粉末", "phone": "13912345678", "picture": "PICTURE-1"}


@pytest.fixture(name="lived")
def _lived(staffed: CommandLine) -> CommandLine:
    """A command line over a shop that one buyer with a picture has written to."""

    def unit(conn: Connection) -> None:
        shop = shop_by_slug(conn, "demo")
        assert shop is not None
        for buyer_ref in ("b1", "b2"):
            receipt = take_message(
                conn,
                shop.shop_id,
                message=make_message(
                    text=WORDS, buyer_ref=buyer_ref, buyer_name="王<b>"
                ),
                now=NOW,
            )
            address = address_of(conn, shop.shop_id, receipt.conversation_id)
            set_contact(
                conn, shop.shop_id, buyer_id=address.buyer_id, phone="13912345678"
            )
            for name in (f"{buyer_ref}.jpg", f"{buyer_ref}-expired.jpg"):
                conn.execute(
                    insert(table_of(MediaRow)),
                    {
                        "shop_id": shop.shop_id,
                        "buyer_id": address.buyer_id,
                        "name": name,
                        "content_type": "image/jpeg",
                        "size": 1,
                        "width": 1,
                        "height": 1,
                        "sha256": b"\xff",
                        "created_at": NOW,
                    },
                )

    staffed.write(unit)
    for name, content in (("b1", b"PICTURE-1"), ("b2", b"PICTURE-2")):
        folder = staffed.var / "media" / "1" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.jpg").write_bytes(content)
    return staffed


class TestExportBuyer:
    def test_writes_json_a_page_and_the_pictures(
        self, lived: CommandLine, tmp_path: Path
    ) -> None:
        out = tmp_path / "copy"

        answer = lived.run("export-buyer", "--buyer", "b1", "--out", str(out))

        assert answer.row() == {
            "out": str(out),
            "messages": 1,
            "orders": 0,
            "pictures": 1,
        }
        body = json.loads((out / "buyer.json").read_text("utf-8"))
        assert body["messages"][0]["text"] == WORDS
        assert body["buyers"][0]["phone"] == "13912345678"
        assert (out / "pictures" / "b1.jpg").read_bytes() == b"PICTURE-1"

    def test_the_page_shows_scripts_as_text_and_who_is_automatic(
        self, lived: CommandLine, tmp_path: Path
    ) -> None:
        out = tmp_path / "copy"

        lived.run("export-buyer", "--buyer", "b1", "--out", str(out))

        page = (out / "buyer.html").read_text("utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "王&lt;b&gt;" in page
        assert "个人信息副本" in page

    def test_only_its_owner_can_read_it(
        self, lived: CommandLine, tmp_path: Path
    ) -> None:
        out = tmp_path / "copy"

        lived.run("export-buyer", "--buyer", "b1", "--out", str(out))

        modes = {it.stat().st_mode & 0o077 for it in (out, *out.rglob("*"))}
        assert modes == {0}

    def test_a_folder_that_is_not_empty_is_refused(
        self, lived: CommandLine, tmp_path: Path
    ) -> None:
        answer = lived.run("export-buyer", "--buyer", "b1", "--out", str(tmp_path))

        assert "is not empty" in answer.refusal()

    @pytest.mark.parametrize(
        "choice", [("--buyer", "nobody"), ("--buyer", "b1", "--connector", "terminal")]
    )
    def test_who_is_not_known_is_refused(
        self, lived: CommandLine, tmp_path: Path, choice: tuple[str, ...]
    ) -> None:
        answer = lived.run("export-buyer", *choice, "--out", str(tmp_path / "copy"))

        assert answer.refusal().startswith("no buyer")

    def test_it_is_written_down(self, lived: CommandLine, tmp_path: Path) -> None:
        lived.run("export-buyer", "--buyer", "b1", "--out", str(tmp_path / "copy"))

        with lived.database() as database:
            records = database.read_now(lambda conn: audit(conn, 1))
        assert records[0].action == "buyer.exported"


class TestForgetBuyer:
    def test_removes_everything_of_one_buyer_only(
        self, lived: CommandLine, tmp_path: Path
    ) -> None:
        copy = lived.var / "exports" / "copy"
        lived.run("export-buyer", "--buyer", "b1", "--out", str(copy))

        answer = lived.run("forget-buyer", "--buyer", "b1", "--yes")

        row = answer.row()
        assert (row["buyers"], row["messages"], row["pictures"]) == (1, 1, 1)
        assert row["exports"] == 1
        lived.run("forget-buyer", "--buyer", "b2", "--yes")
        with lived.database() as database:
            assert in_tables(database, MARKERS) == set()
        assert in_files(tmp_path, MARKERS) == set()

    def test_the_other_buyer_keeps_all(self, lived: CommandLine) -> None:
        lived.run("forget-buyer", "--buyer", "b1", "--yes")

        with lived.database() as database:
            assert in_tables(database, MARKERS) == {
                "messages.text: words",
                "messages.search_text: words",
            }
        assert (lived.var / "media" / "1" / "b2" / "b2.jpg").exists()

    def test_the_buyers_id_typed_again_confirms(self, lived: CommandLine) -> None:
        answer = lived.run("forget-buyer", "--buyer", "b1", stdin="b1\n")

        assert answer.status == 0
        assert json.loads(answer.out.splitlines()[-1])["messages"] == 1

    def test_any_other_answer_removes_nothing(self, lived: CommandLine) -> None:
        answer = lived.run("forget-buyer", "--buyer", "b1", stdin="yes\n")

        assert answer.status == 1
        assert "nothing was removed" in answer.err
        with lived.database() as database:
            assert "messages.text: words" in in_tables(database, MARKERS)

    def test_who_is_not_known_is_refused(self, lived: CommandLine) -> None:
        answer = lived.run("forget-buyer", "--buyer", "nobody", "--yes")

        assert answer.refusal() == "no buyer nobody"

    def test_only_one_connector_when_asked(self, lived: CommandLine) -> None:
        answer = lived.run(
            "forget-buyer", "--buyer", "b1", "--connector", "signed_http", "--yes"
        )

        assert answer.row()["buyers"] == 1

    def test_old_pages_of_a_file_from_before_go_too(
        self, lived: CommandLine, tmp_path: Path
    ) -> None:
        with lived.database() as database, database.engine.connect() as plain:
            conn = plain.execution_options(all_shops="a test")
            # As a version of the program wrote that did not overwrite what it freed.
            conn.exec_driver_sql("PRAGMA secure_delete = OFF")
            conn.exec_driver_sql(
                "UPDATE messages SET text = '', search_text = '' WHERE shop_id = 1"
            )
            conn.commit()

        lived.run("forget-buyer", "--buyer", "b1", "--yes")
        lived.run("forget-buyer", "--buyer", "b2", "--yes")

        assert in_files(tmp_path, MARKERS) == set()
