"""The optional files of conversation manners: read whole, wrong ones named by line."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.deciding.mood import Mood, MoodRules, MoodWords
from bot.errors import ScriptLibraryError
from bot.facts import OrderState
from bot.follow_ups.plans import EndsWhen, StartsWhen
from bot.incidents.values import IncidentKind, IncidentRule, IncidentRules
from bot.scripts import SlotQuestion
from bot.utterances import EntityKind
from scripts_library.lint import lint_folder
from scripts_library.loader import load_pack
from tests.scripts_library.small_pack import SmallPack, make_small_pack

MOODS = """\
marks: 3
repeats: 2
feeling_already: [抱歉]
hand_over: {angry_and_unsure: true, angry_twice: false}
moods:
  angry:
    words: [气死]
    unless: [没气死]
    signals: [emoji_angry]
    intents: [rush]
    openings: [抱歉了。]
  urgent: {words: [急]}
"""
INCIDENTS = """\
kinds:
  shortage:
    zh: 缺货
    intents: [rush]
    not_for: [shipped]
    withholds: [item.stock]
    withheld_scripts: [other.one]
    closing: restock
again: ["还没好[[，{incident.ends_at|before}恢复]]"]
"""
SLOTS = """\
order:
  zh: 订单号
  facts: [order.no]
  kinds: [order_no]
  texts: [哪一单]
"""
REMINDER = """\
still_here:
  zh: 提醒
  kind: nudge
  delay: 3 minutes
  window: contact
  starts_when: question_asked
  then: over
  ends_when: [conversation_closed]
  texts: [还在吗]
over:
  zh: 结束
  kind: nudge
  delay: 0 minutes
  window: contact
  closes_conversation: true
  texts: [先这样]
