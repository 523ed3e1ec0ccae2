import pytest

from bot.actions import Band
from bot.scripts import Risk
from server.cli.measures import (
    Bin,
    Judged,
    Row,
    coverage_curve,
    expected_calibration_error,
    measure,
    reliability,
)

RISKS = {"a": Risk.AUTO, "b": Risk.AUTO, "h": Risk.HUMAN, "chat": Risk.AUTO}


def make_judged(
    intent: str,
    *ranked: str,
    confidence: float = 0.9,
    band: Band | None = Band.ASSIST,
    tags: tuple[str, ...] = (),
    intents: tuple[str, ...] | None = None,
) -> Judged:
    return Judged(
        row=Row(intent=intent, text="话", tags=tags),
        ranked=ranked,
        confidence=confidence,
        intents=ranked[:1] if intents is None else intents,
        band=band,
        took_ms=1.0,
    )


class TestMeasure:
    def test_top1_and_top3_count_ranks(self) -> None:
        judged = [
            make_judged("a", "a", "b"),
            make_judged("a", "b", "h", "a"),
            make_judged("a", "b", "h", "chat", "a"),
        ]

        figures = measure(judged, risks=RISKS, off_topic="chat")

        assert figures["n"] == 3
        assert figures["top1"] == pytest.approx(1 / 3, abs=1e-4)
        assert figures["top3"] == pytest.approx(2 / 3, abs=1e-4)

    def test_bands_are_measured_as_the_contract_says(self) -> None:
        judged = [
            make_judged("a", "a", band=Band.AUTO),
            make_judged("a", "b", band=Band.AUTO),
            make_judged("b", "b", band=Band.ASSIST),
            make_judged("b", "b", band=Band.ASSIST),
            make_judged("h", "h", band=Band.AUTO),
        ]

        figures = measure(judged, risks=RISKS, off_topic="chat")

        assert figures["auto_coverage"] == 0.5
        assert figures["auto_precision"] == 0.5
        assert figures["false_auto_rate"] == 0.4

    def test_bands_are_unknown_without_risks(self) -> None:
        figures = measure(
            [make_judged("x", "x", band=None)], risks=None, off_topic=None
        )

        assert figures["auto_coverage"] is None
        assert figures["auto_precision"] is None
        assert figures["false_auto_rate"] is None
        assert figures["off_topic_false_rate"] is None

    def test_off_topic_is_measured_both_ways(self) -> None:
        judged = [
            make_judged("chat", "chat"),
            make_judged("chat", "a"),
            make_judged("a", "chat"),
            make_judged("a", "a"),
            make_judged("b", "b"),
            make_judged("b", "b"),
        ]

        figures = measure(judged, risks=RISKS, off_topic="chat")

        assert figures["off_topic_recall"] == 0.5
        assert figures["off_topic_false_rate"] == 0.25

    def test_both_intents_must_be_found(self) -> None:
        judged = [
            make_judged("a", "a", tags=("multi:b",), intents=("a", "b")),
            make_judged("a", "a", tags=("multi:h",), intents=("a",)),
            make_judged("a", "a"),
        ]

        assert measure(judged, risks=RISKS, off_topic=None)["multi_both_found"] == 0.5

    def test_tags_with_a_target_count_under_their_first_part(self) -> None:
        judged = [
            make_judged("a", "a", tags=("near:b", "typo")),
            make_judged("a", "b", tags=("near:h",)),
        ]

        per_tag = measure(judged, risks=RISKS, off_topic=None)["per_tag"]

        assert per_tag["near"] == {"n": 2, "top1": 0.5, "top3": 0.5}
        assert per_tag["typo"]["n"] == 1

    def test_intents_and_confusions_are_counted(self) -> None:
        judged = [make_judged("a", "a"), make_judged("a", "b"), make_judged("b", "b")]

        figures = measure(judged, risks=RISKS, off_topic=None)

        assert figures["per_intent"]["b"] == {
            "n": 1,
            "precision": 0.5,
            "recall": 1.0,
            "f1": pytest.approx(2 / 3, abs=1e-4),
        }
        assert figures["confusions"] == [{"intent": "a", "guessed": "b", "n": 1}]


class TestReliability:
    def test_ten_bins_of_equal_mass(self) -> None:
        judged = [make_judged("a", "a", confidence=i / 40) for i in range(40)]

        assert [one.n for one in reliability(judged)] == [4] * 10

    def test_fewer_rows_than_bins_leave_no_empty_bin(self) -> None:
        assert len(reliability([make_judged("a", "a")])) == 1


class TestExpectedCalibrationError:
    def test_is_the_distance_of_confidence_and_accuracy(self) -> None:
        judged = [
            *(make_judged("a", "a", confidence=0.8) for _ in range(5)),
            *(make_judged("a", "b", confidence=0.8) for _ in range(5)),
        ]

        bins = reliability(judged)

        assert sum(one.n for one in bins) == 10
        assert expected_calibration_error(bins) == pytest.approx(0.5)


class TestBin:
    def test_few_rows_leave_a_wide_interval(self) -> None:
        few = Bin(n=10, confidence=0.9, accuracy=0.8).interval()
        many = Bin(n=1000, confidence=0.9, accuracy=0.8).interval()

        assert few == pytest.approx((0.490, 0.943), abs=1e-3)
        assert few[0] < many[0] < 0.8 < many[1] < few[1]

    def test_an_interval_stays_between_nothing_and_everything(self) -> None:
        low, high = Bin(n=5, confidence=1.0, accuracy=1.0).interval()

        assert 0.5 < low < high == 1.0


class TestCoverageCurve:
    def test_each_threshold_lets_more_rows_pass(self) -> None:
        judged = [
            make_judged("a", "b", confidence=0.5),
            make_judged("a", "a", confidence=0.9),
            make_judged("a", "a", confidence=0.7),
            make_judged("a", "b", confidence=0.7),
        ]

        curve = coverage_curve(judged)

        assert [(one.confidence, one.coverage, one.precision) for one in curve] == [
            (0.9, 0.25, 1.0),
            (0.7, 0.75, pytest.approx(2 / 3)),
            (0.5, 1.0, 0.5),
        ]
