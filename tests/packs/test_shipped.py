"""Every pack that the product ships loads, has no findings, learns, and keeps its trade."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.guarding.guard import Guard
from bot.guarding.rules import GuardSender
from bot.replying.taboos import find_slips
from bot.scripts import Effect, Pack
from scripts_library.lint import lint_folder
from scripts_library.loader import load_pack, shipped_packs
from scripts_library.shop.check_facts import check_facts
from scripts_library.shop.check_scripts import check_scripts
from scripts_library.shop.check_texts import check_texts
from scripts_library.shop.entries import Kind, entries_of
from scripts_library.shop.findings import Severity
from server.library import Library

DAY = date(2026, 11, 25)
SMALL = ("property", "hospital")
_SAID = frozenset({Kind.SCRIPT, Kind.SNIPPET})


@pytest.fixture(scope="module", name="packs")
def _packs() -> dict[str, Pack]:
    return {name: load_pack(_folder(name)) for name in SMALL}


def _folder(name: str) -> Path:
    return next(folder for folder in shipped_packs() if folder.name == name)


class TestShipped:
    def test_three_trades_are_shipped(self) -> None:
        assert [folder.name for folder in shipped_packs()] == [
            "ecommerce",
            "hospital",
            "property",
        ]

    @pytest.mark.parametrize("folder", shipped_packs(), ids=lambda path: path.name)
    def test_has_no_findings(self, folder: Path) -> None:
        assert lint_folder(folder) == ()

    @pytest.mark.parametrize("folder", shipped_packs(), ids=lambda path: path.name)
    def test_nothing_in_it_would_stop_a_shops_publication(self, folder: Path) -> None:
        """A shop that takes a script over as its own meets every check a manager does."""
        pack = load_pack(folder)
        keys = frozenset(key for key in entries_of(pack) if key.kind in _SAID)
        guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)

        found = (
            *check_texts(pack, keys, guard=guard),
            *check_facts(pack, keys, facts=pack.policies),
            *check_scripts(pack, keys, today=DAY),
        )

        assert [str(it) for it in found if it.severity is Severity.ERROR] == []
        assert {it.rule for it in found} <= {"unreachable"}


@pytest.mark.parametrize("name", SMALL)
class TestContent:
    def test_is_small_and_whole(self, packs: dict[str, Pack], name: str) -> None:
        pack = packs[name]
        off_topic = pack.with_effect(Effect.OFF_TOPIC)[0]

        assert 18 <= len(pack.intents) <= 25
        assert all(len(pack.examples[one]) >= 25 for one in pack.intents)
        assert len(pack.examples[off_topic]) >= 60
        assert 2 <= len(pack.flows) <= 4

    def test_each_intent_has_four_variants_and_five_lines_held_out(
        self, packs: dict[str, Pack], name: str
    ) -> None:
        pack = packs[name]
        held_out = [intent for intent, _ in pack.heldout]

        for intent_id in pack.intents:
            variants = {
                variant
                for script in pack.scripts
                if script.intent_id == intent_id
                for variant in script.variants
            }
            assert len(variants) >= 4, intent_id
            assert held_out.count(intent_id) >= 5, intent_id

    def test_learns_and_knows_lines_it_has_not_seen(
        self, learnt: Callable[[str], Library], name: str
    ) -> None:
        library = learnt(name)

        right = [
            library.matcher.understand(text, today=DAY).best.intent_id == intent
            for intent, text in library.pack.heldout
        ]

        assert sum(right) / len(right) >= 0.9

    def test_nothing_of_another_trade_is_said(
        self, packs: dict[str, Pack], name: str
    ) -> None:
        folder = _folder(name)
        said = "\n".join(
            path.read_text("utf-8")
            for path in sorted(folder.rglob("*.yaml"))
            if path.parent.name not in ("examples", "guard") and path.stem != "lexicon"
        )

        for word in ("亲，", "买家", "快递", "宝贝", "下单", "发货", "店铺"):
            assert word not in said


def judged(pack: Pack, text: str) -> bool:
    return Guard(pack.guard).check(text, sender=GuardSender.ASSISTANT).is_sendable


class TestProperty:
    @pytest.mark.parametrize(
        "text",
        [
            "给您减免物业费",
            "物业费退还给您",
            "不交物业费就停水停电",
            "我们要罚款",
            "承重墙可以砸",
            "钱转到我个人账户",
            "你就是个神经病",
        ],
    )
    def test_what_may_not_leave(self, packs: dict[str, Pack], text: str) -> None:
        assert not judged(packs["property"], text)

    @pytest.mark.parametrize(
        "text",
        [
            "承重墙不能动，其他改动要先审批",
            "减免要公司审批，我不能给您打折",
            "我们没有处罚的权力",
            "请不要把钱转到私人账户",
        ],
    )
    def test_what_may_be_said(self, packs: dict[str, Pack], text: str) -> None:
        assert judged(packs["property"], text)

    @pytest.mark.parametrize(
        "text",
        [
            "这种情况很正常",
            "这不归我们管",
            "您自己想办法",
            "非常抱歉给您添麻烦了",
            "保证今天修好",
        ],
    )
    def test_taboos_of_handling(self, packs: dict[str, Pack], text: str) -> None:
        taboos = [one for one in packs["property"].taboos if not one.is_claim]

        assert list(find_slips(text, tuple(taboos)))

    def test_a_permit_is_reviewed_accepted_and_paid_back_in_working_days(
        self, packs: dict[str, Pack]
    ) -> None:
        types = packs["property"].ticket_types

        assert types["renovation"].first_answer.days == 3
        assert types["acceptance"].first_answer.days == 7
        plan = types["deposit"].plan
        assert plan is not None
        assert plan.days == 15


class TestHospital:
    @pytest.mark.parametrize(
        "text",
        [
            "保证治好",
            "三个疗程就好",
            "您这可能是肺炎",
            "没什么大问题",
            "报告说明您偏高",
            "建议吃点退烧药",
            "一天吃三次",
            "可以停药",
            "我们有全国最好的专家",
            "隔壁病人得的是乙肝",
        ],
    )
    def test_what_may_not_leave(self, packs: dict[str, Pack], text: str) -> None:
        assert not judged(packs["hospital"], text)

    @pytest.mark.parametrize(
        "text",
        [
            "请马上打120",
            "病情要医生当面看过才能说",
            "请先别自己加药、停药",
            "一般先看骨科，由医生检查后再定",
        ],
    )
    def test_what_may_be_said(self, packs: dict[str, Pack], text: str) -> None:
        assert judged(packs["hospital"], text)
