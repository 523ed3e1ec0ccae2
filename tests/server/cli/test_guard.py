from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.facts import Item
from scripts_library.loader import builtin_pack, load_pack
from storage.queries.shops import shop_by_slug
from storage.repositories.facts import put_item
from tests.server.cli.command_line import CommandLine


def _tell_mug(connection: Connection) -> None:
    shop = shop_by_slug(connection, "demo")
    assert shop is not None
    at = datetime(2026, 3, 4, tzinfo=UTC)
    mug = Item(item_id="mug", title="杯子", list_fen=9900, floor_fen=7900)
    put_item(connection, shop.shop_id, value=mug, told_at=at, now=at)


class TestGuard:
    def test_answers_each_line_in_order(self, line: CommandLine) -> None:
        answer = line.run_bare("guard", stdin="亲，在的\n好评返现5元\n\n")

        rows = answer.rows()
        assert answer.status == 0
        assert [row["text"] for row in rows] == ["亲，在的", "好评返现5元", ""]
        assert [row["verdict"] for row in rows] == ["pass", "block", "pass"]

    def test_a_finding_says_what_and_where(self, line: CommandLine) -> None:
        row = line.run_bare("guard", stdin="亲，好评返现哦\n").row()

        finding = row["findings"][0]
        assert set(row) == {"text", "verdict", "findings", "rewritten"}
        assert set(finding) >= {"category", "rule", "start", "end", "suggestion"}
        assert 0 <= finding["start"] < finding["end"] <= len(row["text"])

    def test_without_a_finding_the_text_stays(self, line: CommandLine) -> None:
        row = line.run_bare("guard", stdin="亲，在的\n").row()

        assert (row["rewritten"], row["findings"]) == ("亲，在的", [])

    @pytest.mark.parametrize("sender", ["assistant", "agent", "follow_up"])
    def test_amounts_and_times_that_may_be_said_pass(
        self, line: CommandLine, sender: str
    ) -> None:
        legitimate = "补差价5元\n运费10元\n退您5元\n满300减30\n48小时内给您发出\n"

        rows = line.run_bare("guard", "--sender", sender, stdin=legitimate).rows()

        assert [row["verdict"] for row in rows] == ["pass"] * 5

    def test_a_price_of_nobody_knows_what_is_doubted(self, line: CommandLine) -> None:
        row = line.run_bare("guard", stdin="这款卖您49元\n").row()

        assert row["verdict"] == "warn"
        assert row["findings"][0]["rule"] == "unknown_item"

    def test_judges_a_price_by_the_item_in_the_database(
        self, staffed: CommandLine
    ) -> None:
        staffed.write(_tell_mug)

        rows = staffed.run(
            "guard",
            *("--shop", "demo", "--item", "mug", "--sender", "agent"),
            stdin="六十九给您吧\n运费10元\n85元给您\n",
        ).rows()

        assert [row["verdict"] for row in rows] == ["block", "pass", "pass"]
        assert rows[0]["findings"][0]["role"] == "item_price"

    def test_an_unknown_shop_or_item_is_refused(self, staffed: CommandLine) -> None:
        nobody = staffed.run("guard", "--shop", "nobody", stdin="在\n")
        nothing = staffed.run("guard", "--shop", "demo", "--item", "x", stdin="在\n")

        assert nobody.refusal()
        assert nothing.refusal()

    def test_a_shops_own_rules_come_on_top(
        self, staffed: CommandLine, tmp_path: Path
    ) -> None:
        rules = tmp_path / "rules.yaml"
        rules.write_text(
            "- {rule: rival, verdict: warn, phrases: [对门…更差], suggestion: 不评价同行}\n",
            "utf-8",
        )
        staffed.run("shop", "set", "demo", "--guard-rules", str(rules))

        row = staffed.run("guard", "--shop", "demo", stdin="对·门家的更差\n").row()

        (found,) = row["findings"]
        assert (found["category"], found["rule"]) == ("shop", "rival")
        assert (found["start"], found["end"]) == (0, 7)

    def test_new_rules_are_held_against_all_that_the_shop_says(
        self, staffed: CommandLine, tmp_path: Path
    ) -> None:
        pack = load_pack(builtin_pack())
        (said, *_) = [it for it in pack.scripts if it.intent_id == "greeting"]
        words = next(it for it in said.variants if "{" not in it)
        rules = tmp_path / "rules.yaml"
        rules.write_text(
            f"- {{rule: not_so, verdict: block, phrases: ['{words}'], suggestion: 换}}\n",
            "utf-8",
        )

        clean = staffed.run("scripts", "check")
        told = staffed.run("shop", "set", "demo", "--guard-rules", str(rules))
        checked = staffed.run("scripts", "check")

        assert (clean.status, clean.err) == (0, "")
        assert (told.status, checked.status) == (0, 1)
        assert told.err == checked.err
        assert f"话术“{said.script_id}”" in told.err
        assert "建议：换" in told.err

    def test_rules_that_cannot_be_used_are_told_with_their_lines(
        self, staffed: CommandLine, tmp_path: Path
    ) -> None:
        rules = tmp_path / "rules.yaml"
        rules.write_text(
            "- rule: review_reward\n  verdict: block\n  phrases: ['·']\n"
            "  suggestion: 不行\n",
            "utf-8",
        )

        answer = staffed.run("shop", "set", "demo", "--guard-rules", str(rules))

        assert answer.status == 1
        assert "rules.yaml:1:" in answer.err
        assert "rules.yaml:3:" in answer.err

    def test_a_connector_may_be_a_marketplace(self, staffed: CommandLine) -> None:
        fine = staffed.run(
            "shop", "set", "demo", "--guard-channel", "signed_http=marketplace"
        )
        wrong = staffed.run("shop", "set", "demo", "--guard-channel", "sea=marketplace")

        assert fine.status == 0
        assert wrong.refusal().startswith("guard-channel: ")

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--channel", "marketplace"),
            ("--sender", "agent"),
            ("--sender", "follow_up"),
            ("--kind", "marketing"),
            ("--now", "2026-03-04T10:00:00+08:00"),
            ("--item", "i-1"),
        ],
    )
    def test_takes_the_circumstances(
        self, line: CommandLine, arguments: tuple[str, ...]
    ) -> None:
        answer = line.run_bare("guard", *arguments, stdin="好评返现5元\n")

        assert answer.row()["verdict"] == "block"

    @pytest.mark.parametrize(
        "arguments",
        [("--channel", "sea"), ("--sender", "cat"), ("--kind", "x"), ("--now", "noon")],
    )
    def test_wrong_circumstances_are_wrong_usage(
        self, line: CommandLine, arguments: tuple[str, ...]
    ) -> None:
        assert line.run_bare("guard", *arguments).status == 2

    def test_a_pack_that_is_broken_is_told_line_by_line(
        self, line: CommandLine
    ) -> None:
        folder = line.config.parent / "pack"
        folder.mkdir()
        (folder / "pack.yaml").write_text("id: [", "utf-8")

        answer = line.run_bare("guard", "--pack", str(folder))

        assert (answer.status, answer.out) == (1, "")
        assert "pack.yaml:" in answer.err
        assert all(":" in problem for problem in answer.err.splitlines())
        assert "Traceback" not in answer.err