"""


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "small")


def problems_of(small: SmallPack) -> list[str]:
    """Return what loading must report, as lines."""
    with pytest.raises(ScriptLibraryError) as raised:
        load_pack(small.folder)
    return [str(problem) for problem in raised.value.problems]


class TestMoods:
    def test_a_pack_without_the_file_knows_none(self, small: SmallPack) -> None:
        assert load_pack(small.folder).moods == MoodRules()

    def test_everything_in_it_is_read(self, small: SmallPack) -> None:
        small.write("moods.yaml", MOODS)

        assert load_pack(small.folder).moods == MoodRules(
            moods={
                Mood.ANGRY: MoodWords(
                    words=("气死",),
                    unless=("没气死",),
                    signals=frozenset({"emoji_angry"}),
                    intents=frozenset({"rush"}),
                    openings=("抱歉了。",),
                ),
                Mood.URGENT: MoodWords(words=("急",)),
            },
            marks=3,
            repeats=2,
            feeling_already=("抱歉",),
            hands_over_unsure=True,
            hands_over_twice=False,
        )

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("marks: 3", "marks: -1", "moods.yaml:1: expected 0 to 20"),
            ("  angry:", "  furious:", "moods.yaml:6: unknown 'furious'"),
            ("  urgent:", "  neutral:", "moods.yaml:12: neutral is what nothing"),
            ("emoji_angry", "emoji_red", "moods.yaml:9: unknown signal 'emoji_red'"),
            ("[rush]", "[hurry]", "moods.yaml:6: unknown intent 'hurry'"),
            ("抱歉了。", '"{nobody}"', "moods.yaml:11: unknown placeholder {nobody}"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_line(
        self, small: SmallPack, old: str, new: str, problem: str
    ) -> None:
        small.write("moods.yaml", MOODS.replace(old, new))

        (found,) = problems_of(small)

        assert found.startswith(problem)

    def test_lint_reads_the_openings(self, small: SmallPack) -> None:
        small.write("moods.yaml", MOODS.replace("抱歉了。", "2天内给您回话，"))

        (problem,) = lint_folder(small.folder)

        assert (problem.file, problem.line) == ("moods.yaml", 11)
        assert "unsourced_figure" in problem.reason


class TestIncidents:
    def test_a_pack_without_the_file_has_none(self, small: SmallPack) -> None:
        assert load_pack(small.folder).incidents == IncidentRules()

    def test_everything_in_it_is_read(self, small: SmallPack) -> None:
        small.write("incidents.yaml", INCIDENTS)

        assert load_pack(small.folder).incidents == IncidentRules(
            kinds={
                IncidentKind.SHORTAGE: IncidentRule(
                    zh="缺货",
                    intents=frozenset({"rush"}),
                    closing="restock",
                    not_for=frozenset({OrderState.SHIPPED}),
                    withholds=frozenset({"item.stock"}),
                    withheld_scripts=frozenset({"other.one"}),
                )
            },
            again=("还没好[[，{incident.ends_at|before}恢复]]",),
        )

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("  shortage:", "  flood:", "incidents.yaml:2: unknown 'flood'"),
            ("[rush]", "[hurry]", "incidents.yaml:2: unknown intent 'hurry'"),
            ("restock", "gone", "incidents.yaml:2: unknown follow-up plan 'gone'"),
            ("item.stock", "item.x", "incidents.yaml:2: unknown placeholder 'item.x'"),
            ("other.one", "other.x", "incidents.yaml:2: unknown script 'other.x'"),
            ("[shipped]", "[lost]", "incidents.yaml:5: unknown 'lost'"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_line(
        self, small: SmallPack, old: str, new: str, problem: str
    ) -> None:
        small.write("incidents.yaml", INCIDENTS.replace(old, new))

        (found,) = problems_of(small)

        assert found.startswith(problem)


class TestSlots:
    def test_a_question_is_read(self, small: SmallPack) -> None:
        small.write("slots.yaml", SLOTS)

        assert load_pack(small.folder).slots == {
            "order": SlotQuestion(
                slot_id="order",
                zh="订单号",
                facts=frozenset({"order.no"}),
                texts=("哪一单",),
                kinds=(EntityKind.ORDER_NO,),
            )
        }

    def test_a_fact_that_is_none_is_named(self, small: SmallPack) -> None:
        small.write("slots.yaml", SLOTS.replace("order.no]", "order.nr]"))

        assert problems_of(small) == ["slots.yaml:1: unknown placeholder 'order.nr'"]


class TestTemplates:
    @pytest.mark.parametrize(
        ("template", "problem"),
        [
            ("{order.no|shout}", "unknown filter 'shout'"),
            ("[[{order.nr}]]", "unknown placeholder {order.nr}"),
            ("[[好的]]", "names no placeholder"),
            ("{order.no|default:亲|short}", "default must come last"),
        ],
    )
    def test_what_is_written_wrong_is_named_with_its_line(
        self, small: SmallPack, template: str, problem: str
    ) -> None:
        small.change("scripts/all.yaml", "[正在核实]", f'["{template}"]')

        (found,) = problems_of(small)

        assert found.startswith("scripts/all.yaml:13: ")
        assert problem in found

    def test_a_figure_in_a_default_is_no_fact(self, small: SmallPack) -> None:
        small.change(
            "scripts/all.yaml",
            "[正在核实]",
            '["{shop.ship_within|default:48小时内}发，正在核实"]',
        )

        (problem,) = lint_folder(small.folder)

        assert (problem.file, problem.line) == ("scripts/all.yaml", 13)
        assert "unsourced_figure" in problem.reason

    def test_a_script_that_can_leave_out_what_it_lacks_always_has_a_text(
        self, small: SmallPack
    ) -> None:
        small.change("scripts/all.yaml", "[正在核实]", '["在核实[[，{order.no}]]"]')

        assert lint_folder(small.folder) == ()


class TestSilence:
    def test_its_plans_are_read(self, small: SmallPack) -> None:
        small.add("follow_ups.yaml", REMINDER)

        plans = load_pack(small.folder).follow_ups

        assert plans["still_here"].starts_when is StartsWhen.QUESTION_ASKED
        assert plans["still_here"].then == "over"
        assert plans["still_here"].ends_when == {EndsWhen.CONVERSATION_CLOSED}
        assert plans["over"].closes_conversation
        assert plans["over"].delay == timedelta()

    @pytest.mark.parametrize(
        ("then", "problem"),
        [
            ("nothing", "unknown follow-up plan 'nothing'"),
            ("still_here", "a message that starts itself never ends"),
        ],
    )
    def test_what_follows_must_be_there_and_be_another(
        self, small: SmallPack, then: str, problem: str
    ) -> None:
        small.add("follow_ups.yaml", REMINDER.replace("then: over", f"then: {then}"))

        (found,) = problems_of(small)

        assert found.startswith("follow_ups.yaml:")
        assert found.endswith(problem)
