"""The use case as a whole: one turn in, one decision out."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.assistant import Assistant
from bot.guarding.rules import Verdict
from tests.bot.deciding.deciding_factories import (
    PACK,
    FixedUnderstander,
    make_context,
    make_turn,
    texts,
    understood,
)

OTHER = {"yes": ("要的", "好呀"), "no": ("不要", "算了")}


class TestHandle:
    def test_the_same_turn_gets_the_same_decision(self) -> None:
        assistant = Assistant(PACK, FixedUnderstander(understood(("colour", 0.9))))

        first = assistant.handle(make_turn(), make_context())

        assert assistant.handle(make_turn(), make_context()) == first
        assert texts(first) == ["红的好看"]

    def test_relative_dates_are_seen_from_the_shops_day(self) -> None:
        understander = FixedUnderstander(understood(("colour", 0.9)))
        late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)

        Assistant(PACK, understander).handle(make_turn(), make_context(now=late))

        assert understander.days == [date(2026, 11, 24)]


class TestEarlier:
    def test_who_reads_answers_to_the_same_question_is_taken_over(self) -> None:
        understander = FixedUnderstander(understood(("colour", 0.9)))
        first = Assistant(PACK, understander)
        question_id = next(iter(PACK.questions))
        changed = replace(PACK, version="2", scripts=())

        second = Assistant(changed, understander, earlier=first)

        reader = first.library.answer_reader(question_id)
        assert second.library.answer_reader(question_id) is reader
        assert second.library.pack is changed

    @pytest.mark.parametrize("what", ["question", "lexicon"])
    def test_another_question_or_other_words_are_learnt_anew(self, what: str) -> None:
        understander = FixedUnderstander(understood(("colour", 0.9)))
        first = Assistant(PACK, understander)
        question_id, question = next(iter(PACK.questions.items()))
        changed = (
            replace(PACK, questions={question_id: replace(question, answers=OTHER)})
            if what == "question"
            else replace(PACK, lexicon=replace(PACK.lexicon, words=("新词",)))
        )

        second = Assistant(changed, understander, earlier=first)

        reader = first.library.answer_reader(question_id)
        assert second.library.answer_reader(question_id) not in {None, reader}


class TestGuard:
    def test_is_the_packs(self) -> None:
        assistant = Assistant(PACK, FixedUnderstander(understood(("colour", 0.9))))

        assert assistant.guard.check("验证码").verdict is Verdict.BLOCK
