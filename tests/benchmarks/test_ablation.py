import numpy as np
import pytest

from benchmarks.ablation import Figures, figures_of, main


class TestFiguresOf:
    def test_counts_the_best_and_the_three_best(self) -> None:
        scores = np.array([[3.0, 2.0, 1.0, 0.0]] * 4)
        labels = np.array([0, 1, 2, 3], dtype=np.intp)

        assert figures_of(scores, labels) == Figures(top1=0.25, top3=0.75)


class TestMain:
    def test_needs_a_test_file(self) -> None:
        with pytest.raises(SystemExit, match="2"):
            main([])
