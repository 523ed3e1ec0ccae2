"""The phrases a pack is checked with: read, linted, and what understanding breaks."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ScriptLibraryError
from bot.scripts import NearPhrase, Phrases
from bot.utterances import Understanding
from scripts_library.lint import lint_folder
from scripts_library.loader import load_pack
from scripts_library.phrases import Broken, check_phrases, new_failures
from tests.bot.deciding.deciding_factories import PACK, understood
from tests.scripts_library.small_pack import SmallPack, make_small_pack

PHRASES = """\
rush:
  must_hit:
    - 今天能寄走不
  must_not_hit:
    - {text: 在不在呀老板, is: greeting}
"""
CHECKED = replace(
    PACK,
    phrases={
        "price": Phrases(
            must_hit=("啥价", "几块钱"),
            must_not_hit=(NearPhrase(text="哪个好看", intent_id="colour"),),
        )
    },
)


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    small = make_small_pack(tmp_path / "small")
    small.write("phrases.yaml", PHRASES)
    return small


def problems_of(small: SmallPack) -> list[str]:
    with pytest.raises(ScriptLibraryError) as raised:
        load_pack(small.folder)
    return [str(problem) for problem in raised.value.problems]


def reader(**meanings: tuple[str, ...]) -> object:
    """Return who understands each text as these intents, the first one best."""

    def understand(text: str) -> Understanding:
        names = meanings.get(text, ("chat",))
        return understood(*((name, 0.9) for name in names), is_several=True)

    return understand


def broken(**meanings: tuple[str, ...]) -> list[tuple[Broken, str, str]]:
    failures = check_phrases(CHECKED, reader(**meanings))  # type: ignore[arg-type]  # a fake
    return [(one.broken, one.text, one.understood) for one in failures]


class TestReadPhrases:
    def test_a_pack_may_have_none(self, tmp_path: Path) -> None:
        assert load_pack(make_small_pack(tmp_path / "bare").folder).phrases == {}

    def test_they_are_read_by_intent(self, small: SmallPack) -> None:
        assert load_pack(small.folder).phrases == {
            "rush": Phrases(
                must_hit=("今天能寄走不",),
                must_not_hit=(NearPhrase(text="在不在呀老板", intent_id="greeting"),),
            )
        }

    def test_unknown_intents_are_reported_where_they_stand(
        self, small: SmallPack
    ) -> None:
        small.change("phrases.yaml", "is: greeting", "is: greetings")
        small.add("phrases.yaml", "rusch:\n  must_hit: [快]\n")

        assert problems_of(small) == [
            "phrases.yaml:5: unknown intent 'greetings'",
            "phrases.yaml:6: phrases of an unknown intent 'rusch'",
        ]

    def test_a_phrase_of_two_intents_is_reported(self, small: SmallPack) -> None:
        small.add("phrases.yaml", "other:\n  must_hit: [今天能寄走不]\n")

        assert problems_of(small) == [
            "phrases.yaml:7: must_hit '今天能寄走不' stands in phrases.yaml:3 already"
        ]

    def test_a_near_phrase_needs_its_owner(self, small: SmallPack) -> None:
        small.change("phrases.yaml", ", is: greeting", "")

        assert problems_of(small) == ["phrases.yaml:5: missing key: is"]


class TestLintPhrases:
    def test_enough_and_apart_from_the_examples_is_silent(
        self, small: SmallPack
    ) -> None:
        assert lint_folder(small.folder) == ()

    def test_an_example_proves_nothing_and_the_intent_itself_is_not_near(
        self, small: SmallPack
    ) -> None:
        small.change("phrases.yaml", "今天能寄走不", "快点发货！")
        small.change("phrases.yaml", "is: greeting", "is: rush")

        assert [str(problem) for problem in lint_folder(small.folder)] == [
            "phrases.yaml:3: '快点发货！' is an example of rush: it proves nothing",
            "phrases.yaml:5: '在不在呀老板' is to be rush, which it must not hit",
        ]

    def test_a_pack_asks_itself_for_so_many(self, small: SmallPack) -> None:
        small.change("pack.yaml", "variants: 1}", "variants: 1, must_hit: 2}")

        assert [str(problem) for problem in lint_folder(small.folder)] == [
            "intents/all.yaml:1: 'greeting' has 0 must_hit phrases, needs 2",
            "intents/all.yaml:5: 'rush' has 1 must_hit phrases, needs 2",
            "intents/all.yaml:12: 'other' has 0 must_hit phrases, needs 2",
        ]


class TestCheckPhrases:
    def test_what_is_understood_as_it_must_be_is_no_failure(self) -> None:
        assert (
            broken(啥价=("price",), 几块钱=("chat", "price"), 哪个好看=("colour",))
            == []
        )

    def test_a_miss_a_hit_of_the_wrong_and_another_are_told_apart(self) -> None:
        assert broken(啥价=("price",), 哪个好看=("price",)) == [
            (Broken.MUST_HIT, "几块钱", "chat"),
            (Broken.MUST_NOT_HIT, "哪个好看", "price"),
        ]
        assert broken(啥价=("price",), 几块钱=("price",)) == [
            (Broken.OTHER, "哪个好看", "chat")
        ]


class TestNewFailures:
    def test_only_what_was_right_before_stops_a_publication(self) -> None:
        before = check_phrases(CHECKED, reader(几块钱=("price",)))  # type: ignore[arg-type]  # a fake
        after = check_phrases(CHECKED, reader(哪个好看=("price",)))  # type: ignore[arg-type]  # a fake

        assert [one.text for one in new_failures(before, after)] == [
            "几块钱",
            "哪个好看",
        ]
        assert new_failures(after, after) == ()
