"""Entries say what the pack says, and come back from their blob as they were."""

from datetime import date, time
from typing import Any

import pytest

from bot.errors import ScriptLibraryError
from bot.scripts import Audience, Hours, Pack, PhraseRule, Script
from scripts_library.readers.scripts import read_script
from scripts_library.report import Report
from scripts_library.shop.entries import (
    Entry,
    Key,
    Kind,
    edits_between,
    entries_of,
    pack_entries,
    unpack_content,
    unpack_edits,
    with_edits,
)
from scripts_library.shop.nodes import EntryNodes
from scripts_library.shop.script_entries import script_entry

WHOLE: dict[str, Any] = {
    "intent": "rush",
    "use": "holding",
    "audience": "team",
    "when": {"order_state": ["shipped"], "hours": ["1,2,3,4,5 09:00-18:30"]},
    "phrases": {"contains": ["快点"], "none": ["取消"], "pattern": "催.*货"},
    "valid": {"from": "2026-11-01", "until": "2026-11-11"},
    "priority": 3,
    "category": ["物流", "催发货"],
    "tags": ["大促"],
    "code": "cfh",
    "buttons": ["转人工"],
    "pictures": ["https://shop.example/a.png"],
    "attach": "photos",
    "variables": {"day": "哪天发"},
    "asks": [{"kinds": ["order_no"]}],
    "variants": ["{ask.day}发出哦"],
}


def read(entry: Entry) -> tuple[Script, Report]:
    report = Report()
    nodes = EntryNodes(entry, file="script/x")
    return read_script(nodes.value(report), script_id="x"), report


class TestScriptEntry:
    def test_every_script_of_the_pack_is_read_back_as_it_was(
        self, ecommerce: Pack
    ) -> None:
        for script in ecommerce.scripts:
            report = Report()
            nodes = EntryNodes(script_entry(script), file="script/x")
            again = read_script(nodes.value(report), script_id=script.script_id)
            assert again == script
            assert report.problems == ()

    def test_an_entry_with_every_field_is_read_and_written_alike(self) -> None:
        script, report = read(WHOLE)

        assert report.problems == ()
        assert script_entry(script) == WHOLE
        assert script.audience is Audience.TEAM
        assert script.conditions.hours == (
            Hours(start=time(9), end=time(18, 30), weekdays=(1, 2, 3, 4, 5)),
        )
        assert script.phrases == PhraseRule(
            contains=("快点",), none=("取消",), pattern="催.*货"
        )
        assert (script.valid_from, script.valid_until) == (
            date(2026, 11, 1),
            date(2026, 11, 11),
        )

    @pytest.mark.parametrize(
        ("wrong", "path"),
        [
            ({"priority": -1}, "priority"),
            ({"use": "shout"}, "use"),
            ({"when": {"hours": ["9-18"]}}, "when.hours[0]"),
            ({"phrases": {}}, "phrases"),
            ({"phrases": {"pattern": "("}}, "phrases.pattern"),
            ({"phrases": {"pattern": "x" * 300}}, "phrases.pattern"),
            ({"valid": {"from": "soon"}}, "valid.from"),
            ({"valid": {"from": "2026-11-02", "until": "2026-11-01"}}, "valid"),
            ({"variants": ["{ask.colour}"]}, "variants[0]"),
            ({"variants": "text"}, "variants"),
            ({"tags": [1]}, "tags[0]"),
            ({"flavour": "x"}, "flavour"),
            ({"variants": [True]}, "variants[0]"),
            ({"code": None}, "code"),
        ],
    )
    def test_a_problem_names_its_place(self, wrong: dict[str, Any], path: str) -> None:
        entry = {"intent": "rush", "variants": ["好的"], **wrong}
        report = Report()
        nodes = EntryNodes(entry, file="script/x")

        read_script(nodes.value(report), script_id="x")

        assert path in {nodes.path_of(problem) for problem in report.problems}


class TestPackEntries:
    def test_equal_entries_have_an_equal_hash_whatever_their_order(
        self, small: Pack
    ) -> None:
        content = entries_of(small)
        turned = {
            key: dict(reversed(list(entry.items())))
            for key, entry in reversed(list(content.items()))
        }

        assert pack_entries(content) == pack_entries(turned)

    def test_they_come_back_as_they_were(self, small: Pack) -> None:
        content = entries_of(small)
        edits = {Key(Kind.SCRIPT, "a"): None, Key(Kind.SNIPPET, "b"): {"text": "好"}}

        assert unpack_content(pack_entries(content).blob) == content
        assert unpack_edits(pack_entries(edits).blob) == edits

    @pytest.mark.parametrize("blob", [b"", b"x", b"x\x9c\x03\x00\x00\x00\x00\x01"])
    def test_other_bytes_are_refused(self, blob: bytes) -> None:
        with pytest.raises(ScriptLibraryError):
            unpack_edits(blob)


class TestEditsBetween:
    def test_laid_over_one_content_they_give_the_other(self, small: Pack) -> None:
        before = entries_of(small)
        after = {
            **before,
            Key(Kind.SNIPPET, "sorry"): {"text": "抱歉亲"},
            Key(Kind.SCRIPT, "other.one"): {"intent": "other", "variants": ["嗯"]},
        }
        del after[Key(Kind.SCRIPT, "rush.reply")]

        edits = edits_between(before, after)

        assert len(edits) == 3
        assert with_edits(before, edits) == after
        assert edits_between(before, before) == {}
