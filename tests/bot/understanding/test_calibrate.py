import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.calibrate import Calibration, Outcomes, fit_calibration


def make_outcomes(*, right: int, wrong: int, lead: float = 0.3) -> Outcomes:
    """Outcomes whose best label (0) is right so many times."""
    count = right + wrong
    return Outcomes(
        scores=np.tile(np.array([lead, 0.0, -1.0]), (count, 1)),
        similarities=np.zeros((count, 3)),
        labels=np.array([0] * right + [1] * wrong, dtype=np.intp),
    )


def join(one: Outcomes, other: Outcomes) -> Outcomes:
    return Outcomes(
        scores=np.vstack([one.scores, other.scores]),
        similarities=np.vstack([one.similarities, other.similarities]),
        labels=np.concatenate([one.labels, other.labels]),
    )


class TestFitCalibration:
    def test_confidence_is_the_share_that_was_right(self) -> None:
        fitted = fit_calibration(make_outcomes(right=80, wrong=20))

        shares = fitted.probabilities(np.array([0.3, 0.0, -1.0]), similarity=0.0)

        assert shares[0] == pytest.approx(0.8, abs=0.03)

    def test_clear_leads_are_surer_than_narrow_ones(self) -> None:
        fitted = fit_calibration(
            join(
                make_outcomes(right=60, wrong=40, lead=0.1),
                make_outcomes(right=99, wrong=1, lead=1.0),
            )
        )

        narrow = fitted.probabilities(np.array([0.1, 0.0, -1.0]), similarity=0.0)
        clear = fitted.probabilities(np.array([1.0, 0.0, -1.0]), similarity=0.0)

        assert clear[0] > narrow[0] + 0.2

    def test_nothing_held_out_gives_the_default(self) -> None:
        nothing = make_outcomes(right=0, wrong=0)

        assert fit_calibration(nothing) == Calibration()

    def test_a_single_label_needs_no_calibration(self) -> None:
        only = Outcomes(
            scores=np.ones((1, 1)),
            similarities=np.zeros((1, 1)),
            labels=np.zeros(1, dtype=np.intp),
        )

        assert fit_calibration(only) == Calibration()


class TestProbabilities:
    @given(st.lists(st.floats(-5, 5), min_size=2, max_size=20), st.floats(0, 1))
    def test_shares_are_probabilities_and_keep_the_order(
        self, scores: list[float], similarity: float
    ) -> None:
        shares = Calibration().probabilities(np.array(scores), similarity=similarity)

        assert shares.min() >= 0
        assert shares.sum() <= 1 + 1e-9
        assert shares[np.argmax(scores)] == shares.max()

    def test_one_label_is_certain(self) -> None:
        assert Calibration().probabilities(np.array([0.2]), similarity=0.0) == [1.0]
