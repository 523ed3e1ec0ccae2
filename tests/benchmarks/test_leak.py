"""Whether a test line that stands in a pack is found, however it is written there."""

import json
from pathlib import Path

import pytest

from benchmarks.leak import Leak, Line, find_leaks, main, summary
from tests.scripts_library.small_pack import make_small_pack


def line(text: str, *, place: str = "a.tsv:2", intent: str = "a") -> Line:
    return Line(place=place, intent=intent, text=text)


def leaks_of(known: str, test: str) -> list[Leak]:
    return find_leaks([line(known)], [line(test)], fold=lambda text: text.strip("亲 "))


class TestFindLeaks:
    def test_equal_after_the_fold_is_equal(self) -> None:
        (leak,) = leaks_of("包邮吗亲", "亲 包邮吗")

        assert leak.is_equal
        assert leak.ratio == 100

    def test_one_character_of_ten_is_near(self) -> None:
        (leak,) = leaks_of("好评返现是不是真的呀", "好评返钱是不是真的呀")

        assert not leak.is_equal
        assert leak.ratio == pytest.approx(90)

    def test_two_characters_of_ten_are_not(self) -> None:
        assert leaks_of("好评返现是不是真的呀", "好评返钱是不是真的吗") == []

    def test_near_as_written_is_near_whatever_the_fold_leaves(self) -> None:
        assert len(leaks_of("亲亲亲亲亲亲亲亲亲好", "亲亲亲亲亲亲亲亲亲坏")) == 1

    def test_two_texts_that_fold_to_nothing_are_compared_as_written(self) -> None:
        assert leaks_of("亲", "亲亲亲亲") == []

    def test_batches_keep_their_lines(self) -> None:
        tests = [line(f"第{number}句话", place=f"t:{number}") for number in range(120)]

        found = find_leaks([line("第117句话")], tests, fold=str)

        assert [leak.test.place for leak in found if leak.is_equal] == ["t:117"]


class TestSummary:
    def test_a_line_that_two_others_touch_counts_once(self) -> None:
        test = line("你好", place="t:2")
        leaks = [
            Leak(pack=line("你好", place=place), test=test, is_equal=True, ratio=100.0)
            for place in ("p:1", "p:2")
        ]

        figures = summary(leaks, known=100, tests=4)

        assert figures["pairs"] == 2
        assert (figures["test_lines_touched"], figures["test_share"]) == (1, 0.25)
        assert (figures["pack_lines_touched"], figures["pack_share"]) == (2, 0.02)


class TestMain:
    def test_names_both_places(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        pack = make_small_pack(tmp_path / "pack")
        rows = tmp_path / "rows.tsv"
        rows.write_text(
            "intent\ttext\nother\t火星上有水吗\nrush\t亲，快点发货\nrush\t催一下\n",
            "utf-8",
        )

        status = main([str(pack.folder), str(rows), "--json"])

        found = json.loads(capsys.readouterr().out)
        places = {
            (leak["pack"]["place"], leak["test"]["place"]) for leak in found["leaks"]
        }
        assert status == 0
        assert places == {
            ("examples/all.yaml:5", "rows.tsv:3"),
            ("heldout.tsv:4", "rows.tsv:4"),
        }
        assert all(leak["is_equal"] for leak in found["leaks"])

    def test_an_unreadable_file_is_wrong_usage(self, tmp_path: Path) -> None:
        pack = make_small_pack(tmp_path / "pack")

        assert main([str(pack.folder), str(tmp_path / "missing.tsv")]) == 2
