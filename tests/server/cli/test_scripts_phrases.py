import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.scripts_library.small_pack import SmallPack, make_small_pack

ROOT = Path(__file__).parents[3]
GOOD = """\
rush:
  must_hit: [快点发货呀]
greeting:
  must_not_hit:
    - {text: 怎么还没发呢, is: rush}
"""


def check(small: SmallPack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "server", "scripts", "phrases", "pack", *arguments],
        capture_output=True,
        cwd=small.folder.parent,
        env={"PYTHONPATH": str(ROOT)},
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module", name="small")
def _small(tmp_path_factory: pytest.TempPathFactory) -> SmallPack:
    return make_small_pack(tmp_path_factory.mktemp("shop") / "pack")


class TestRun:
    def test_phrases_that_hold_are_silent_and_0(self, small: SmallPack) -> None:
        small.write("phrases.yaml", GOOD)

        done = check(small, "--json")

        assert (done.returncode, done.stdout) == (0, "[]\n")

    def test_failures_name_the_line_and_what_was_understood(
        self, small: SmallPack
    ) -> None:
        small.write("phrases.yaml", GOOD.replace("快点发货呀", "哈喽呀老板好"))

        told, listed = check(small), check(small, "--json")

        assert told.returncode == 1
        assert (
            "phrases.yaml:2: '哈喽呀老板好' must be rush, is understood as greeting"
            in told.stderr
        )
        (failure,) = msgspec.json.decode(listed.stdout)
        assert (failure["broken"], failure["wanted"]) == ("must_hit", "rush")
        assert failure["stops"] is True
