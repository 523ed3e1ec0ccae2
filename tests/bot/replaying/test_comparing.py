"""What is different between two answers, and which of them is better."""

from dataclasses import replace

import pytest

from bot.actions import (
    Band,
    Decision,
    HandOver,
    HandOverReason,
    OpenTicket,
    Reply,
    Suggest,
)
from bot.replaying.comparing import (
    Answer,
    ChangeKind,
    Verdict,
    answer_of,
    find_change,
    judge_change,
)
from bot.replaying.outcomes import Outcome, Served, Signal

ANSWER = Answer(
    intent_id="price",
    confidence=0.9,
    band=Band.AUTO,
    scripts=("price.one",),
    text="标价就是到手价",
)
GOOD = Served(intent_id="price", band=Band.AUTO)
BAD = replace(GOOD, signals=frozenset({Signal.ASKED_AGAIN}))
UNKNOWN = Served(intent_id="price", band=Band.ASSIST)


def decided(*actions: Reply | Suggest | HandOver | OpenTicket) -> Decision:
    return Decision(
        band=Band.ASSIST, intent_id="price", confidence=0.5, actions=actions
    )


class TestAnswerOf:
    def test_what_is_said_counts_before_what_is_offered(self) -> None:
        offered = Suggest(
            text="四十", intent_id="price", confidence=0.5, script_id="price.two"
        )
        said = Reply(text="帮您问问", script_id="price.holding")

        assert answer_of(decided(offered, said)).scripts == ("price.holding",)
        assert answer_of(decided(offered)).text == "四十"
        assert answer_of(decided()).text == ""

    def test_what_the_guard_has_kept_back_is_marked(self) -> None:
        kept = decided(HandOver(reason=HandOverReason.GUARD))
        asked = decided(HandOver(reason=HandOverReason.ASKED))

        assert answer_of(kept).is_guarded
        assert not answer_of(asked).is_guarded


class TestFindChange:
    def test_the_same_answer_is_no_change(self) -> None:
        surer = replace(ANSWER, confidence=0.95)

        assert find_change(ANSWER, surer) is None

    @pytest.mark.parametrize(
        ("changes", "kind"),
        [
            ({"is_guarded": True, "intent_id": "other"}, ChangeKind.GUARDED),
            ({"intent_id": "other", "band": Band.ASSIST}, ChangeKind.INTENT),
            ({"band": Band.ASSIST, "scripts": ()}, ChangeKind.BAND),
            ({"scripts": ("price.two",), "text": "贵"}, ChangeKind.SCRIPT),
            ({"text": "到手价就是标价"}, ChangeKind.REPLY),
        ],
    )
    def test_the_gravest_difference_counts(
        self, changes: dict[str, object], kind: ChangeKind
    ) -> None:
        after = replace(ANSWER, **changes)  # type: ignore[arg-type]  # fields of it

        assert find_change(ANSWER, after) is kind

    def test_another_variant_of_the_script_is_a_change_too(self) -> None:
        assert find_change(ANSWER, ANSWER, reworded={"price.one"}) is ChangeKind.REPLY
        assert find_change(ANSWER, ANSWER, reworded={"colour.one"}) is None


class TestJudgeChange:
    other = replace(ANSWER, intent_id="colour")

    def test_leaving_what_was_right_is_worse_and_coming_to_it_better(self) -> None:
        def judged(before: Answer, after: Answer, served: Served) -> Verdict:
            return judge_change(ChangeKind.INTENT, before, after, served=served)

        assert judged(ANSWER, self.other, GOOD) is Verdict.WORSE
        assert judged(self.other, ANSWER, GOOD) is Verdict.BETTER
        assert judged(ANSWER, self.other, BAD) is Verdict.BETTER
        assert judged(self.other, ANSWER, BAD) is Verdict.WORSE

    def test_two_intents_that_were_not_served_tell_nothing(self) -> None:
        third = replace(ANSWER, intent_id="size")

        assert (
            judge_change(ChangeKind.INTENT, self.other, third, served=GOOD)
            is Verdict.UNCLEAR
        )

    def test_caution_is_worse_after_a_good_answer_and_better_after_a_bad_one(
        self,
    ) -> None:
        careful = replace(ANSWER, band=Band.HAND_OVER)

        assert [
            judge_change(ChangeKind.BAND, before, after, served=served)
            for before, after, served in (
                (ANSWER, careful, GOOD),
                (careful, ANSWER, GOOD),
                (ANSWER, careful, BAD),
                (careful, ANSWER, BAD),
            )
        ] == [Verdict.WORSE, Verdict.BETTER, Verdict.BETTER, Verdict.WORSE]

    def test_a_reply_that_may_not_leave_is_worse_whatever_came_of_the_old_one(
        self,
    ) -> None:
        for served in (GOOD, BAD, UNKNOWN):
            verdict = judge_change(ChangeKind.GUARDED, ANSWER, ANSWER, served=served)
            assert verdict is Verdict.WORSE

    def test_other_words_and_unknown_outcomes_are_for_people_to_read(self) -> None:
        assert (
            judge_change(ChangeKind.REPLY, ANSWER, ANSWER, served=GOOD)
            is Verdict.UNCLEAR
        )
        assert (
            judge_change(ChangeKind.INTENT, ANSWER, self.other, served=UNKNOWN)
            is Verdict.UNCLEAR
        )


class TestOutcome:
    def test_one_bad_sign_outweighs_a_good_one(self) -> None:
        signals = frozenset({Signal.RATED_HIGH, Signal.EDITED})

        assert replace(GOOD, signals=signals).outcome is Outcome.BAD

    def test_an_adopted_suggestion_was_good(self) -> None:
        adopted = replace(UNKNOWN, signals=frozenset({Signal.ADOPTED}))

        assert adopted.outcome is Outcome.GOOD

    def test_an_answer_nobody_came_back_to_was_good_only_if_we_gave_it(self) -> None:
        assert GOOD.outcome is Outcome.GOOD
        assert UNKNOWN.outcome is Outcome.UNKNOWN
