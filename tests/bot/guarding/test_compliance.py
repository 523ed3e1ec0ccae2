"""What the law asks of outgoing texts, as data: what passes, what is caught, how."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.guarding.guard import Guard, GuardVerdict
from bot.guarding.rules import Channel, GuardSender, TextKind, Verdict
from scripts_library.loader import builtin_pack, load_pack

_HERE = Path(__file__).parent
_TODAY = datetime(2026, 6, 1, tzinfo=UTC)


def read_rows(name: str, columns: int) -> list[tuple[str, ...]]:
    """Return the rows of a data file, short ones filled up with empty columns."""
    lines = (_HERE / name).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [tuple((row + [""] * columns)[:columns]) for row in rows]


def check(guard: Guard, text: str, circumstances: str = "") -> GuardVerdict:
    """Return the verdict under circumstances such as ``agent marketplace``."""
    words = circumstances.split()
    sender = next((it for it in GuardSender if it in words), GuardSender.ASSISTANT)
    return guard.check(
        text,
        sender=sender,
        channel=Channel.MARKETPLACE if "marketplace" in words else Channel.OWN_SITE,
        kind=TextKind.MARKETING if "marketing" in words else TextKind.SERVICE,
        now=_TODAY,
    )


PASS = [row[0] for row in read_rows("must_pass.tsv", 1)]
CATCH = read_rows("must_catch.tsv", 4)
EVASIONS = read_rows("evasions.tsv", 3)


@pytest.fixture(name="guard", scope="module")
def _guard() -> Guard:
    """The guard of the product's own pack."""
    pack = load_pack(builtin_pack())
    return Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)


class TestData:
    def test_enough_sentences_are_tried(self) -> None:
        assert len(set(PASS)) >= 120
        assert len({row[0] for row in CATCH}) >= 120
        assert len(EVASIONS) >= 50


class TestHonestSentences:
    @pytest.mark.parametrize("text", PASS)
    @pytest.mark.parametrize(
        "circumstances", ["", "marketplace", "agent", "agent marketplace", "follow_up"]
    )
    def test_pass(self, guard: Guard, text: str, circumstances: str) -> None:
        found = check(guard, text, circumstances).findings

        assert [(one.rule, text[one.start : one.end]) for one in found] == []


class TestForbiddenSentences:
    @pytest.mark.parametrize(("text", "verdict", "category", "circumstances"), CATCH)
    def test_are_caught_as_expected(
        self, guard: Guard, text: str, verdict: str, category: str, circumstances: str
    ) -> None:
        judged = check(guard, text, circumstances)

        assert judged.verdict.value == verdict
        assert category in {found.category for found in judged.findings}
        assert all(found.suggestion for found in judged.findings)

    def test_a_rewriting_has_nothing_to_object_to(self, guard: Guard) -> None:
        left = []
        for text, verdict, _, circumstances in CATCH:
            if verdict == Verdict.REWRITE:
                rewritten = check(guard, text, circumstances).rewritten
                assert rewritten is not None
                if check(guard, rewritten, circumstances).findings:
                    left.append(rewritten)

        assert left == []


class TestOddSpellings:
    @pytest.mark.parametrize(("text", "category", "circumstances"), EVASIONS)
    def test_are_seen_through(
        self, guard: Guard, text: str, category: str, circumstances: str
    ) -> None:
        judged = check(guard, text, circumstances)

        assert judged.verdict in (Verdict.BLOCK, Verdict.REWRITE)
        assert category in {found.category for found in judged.findings}
        assert all(
            0 <= found.start < found.end <= len(text) for found in judged.findings
        )


