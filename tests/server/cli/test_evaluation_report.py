import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from bot.actions import Band
from bot.scripts import Risk
from server.cli.charts import Axis
from server.cli.evaluation_charts import REST, SHOWN, confusion_matrix
from server.cli.evaluation_report import render_report
from server.cli.measures import Judged, Row, measure

RISKS = {"rush": Risk.AUTO, "return": Risk.ASSIST, "chat": Risk.AUTO}
NAMES = {"rush": "催发货", "return": "退货", "chat": "无关"}


def make_judged(intent: str, guessed: str, *, confidence: float = 0.9) -> Judged:
    return Judged(
        row=Row(intent=intent, text="话", tags=("plain",)),
        ranked=(guessed,),
        confidence=confidence,
        intents=(guessed,),
        band=Band.AUTO,
        took_ms=1.0,
    )


JUDGED = [
    *(make_judged("rush", "rush", confidence=0.5 + 0.02 * n) for n in range(20)),
    make_judged("return", "rush", confidence=0.6),
    make_judged("return", "<return>", confidence=0.3),
    make_judged("chat", "chat", confidence=0.95),
]


def render(*, of_a_pack: bool) -> str:
    risks = RISKS if of_a_pack else None
    figures: dict[str, Any] = measure(JUDGED, risks=risks, off_topic="chat")
    return render_report(
        figures | {"rss_mb": None, "load_s": 1.5},
        judged=JUDGED,
        names=NAMES if of_a_pack else {},
        risks=risks,
    )


def charts(page: str) -> dict[str, ET.Element]:
    """Return the charts by what they are called; a broken one fails to parse."""
    found = [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page)]  # noqa: S314 - our own page
    return {svg.get("aria-label", ""): svg for svg in found}


class TestRenderReport:
    @pytest.mark.parametrize("of_a_pack", [True, False])
    def test_has_every_chart(self, *, of_a_pack: bool) -> None:
        found = charts(render(of_a_pack=of_a_pack))

        assert {"可靠性图", "覆盖率与准确率", "混淆矩阵"} <= found.keys()

    def test_reliability_shows_ten_bins(self) -> None:
        diagram = charts(render(of_a_pack=True))["可靠性图"]

        assert len(diagram.findall(".//circle")) == 10

    def test_needs_nothing_from_elsewhere(self) -> None:
        page = render(of_a_pack=True)

        assert "<script" not in page
        assert not re.findall(r"\b(?:src|href|url)\b|https?:", page)

    def test_labels_are_escaped(self) -> None:
        page = render(of_a_pack=True)

        assert "&lt;return&gt;" in page
        assert "<return>" not in page

    def test_the_bands_of_today_are_a_point(self) -> None:
        with_bands = charts(render(of_a_pack=True))["覆盖率与准确率"]
        without = charts(render(of_a_pack=False))["覆盖率与准确率"]

        assert len(with_bands.findall(".//circle")) == 1
        assert not without.findall(".//circle")

    def test_figures_are_named_in_chinese(self) -> None:
        page = render(of_a_pack=True)

        assert "首选正确 <code>top1</code></dt><dd>91.3%" in page
        assert "内存 <code>rss_mb</code></dt><dd>–" in page


class TestConfusionMatrix:
    def test_names_follow_the_pack_and_errors_are_counted(self) -> None:
        matrix = confusion_matrix(JUDGED, names=NAMES)

        assert re.findall(r"<title>(退货 判为.*?)</title>", matrix) == [
            "退货 判为 催发货：1 条，占 50.0%",
            "退货 判为 &lt;return&gt;：1 条，占 50.0%",
        ]
        assert "无关" not in matrix

    def test_too_many_intents_are_put_together(self) -> None:
        judged = [make_judged(f"{n:02}a", f"{n:02}b") for n in range(SHOWN)]

        matrix = confusion_matrix(judged, names={})

        assert f"<title>{REST}</title>" in matrix
        assert f"在“{REST}”之间" in matrix

    def test_without_errors_there_is_no_matrix(self) -> None:
        assert "<svg" not in confusion_matrix([make_judged("a", "a")], names={})


class TestAxis:
    def test_what_is_outside_is_drawn_at_the_edge(self) -> None:
        axis = Axis(label="", low=0.8)

        assert [axis.place(value) for value in (0.5, 0.9, 2.0)] == pytest.approx(
            [0.0, 0.5, 1.0]
        )
