"""Each check finds what it is for, says where, why and what mends it, and else nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.guarding.rules import Verdict
from bot.guarding.shop_rules import ShopRule, pattern_of
from bot.scripts import Pack
from scripts_library.loader import load_pack
from scripts_library.shop.check_scripts import check_scripts
from scripts_library.shop.checking import ShopSide, check_content
from scripts_library.shop.entries import Entry, Key, Kind, entries_of
from scripts_library.shop.findings import Finding, Severity

PACKS = Path(__file__).parents[3] / "scripts_library" / "packs"
TODAY = date(2026, 11, 23)
SIDE = ShopSide(
    today=TODAY,
    facts={
        "shop.ship_within": "付款后24小时内",
        "shop.refund_within": "收到退货后两天内",
    },
)
GOOD = "亲，小二已经记下了，您看还有别的要问吗"


def check(pack: Pack, *entries: tuple[Kind, str, Entry]) -> tuple[Finding, ...]:
    before = entries_of(pack)
    edits = {Key(kind, name): entry for kind, name, entry in entries}
    return check_content(pack, {**before, **edits}, before=before, shop=SIDE)


def script(
    *variants: str, intent: str = "shipping_time", **more: Any
) -> tuple[Kind, str, Entry]:
    entry = {"intent": intent, "variants": [*variants], "priority": 5, **more}
    return Kind.SCRIPT, "own.script", entry


def rules(found: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(it.severity.value, it.rule, it.place) for it in found]


class TestCheckContent:
    def test_the_pack_itself_has_nothing(self, ecommerce: Pack) -> None:
        assert check(ecommerce) == ()

    def test_a_good_script_has_nothing(self, ecommerce: Pack) -> None:
        assert check(ecommerce, script(GOOD)) == ()

    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            (script("亲，{shop.ship_in}发货"), ("error", "unusable", "variants[0]")),
            (
                script(GOOD, valid={"until": "2026-11-22"}),
                ("warning", "expired", "valid.until"),
            ),
            (
                script(GOOD, valid={"until": "2026-11-28"}),
                ("warning", "expires_soon", "valid.until"),
            ),
            (script(GOOD, use="receipt"), ("error", "unreachable", "use")),
            (
                script("{ask.day}给您发", variables={"day": "哪天"}),
                ("warning", "unreachable", "variants"),
            ),
            (
                script(GOOD, f"{GOOD}呀"),
                ("warning", "too_alike", "variants[1]"),
            ),
            (script("亲，" + "好" * 700), ("error", "too_long", "variants[0]")),
            (
                script(GOOD, audience="private"),
                ("warning", "unreachable", "audience"),
            ),
            (
                script("亲，四十八小时内一定发"),
                ("error", "contradicts_fact", "variants[0]"),
            ),
            (
                (Kind.SNIPPET, "unused", {"text": "没人用的话"}),
                ("warning", "unused", ""),
            ),
        ],
    )
    def test_finds(
        self,
        ecommerce: Pack,
        entry: tuple[Kind, str, Entry],
        expected: tuple[str, str, str],
    ) -> None:
        found = check(ecommerce, entry)

        assert expected in rules(found)
        assert all(it.reason and it.fix for it in found)
        assert {(it.kind, it.entry_id) for it in found} == {entry[:2]}

    @pytest.mark.parametrize(
        "entry",
        [
            script(GOOD, valid={"until": "2026-12-01"}),
            script("亲，{shop.ship_within}发出"),
            script("亲，这款支持七天无理由退换，放心拍"),
            script("{ask.day}给您发", variables={"day": "哪天"}, audience="team"),
        ],
    )
    def test_does_not_find(
        self, ecommerce: Pack, entry: tuple[Kind, str, Entry]
    ) -> None:
        assert check(ecommerce, entry) == ()

    def test_a_template_that_contradicts_the_shops_fact_names_both(
        self, ecommerce: Pack
    ) -> None:
        found = check(ecommerce, script("亲，48小时内发货"))

        (one,) = [it for it in found if it.rule == "contradicts_fact"]
        assert (one.severity, one.place) == (Severity.ERROR, "variants[0]")
        assert "写的是48小时" in one.reason
        assert "付款后24小时内" in one.reason
        assert "{shop.ship_within}" in one.fix

    def test_a_taboo_is_told_with_what_to_say_instead(self, ecommerce: Pack) -> None:
        found = check(ecommerce, script("亲，这个我们也没办法"))

        (one,) = [it for it in found if it.rule.startswith("taboo.")]
        assert (one.severity, one.place) == (Severity.ERROR, "variants[0]")
        assert "没办法" in one.reason
        assert one.fix

    def test_what_is_published_is_read_as_a_whole_by_the_shops_own_rules(
        self, ecommerce: Pack
    ) -> None:
        before = entries_of(ecommerce)
        said = ecommerce.scripts[0]
        words = next(it for it in said.variants if "{" not in it and "[[" not in it)
        rule = ShopRule(
            rule="not_so",
            verdict=Verdict.BLOCK,
            phrases=(words,),
            suggestion="换个说法",
        )
        side = replace(SIDE, facts={}, guard_rules=(pattern_of(rule),))

        edits_only = check_content(ecommerce, before, before=before, shop=side)
        whole = check_content(
            ecommerce, before, before=before, shop=side, is_whole=True
        )

        assert edits_only == ()
        assert (said.script_id, "guard.shop.not_so", "换个说法") in {
            (it.entry_id, it.rule, it.fix) for it in whole
        }

    def test_the_shops_facts_are_held_against_the_packs_words_too(
        self, ecommerce: Pack
    ) -> None:
        own = Key(Kind.SCRIPT, "own.script")
        before = {**entries_of(ecommerce), own: script("亲，48小时内发货")[2]}

        found = check_content(
            ecommerce, before, before=before, shop=SIDE, is_whole=True
        )

        assert {it.entry_id for it in found} == {"own.script"}
        assert "contradicts_fact" in {it.rule for it in found}

    @pytest.mark.parametrize("words", ["加微信聊", "五星好评返现"])
    def test_the_guard_reads_every_text(self, ecommerce: Pack, words: str) -> None:
        for entry in (
            script(words),
            script(GOOD, buttons=[words]),
            (Kind.SNIPPET, "s", {"text": words}),
        ):
            found = check(ecommerce, entry)
            assert any(it.rule.startswith("guard.") for it in found)
            assert {it.severity for it in found} >= {Severity.ERROR}

    def test_an_unknown_fact_is_answered_with_the_nearest(
        self, ecommerce: Pack
    ) -> None:
        (one,) = check(ecommerce, script("亲，{shop.ship_withn}发货"))

        assert one.reason == "没有“{shop.ship_withn}”这项资料"
        assert "{shop.ship_within}" in one.fix

    def test_a_script_that_another_always_precedes_is_unreachable(
        self, ecommerce: Pack
    ) -> None:
        first = (Kind.SCRIPT, "a", {**script(GOOD)[2], "priority": 9})
        found = check(ecommerce, first, script("亲，您稍等，我问下仓库"))

        assert [(it.rule, it.entry_id) for it in found] == [
            ("unreachable", "own.script")
        ]
        assert "“a”" in found[0].reason

    def test_a_short_code_belongs_to_one_script(self, ecommerce: Pack) -> None:
        first = (Kind.SCRIPT, "a", {**script(GOOD)[2], "code": "fh", "priority": 4})

        found = check(ecommerce, first, script("亲，稍等我看看", code="fh"))

        assert ("error", "code_taken", "code") in rules(found)


class TestExamples:
    def lines(self, pack: Pack, intent: str, *more: str) -> tuple[Kind, str, Entry]:
        return Kind.EXAMPLES, intent, {"lines": [*pack.examples[intent], *more]}

    def test_a_line_of_another_intent_is_told_with_whose_it_is(
        self, ecommerce: Pack
    ) -> None:
        line = ecommerce.examples["rush_shipping"][3]

        (one,) = check(ecommerce, self.lines(ecommerce, "invoice", line))

        assert (one.severity, one.rule) == (Severity.ERROR, "contradicts")
        assert f"“{ecommerce.intents['rush_shipping'].zh}”" in one.reason
        assert f"“{ecommerce.intents['rush_shipping'].zh}”" in one.fix

    def test_a_line_like_anothers_is_doubtful(self, ecommerce: Pack) -> None:
        line = max(ecommerce.examples["rush_shipping"], key=len)

        (one,) = check(ecommerce, self.lines(ecommerce, "invoice", line + "嘛"))

        assert (one.severity, one.rule) == (Severity.WARNING, "near_other")
        assert "%相似" in one.reason

    @pytest.mark.parametrize("lines", [["能停车吗", "有没有车位"], []])
    def test_an_intent_of_the_pack_that_has_lost_its_lines_is_told(
        self, ecommerce: Pack, lines: list[str]
    ) -> None:
        (one,) = check(ecommerce, (Kind.EXAMPLES, "invoice", {"lines": lines}))

        assert (one.severity, one.rule) == (Severity.ERROR, "too_few")
        assert f"只有{len(lines)}句" in one.reason

    def test_a_line_of_its_own_is_fine(self, ecommerce: Pack) -> None:
        assert (
            check(ecommerce, self.lines(ecommerce, "invoice", "咕噜星人要抬头")) == ()
        )

    @pytest.mark.parametrize(
        ("lines", "rule"),
        [
            (["能停车吗", "有没有车位"], "too_few"),
            (["门口能停车吗", "门口能停车嘛", "门口能停车呢"], "uniform"),
        ],
    )
    def test_an_own_intent_needs_several_different_ones(
        self, ecommerce: Pack, lines: list[str], rule: str
    ) -> None:
        found = check(
            ecommerce,
            (Kind.INTENT, "own_parking", {"zh": "停车", "risk": "auto"}),
            (Kind.EXAMPLES, "own_parking", {"lines": lines}),
        )

        assert rule in {it.rule for it in found}


class TestShippedPacks:
    @pytest.mark.parametrize("name", ["ecommerce", "property", "hospital"])
    def test_every_script_is_reached(self, name: str) -> None:
        pack = load_pack(PACKS / name)
        keys = {Key(Kind.SCRIPT, it.script_id) for it in pack.scripts}

        found = check_scripts(pack, keys, today=TODAY)

        assert [it.entry_id for it in found if it.rule == "unreachable"] == []
