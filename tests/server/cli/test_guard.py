import pytest

from tests.server.cli.command_line import CommandLine


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
