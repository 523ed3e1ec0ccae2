"""From when is a text outside the business, and how sure is that?"""

import numpy as np

from bot.understanding.calibrate import Floats, Outcomes
from bot.understanding.confidence import fit_confidence
from bot.understanding.unseen import Judgement

CHAT = 2


def make_judgement(
    *rows: tuple[tuple[float, float, float], int], second: Floats | None = None
) -> Judgement:
    """Rows of three labels' scores and the right label; the last label is chat."""
    scores = np.array([row for row, _ in rows])
    return Judgement(
        first=Outcomes(
            scores=scores,
            similarities=np.zeros_like(scores),
            labels=np.array([label for _, label in rows], dtype=np.intp),
        ),
        second=second,
    )


BUSINESS = [((1.0, 0.0, 0.2), 0), ((0.0, 1.0, 0.2), 1)] * 100
CLOSE_CHAT = [((0.5, 0.0, 0.35), CHAT)] * 20


class TestLead:
    def test_chat_gets_the_lead_that_turns_no_buyer_away(self) -> None:
        settled = fit_confidence(make_judgement(*BUSINESS, *CLOSE_CHAT), off_topic=CHAT)

        assert settled.lead == 0.5

    def test_where_it_would_turn_buyers_away_there_is_none(self) -> None:
        near = [((0.5, 0.0, 0.48), 0)] * 10

        settled = fit_confidence(
            make_judgement(*BUSINESS, *near, *CLOSE_CHAT), off_topic=CHAT
        )

        assert settled.lead == 0.0

    def test_one_buyer_in_a_hundred_may_be_turned_away(self) -> None:
        near = [((0.5, 0.0, 0.3), 0)]

        settled = fit_confidence(
            make_judgement(*BUSINESS, *near, *CLOSE_CHAT), off_topic=CHAT
        )

        assert settled.lead == 0.5

    def test_a_trade_without_chat_needs_none(self) -> None:
        settled = fit_confidence(make_judgement(*BUSINESS), off_topic=None)

        assert settled.lead == 0.0


class TestShare:
    def test_a_second_stage_that_knows_better_is_heard(self) -> None:
        torn = [((0.5, 0.5, 0.0), 0), ((0.5, 0.5, 0.0), 1)] * 30
        knowing = np.array([[3.0, -3.0, -3.0], [-3.0, 3.0, -3.0]] * 30)

        settled = fit_confidence(make_judgement(*torn, second=knowing), off_topic=None)

        assert settled.share > 0

    def test_a_second_stage_that_misleads_is_not(self) -> None:
        misled = -np.array([[3.0, -3.0, -3.0], [-3.0, 3.0, -3.0]] * 100)

        settled = fit_confidence(
            make_judgement(*BUSINESS, second=misled), off_topic=None
        )

        assert settled.share == 0.0
