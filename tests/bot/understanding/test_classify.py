from dataclasses import replace

import numpy as np
import pytest

from bot.understanding.classify import (
    FAMILY_WEIGHTS,
    LinearClassifier,
    Vocabulary,
    build_vocabulary,
    extend_vocabulary,
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

    def test_pinyin_weighs_as_much_as_what_has_all_families(self) -> None:
        full = make_reading(
            characters=("c1",),
            pairs=("u1",),
            words=("k1",),
            sound=("p1",),
            stance=("s1",),
        )
        spelled = replace(make_reading(sound=("p1",), stance=("s1",)), is_spelled=True)
        vocabulary = build_vocabulary([full])

        weights = [
            np.linalg.norm(vocabulary.vectorize(reading).values)
            for reading in (full, spelled)
        ]

        assert weights[0] == pytest.approx(weights[1])

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


class TestExtendVocabulary:
    def test_what_is_known_already_changes_nothing(self) -> None:
        readings = [make_reading(characters=("c1",), words=("k1",))]
        vocabulary = build_vocabulary(readings)

        assert extend_vocabulary(vocabulary, readings) is vocabulary

    def test_new_features_come_after_the_known_ones(self) -> None:
        vocabulary = build_vocabulary([make_reading(words=("k5", "k1"))])

        extended = extend_vocabulary(vocabulary, [make_reading(words=("k3", "k0"))])

        rows = extended.row_of
        assert list(rows) == ["k1", "k5", "k0", "k3"]
        assert [rows[name] for name in rows] == list(range(len(rows)))
        assert (rows.get("k0"), rows.get("k1"), rows.get("k9")) == (2, 0, None)
        assert extended.idf[:2].tolist() == vocabulary.idf.tolist()
        assert (extended.idf[2:] > vocabulary.idf.max()).all()
        with pytest.raises(KeyError):
            rows["k9"]

    def test_of_one_text_only_what_is_short_counts(self) -> None:
        reading = make_reading(
            characters=("c12", "c123"),
            pairs=("u12",),
            words=("k12345", "k1 2"),
            sound=("pa b", "pa b c"),
        )
        vocabulary = build_vocabulary([make_reading(words=("k9",))])

        once = extend_vocabulary(vocabulary, [reading])
        twice = extend_vocabulary(vocabulary, [reading, reading])

        assert list(once.row_of)[1:] == ["c12", "k12345", "pa b"]
        assert len(twice.row_of) == 8
