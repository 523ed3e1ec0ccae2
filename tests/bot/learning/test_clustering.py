"""Which missed lines are put together."""

from bot.learning.clustering import cluster
from bot.learning.lines import gather
from bot.learning.sketches import ALIKE, likeness, sketch
from bot.learning.turns import ServedTurn
from tests.bot.learning.turns import make_served

MELTING = ("水榕叶子化了怎么办", "莫斯叶子化了怎么办", "叶子全化了怎么办呀")
GAS = ("要打二氧化碳吗", "不打二氧化碳行吗", "需要打二氧化碳不")


def served(*texts: str, answers: tuple[str, ...] = ()) -> list[ServedTurn]:
    return [
        make_served(text, number=number, answers=answers)
        for number, text in enumerate(texts)
    ]


class TestGather:
    def test_lines_that_differ_in_punctuation_are_one(self) -> None:
        (line,) = gather(served("叶子化了！", "叶子化了", "叶子化了"))

        assert (line.text, line.count) == ("叶子化了", 3)
        assert line.first_at < line.last_at

    def test_fragments_are_left_out(self) -> None:
        assert gather(served("嗯嗯", "L码")) == []


class TestCluster:
    def test_what_wants_the_same_is_together(self) -> None:
        groups = cluster(gather(served(*MELTING, *GAS)))

        found = {frozenset(line.text for line in group.lines) for group in groups}
        assert found == {frozenset(MELTING), frozenset(GAS)}

    def test_the_same_turns_in_another_order_give_the_same(self) -> None:
        turns = served(*MELTING, *GAS)

        one, other = cluster(gather(turns)), cluster(gather(turns[::-1]))

        assert one == other

    def test_equal_answers_bring_lines_together(self) -> None:
        turns = served(
            "家里的草烂", "水榕透明了呀", answers=("亲，剪掉老叶就会长新的",)
        )

        assert len(cluster(gather(turns))) == 1
        assert len(cluster(gather(served("家里的草烂", "水榕透明了呀")))) == 2

    def test_nothing_gives_nothing(self) -> None:
        assert cluster([]) == []


class TestSketch:
    def test_other_words_for_the_same_are_recognised_and_other_topics_are_not(
        self,
    ) -> None:
        melting, more, gas = (
            sketch(cluster(gather(served(*texts)))[0])
            for texts in (MELTING[:2], MELTING[1:], GAS)
        )

        assert likeness(melting, more) >= ALIKE
        assert likeness(melting, gas) < ALIKE

    def test_holds_no_word_of_a_buyer(self) -> None:
        (group, *_) = cluster(gather(served(*MELTING)))

        assert all(name.isdecimal() for name in sketch(group))
