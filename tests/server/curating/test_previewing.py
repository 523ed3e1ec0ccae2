"""Which drafts are looked at with the phrases, and what those say of them."""

from dataclasses import replace

import pytest

from bot.scripts import PhraseRule
from scripts_library.shop.entries import LINES, Content, Key, Kind, entries_of
from scripts_library.shop.findings import Severity
from server.curating.previewing import (
    library_with,
    moves_understanding,
    phrase_findings,
)
from server.curating.replaying import Setting
from server.library import Library
from server.settings import Settings
from server.shops import shop_of
from storage.database import Database
from tests.databases import NOW, make_shop

VICTIM = Key(Kind.EXAMPLES, "shipping_time")
RULED = Key(Kind.SCRIPT, "invoice.greedy")


@pytest.fixture(name="setting")
def _setting(database: Database, library: Library) -> Setting:
    shop = shop_of(make_shop(database), library=library, settings=Settings())
    return Setting(shop=shop, now=NOW)


@pytest.fixture(name="content", scope="module")
def _content(library: Library) -> Content:
    return entries_of(library.pack)


class TestMovesUnderstanding:
    def test_other_words_of_a_script_do_not(self, library: Library) -> None:
        first, *others = library.pack.scripts
        reworded = replace(first, variants=("换个说法",))
        pack = replace(library.pack, scripts=(reworded, *others))

        assert not moves_understanding(library.pack, pack)

    def test_examples_and_rules_of_scripts_do(self, library: Library) -> None:
        pack = library.pack
        first, *others = pack.scripts
        ruled = replace(first, phrases=PhraseRule(contains=("发票",)))
        taught = {**pack.examples, "invoice": ("开票",)}

        assert moves_understanding(pack, replace(pack, examples=taught))
        assert moves_understanding(pack, replace(pack, scripts=(ruled, *others)))

    def test_a_pack_without_phrases_is_held_to_none(self, library: Library) -> None:
        bare = replace(library.pack, phrases={}, examples={"invoice": ("开票",)})

        assert not moves_understanding(library.pack, bare)


class TestPhraseFindings:
    def test_a_rule_that_takes_what_is_anothers_stops_a_publication(
        self, library: Library, content: Content, setting: Setting
    ) -> None:
        greedy = {
            "intent": "invoice",
            "phrases": {"contains": ["拍下以后什么时候给发货"]},
            "variants": ["亲，发票随货寄出"],
        }
        drafted = library_with(library, {**content, RULED: greedy})

        (finding,) = phrase_findings(library, drafted, setting=setting)

        assert (finding.severity, finding.rule) == (Severity.ERROR, "must_hit")
        assert (finding.kind, finding.entry_id) == ("examples", "shipping_time")
        assert finding.place == "拍下以后什么时候给发货"
        assert "开发票" in finding.reason
        assert finding.fix

    def test_what_fails_already_stops_nothing(
        self, library: Library, content: Content, setting: Setting
    ) -> None:
        greedy = {
            "intent": "invoice",
            "phrases": {"contains": ["拍下以后什么时候给发货"]},
            "variants": ["亲，发票随货寄出"],
        }
        served = library_with(library, {**content, RULED: greedy})
        lines = [*content[VICTIM][LINES], "啥时能寄走我的宝贝"]
        drafted = library_with(
            served, {**content, RULED: greedy, VICTIM: {LINES: lines}}
        )

        assert phrase_findings(served, drafted, setting=setting) == ()
