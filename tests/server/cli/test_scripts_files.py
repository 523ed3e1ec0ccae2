"""A manager with a workbook: out of the library, edited, into a draft."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.scripts_library.small_pack import make_small_pack
from tests.server.cli.command_line import CommandLine


@pytest.fixture(name="shop")
def _shop(staffed: CommandLine) -> CommandLine:
    """A shop that speaks from a small pack."""
    pack = make_small_pack(staffed.config.parent / "pack")
    text = staffed.config.read_text("utf-8")
    staffed.config.write_text(f'pack = "{pack.folder}"\n{text}', "utf-8")
    return staffed


@pytest.fixture(name="file")
def _file(shop: CommandLine) -> Path:
    """An exported workbook."""
    file = shop.config.parent / "话术.xlsx"
    assert shop.run("scripts", "export", str(file)).status == 0
    return file


def edit(file: Path, change: Callable[[Any], object]) -> None:
    book = load_workbook(file)
    change(book)
    book.save(file)


def say(book: Any) -> None:
    """Change what the first variant says."""
    book["说法"]["B2"] = "您好呀"


class TestExport:
    def test_only_its_owner_reads_it(self, file: Path) -> None:
        assert file.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.csv"])
    def test_other_formats_are_refused(self, shop: CommandLine, name: str) -> None:
        assert "只导出 .xlsx" in shop.run("scripts", "export", name).refusal()


class TestImport:
    def test_what_was_not_edited_changes_nothing(
        self, shop: CommandLine, file: Path
    ) -> None:
        told = shop.run("scripts", "import", str(file))

        assert (told.status, told.err) == (0, "")
        assert told.row() == {
            "draft": "话术",
            "dry_run": False,
            "added": 0,
            "changed": 0,
            "removed": 0,
            "facts": {},
        }
        assert shop.run("scripts", "draft", "list").out == ""

    def test_an_edit_is_told_first_and_then_stands_in_a_draft(
        self, shop: CommandLine, file: Path
    ) -> None:
        edit(file, say)

        dry = shop.run("scripts", "import", str(file), "--dry-run")
        drafts = shop.run("scripts", "draft", "list").out
        done = shop.run(
            "scripts", "import", str(file), "--draft", "店庆", "--why", "新"
        )

        assert dry.err.splitlines() == [
            "修改话术“greeting.one”（问候）",
            "  改说法：您好{+呀+}",
        ]
        assert (drafts, dry.row()["dry_run"], dry.row()["changed"]) == ("", True, 1)
        assert done.row()["draft"] == "店庆"
        diff = shop.run("scripts", "diff", "current", "店庆").out
        assert diff.splitlines() == dry.err.splitlines()
        entry = shop.run("scripts", "draft", "show", "店庆").row()["entries"][0]
        assert entry["reason"] == "新"

    def test_into_a_draft_that_others_write_in_it_leaves_theirs(
        self, shop: CommandLine, file: Path
    ) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        shop.run("scripts", "draft", "remove", "店庆", "script", "rush.shipped")
        edit(file, say)

        shop.run("scripts", "import", str(file), "--draft", "店庆")

        diff = shop.run("scripts", "diff", "current", "店庆").out
        assert "删除话术“rush.shipped”（催发货）" in diff
        assert "改说法：您好{+呀+}" in diff

    def test_one_problem_and_nothing_is_stored(
        self, shop: CommandLine, file: Path
    ) -> None:
        def spoil(book: Any) -> None:
            say(book)
            book["说法"]["B3"] = "=1+1"

        edit(file, spoil)

        refused = shop.run("scripts", "import", str(file))

        assert refused.refusal() == "说法:3: B列「说法」：是公式，请粘贴成数值再导入"
        assert shop.run("scripts", "draft", "list").out == ""

    def test_what_another_changed_since_is_not_overwritten(
        self, shop: CommandLine, file: Path
    ) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        shop.run(
            *("scripts", "draft", "set", "店庆", "script", "greeting.one"),
            stdin='{"intent": "greeting", "variants": ["欢迎"]}',
        )
        edit(file, say)

        refused = shop.run("scripts", "import", str(file), "--draft", "店庆")

        assert "导出以后别人也改了这一条" in refused.refusal()

    def test_changed_facts_wait_for_a_word(self, shop: CommandLine, file: Path) -> None:
        def offer(book: Any) -> None:
            book["商品"].append(["1001", "连衣裙", 199])

        edit(file, offer)

        asked = shop.run("scripts", "import", str(file))
        skipped = shop.run("scripts", "import", str(file), "--facts", "skip")
        saved = shop.run("scripts", "import", str(file), "--facts", "save")

        assert "资料没有草稿" in asked.refusal()
        assert skipped.row()["facts"] == {}
        assert saved.row()["facts"] == {"items": 1}
        again = shop.run("scripts", "import", str(file), "--facts", "save")
        assert again.row()["facts"] == {}

    @pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
    def test_a_list_of_another_tool_becomes_scripts_of_the_team(
        self, shop: CommandLine, encoding: str
    ) -> None:
        file = shop.config.parent / "短语.csv"
        file.write_bytes("分类,话术\n售后/退款,亲，已经提交\n".encode(encoding))

        told = shop.run("scripts", "import", str(file))

        assert told.row()["added"] == 1
        content = shop.run("scripts", "draft", "show", "短语").row()["entries"][0]
        assert content["content"] == {
            "intent": "other",
            "audience": "team",
            "category": ["售后", "退款"],
            "variants": ["亲，已经提交"],
        }
        assert shop.run("scripts", "draft", "check", "短语").status == 0
        assert shop.run("scripts", "import", str(file)).row()["added"] == 0

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("a.xlsm", b"x", "只导入 .xlsx 和 .csv"),
            ("a.xlsx", b"x", "不是能读的 .xlsx 工作簿"),
            ("a.csv", "分类,话术\n售前,{没有的}\n".encode(), "a.csv:2: "),
            ("2026.csv", "分类,话术\n售前,您好\n".encode(), "版本号"),
        ],
    )
    def test_other_files_are_refused(
        self, shop: CommandLine, name: str, content: bytes, reason: str
    ) -> None:
        file = shop.config.parent / name
        file.write_bytes(content)

        assert reason in shop.run("scripts", "import", str(file)).refusal()

    def test_a_file_that_is_not_there_is_told(self, shop: CommandLine) -> None:
        assert "No such file" in shop.run("scripts", "import", "/nowhere.csv").refusal()

    def test_a_folder_needs_a_draft(self, shop: CommandLine, tmp_path: Path) -> None:
        assert "--draft" in shop.run("scripts", "import", str(tmp_path)).refusal()
