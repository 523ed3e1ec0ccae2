"""How suggestions were taken, and what agents change in them."""

from dataclasses import replace

from bot.learning.turns import Offered, ServedTurn
from bot.learning.use import Fate, report_use
from bot.scripts import Pack
from scripts_library.loader import builtin_pack, load_pack
from tests.bot.learning.turns import make_served

FIRST, SECOND = "亲，48小时内给您发出哦", "您好，今天拍的后天之前都能寄走"


def make_pack() -> Pack:
    pack = load_pack(builtin_pack())
    script = next(it for it in pack.scripts if it.intent_id == "shipping_time")
    made = replace(script, script_id="a", variants=(FIRST, SECOND))
    return replace(pack, scripts=(made, replace(made, script_id="b")))


def make_offered(
    text: str, *answers: str, is_sent: bool = False, number: int = 0
) -> ServedTurn:
    offer = Offered(
        script_id="a", intent_id="shipping_time", text=text, is_sent=is_sent
    )
    return make_served("啥时候发", number=number, offered=(offer,), answers=answers)


class TestReportUse:
    def test_counts_what_was_sent_edited_and_unused_by_variant(self) -> None:
        turns = [
            make_offered(FIRST, FIRST, is_sent=True),
            make_offered(FIRST, f"{FIRST}，记得收货"),
            make_offered(SECOND),
            make_offered(SECOND, "稍等我去仓库问一下"),
        ]

        report = report_use(turns, pack=make_pack(), said=frozenset(), wanted={})

        fates = {one.variant: one.fates for one in report.scripts}
        assert fates == {0: {Fate.SENT: 1, Fate.EDITED: 1}, 1: {Fate.UNUSED: 2}}
        first = next(one for one in report.scripts if one.variant == 0)
        assert (first.adoption, first.edit_rate) == (0.5, 0.5)

    def test_names_what_is_added_and_deleted_again_and_again(self) -> None:
        turns = [
            make_offered(FIRST, FIRST.replace("亲，", "") + "，记得收货", number=number)
            for number in range(2)
        ]
        turns.append(make_offered(FIRST, f"{FIRST}，一次而已"))

        report = report_use(turns, pack=make_pack(), said=frozenset(), wanted={})

        assert [(it.text, it.count) for it in report.added] == [("记得收货", 2)]

    def test_an_addition_with_figures_or_a_mask_is_not_told(self) -> None:
        turns = [
            make_offered(FIRST, f"{FIRST}，找138****8000", number=number)
            for number in range(3)
        ]

        report = report_use(turns, pack=make_pack(), said=frozenset(), wanted={})

        assert all("*" not in it.text for it in report.added)
        assert not any(
            character.isdigit() for it in report.added for character in it.text
        )

    def test_scripts_nobody_was_told_are_named_with_the_turns_that_wanted_them(
        self,
    ) -> None:
        report = report_use(
            [], pack=make_pack(), said=frozenset({"a"}), wanted={"shipping_time": 7}
        )

        assert [(it.script_id, it.candidates) for it in report.unused] == [("b", 7)]
