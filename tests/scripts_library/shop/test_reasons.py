"""Whatever a reader complains of, managers are told in Chinese, and what mends it."""

import re
from datetime import date
from typing import Any

import pytest

from bot.scripts import Pack
from scripts_library.shop.checking import ShopSide, check_content
from scripts_library.shop.entries import Key, Kind, entries_of
from scripts_library.shop.findings import Finding
from scripts_library.shop.reasons import in_words

SIDE = ShopSide(today=date(2026, 11, 23))
GOOD = {"intent": "shipping_time", "variants": ["亲，小二已经记下了"]}
BAD_SCRIPTS: list[dict[str, Any]] = [
    {"intent": "shipping_time"},
    {"intent": "no_such_intent"},
    {"variants": []},
    {"variants": "一句"},
    {"variants": [7]},
    {"variants": [""]},
    {"variants": ["亲，在的", "亲，在的"]},
    {"variants": ["亲，{shop.ship_withn}发货"]},
    {"variants": ["亲，{没有的资料}发货"]},
    {"variants": ["亲，{order.no发货"]},
    {"variants": ["亲，[[单号{order.no}"]},
    {"variants": ["亲，单号{order.no}]]"]},
    {"variants": ["亲，[[在的]]"]},
    {"variants": ["亲，[[{order.no|default:好}]]"]},
    {"variants": ["亲，[[一[[{order.no}]]]]"]},
    {"variants": ["亲，{order.no|default:好|short}"]},
    {"variants": ["亲，{order.no|upper}"]},
    {"variants": ["亲，{snippet.none}"]},
    {"variants": ["亲，{offer.price}可以"]},
    {"colour": "red"},
    {"use": "shout"},
    {"use": "offer"},
    {"audience": "world"},
    {"priority": 5000},
    {"priority": "高"},
    {"priority": 1.5},
    {"valid": {"until": "明天"}},
    {"valid": {"from": "2026-11-12", "until": "2026-11-11"}},
    {"valid": "明天"},
    {"when": {"hours": ["早上"]}},
    {"when": {"mood": ["glad"]}},
    {"when": {"weather": ["rain"]}},
    {"when": {"item": "i-1"}},
    {"phrases": {"none": ["不"]}},
    {"phrases": {"pattern": "("}},
    {"phrases": {"pattern": "a*"}},
    {"phrases": {"pattern": "(a+)+b$"}},
    {"phrases": {"pattern": "长" * 201}},
    {"asks": [{"says": ["记下"]}]},
    {"asks": [{"yes_no": True}]},
    {"asks": [{"yes_no": "yes", "says": ["记下"]}]},
    {"asks": [{"words": ["no_such_words"], "says": ["没有这句"]}]},
    {"asks": [{"kinds": ["order_no"], "continues": "no_such_intent"}]},
    {"tags": ["热", "热"]},
    {"tags": [None]},
    {"code": ["fh"]},
    {"pictures": ["shop/1.jpg"]},
    {"pictures": ["javascript:alert(1)"]},
    {"pictures": [f"https://shop.example/{number}.jpg" for number in range(4)]},
    {"attach": "film"},
]
BAD_INTENTS: list[dict[str, Any]] = [
    {"risk": "auto"},
    {"zh": "停车", "risk": "none"},
    {"zh": "停车", "risk": "auto", "ticket": "none"},
    {"zh": "停车", "risk": "auto", "follow_up": "none"},
    {"zh": "停车", "risk": "auto", "followed_by": ["none"]},
    {"zh": "停车", "risk": "auto", "facts_needed": ["no.fact"]},
    {"zh": "停车", "risk": "auto", "flow": "none"},
    {"zh": "停车", "risk": "auto", "urgency": 12},
    {"zh": "停车", "risk": "auto", "effects": ["off_topic"]},
    {"zh": "停车", "risk": "auto", "phrases": ["停车"]},
    {"zh": "停车", "risk": "auto", "effects": ["at_once"], "phrases": ["VIP停车"]},
    {"zh": "停车", "risk": "auto", "tactic": "none"},
]
BAD_SNIPPETS: list[dict[str, Any]] = [
    {},
    {"text": ""},
    {"text": "{snippet.other}"},
    {"text": "{no.fact}"},
]
LINES = [f"第{number}种停车的问法怎么办" for number in range(3)]


def check(pack: Pack, kind: Kind, entry: dict[str, Any]) -> tuple[Finding, ...]:
    before = entries_of(pack)
    content = {**before, Key(kind, "own_one"): entry}
    if kind is Kind.INTENT:
        content[Key(Kind.EXAMPLES, "own_one")] = {"lines": LINES}
    return check_content(pack, content, before=before, shop=SIDE)


def english_in(words: str) -> list[str]:
    """Words of English that stand neither in quotes nor in braces, nor name a value."""
    plain = re.sub(r"“[^”]*”|\{[^{}]*\}|(?<=：)[\w.、, ]+$", " ", words)
    plain = plain.replace("true 或 false", "").replace("https://", "")
    return re.findall(r"[A-Za-z]{2,}", plain.replace("default:", "").replace("HH", ""))


class TestInWords:
    @pytest.mark.parametrize("changes", BAD_SCRIPTS, ids=str)
    def test_of_a_script(self, ecommerce: Pack, changes: dict[str, Any]) -> None:
        entry = changes if changes.keys() == {"intent"} else {**GOOD, **changes}

        self.hold(check(ecommerce, Kind.SCRIPT, entry))

    @pytest.mark.parametrize("entry", BAD_INTENTS, ids=str)
    def test_of_an_intent(self, ecommerce: Pack, entry: dict[str, Any]) -> None:
        self.hold(check(ecommerce, Kind.INTENT, entry))

    @pytest.mark.parametrize("entry", BAD_SNIPPETS, ids=str)
    def test_of_a_snippet(self, ecommerce: Pack, entry: dict[str, Any]) -> None:
        self.hold(check(ecommerce, Kind.SNIPPET, entry))

    def hold(self, found: tuple[Finding, ...]) -> None:
        unusable = [one for one in found if one.rule == "unusable"]

        assert unusable
        assert [(it.reason, english_in(it.reason)) for it in unusable] == [
            (it.reason, []) for it in unusable
        ]
        assert [(it.fix, english_in(it.fix)) for it in unusable] == [
            (it.fix, []) for it in unusable
        ]

    def test_what_is_chinese_already_stays(self) -> None:
        assert in_words("没有这个意图").reason == "没有这个意图"

    def test_names_and_limits_are_told(self) -> None:
        told = in_words("expected 0 to 1000, found 5000")

        assert told == ("填的是5000，要在0到1000之间", "改成0到1000之间的数")

    def test_the_nearest_fact_is_the_fix(self) -> None:
        told = in_words("unknown placeholder {shop.ship_withn}")

        assert told.reason == "没有“{shop.ship_withn}”这项资料"
        assert "{shop.ship_within}" in told.fix
