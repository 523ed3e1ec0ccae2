"""Sentences that try to get round the guard, and what good agents write near them."""

import pytest

from bot.guarding.guard import Guard
from bot.guarding.rules import GuardSender
from scripts_library.loader import builtin_pack, load_pack
from tests.bot.guarding.test_compliance import check, read_rows

ATTACKS = read_rows("attacks.tsv", 4)
NEIGHBOURS = [row[0] for row in read_rows("attack_neighbours.tsv", 1)]
_EVERY_RISK = {
    "absolute_claim",
    "off_platform",
    "review_inducement",
    "credentials",
    "personal_data",
    "medical_claim",
    "false_urgency",
    "threat",
    "guarantee",
}


@pytest.fixture(name="guard", scope="module")
def _guard() -> Guard:
    """The guard of the product's own pack."""
    pack = load_pack(builtin_pack())
    return Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)


class TestAttacks:
    def test_enough_are_tried_in_every_category(self) -> None:
        assert len({row[0] for row in ATTACKS}) >= 160
        assert {row[2] for row in ATTACKS} >= _EVERY_RISK

    @pytest.mark.parametrize(("text", "verdict", "category", "circumstances"), ATTACKS)
    def test_are_seen_through(
        self, guard: Guard, text: str, verdict: str, category: str, circumstances: str
    ) -> None:
        judged = check(guard, text, circumstances)

        assert judged.verdict.value == verdict
        assert category in {found.category for found in judged.findings}

    @pytest.mark.parametrize(("text", "verdict", "category", "circumstances"), ATTACKS)
    def test_do_not_leave_by_themselves_as_they_are(
        self, guard: Guard, text: str, verdict: str, category: str, circumstances: str
    ) -> None:
        by_itself = circumstances.replace("agent", GuardSender.ASSISTANT.value)

        judged = check(guard, text, by_itself)

        assert category in {found.category for found in judged.findings}
        assert not (judged.is_clean and verdict == "block")


class TestNeighbours:
    def test_enough_are_tried(self) -> None:
        assert len(set(NEIGHBOURS)) >= 160

    @pytest.mark.parametrize("text", NEIGHBOURS)
    @pytest.mark.parametrize("circumstances", ["agent", "agent marketplace"])
    def test_pass(self, guard: Guard, text: str, circumstances: str) -> None:
        found = check(guard, text, circumstances).findings

        assert [(one.rule, text[one.start : one.end]) for one in found] == []
