"""A manager at the terminal: drafts, publications, the way back."""

import json
from typing import Any

import pytest

from tests.scripts_library.small_pack import make_small_pack
from tests.server.cli.command_line import Answer, CommandLine

HELLO = {"intent": "greeting", "variants": ["您好呀"]}


@pytest.fixture(name="shop")
def _shop(staffed: CommandLine) -> CommandLine:
    """A shop that speaks from a small pack."""
    pack = make_small_pack(staffed.config.parent / "pack")
    text = staffed.config.read_text("utf-8")
    staffed.config.write_text(f'pack = "{pack.folder}"\n{text}', "utf-8")
    return staffed


def save(
    line: CommandLine, entry: dict[str, Any], *more: str, name: str = "greeting.one"
) -> Answer:
    return line.run(
        *("scripts", "draft", "set", "店庆", "script", name, *more),
        stdin=json.dumps(entry, ensure_ascii=False),
    )


class TestDraft:
    def test_is_begun_written_compared_published_and_taken_back(
        self, shop: CommandLine
    ) -> None:
        opened = shop.run("scripts", "draft", "open", "店庆", "--why", "大促")
        saved = save(shop, HELLO, "--revision", "0")
        diff = shop.run("scripts", "diff", "pack", "店庆")
        published = shop.run("scripts", "publish", "店庆", "--why", "大促")
        shop.run("scripts", "draft", "open", "店庆")
        save(shop, {**HELLO, "variants": ["欢迎光临"]})
        shop.run("scripts", "publish", "店庆")
        back = shop.run("scripts", "rollback", "1", "--why", "写错了")

        versions = shop.run("scripts", "versions").rows()
        same = shop.run("scripts", "diff", "1", "current")
        assert opened.row()["revision"] == 1
        assert saved.row() == {"revision": 2}
        assert diff.out.splitlines() == [
            "修改话术“greeting.one”（问候）",
            "  改说法：您好{+呀+}",
        ]
        assert published.row() == {"shop": "demo", "version": 1}
        assert back.row() == {"shop": "demo", "version": 3, "rollback_of": 1}
        assert [(it["number"], it["note"]) for it in versions] == [
            (3, "写错了"),
            (2, ""),
            (1, "大促"),
        ]
        assert same.out == ""

    def test_a_stale_save_shows_both_sides(self, shop: CommandLine) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        save(shop, HELLO, "--revision", "0", "--user", "lan")

        stale = save(shop, {**HELLO, "variants": ["我也改"]}, "--revision", "0")

        assert stale.status == 1
        assert stale.row()["theirs"] == HELLO
        assert stale.row()["yours"]["variants"] == ["我也改"]
        assert stale.row()["user"] == "lan"

    def test_an_error_stops_a_publication(self, shop: CommandLine) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        save(shop, {**HELLO, "variants": ["{no.fact}您好"]})

        checked = shop.run("scripts", "draft", "check", "店庆")
        published = shop.run("scripts", "publish", "店庆")

        assert (checked.status, published.status, published.out) == (1, 1, "")
        assert "没有“{no.fact}”这项资料" in checked.err
        assert shop.run("scripts", "versions").out == ""

    def test_what_is_removed_or_reverted_is_so(self, shop: CommandLine) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        entry = ("店庆", "script", "rush.shipped")
        shop.run("scripts", "draft", "remove", *entry)
        removed = shop.run("scripts", "diff", "pack", "店庆").out
        shop.run("scripts", "draft", "revert", *entry)
        reverted = shop.run("scripts", "diff", "pack", "店庆").out

        shown = shop.run("scripts", "draft", "entry", *entry).row()
        assert removed.startswith("删除话术“rush.shipped”")
        assert reverted == ""
        assert (shown["content"]["intent"], shown["revision"]) == ("rush", 0)

    def test_two_persons_are_two_persons(self, shop: CommandLine) -> None:
        shop.run("user", "add", "mei", stdin="long enough for it\n")
        shop.run("scripts", "settings", "--two-persons", "yes")
        shop.run("scripts", "draft", "open", "店庆", "--user", "lan")
        save(shop, HELLO, "--user", "lan")
        review = ("scripts", "draft", "review", "店庆", "approved", "--user")

        alone = shop.run("scripts", "publish", "店庆", "--user", "lan")
        shop.run(*review, "lan")
        own = shop.run("scripts", "publish", "店庆", "--user", "lan")
        shop.run(*review, "mei")
        both = shop.run("scripts", "publish", "店庆", "--user", "lan")

        assert [it.status for it in (alone, own, both)] == [1, 1, 0]
        assert "请另一个人用 scripts draft review" in alone.refusal()

    def test_unknown_names_are_refused(self, shop: CommandLine) -> None:
        for arguments in (
            ("draft", "show", "无"),
            ("publish", "无"),
            ("rollback", "7"),
            ("diff", "1", "current"),
            ("draft", "open", "7"),
            ("draft", "list", "--user", "nobody"),
        ):
            assert shop.run("scripts", *arguments).refusal()

    def test_a_discarded_draft_is_gone(self, shop: CommandLine) -> None:
        shop.run("scripts", "draft", "open", "店庆")

        shop.run("scripts", "draft", "discard", "店庆")

        assert shop.run("scripts", "draft", "list").out == ""


