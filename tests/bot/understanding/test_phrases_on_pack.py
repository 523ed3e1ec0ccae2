"""The phrases that each intent of the shipped pack is checked with (phrases.yaml)."""

from bot.understanding.matcher import Matcher
from scripts_library.phrases import check_phrases
from server.library import Library
from tests.bot.understanding.small_library import TODAY

STILL_MISUNDERSTOOD = {
    "产地在哪",
    "那条评价我不会去改",
}
"""What is not ambiguous and fails all the same; take out what is mended, add nothing."""


class TestPhrasesOnPack:
    def test_all_hold_but_those_that_are_listed(
        self, library: Library, matcher: Matcher
    ) -> None:
        failures = check_phrases(
            library.pack, lambda text: matcher.understand(text, today=TODAY)
        )

        stopping = {one.text: one.understood for one in failures if one.stops}
        assert stopping.keys() <= STILL_MISUNDERSTOOD, stopping