_BLOCKED = (
    ("好评返现", "agent"),
    ("五星好评返现", "agent"),
    ("加微信聊", "agent marketplace"),
    ("把验证码发我", "agent"),
    ("私下转账更便宜", "agent"),
    ("先确认收货", "agent"),
    ("根治脚气", ""),
    ("拆封不退", ""),
)
_SEPARATORS = (
    "",
    " ",
    "\u200b",
    "·",
    "*",
    "_",
    "|",
    "~",
    "\u3000",
    "✨",
    "-",
    "\u2060",
)
_INSTEAD = {
    "好": ("女子",),
    "评": ("讠平", "評", "萍", "ping"),
    "返": ("fan",),
    "现": ("現", "xian"),
    "五": ("5", "⑤", "伍", "５"),
    "微": ("薇", "wei", "徽"),
    "信": ("xin",),
    "验": ("驗", "yan"),
    "证": ("證", "zheng"),
    "码": ("碼", "ma", "石马"),
    "转": ("轉", "zhuan"),
    "账": ("帐", "賬"),
    "确": ("確",),
    "认": ("認",),
    "货": ("貨",),
    "发": ("發",),
}
"""Tricks that stand for one character; of two-character words those that the pack names."""


@st.composite
def folded_variants(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a blocked phrase, disguised, and its circumstances."""
    phrase, circumstances = draw(st.sampled_from(_BLOCKED))
    disguised = [
        draw(st.sampled_from((character, *_INSTEAD.get(character, ()))))
        for character in phrase
    ]
    separator = draw(st.sampled_from(_SEPARATORS))
    return separator.join(disguised), circumstances


class TestVariants:
    @settings(max_examples=400)
    @given(folded_variants())
    def test_every_disguise_of_a_blocked_phrase_is_blocked(
        self, guard: Guard, variant: tuple[str, str]
    ) -> None:
        text, circumstances = variant

        assert check(guard, text, circumstances).verdict is Verdict.BLOCK


class TestOracle:
    """The rows of compliance.md §9 that belong to the outgoing guard."""

    @pytest.mark.parametrize(
        ("text", "circumstances", "verdict", "categories"),
        [
            ("这款是全网最低价、质量第一", "", "rewrite", {"absolute_claim"}),
            ("最晚明天发货，最新物流已更新", "", "pass", set()),
            ("给五星好评返3元红包", "agent", "block", {"review_inducement"}),
            ("删掉差评给您退20", "agent", "block", {"review_inducement"}),
            ("喝这个茶可以降血糖", "", "block", {"medical_claim"}),
            ("把验证码发我", "agent", "block", {"credentials"}),
            ("加微信abc123", "agent marketplace", "block", {"off_platform"}),
            ("加微信abc123", "agent", "pass", set()),
        ],
        ids=["1", "2", "3", "4", "5", "6", "15", "16"],
    )
    def test_row(
        self,
        guard: Guard,
        text: str,
        circumstances: str,
        verdict: str,
        categories: set[str],
    ) -> None:
        judged = check(guard, text, circumstances)

        found = {one.category for one in judged.findings}
        assert judged.verdict.value == verdict
        assert found - {"figure", "price"} == categories

    def test_row_1_has_two_hits_and_reads_well_after_it(self, guard: Guard) -> None:
        text = "这款是全网最低价、质量第一"

        judged = check(guard, text)

        hits = [text[one.start : one.end] for one in judged.findings]
        assert hits == ["全网最低价", "质量第一"]
        assert judged.rewritten == "这款是很优惠的价格、质量可靠"


class TestEffectiveDates:
    @pytest.mark.parametrize(
        ("now", "verdict"),
        [
            (datetime(2025, 8, 31, 15, tzinfo=UTC), Verdict.PASS),
            (datetime(2025, 8, 31, 16, tzinfo=UTC), Verdict.BLOCK),
            (None, Verdict.BLOCK),
        ],
    )
    def test_a_rule_begins_on_its_day_in_china(
        self, guard: Guard, now: datetime | None, verdict: Verdict
    ) -> None:
        assert guard.check("我不是机器人", now=now).verdict is verdict


class TestFactsInRules:
    def test_an_arrival_that_is_a_fact_may_be_told(self, guard: Guard) -> None:
        text = "预计明天送达"

        assert guard.check(text).verdict is Verdict.HUMAN
        assert guard.check(text, filled_spans=((2, 4),)).verdict is Verdict.PASS


class TestSources:
    def test_every_rule_of_the_pack_names_its_law(self) -> None:
        rules = load_pack(builtin_pack()).guard.patterns

        assert [rule.rule for rule in rules if not rule.source] == []
