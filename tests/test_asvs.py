"""The list of security points names tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIST = ROOT / "docs/asvs.md"
_CODE = re.compile(r"`(tests/[^`:]+\.py)?(?:::(\w+))?`")


def named_tests() -> list[tuple[str, str]]:
    """Return file and name of each test, those of parts being built left out."""
    found = []
    for line in LIST.read_text("utf-8").splitlines():
        file = ""
        for path, name in _CODE.findall(line):
            file = path or file
            if file:
                found.append((file, name))
    return found


class TestAsvs:
    def test_there_are_many(self) -> None:
        assert len(named_tests()) > 50

    @pytest.mark.parametrize(("file", "name"), sorted(set(named_tests())))
    def test_a_named_test_is_there(self, file: str, name: str) -> None:
        text = (ROOT / file).read_text("utf-8")

        assert re.search(rf"(class|def) {name}\b" if name else "def test_", text)

    def test_every_row_says_whether_it_is_met(self) -> None:
        rows = [
            line.split("|")[2].split()
            for line in LIST.read_text("utf-8").splitlines()
            if re.match(r"\| \d", line)
        ]

        marks = {"✓", "◐", "✗", "deployer"}
        assert [row for row in rows if not row or set(row) - marks] == []
