"""The answer to a call-back is read before anything else."""

import pytest

from bot.actions import (
    AnswerCallBack,
    Band,
    HandOver,
)
from bot.deciding.state import (
    AskedQuestion,
    TurnContext,
)
from tests.bot.deciding.deciding_factories import (
    NOW,
    handle,
    has,
    make_context,
    make_conversation,
    make_turn,
    state_after,
    texts,
    the,
)


class TestCallBack:
    def asked(
        self,
        *,
        ticket_id: int | None = 3,
        question_id: str = "solved?",
        agents: int = 1,
        served_by: int | None = None,
    ) -> TurnContext:
        question = AskedQuestion(
            question_id=question_id, ticket_id=ticket_id, asked_at=NOW
        )
        return make_context(
            conversation=make_conversation(
                asked=question, served_by=served_by, misses=1
            ),
            agents_on_duty=agents,
        )

    def test_solved_is_recorded_and_thanked(self) -> None:
        decision = handle("colour", turn=make_turn("解决了"), context=self.asked())

        answer = the(decision, AnswerCallBack)
        assert (answer.ticket_id, answer.is_solved, answer.words) == (3, True, "解决了")
        assert texts(decision) == ["解决了就好"]
        assert state_after(decision).is_question_closed
        assert state_after(decision).misses == 0
        assert decision.band is Band.AUTO

    def test_not_solved_is_recorded_and_handed_over(self) -> None:
        decision = handle("colour", turn=make_turn("还没解决"), context=self.asked())

        assert not the(decision, AnswerCallBack).is_solved
        assert texts(decision) == ["抱歉，重新处理"]
        assert has(decision, HandOver)
        assert decision.band is Band.HAND_OVER

    def test_with_nobody_there_the_open_ticket_is_enough(self) -> None:
        decision = handle(
            "colour", turn=make_turn("还没解决"), context=self.asked(agents=0)
        )

        assert not has(decision, HandOver)
        assert decision.band is Band.HAND_OVER

    def test_anything_else_is_handled_and_leaves_the_question_open(self) -> None:
        decision = handle(
            "colour", turn=make_turn("红的还是蓝的"), context=self.asked()
        )

        assert texts(decision) == ["红的好看"]
        assert not has(decision, AnswerCallBack)
        assert not state_after(decision).is_question_closed

    @pytest.mark.parametrize("answer", ["解决了", "还没解决"])
    def test_while_a_person_serves_it_is_recorded_in_silence(self, answer: str) -> None:
        decision = handle(
            "colour", turn=make_turn(answer), context=self.asked(served_by=7)
        )

        assert has(decision, AnswerCallBack)
        assert texts(decision) == []
        assert not has(decision, HandOver)
        assert decision.band is Band.ASSIST

    @pytest.mark.parametrize("changes", [{"ticket_id": None}, {"question_id": "gone"}])
    def test_a_question_without_a_ticket_or_reader_is_no_call_back(
        self, changes: dict[str, object]
    ) -> None:
        context = self.asked(**changes)  # type: ignore[arg-type]  # passed on

        decision = handle("colour", turn=make_turn("解决了"), context=context)

        assert not has(decision, AnswerCallBack)
        assert texts(decision) == ["红的好看"]