class TestRelease:
    def test_a_new_pack_is_merged_into_a_draft_and_never_applied_by_itself(
        self, shop: CommandLine
    ) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        save(shop, HELLO)
        save(shop, {"intent": "other", "variants": ["本店的"]}, name="other.two")
        shop.run("scripts", "publish", "店庆")
        scripts = shop.config.parent / "pack" / "scripts" / "all.yaml"
        text = scripts.read_text("utf-8")
        text = text.replace("[您好]", "[您好，欢迎]").replace("[正在核实]", "[正在看]")
        scripts.write_text(text, "utf-8")

        unchanged = shop.run("scripts", "diff", "1", "current").out
        draft = shop.run("scripts", "draft", "release", "新包").row()
        refused = shop.run("scripts", "publish", "新包")
        shop.run(
            *("scripts", "draft", "set", "新包", "script", "greeting.one"),
            stdin=json.dumps({**HELLO, "variants": ["您好呀，欢迎"]}),
        )
        published = shop.run("scripts", "publish", "新包")

        told = shop.run("scripts", "diff", "1", "current").out
        (conflict,) = draft["conflicts"]
        assert unchanged == ""
        assert (conflict["ours"], conflict["theirs"]) == (["您好呀"], ["您好，欢迎"])
        assert refused.status == 1
        assert published.row()["version"] == 2
        assert "改说法：正在[-核实-]{+看+}" in told
        assert "other.two" not in told
        assert shop.run("scripts", "draft", "release", "再来").status == 1

    def test_a_release_draft_that_others_overtook_keeps_the_new_pack(
        self, shop: CommandLine
    ) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        save(shop, HELLO)
        shop.run("scripts", "publish", "店庆")
        scripts = shop.config.parent / "pack" / "scripts" / "all.yaml"
        text = scripts.read_text("utf-8").replace("[正在核实]", "[正在看]")
        scripts.write_text(text, "utf-8")
        shop.run("scripts", "draft", "release", "新包")
        shop.run("scripts", "draft", "open", "店庆")
        save(shop, {"intent": "other", "variants": ["本店的"]}, name="other.two")
        shop.run("scripts", "publish", "店庆")

        outdated = shop.run("scripts", "publish", "新包")
        updated = shop.run("scripts", "draft", "update", "新包")
        published = shop.run("scripts", "publish", "新包")

        told = shop.run("scripts", "diff", "pack", "current").out
        assert outdated.status == 1
        assert updated.row()["conflicts"] == 0
        assert published.row()["version"] == 3
        assert "other.two" in told
        assert "greeting.one" in told
        assert "正在" not in told


