"""How good is a matcher on labelled rows? The figures of ``xiaoer eval``."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bot.actions import Band
from bot.scripts import Risk

_BINS: Final = 10
_TOP: Final = 3
_MULTI: Final = "multi:"
_NORMAL_95: Final = 1.96
"""Standard deviations around the mean that hold 95 of 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One labelled row of a test file."""

    intent: str
    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One row with what the matcher made of it."""

    row: Row
    ranked: tuple[str, ...]
    """Intents, best first."""
    confidence: float
    """Of the first."""
    intents: tuple[str, ...]
    band: Band | None
    """None when the matcher learnt labels that no pack knows."""
    took_ms: float

    @property
    def is_right(self) -> bool:
        """Return whether the best guess is the row's intent."""
        return self.ranked[0] == self.row.intent

    @property
    def is_near(self) -> bool:
        """Return whether the row's intent is among the first three."""
        return self.row.intent in self.ranked[:_TOP]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bin of the reliability diagram."""

    n: int
    confidence: float
    """Mean of the bin."""
    accuracy: float

    def interval(self) -> tuple[float, float]:
        """Return where the true accuracy lies, 95 times of 100 (Wilson's interval)."""
        spread = _NORMAL_95**2 / self.n
        centre = self.accuracy + spread / 2
        reach = _NORMAL_95 * math.sqrt(
            self.accuracy * (1 - self.accuracy) / self.n + spread / (4 * self.n)
        )
        return (
            max(0.0, (centre - reach) / (1 + spread)),
            min(1.0, (centre + reach) / (1 + spread)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What answering from some confidence on would bring."""

    confidence: float
    """The threshold."""
    coverage: float
    """Share of the rows that are this sure or surer."""
    precision: float
    """Share of those whose guess is right."""


def measure(
    judged: Sequence[Judged],
    *,
    risks: Mapping[str, Risk] | None,
    off_topic: str | None,
) -> dict[str, Any]:
    """Return every figure about accuracy; None where there is nothing to measure.

    Args:
        judged: At least one row.
        risks: Risk of each intent; None without a pack's intents.
        off_topic: Id of the intent for what is outside the business.
    """
    per_intent = _per_intent(judged)
    return {
        "n": len(judged),
        "top1": _share(judged, lambda one: one.is_right),
        "top3": _share(judged, lambda one: one.is_near),
        "macro_f1": _mean([figures["f1"] for figures in per_intent.values()]),
        **_band_figures(judged, risks),
        "ece": expected_calibration_error(reliability(judged)),
        **_off_topic_figures(judged, off_topic),
        "multi_both_found": _multi_both_found(judged),
        "per_tag": _per_tag(judged),
        "per_intent": per_intent,
        "confusions": _confusions(judged),
        "p50_ms": round(float(np.percentile([one.took_ms for one in judged], 50)), 3),
        "p99_ms": round(float(np.percentile([one.took_ms for one in judged], 99)), 3),
    }


def reliability(judged: Sequence[Judged]) -> tuple[Bin, ...]:
    """Return ten bins of equal mass over the confidence of the best guess."""
    ordered = sorted(judged, key=lambda one: one.confidence)
    parts = np.array_split(np.arange(len(ordered)), _BINS)
    return tuple(
        Bin(
            n=len(part),
            confidence=float(np.mean([ordered[i].confidence for i in part])),
            accuracy=float(np.mean([ordered[i].is_right for i in part])),
        )
        for part in parts
        if len(part)
    )


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Return the mean distance of confidence and accuracy, by the mass of the bins."""
    total = sum(one.n for one in bins)
    return round(
        sum(one.n * abs(one.confidence - one.accuracy) for one in bins) / total, 4
    )


def coverage_curve(judged: Sequence[Judged]) -> tuple[Coverage, ...]:
    """Return what each possible threshold would bring, the highest first.

    Rows of one confidence pass together: no threshold lies between them.
    """
    ordered = sorted(judged, key=lambda one: -one.confidence)
    points = []
    right = 0
    for count, one in enumerate(ordered, start=1):
        right += one.is_right
        if count < len(ordered) and ordered[count].confidence == one.confidence:
            continue
        points.append(
            Coverage(
                confidence=one.confidence,
                coverage=count / len(ordered),
                precision=right / count,
            )
        )
    return tuple(points)


def _band_figures(
    judged: Sequence[Judged], risks: Mapping[str, Risk] | None
) -> dict[str, float | None]:
    """Return how often the assistant would answer by itself, and how often wrongly."""
    if risks is None:
        return dict.fromkeys(("auto_coverage", "auto_precision", "false_auto_rate"))
    meant = [one for one in judged if risks.get(one.row.intent) is Risk.AUTO]
    sent = [one for one in meant if one.band is Band.AUTO]
    false = [
        one
        for one in judged
        if one.band is Band.AUTO
        and not (one.is_right and risks.get(one.row.intent) is Risk.AUTO)
    ]
    return {
        "auto_coverage": _ratio(len(sent), len(meant)),
        "auto_precision": _share(sent, lambda one: one.is_right),
        "false_auto_rate": _ratio(len(false), len(judged)),
    }


def _off_topic_figures(
    judged: Sequence[Judged], off_topic: str | None
) -> dict[str, float | None]:
    """Return how well what is outside the business is told apart."""
    outside = [one for one in judged if one.row.intent == off_topic]
    inside = [one for one in judged if one.row.intent != off_topic]
    return {
        "off_topic_recall": _share(outside, lambda one: one.is_right),
        "off_topic_false_rate": None
        if off_topic is None
        else _share(inside, lambda one: one.ranked[0] == off_topic),
    }


def _multi_both_found(judged: Sequence[Judged]) -> float | None:
    """Return the share of rows with two intents in which both were found."""
    found = [
        {one.row.intent, second} <= set(one.intents)
        for one in judged
        for second in _seconds(one.row.tags)
    ]
    return _ratio(sum(found), len(found))


def _seconds(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the second intents that tags such as multi:opt_out name."""
    return tuple(tag.removeprefix(_MULTI) for tag in tags if tag.startswith(_MULTI))


def _per_tag(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Return accuracy by tag; near:<intent> and multi:<intent> count as near, multi."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        for tag in dict.fromkeys(tag.partition(":")[0] for tag in one.row.tags):
            groups[tag].append(one)
    return {
        tag: {
            "n": len(group),
            "top1": _share(group, lambda one: one.is_right),
            "top3": _share(group, lambda one: one.is_near),
        }
        for tag, group in sorted(groups.items())
    }


def _per_intent(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    """Return precision, recall and f1 of each intent that occurs in the rows."""
    expected = Counter(one.row.intent for one in judged)
    guessed = Counter(one.ranked[0] for one in judged)
    right = Counter(one.row.intent for one in judged if one.is_right)
    return {
        intent: {
            "n": count,
            "precision": _ratio(right[intent], guessed[intent]),
            "recall": _ratio(right[intent], count),
            "f1": _ratio(2 * right[intent], count + guessed[intent]),
        }
        for intent, count in sorted(expected.items())
    }


def _confusions(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return which intent was taken for which, the most frequent first."""
    pairs = Counter(
        (one.row.intent, one.ranked[0]) for one in judged if not one.is_right
    )
    return [
        {"intent": intent, "guessed": guessed, "n": count}
        for (intent, guessed), count in sorted(
            pairs.items(), key=lambda pair: (-pair[1], pair[0])
        )
    ]


def _share(
    judged: Sequence[Judged], is_counted: Callable[[Judged], bool]
) -> float | None:
    """Return the share of rows that count, None of no rows."""
    return _ratio(sum(map(is_counted, judged)), len(judged))


def _ratio(part: int, whole: int) -> float | None:
    """Return ``part`` of ``whole`` in four places, None of nothing."""
    return None if whole == 0 else round(part / whole, 4)


def _mean(values: Sequence[float]) -> float | None:
    """Return the mean in four places, None of nothing."""
    return None if not values else round(sum(values) / len(values), 4)
