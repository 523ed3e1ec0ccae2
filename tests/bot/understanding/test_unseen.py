"""Cross-validation that lets no example give its neighbour away."""

from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.unseen import FOLDS, fold_examples


class TestFoldExamples:
    def test_examples_alike_are_judged_by_the_same_model(self) -> None:
        texts = ["什么时候发货", "什么时候发货呀", "能便宜点吗", "能便宜一点吗"]

        folds = fold_examples(texts, [0, 0, 1, 1]).tolist()

        assert folds[0] == folds[1]
        assert folds[2] == folds[3]
        assert folds[0] != folds[2]

    def test_likeness_is_handed_on(self) -> None:
        texts = ["一二三四五六七八", "一二三四五六七九", "一二三四五六十九"]

        assert len(set(fold_examples(texts, [0, 0, 0]).tolist())) == 1

    @given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=30))
    def test_every_example_has_a_fold(self, texts: list[str]) -> None:
        folds = fold_examples(texts, [0] * len(texts))

        assert folds.size == len(texts)
        assert set(folds.tolist()) <= set(range(FOLDS))

    def test_equal_texts_share_a_fold(self) -> None:
        folds = fold_examples(["a", "b", "a", "c", "b"], [0, 0, 1, 1, 2]).tolist()

        assert folds[0] == folds[2]
        assert folds[1] == folds[4]