class TestFolders:
    def test_what_is_exported_comes_back_as_it_was(self, shop: CommandLine) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        save(shop, {**HELLO, "variants": ["{snippet.hi}，请讲"], "code": "nh"})
        for kind, name, entry in (
            ("snippet", "hi", {"text": "您好"}),
            ("intent", "parking", {"zh": "停车", "risk": "auto", "urgency": 3}),
            ("examples", "parking", {"lines": ["好停车吗", "有车位没", "停哪儿啊"]}),
            ("script", "parking.one", {"intent": "parking", "variants": ["楼下能停"]}),
        ):
            shop.run(
                *("scripts", "draft", "set", "店庆", kind, name),
                stdin=json.dumps(entry),
            )
        shop.run("scripts", "draft", "remove", "店庆", "script", "rush.shipped")
        assert shop.run("scripts", "publish", "店庆").status == 0
        folder = shop.config.parent / "out"

        exported = shop.run("scripts", "export", str(folder))
        again = shop.run("scripts", "export", str(folder))
        shop.run("scripts", "draft", "open", "回来")
        dry = shop.run("scripts", "import", str(folder), "--draft", "回来", "--dry-run")
        linted = shop.run_bare("scripts", "lint", str(folder))

        assert exported.status == 0
        assert "is not empty" in again.refusal()
        assert dry.row() == {"dry_run": True, "added": 0, "changed": 0, "removed": 0}
        assert "停车" not in linted.err

    def test_what_was_edited_in_the_files_is_in_the_draft(
        self, shop: CommandLine
    ) -> None:
        folder = shop.config.parent / "out"
        shop.run("scripts", "export", str(folder))
        scripts = folder / "scripts" / "library.yaml"
        text = scripts.read_text("utf-8").replace("您再说说", "您说说看")
        scripts.write_text(text, "utf-8")
        shop.run("scripts", "draft", "open", "改文件")

        imported = shop.run("scripts", "import", str(folder), "--draft", "改文件")

        diff = shop.run("scripts", "diff", "current", "改文件").out
        assert imported.row()["changed"] == 1
        assert diff.splitlines()[1] == "  改说法：您[-再-]说说{+看+}"

    def test_a_broken_folder_changes_nothing(self, shop: CommandLine) -> None:
        folder = shop.config.parent / "out"
        shop.run("scripts", "export", str(folder))
        (folder / "scripts" / "library.yaml").write_text("- {id: a}", "utf-8")
        shop.run("scripts", "draft", "open", "改文件")

        refused = shop.run("scripts", "import", str(folder), "--draft", "改文件")

        assert refused.status == 1
        assert shop.run("scripts", "diff", "current", "改文件").out == ""


class TestRefusals:
    """A manager reads why in Chinese, with what to do, and nothing has happened."""

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("draft", "show", "没有的"), "没有叫“没有的”的草稿"),
            (("rollback", "9"), "没有第9版"),
            (("draft", "open", ""), "草稿的名字要有1到60个字"),
            (("draft", "open", "a/b"), "没有“/”"),
            (("draft", "open", "current"), "草稿不能叫“current”"),
            (("draft", "open", "12"), "草稿不能叫“12”"),
            (("draft", "release", "新"), "不用合并"),
            (("draft", "remove", "店庆", "script", "no.such"), "没有话术“no.such”"),
            (("draft", "remove", "店庆", "intent", "greeting"), "是行业包自带的意图"),
            (("draft", "open", "店庆"), "已经有一个开着的草稿叫这个名字"),
            (("publish", "店庆"), "不用发布：和现在的版本一模一样"),
        ],
    )
    def test_each_says_what_to_do(
        self, shop: CommandLine, words: tuple[str, ...], told: str
    ) -> None:
        shop.run("scripts", "draft", "open", "店庆")

        assert told in shop.run("scripts", *words).refusal()
        assert shop.run("scripts", "draft", "show", "店庆").row()["entries"] == []

    @pytest.mark.parametrize(
        "written",
        [
            "没有",
            "[1]",
            '{"variants": ' + "[" * 5000 + "]" * 5000 + "}",
            '{"variants": ["您\\u0000好"]}',
            '{"variants": ["' + "好" * 2001 + '"]}',
            '{"priority": 1.5}',
        ],
    )
    def test_what_is_no_entry_is_not_stored(
        self, shop: CommandLine, written: str
    ) -> None:
        shop.run("scripts", "draft", "open", "店庆")

        refused = shop.run(
            *("scripts", "draft", "set", "店庆", "script", "greeting.one"),
            stdin=written,
        )

        assert "- 里" in refused.refusal()
        assert shop.run("scripts", "draft", "show", "店庆").row()["entries"] == []

    def test_a_conflict_is_named_in_words(self, shop: CommandLine) -> None:
        for name in ("店庆", "中秋"):
            shop.run("scripts", "draft", "open", name)
            shop.run(
                *("scripts", "draft", "set", name, "script", "greeting.one"),
                stdin=json.dumps({**HELLO, "variants": [f"{name}好呀"]}),
            )
        shop.run("scripts", "publish", "店庆")

        outdated = shop.run("scripts", "publish", "中秋")
        shop.run("scripts", "draft", "update", "中秋")
        conflict = shop.run("scripts", "publish", "中秋")

        assert "scripts draft update" in outdated.err
        assert "冲突：话术“greeting.one”，说法" in conflict.err

    def test_of_many_findings_of_a_kind_the_first_are_told(
        self, shop: CommandLine
    ) -> None:
        shop.run("scripts", "draft", "open", "店庆")
        variants = [f"您好{{shop.no{at}}}" for at in range(50)]

        save(shop, {**HELLO, "variants": variants})

        checked = shop.run("scripts", "draft", "check", "店庆")
        assert checked.status == 1
        assert len(checked.err.splitlines()) == 21
        assert "另外还有30条" in checked.err
