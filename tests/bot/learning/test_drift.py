"""Which intents are said to have jumped."""

import pytest

from bot.learning.drift import Week, find_jumps


def make_week(total: int = 400, missed: int = 40, **by_intent: int) -> Week:
    return Week(total=total, missed=missed, turns=total, by_intent=by_intent)


BEFORE = [make_week(invoice=20, refund=30) for _ in range(4)]


class TestFindJumps:
    def test_a_share_that_tripled_is_named_with_both_shares(self) -> None:
        (jump,) = find_jumps(make_week(invoice=60, refund=30), BEFORE)

        assert jump.intent_id == "invoice"
        assert jump.share == pytest.approx(0.15)
        assert jump.before == pytest.approx(0.05)
        assert jump.p_value < 0.01

    def test_what_chance_explains_is_not(self) -> None:
        assert find_jumps(make_week(invoice=27, refund=36), BEFORE) == ()

    def test_a_handful_is_too_few(self) -> None:
        assert find_jumps(make_week(invoice=20, new=8), BEFORE) == ()

    def test_what_is_enough_for_one_intent_is_not_for_seventy(self) -> None:
        many = {f"i{number}": 4 for number in range(70)}
        before = [make_week(invoice=20, **many) for _ in range(4)]
        week = {"invoice": 35}

        assert find_jumps(make_week(**week), [make_week(invoice=20)] * 4)
        assert find_jumps(make_week(**week, **many), before) == ()

    def test_without_weeks_before_there_is_nothing_to_compare(self) -> None:
        assert find_jumps(make_week(invoice=60), []) == ()


class TestMissedShare:
    def test_is_unknown_without_turns(self) -> None:
        assert make_week(total=0, missed=0).missed_share is None
        assert make_week().missed_share == pytest.approx(0.1)
