"""The shipped pack has words for every situation that matters."""

import pytest

from bot.replying.render import placeholders, required
from bot.scripts import Conditions, Pack, Risk, Use
from scripts_library.loader import builtin_pack, load_pack

KNOWN = frozenset({"buyer.name", "shop.name"})
"""Placeholders that always have a value."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(builtin_pack())


def usable(pack: Pack, intent_id: str, use: Use) -> list[str]:
    """Return the variants of an intent that are said whatever is known of the buyer."""
    return [
        variant
        for script in pack.scripts
        if (script.intent_id, script.use) == (intent_id, use)
        if script.conditions == Conditions()
        for variant in script.variants
        if KNOWN.issuperset(required(variant))
    ]


def in_situation(pack: Pack, use: Use, **condition: tuple[str, ...]) -> set[str]:
    """Return the intents with a script of this use for one situation."""
    return {
        script.intent_id
        for script in pack.scripts
        if script.use is use
        if all(
            set(values) <= set(getattr(script.conditions, name))
            for name, values in condition.items()
        )
    }


class TestSituations:
    @pytest.mark.parametrize(
        ("risk", "use"), [(Risk.AUTO, Use.REPLY), (Risk.ASSIST, Use.HOLDING)]
    )
    def test_what_is_sent_by_itself_has_other_words_for_the_second_time(
        self, pack: Pack, risk: Risk, use: Use
    ) -> None:
        sent = {one.intent_id for one in pack.intents.values() if one.risk is risk}

        assert sent - in_situation(pack, use, asked=("again",)) == set()

    @pytest.mark.parametrize("condition", [{"mood": ("angry",)}, {"duty": ("away",)}])
    def test_what_a_person_takes_over_has_a_receipt_for_the_angry_and_the_night(
        self, pack: Pack, condition: dict[str, tuple[str, ...]]
    ) -> None:
        human = {
            one.intent_id for one in pack.intents.values() if one.risk is Risk.HUMAN
        }

        lacking = human - in_situation(pack, Use.RECEIPT, **condition)

        # Who asks for a person is not angry by that.
        assert lacking <= {"human_agent"}

    def test_each_intent_has_four_answers_whatever_is_known(self, pack: Pack) -> None:
        uses = {
            Risk.AUTO: (Use.REPLY,),
            Risk.ASSIST: (Use.HOLDING,),
            Risk.HUMAN: (Use.RECEIPT,),
        }
        few = [
            (intent.intent_id, use)
            for intent in pack.intents.values()
            for use in uses[intent.risk]
            if len(usable(pack, intent.intent_id, use)) < 4
        ]

        assert few == []

    def test_who_is_there_is_said_only_when_somebody_is(self, pack: Pack) -> None:
        away = [
            variant
            for script in pack.scripts
            if script.conditions.duty == ("away",)
            for variant in script.variants
            if not {"time.next_open", "ticket.due_at"} & set(placeholders(variant))
        ]

        assert away == []
