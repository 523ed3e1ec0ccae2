"""Flows of a pack: read whole, checked with file and line, linted."""

from pathlib import Path

import pytest

from bot.errors import ScriptLibraryError
from bot.flows.authority import Authority
from bot.flows.flow import Ask, Branch, End, SlotKind
from bot.understanding.short_answers import NO, YES
from scripts_library.lint import lint_folder
from scripts_library.loader import builtin_pack, load_pack
from tests.scripts_library.small_pack import SmallPack, make_small_pack

RULES = """\
postage: {quality: shop}
authority: {assistant: 0, agent: 500, manager: 2000}
refusals: [不想拍]
"""
FLOW = """\
repair:
  zh: 维修
  ticket: callback
  reason: quality
  slots:
    picture: {zh: 照片, kind: picture}
    choice:
      zh: 选择
      kind: choice
      early: true
      options:
        refund: {zh: 退款, says: [退款]}
        resend: {zh: 补发, says: [补发]}
  steps:
    evidence: {ask: picture, texts: [请拍照], to: choice}
    choice: {ask: choice, texts: [退还是补], to: {refund: money, resend: stock}}
    stock: {by: item_stock, to: {out: money, "*": again}}
    money: {end: refund, texts: [退]}
    again: {end: resend, texts: [补]}
"""


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    small = make_small_pack(tmp_path / "small")
    (small.folder / "flows").mkdir()
    small.write("flows.yaml", RULES)
    small.write("flows/repair.yaml", FLOW)
    small.change("intents/all.yaml", "  urgency: 6", "  urgency: 6\n  flow: repair")
    return small


def problems_of(small: SmallPack) -> list[str]:
    """Return what loading must report, as lines."""
    with pytest.raises(ScriptLibraryError) as raised:
        load_pack(small.folder)
    return [str(problem) for problem in raised.value.problems]


class TestReadFlows:
    def test_a_flow_is_read_with_its_slots_and_steps(self, small: SmallPack) -> None:
        pack = load_pack(small.folder)

        flow = pack.flows["repair"]
        assert pack.intents["rush"].flow == "repair"
        assert (flow.start, flow.ticket, flow.reason) == (
            "evidence",
            "callback",
            "quality",
        )
        assert flow.slots["picture"].kind is SlotKind.PICTURE
        assert flow.slots["choice"].is_early
        assert [type(step) for step in flow.steps.values()] == [
            Ask,
            Ask,
            Branch,
            End,
            End,
        ]
        assert pack.flow_rules.authority == Authority(
            assistant_fen=0, agent_fen=500, manager_fen=2000
        )

    def test_a_pack_without_flows_has_none(self, tmp_path: Path) -> None:
        pack = load_pack(make_small_pack(tmp_path / "plain").folder)

        assert pack.flows == {}
        assert pack.flow_rules.authority == Authority()

    @pytest.mark.parametrize(
        ("old", "new", "line", "reason"),
        [
            ("to: choice}", "to: nowhere}", 15, "unknown step 'nowhere'"),
            ("ask: picture", "ask: video", 15, "unknown slot 'video'"),
            ("refund: money, resend", "refund: money, other", 16, "no value 'other'"),
            (", resend: stock}", "}", 16, "no way for resend"),
            ("by: item_stock", "by: weather", 17, "unknown fact or slot 'weather'"),
            ("out: money", "gone: money", 17, "no value 'gone'"),
            ("ticket: callback", "ticket: other", 1, "unknown ticket type 'other'"),
            ("reason: quality", "reason: taste", 1, "unknown reason 'taste'"),
            ("end: refund, texts: [退]", "end: refund", 18, "an end has one of"),
            ("end: refund", "end: refund, claim: true", 18, "waits for approval"),
            ("texts: [请拍照], ", "", 15, "texts are missing"),
            ("[请拍照]", '["{flow.video}"]', 15, "unknown placeholder {flow.video}"),
            ("says: [退款]", "words: [money]", 1, "unknown answer words 'money'"),
            ("{zh: 退款, says: [退款]}", "{zh: 退款}", 12, "nothing says this"),
            ("kind: picture", "kind: video", 6, "unknown 'video'"),
            ("{end: resend, texts: [补]}", "{end: x, goes_on: y}", 19, "unknown flow"),
            ("kind: choice", "kind: yes_no", 8, "are called yes and no"),
            ("{out: money,", "{out: evidence,", 1, "its steps run in a ring"),
        ],
    )
    def test_a_mistake_is_named_with_file_and_line(
        self, small: SmallPack, old: str, new: str, line: int, reason: str
    ) -> None:
        small.change("flows/repair.yaml", old, new)

        problems = problems_of(small)

        assert any(
            one.startswith(f"flows/repair.yaml:{line}:") and reason in one
            for one in problems
        ), problems

    def test_an_intent_that_starts_nothing_is_named(self, small: SmallPack) -> None:
        small.change("intents/all.yaml", "flow: repair", "flow: mending")

        assert any("unknown flow 'mending'" in one for one in problems_of(small))

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("quality: shop", "quality: courier", "expected shop, buyer or part"),
            ("assistant: 0", "assistant: -1", "expected 0 to"),
            ("refusals: [不想拍]", "approval: new", "belong together"),
        ],
    )
    def test_a_mistake_in_the_rules_is_named(
        self, small: SmallPack, old: str, new: str, reason: str
    ) -> None:
        small.change("flows.yaml", old, new)

        assert any(reason in one for one in problems_of(small))


class TestLint:
    def test_a_step_that_nothing_leads_to_is_named(self, small: SmallPack) -> None:
        small.change("flows/repair.yaml", "resend: stock", "resend: again")

        found = [str(one) for one in lint_folder(small.folder)]

        assert any(
            one.startswith("flows/repair.yaml:17")
            and "'stock' cannot be reached" in one
            for one in found
        ), found

    def test_a_text_that_may_not_leave_is_named(self, small: SmallPack) -> None:
        small.change("flows/repair.yaml", "[退]", "[退您20元]")

        found = [str(one) for one in lint_folder(small.folder)]

        assert any(one.startswith("flows/repair.yaml:18") for one in found), found

    def test_an_unused_slot_is_named(self, small: SmallPack) -> None:
        small.change(
            "flows/repair.yaml",
            "    choice:\n",
            "    more: {zh: 别的, kind: text}\n    choice:\n",
        )

        found = [str(one) for one in lint_folder(small.folder)]

        assert any("slot 'more' is never used" in one for one in found), found


class TestECommercePack:
    def test_each_button_is_read_as_an_answer(self) -> None:
        pack = load_pack(builtin_pack())
        asks = [
            (flow, step)
            for flow in pack.flows.values()
            for step in flow.steps.values()
            if isinstance(step, Ask)
        ]
        for flow, step in asks:
            slot = flow.slots[step.slot]
            lists = [name for option in slot.options for name in option.words]
            words = {word for name in lists for word in pack.answer_words[name].words}
            phrases = (
                *(phrase for option in slot.options for phrase in option.says),
                *pack.flow_rules.refusals,
            )
            for button in step.buttons:
                is_read = (
                    (slot.kind is SlotKind.YES_NO and button in YES | NO)
                    or button in words
                    or any(phrase in button for phrase in phrases)
                )
                assert is_read, (flow.flow_id, step.step_id, button)

    def test_the_assistant_promises_no_money_by_itself(self) -> None:
        assert load_pack(builtin_pack()).flow_rules.authority.assistant_fen == 0
