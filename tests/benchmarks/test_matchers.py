"""Whether matchers in other processes are asked, scored and, if they fail, told of."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.matchers.__main__ import is_best, main, measure
from benchmarks.matchers.children.nearest import nearest_labels
from benchmarks.matchers.environments import (
    NotInstallableError,
    find_python,
    last_line,
    provide,
)
from benchmarks.matchers.peers import PEERS, Environment
from benchmarks.matchers.running import ChildError, child
from benchmarks.matchers.scoring import Answer, Result, score
from server.cli.measures import Row

ROWS = [Row(intent="rush", text="怎么还不发"), Row(intent="return", text="我要退货")]
LIKE_A_PEER = """
import sys
from benchmarks.matchers.children.serving import serve

def learn(rows):
    print("noise of a library")
    known = {text: label for label, text in rows}
    return lambda text: [known[text], "other"] if text in known else []

serve(learn, ranks=int(sys.argv[1]))
"""
"""Knows by heart what it has learnt."""


def peer(code: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code, *arguments)


class TestMeasure:
    def test_asks_one_row_after_the_other(self) -> None:
        shares: list[float] = []
        tests = [*ROWS, Row(intent="rush", text="不认识的话")]

        with child(peer(LIKE_A_PEER, "3"), limit=60) as asked:
            figures = measure(asked, rows=ROWS, tests=tests, on_progress=shares.append)

        assert (figures["top1"], figures["top3"]) == (0.6667, 0.6667)
        assert figures.keys() == {
            "top1", "top3", "p50_ms", "p99_ms", "train_s", "rss_mb",
        }  # fmt: skip
        assert shares == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]

    def test_a_matcher_that_only_answers_has_no_top3(self) -> None:
        with child(peer(LIKE_A_PEER, "1"), limit=60) as asked:
            figures = measure(
                asked, rows=ROWS, tests=ROWS, on_progress=lambda share: None
            )

        assert (figures["top1"], figures["top3"]) == (1.0, None)


class TestChild:
    def test_one_that_ends_says_its_last_word(self) -> None:
        code = "import sys; sys.exit('no more memory')"

        with (
            child(peer(code), limit=60) as asked,
            pytest.raises(ChildError, match="ended with 1: no more memory"),
        ):
            asked.ask({"train": []})

    def test_one_that_is_already_gone_says_it_too(self) -> None:
        code = "input(); print('{}', flush=True); raise SystemExit('crashed')"

        with child(peer(code), limit=60) as asked:
            asked.ask({})
            asked._process.wait(timeout=30)
            with pytest.raises(ChildError, match="ended with 1: crashed"):
                asked.ask({"text": "还在吗"})

    def test_one_that_is_too_slow_is_ended(self) -> None:
        code = "import time; time.sleep(60)"

        with (
            child(peer(code), limit=0.2) as asked,
            pytest.raises(ChildError, match="not finished after"),
        ):
            asked.ask({"train": []})

    def test_nonsense_is_shown(self) -> None:
        code = "input(); print('Loading model …', flush=True); input()"

        with (
            child(peer(code), limit=60) as asked,
            pytest.raises(ChildError, match="answered 'Loading model"),
        ):
            asked.ask({"train": []})

    def test_runs_with_one_thread(self) -> None:
        code = (
            "import json, os; input(); "
            "print(json.dumps({'threads': os.environ['OMP_NUM_THREADS']}), flush=True)"
        )

        with child(peer(code), limit=60) as asked:
            assert asked.ask({}) == {"threads": "1"}


class TestScore:
    def test_counts_ranks_and_times(self) -> None:
        answers = [
            Answer(label="a", guesses=("a", "b"), ms=1.0),
            Answer(label="a", guesses=("b", "c", "a"), ms=2.0),
            Answer(label="a", guesses=("b", "c", "d", "a"), ms=3.0),
            Answer(label="a", guesses=(), ms=4.0),
        ]

        figures = score(answers, ranks=3)

        assert (figures["top1"], figures["top3"]) == (0.25, 0.5)
        assert figures["p50_ms"] == 2.5


class TestResult:
    def test_one_that_failed_has_no_figures(self) -> None:
        cells = Result(name="rasa", title="Rasa", problem="not installable").cells()

        assert cells == ["Rasa", *["–"] * 6]

    def test_figures_are_rounded(self) -> None:
        result = Result(
            name="x", title="X", top1=0.54321, top3=None, p50_ms=1.23456,
            p99_ms=2345.6, train_s=12.34, rss_mb=1234.5,
        )  # fmt: skip

        assert result.cells() == [
            "X", "0.543", "–", "1.235", "2,345.600", "12.3", "1,234",
        ]  # fmt: skip


class TestIsBest:
    @pytest.mark.parametrize(
        ("ours", "other", "expected"),
        [(0.8, 0.7, True), (0.7, 0.8, False), (0.8, None, True), (None, 0.1, False)],
    )
    def test_compares_with_everybody(
        self, *, ours: float | None, other: float | None, expected: bool
    ) -> None:
        results = [
            Result(name="ours", title="", top1=ours),
            Result(name="other", title="", top1=other),
        ]

        assert is_best(results) is expected


class TestNearestLabels:
    def test_each_label_counts_by_its_best_example(self) -> None:
        scores = np.array([10.0, 80.0, 90.0, 70.0, 0.0, 60.0])

        labels = nearest_labels(scores, ["a", "b", "b", "c", "d", "e"])

        assert labels == ["b", "c", "e"]

    def test_nothing_in_common_is_no_label(self) -> None:
        assert nearest_labels(np.zeros(2), ["a", "b"]) == []


class TestLastLine:
    def test_addresses_are_left_out(self) -> None:
        text = (
            "Looking in indexes: https://packages.example/simple\n"
            "ERROR: HTTPSConnectionPool(host='packages.example', port=443): "
            "see https://packages.example/simple/rasa/ for packages.example:8080\n\n"
        )

        line = last_line(text)

        assert line.startswith("ERROR: ")
        assert "example" not in line

    def test_silence_is_said(self) -> None:
        assert last_line(" \n") == "no reason was given"


class TestProvide:
    def test_a_python_that_is_not_here_is_not_installable(self, tmp_path: Path) -> None:
        wanted = Environment(name="old", requirements=("x==1",), python="2.99")

        with pytest.raises(NotInstallableError, match=r"no Python 2\.99"):
            provide(wanted, folder=tmp_path)

    def test_what_is_made_is_used_again(self, tmp_path: Path) -> None:
        python = tmp_path / "ready" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
        content = {"requirements": ["x==1"], "python": sys.version}
        (tmp_path / "ready" / "made.json").write_text(json.dumps(content), "utf-8")
        wanted = Environment(name="ready", requirements=("x==1",))

        assert provide(wanted, folder=tmp_path) == python

    def test_finds_the_python_that_runs_here(self) -> None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"

        assert find_python(version)


class TestPeers:
    def test_every_requirement_is_pinned(self) -> None:
        requirements = [
            requirement
            for peer in PEERS
            if peer.environment is not None
            for requirement in peer.environment.requirements
        ]

        assert requirements
        assert all("==" in requirement for requirement in requirements)

    def test_names_are_different(self) -> None:
        assert len({peer.name for peer in PEERS}) == len(PEERS)


class TestMain:
    def test_training_rows_are_needed(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit):
            main(["--test", str(tmp_path / "rows.tsv")])

    def test_an_unreadable_file_is_wrong_usage(self, tmp_path: Path) -> None:
        missing = str(tmp_path / "missing.tsv")

        assert main(["--train", missing, "--test", missing]) == 2

    def test_a_matcher_that_fails_gets_a_row(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = tmp_path / "rows.tsv"
        rows.write_text("intent\ttext\nrush\t怎么还不发\n", "utf-8")
        train = ["--train", str(rows), "--test", str(rows)]

        status = main([*train, "--only", "ours", "--limit", "0.01", "--json"])

        told = json.loads(capsys.readouterr().out)
        assert status == 1
        assert (told["training_rows"], told["test_rows"]) == (1, 1)
        assert told["matchers"][0]["top1"] is None
        assert told["matchers"][0]["problem"].startswith("not finished after")
