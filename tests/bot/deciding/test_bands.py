"""Who answers follows from probability, margin, risk and what is known."""

import pytest

from bot.actions import Band
from bot.deciding.bands import Placement, band_of, confidence_of
from bot.scripts import Effect, Risk
from tests.bot.deciding.deciding_factories import BANDS, make_intent, understood


def place(
    *guesses: tuple[str, float],
    risk: Risk = Risk.AUTO,
    effects: frozenset[Effect] = frozenset(),
    is_several: bool = False,
    **known: bool,
) -> Placement:
    return band_of(
        understood(*guesses, is_several=is_several),
        intent=make_intent("ask", risk, effects=effects),
        bands=BANDS,
        **known,
    )


class TestBandOf:
    def test_a_sure_harmless_intent_is_answered(self) -> None:
        placement = place(("ask", 0.8))

        assert placement.band is Band.AUTO
        assert not placement.is_unsure

    def test_a_less_sure_one_is_asked_about(self) -> None:
        placement = place(("ask", 0.79))

        assert placement.band is Band.ASSIST
        assert placement.is_unsure
        assert not placement.is_miss

    def test_two_close_guesses_are_not_sure(self) -> None:
        assert place(("ask", 0.85), ("other", 0.76)).is_unsure
        assert not place(("ask", 0.85), ("other", 0.74)).is_unsure

    def test_several_intents_need_no_margin(self) -> None:
        placement = place(("ask", 0.85), ("other", 0.85), is_several=True)

        assert placement.band is Band.AUTO

    @pytest.mark.parametrize("risk", Risk)
    def test_below_the_assist_threshold_it_is_a_miss(self, risk: Risk) -> None:
        placement = place(("ask", 0.39), risk=risk)

        assert placement.is_miss
        assert placement.band is Band.ASSIST

    def test_the_last_miss_hands_over(self) -> None:
        placement = place(("ask", 0.39), is_last_miss=True)

        assert placement.is_miss
        assert placement.band is Band.HAND_OVER

    def test_a_risky_intent_hands_over_also_when_not_so_sure(self) -> None:
        assert place(("ask", 0.4), risk=Risk.HUMAN).band is Band.HAND_OVER

    def test_so_does_one_that_asks_for_a_person(self) -> None:
        effects = frozenset({Effect.HAND_OVER})

        assert place(("ask", 0.4), effects=effects).band is Band.HAND_OVER

    @pytest.mark.parametrize(
        ("confidence", "is_verified", "facts_filled", "band"),
        [
            (0.9, True, True, Band.AUTO),
            (0.7, True, True, Band.ASSIST),
            (0.9, False, True, Band.ASSIST),
            (0.9, True, False, Band.ASSIST),
        ],
    )
    def test_an_assist_intent_is_answered_only_with_every_fact_to_who_it_is(
        self, confidence: float, band: Band, *, is_verified: bool, facts_filled: bool
    ) -> None:
        placement = place(
            ("ask", confidence),
            risk=Risk.ASSIST,
            is_verified=is_verified,
            facts_filled=facts_filled,
        )

        assert placement.band is band
        assert not placement.is_unsure


class TestConfidenceOf:
    def test_a_clauses_confidence_counts_before_the_texts(self) -> None:
        understanding = understood(("a", 0.7), ("b", 0.2))

        assert confidence_of(understanding, "a") == 0.7
        assert confidence_of(understanding, "b") == 0.2
        assert confidence_of(understanding, "c") == 0.0
