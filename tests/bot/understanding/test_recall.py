import pytest

from bot.understanding.recall import RecallIndex

INDEX = RecallIndex(["什么时候发货", "能便宜点吗", "怎么退货"], [0, 1, 2])


class TestFind:
    def test_the_same_text_comes_with_likeness_one(self) -> None:
        nearest = INDEX.find("能便宜点吗").nearest(1)

        assert nearest is not None
        assert (nearest.example, nearest.similarity) == (1, 1.0)

    def test_a_typo_still_finds_its_example(self) -> None:
        likeness = INDEX.find("什么时侯发货").by_label(3).tolist()

        assert likeness.index(max(likeness)) == 0

    @pytest.mark.parametrize("index", [INDEX, RecallIndex([], [])])
    def test_nothing_in_common_finds_nothing(self, index: RecallIndex) -> None:
        found = index.find("xyz")

        assert found.nearest(0) is None
        assert found.by_label(2).tolist() == [0.0, 0.0]

    def test_each_label_has_its_nearest_example(self) -> None:
        index = RecallIndex(["怎么退货", "怎么退", "怎么退货呢"], [1, 0, 1])
        found = index.find("怎么退货")

        nearest = [found.nearest(label) for label in range(3)]

        assert [one and one.example for one in nearest] == [1, 0, None]
        assert found.by_label(3).tolist() == [
            pytest.approx(6 / 7),
            1.0,
            0.0,
        ]
