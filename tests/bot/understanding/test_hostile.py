from collections.abc import Iterable, Mapping

import pytest

from bot.understanding.features import FeatureReader
from bot.understanding.matcher import Matcher
from bot.understanding.normalize import MATCHED_EDGE
from bot.understanding.pinyin import PinyinReader, build_table
from bot.understanding.reading import TextParser
from bot.understanding.tokenize import make_tokenizer
from bot.utterances import Clause, Entity
from server.library import Library
from tests.bot.understanding.hard.hostile import HOSTILE, LONG
from tests.bot.understanding.small_library import TODAY

MOST_READ = MATCHED_EDGE
"""Characters of a text that may make features; the reader stops well before."""
MOST_CLAUSES = 12
MOST_FOLDED = 18
"""Characters that one character folds to: the longest of Unicode's compositions."""
MOST_FEATURES = 17
"""Features of one character: 4 n-grams, 6 pairs, 2 of words, 3 of sound, 2 of stance."""
EDGES = 20
"""Features of the whole text: its two ends, its polarity, its signals."""

each_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
each_long_text = pytest.mark.parametrize("text", LONG.values(), ids=LONG)


@pytest.fixture(scope="module", name="pinyin")
def _pinyin() -> Mapping[str, str]:
    return build_table()


@pytest.fixture(scope="module", name="parser")
def _parser(library: Library, pinyin: Mapping[str, str]) -> TextParser:
    return TextParser(library.pack.lexicon, pinyin=pinyin)


@pytest.fixture(scope="module", name="features")
def _features(library: Library, pinyin: Mapping[str, str]) -> FeatureReader:
    lexicon = library.pack.lexicon
    return FeatureReader(
        lexicon, tokenizer=make_tokenizer(lexicon), pinyin=PinyinReader(pinyin)
    )


def outside(text: str, spans: Iterable[Entity | Clause]) -> list[Entity | Clause]:
    return [one for one in spans if not 0 <= one.start < one.end <= len(text)]


class TestUnderstand:
    @each_text
    def test_guesses_are_probabilities_best_first(
        self, matcher: Matcher, text: str
    ) -> None:
        guesses = matcher.understand(text, today=TODAY).guesses

        confidences = [guess.confidence for guess in guesses]
        assert confidences == sorted(confidences, reverse=True)
        assert all(0.0 <= confidence <= 1.0 for confidence in confidences)
        assert 0.0 <= sum(confidences) <= 1 + 1e-9

    @each_text
    def test_what_is_guessed_are_intents_of_the_pack(
        self, matcher: Matcher, text: str
    ) -> None:
        understanding = matcher.understand(text, today=TODAY)

        known = set(matcher.intent_ids)
        assert known.issuperset(guess.intent_id for guess in understanding.guesses)
        assert known.issuperset(understanding.intents)
        assert understanding.best.intent_id in understanding.intents
        assert set(understanding.clause_guesses) == set(understanding.intents)

    @each_text
    def test_entities_and_clauses_lie_within_the_text(
        self, matcher: Matcher, text: str
    ) -> None:
        understanding = matcher.understand(text, today=TODAY)

        assert understanding.text == text
        assert outside(text, understanding.entities) == []
        assert outside(text, understanding.clauses) == []

    @each_text
    def test_reasons_can_be_given(self, matcher: Matcher, text: str) -> None:
        why = matcher.understand(text, today=TODAY).why

        assert why
        assert all(why)


class TestParse:
    @each_text
    def test_no_text_makes_more_work_than_its_two_ends(
        self, parser: TextParser, text: str
    ) -> None:
        parsed = parser.parse(text, today=TODAY)

        features = parsed.reading.features.values()
        assert len(parsed.folded.text) <= MOST_FOLDED * (2 * MATCHED_EDGE + 1)
        assert len(parsed.clauses) <= MOST_CLAUSES
        assert len(parsed.reading.compact) <= MOST_READ
        assert sum(map(len, features)) <= MOST_FEATURES * MOST_READ + EDGES


class TestRead:
    @each_long_text
    def test_a_long_text_has_the_features_of_its_beginning(
        self, features: FeatureReader, text: str
    ) -> None:
        assert features.read(text) == features.read(text[:MOST_READ])
