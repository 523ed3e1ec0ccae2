import numpy as np
import pytest

from bot.understanding.classify import (
    FAMILY_WEIGHTS,
    LinearClassifier,
    Vocabulary,
    build_vocabulary,
)
from bot.understanding.features import Family, Reading


def make_reading(**features: tuple[str, ...]) -> Reading:
    return Reading(
        text="",
        compact="",
        words=(),
        features={Family[name.upper()]: names for name, names in features.items()},
    )


class TestVectorize:
    def test_each_family_has_its_own_length(self) -> None:
        readings = [make_reading(characters=("c1", "c2", "c3"), stance=("s1",))]

        vector = build_vocabulary(readings).vectorize(readings[0])

        assert np.linalg.norm(vector.values[:3]) == pytest.approx(1.0)
        assert np.linalg.norm(vector.values[3:]) == pytest.approx(
            FAMILY_WEIGHTS[Family.STANCE]
        )

    def test_nothing_known_is_an_empty_vector_that_scores_the_bias(self) -> None:
        vocabulary = Vocabulary(row_of={"c1": 0}, idf=np.ones(1, dtype=np.float32))
        classifier = LinearClassifier(
            vocabulary=vocabulary,
            weights=np.ones((1, 2), dtype=np.float32),
            bias=np.array([0.5, -0.5], dtype=np.float32),
        )

        vector = vocabulary.vectorize(make_reading(characters=("c9",)))

        assert vector.rows.size == 0
        assert classifier.score(vector).tolist() == [0.5, -0.5]


class TestBuildVocabulary:
    def test_long_character_runs_need_two_examples(self) -> None:
        once = make_reading(characters=("cab", "cabc"))
        again = make_reading(characters=("cabcd",))

        vocabulary = build_vocabulary([once, again, again])

        assert set(vocabulary.row_of) == {"cab", "cabcd"}

    def test_in_a_large_library_what_one_example_has_says_nothing(self) -> None:
        common = make_reading(words=("k货",))
        odd = make_reading(words=("k货", "k罕"))

        small = build_vocabulary([common] * 10 + [odd])
        large = build_vocabulary([common] * 3001 + [odd])

        assert set(small.row_of) == {"k货", "k罕"}
        assert set(large.row_of) == {"k货"}

    def test_rare_features_weigh_more(self) -> None:
        readings = [make_reading(words=("k货",))] * 3 + [make_reading(words=("k险",))]

        vocabulary = build_vocabulary(readings)

        assert (
            vocabulary.idf[vocabulary.row_of["k险"]]
            > vocabulary.idf[vocabulary.row_of["k货"]]
        )
