import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from server.cli.evaluate import UnusableRowsError, read_rows
from server.cli.measures import Row
from tests.scripts_library.small_pack import make_small_pack

ROOT = Path(__file__).parents[3]
KEYS = [
    "n", "top1", "top3", "macro_f1", "auto_coverage", "auto_precision",
    "false_auto_rate", "ece", "off_topic_recall", "off_topic_false_rate",
    "multi_both_found", "per_tag", "per_intent", "confusions", "p50_ms", "p99_ms",
    "rss_mb", "load_s",
]  # fmt: skip


def evaluate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "server", "eval", *arguments],
        capture_output=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )


class TestReadRows:
    def test_tags_are_split(self, tmp_path: Path) -> None:
        file = tmp_path / "rows.tsv"
        file.write_text("intent\ttext\ttags\na\t话\tnear:b,typo\nb\t再说\n", "utf-8")

        assert read_rows(file) == [
            Row(intent="a", text="话", tags=("near:b", "typo")),
            Row(intent="b", text="再说"),
        ]

    def test_a_table_as_windows_writes_it_is_read(self, tmp_path: Path) -> None:
        file = tmp_path / "rows.tsv"
        file.write_bytes("\ufeffintent\ttext\r\na\t话\r\n".encode())

        assert read_rows(file) == [Row(intent="a", text="话", tags=())]

    def test_signs_that_end_a_line_elsewhere_are_part_of_a_text(
        self, tmp_path: Path
    ) -> None:
        file = tmp_path / "rows.tsv"
        file.write_bytes("intent\ttext\na\t上\x0b中\x1c下\u2028完\n".encode())

        assert [row.text for row in read_rows(file)] == ["上\x0b中\x1c下\u2028完"]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", ":1: the header"),
            ("a\t话\n", ":1: the header"),
            ("intent\ttext\na\n", ":2:"),
            ("intent\ttext\na\t话\n\nb\t话\n", ":3: needs"),
            ("intent\ttext\na\t话\n\t话\n", ":3: needs"),
            ("intent\ttext\na\t话\nb\t\udcff\n", ":3: the text is not UTF-8"),
        ],
    )
    def test_what_cannot_be_read_says_where(
        self, tmp_path: Path, content: str, message: str
    ) -> None:
        file = tmp_path / "rows.tsv"
        file.write_bytes(content.encode("utf-8", "surrogateescape"))

        with pytest.raises(UnusableRowsError, match=message):
            read_rows(file)


class TestRun:
    def test_measures_a_pack_and_writes_a_report(self, tmp_path: Path) -> None:
        pack = make_small_pack(tmp_path / "pack")
        rows = tmp_path / "rows.tsv"
        rows.write_text(
            "intent\ttext\ttags\nrush\t怎么还没发\tplain\nother\t天气好吗\t\n", "utf-8"
        )
        report = tmp_path / "report.html"

        done = evaluate(
            tmp_path,
            str(rows),
            "--pack",
            str(pack.folder),
            "--json",
            "--html",
            str(report),
        )

        figures = msgspec.json.decode(done.stdout)
        assert list(figures) == KEYS
        assert (figures["n"], figures["top1"]) == (2, 1.0)
        assert figures["off_topic_recall"] == 1.0
        assert "<svg" in report.read_text("utf-8")

    def test_another_label_set_has_no_bands(self, tmp_path: Path) -> None:
        pack = make_small_pack(tmp_path / "pack")
        rows = tmp_path / "rows.tsv"
        rows.write_text(
            "intent\ttext\n1\t借书\n2\t还书\n1\t借一本\n2\t还一本\n", "utf-8"
        )

        done = evaluate(
            tmp_path,
            str(rows),
            "--train",
            str(rows),
            "--pack",
            str(pack.folder),
            "--json",
        )

        figures = msgspec.json.decode(done.stdout)
        assert figures["top1"] == 1.0
        assert figures["auto_coverage"] is None

    def test_an_unreadable_file_is_wrong_usage(self, tmp_path: Path) -> None:
        done = evaluate(tmp_path, str(tmp_path / "missing.tsv"))

        assert done.returncode == 2
        assert b"missing.tsv" in done.stderr

    def test_nothing_to_learn_from_is_wrong_usage(self, tmp_path: Path) -> None:
        rows, nothing = tmp_path / "rows.tsv", tmp_path / "nothing.tsv"
        rows.write_text("intent\ttext\na\t借书\n", "utf-8")
        nothing.write_text("intent\ttext\n", "utf-8")

        done = evaluate(tmp_path, str(rows), "--train", str(nothing))

        assert done.returncode == 2
        assert done.stderr.decode() == f"{nothing}: no rows to learn from\n"

    def test_a_report_that_has_no_folder_is_wrong_usage(self, tmp_path: Path) -> None:
        rows = tmp_path / "rows.tsv"
        rows.write_text("intent\ttext\na\t借书\n", "utf-8")
        report = tmp_path / "none" / "report.html"

        done = evaluate(tmp_path, str(rows), "--html", str(report))

        assert done.returncode == 2
        assert done.stderr.decode() == f"{report}: no such folder\n"

    def test_a_report_that_cannot_be_written_costs_no_figures(
        self, tmp_path: Path
    ) -> None:
        pack = make_small_pack(tmp_path / "pack")
        rows, report = tmp_path / "rows.tsv", tmp_path / "report.html"
        rows.write_text("intent\ttext\nrush\t快点\n", "utf-8")
        report.mkdir()

        done = evaluate(
            tmp_path,
            str(rows),
            *("--pack", str(pack.folder), "--json", "--html", str(report)),
        )

        assert done.returncode == 1
        assert msgspec.json.decode(done.stdout)["n"] == 1
        assert "report.html" in done.stderr.decode().splitlines()[-1]
