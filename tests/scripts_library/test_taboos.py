"""The taboos of good service, and whether templates keep them."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.replying.taboos import Taboo, find_slips
from bot.scripts import Pack
from scripts_library.lint import lint_folder
from scripts_library.linting.taboos import lint_taboos
from scripts_library.loader import builtin_pack, load_pack
from scripts_library.report import Origins
from tests.scripts_library.small_pack import make_small_pack

TABOOS = """\
neglect:
  zh: 冷漠
  patterns: ["不归我管"]
  unless: ["不是不归我管"]
  instead: 说说能帮什么
claim:
  zh: 说一套做一套
  claims: true
  patterns: ["已经登记"]
  instead: 写进工单编号
"""

SAID = {
    "neglect": [
        "这个不归我们管",
        "您自己想办法吧",
        "快递的事我们也没办法",
        "这个我不清楚。",
        "您去问快递吧",
    ],
    "arguing": [
        "您怎么不早说",
        "明明是您自己选错了",
        "您理解错了",
        "页面上写得很清楚",
        "请您不要无理取闹",
    ],
    "hasty": [
        "肯定是您使用的问题",
        "不可能少发的",
        "我们的产品绝对没有问题",
    ],
    "only_sorry": [
        "亲，非常抱歉",
        "对不起，给您添麻烦了",
        "实在不好意思。",
        "请您谅解",
    ],
    "commonplace": [
        "这种情况很正常",
        "这个问题比较常见哦",
        "别的买家都没说",
        "快递经常会这样",
    ],
    "broken_word": ["保证您满意", "我们承诺绝对没问题", "下次一定不会了"],
    "empty_claim": ["已经帮您登记好了", "已为您转给仓库"],
}
FINE = (
    "亲，非常抱歉让您久等了，小二这就帮您查",
    "您不清楚的地方随时问小二",
    "尺码、材质哪里不清楚，随时问小二",
    "是您自己用还是送人呢",
    "收到后正常签收就好",
    "这一款经常断货，建议早点拍",
    "不好意思，这款暂时没有，帮您留意",
    "您是拍错了还是等太久呢",
    "对不起，这件事是我们没做好，同事会在今天回复您",
    "如果不清楚型号，拍照给小二",
    "支持七天无理由退货",
    "屏幕显示有轻微色差是正常现象，介意慎拍",
    "有问题找小二，给您一个答复",
    "这就帮您登记，麻烦把订单号发来",
)


@pytest.fixture(scope="module", name="pack")
def _pack() -> Pack:
    return load_pack(builtin_pack())


class TestFindSlips:
    @pytest.mark.parametrize(
        ("taboo", "text"),
        [(name, text) for name, all_ in SAID.items() for text in all_],
    )
    def test_the_shipped_words_find_what_buyers_take_amiss(
        self, pack: Pack, taboo: str, text: str
    ) -> None:
        found = {slip.taboo.taboo for slip in find_slips(text, pack.taboos)}

        assert taboo in found

    @pytest.mark.parametrize("text", FINE)
    def test_and_leave_good_service_alone(self, pack: Pack, text: str) -> None:
        assert list(find_slips(text, pack.taboos)) == []

    def test_names_the_words_as_they_were_written(self) -> None:
        taboo = Taboo(taboo="t", zh="", patterns=("不归我管",), instead="")

        (slip,) = find_slips("這個 不歸我管！", (taboo,))

        assert slip.words == "不歸我管"


class TestLintTaboos:
    def test_the_shipped_pack_breaks_none(self, pack: Pack) -> None:
        assert list(lint_taboos(pack, origins=Origins())) == []

    def test_a_template_that_does_is_reported_with_line_reason_and_better_words(
        self, tmp_path: Path
    ) -> None:
        small = make_small_pack(tmp_path)
        small.write("taboos.yaml", TABOOS)
        small.change("scripts/all.yaml", "[您再说说]", "[您再说说, 这不归我管]")

        (problem,) = lint_folder(tmp_path)

        assert (problem.file, problem.line) == ("scripts/all.yaml", 23)
        assert "不归我管" in problem.reason
        assert "冷漠" in problem.reason
        assert "说说能帮什么" in problem.reason

    def test_flows_apologies_identity_and_buttons_are_read_too(
        self, pack: Pack
    ) -> None:
        rude = ("这个不归我们管",)
        kind = replace(pack.promises.kinds[0], apologies=rude)
        assert pack.identity is not None
        broken = replace(
            pack,
            promises=replace(pack.promises, kinds=(kind,)),
            identity=replace(pack.identity, wrong=rude),
            flow_rules=replace(pack.flow_rules, rejected_texts=rude),
            texts=replace(pack.texts, fallback_buttons=rude),
        )

        problems = list(lint_taboos(broken, origins=Origins()))

        assert [it.file.split("/")[0] for it in problems] == [
            "promise",
            "identity",
            "rejected",
            "text",
        ]

    def test_what_is_claimed_must_be_done(self, tmp_path: Path) -> None:
        small = make_small_pack(tmp_path)
        small.write("taboos.yaml", TABOOS)
        small.change("scripts/all.yaml", "[您再说说]", "[您再说说, 已经登记了]")
        small.change("scripts/all.yaml", "[正在核实]", "[正在核实, 这也已经登记了]")

        (problem,) = lint_folder(tmp_path)

        assert problem.line == 23

    def test_a_part_that_may_stand_alone_is_read_alone(self, pack: Pack) -> None:
        script = pack.scripts[0]
        sorry = replace(script, variants=("非常抱歉[[，订单{order.no}小二在查]]",))

        problems = list(lint_taboos(replace(pack, scripts=(sorry,)), origins=Origins()))

        assert ["only_sorry" in it.reason for it in problems] == [True]
