"""The phrases that each intent of the shipped pack is checked with (phrases.yaml)."""

from bot.understanding.matcher import Matcher
from scripts_library.phrases import check_phrases
from server.library import Library
from tests.bot.understanding.small_library import TODAY


class TestPhrasesOnPack:
    def test_all_that_stop_a_publication_hold(
        self, library: Library, matcher: Matcher
    ) -> None:
        failures = check_phrases(
            library.pack, lambda text: matcher.understand(text, today=TODAY)
        )

        stopping = {one.text: one.understood for one in failures if one.stops}
        assert not stopping
