"""Words of a text choose a script before anything is guessed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.actions import Band, Decision
from bot.assistant import Assistant
from bot.scripts import Audience, Conditions, PhraseRule, Script
from tests.bot.deciding.deciding_factories import (
    PACK,
    FixedUnderstander,
    folded,
    make_context,
    make_script,
    make_turn,
    texts,
    understood,
)

RULE = PhraseRule(contains=("发票抬头",))
TEXT = "发票抬头写什么"


def ruled(script_id: str = "rule", answer: str = "写公司名", **rest: Any) -> Script:
    return make_script(
        "price", answer, **{"phrases": RULE, "script_id": script_id, **rest}
    )


def decide(
    *scripts: Script, guess: tuple[str, float] = ("colour", 0.9), text: str = TEXT
) -> Decision:
    pack = replace(PACK, scripts=(*PACK.scripts, *scripts))
    understander = FixedUnderstander(replace(understood(guess), folded=folded(text)))
    return Assistant(pack, understander).handle(make_turn(text=text), make_context())


class TestChooseByPhrases:
    def test_the_rule_goes_before_the_guess(self) -> None:
        decision = decide(ruled())

        assert texts(decision) == ["写公司名"]
        assert (decision.intent_id, decision.band) == ("price", Band.AUTO)
        assert "关键词规则：rule" in decision.why

    def test_without_its_words_the_script_is_never_said(self) -> None:
        decision = decide(
            ruled(priority=1000), guess=("price", 0.95), text="这个多少钱"
        )

        assert "写公司名" not in texts(decision)

    def test_a_missed_text_is_answered_too(self) -> None:
        assert texts(decide(ruled(), guess=("colour", 0.1))) == ["写公司名"]

    @pytest.mark.parametrize("intent", ["person", "broken", "no_more"])
    def test_who_may_want_a_person_or_no_more_messages_is_not_answered_by_a_rule(
        self, intent: str
    ) -> None:
        assert "写公司名" not in texts(decide(ruled(), guess=(intent, 0.9)))

    def test_of_two_that_fit_the_more_special_wins_whatever_the_order(self) -> None:
        general = ruled("a", "一般")
        special = ruled("b", "这个渠道的", conditions=Conditions(connector=("http",)))
        shops = ruled("c", "本店的", audience=Audience.SHOP)

        for scripts in ((general, special, shops), (shops, special, general)):
            assert texts(decide(*scripts)) == ["这个渠道的"]
        assert texts(decide(general, shops)) == ["本店的"]
        assert texts(decide(ruled("d", "丁"), ruled("e", "戊"))) == ["丁"]

    @pytest.mark.parametrize(
        "out_of_date",
        [
            {"valid_until": date(2026, 11, 22)},
            {"valid_from": date(2026, 11, 24)},
            {"conditions": Conditions(connector=("elsewhere",))},
            {"audience": Audience.TEAM},
        ],
    )
    def test_one_that_is_not_for_now_does_not_choose(
        self, out_of_date: dict[str, Any]
    ) -> None:
        assert "写公司名" not in texts(decide(ruled(**out_of_date)))

    def test_its_last_day_is_included(self) -> None:
        today = ruled(valid_from=date(2026, 11, 23), valid_until=date(2026, 11, 23))

        assert texts(decide(today)) == ["写公司名"]
