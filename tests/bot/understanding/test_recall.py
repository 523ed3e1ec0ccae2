from bot.understanding.recall import RecallIndex

INDEX = RecallIndex(["什么时候发货", "能便宜点吗", "怎么退货"], [0, 1, 2])


class TestFind:
    def test_the_same_text_comes_first_with_likeness_one(self) -> None:
        nearest = INDEX.find("能便宜点吗")[0]

        assert (nearest.example, nearest.label, nearest.similarity) == (1, 1, 1.0)

    def test_a_typo_still_finds_its_example(self) -> None:
        assert INDEX.find("什么时侯发货")[0].label == 0

    def test_nothing_in_common_finds_nothing(self) -> None:
        assert INDEX.find("xyz") == ()

    def test_an_empty_library_finds_nothing(self) -> None:
        assert RecallIndex([], []).find("发货") == ()

    def test_likeness_never_rises_down_the_list(self) -> None:
        likeness = [found.similarity for found in INDEX.find("怎么发货")]

        assert likeness == sorted(likeness, reverse=True)
