import re
from datetime import time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deciding.mood import Mood
from bot.desk.ticket_types import Phase, WorkingSpan
from bot.errors import ScriptLibraryError
from bot.follow_ups.plans import EndsWhen, StartsWhen
from bot.incidents.values import IncidentKind
from bot.scripts import Asked, BadReview, Duty, Effect, Hours, Risk, Use
from scripts_library.loader import (
    load_pack,
    pack_fingerprint,
    read_pack,
)
from tests.scripts_library.small_pack import FILES, SmallPack, make_small_pack


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "small")


def problems_of(small: SmallPack) -> list[str]:
    """Return what loading reports, as lines; an empty list when it loads."""
    try:
        load_pack(small.folder)
    except ScriptLibraryError as error:
        return [str(problem) for problem in error.problems]
    return []


class TestLoadPack:
    def test_settings_are_read(self, small: SmallPack) -> None:
        pack = load_pack(small.folder)

        assert (pack.pack_id, pack.name, pack.version) == ("small", "小店", "1")
        assert (pack.bands.auto, pack.bands.auto_margin, pack.bands.assist) == (
            0.8,
            0.1,
            0.4,
        )
        assert pack.hand_over_ticket == "callback"
        assert pack.bad_review == BadReview(
            stars=3, ticket="callback", follow_up="call_back"
        )
        assert pack.policies == {"shop.ship_within": "付款后48小时内"}

    def test_intents_with_every_key_are_read(self, small: SmallPack) -> None:
        rush = load_pack(small.folder).intents["rush"]

        assert (rush.zh, rush.risk, rush.urgency) == ("催发货", Risk.ASSIST, 6)
        assert rush.facts_needed == ("order.no",)
        assert (rush.ticket, rush.follow_up) == ("callback", "restock")

    def test_missing_keys_of_an_intent_have_defaults(self, small: SmallPack) -> None:
        greeting = load_pack(small.folder).intents["greeting"]

        assert greeting.effects == frozenset({Effect.GREET})
        assert greeting.urgency == 0
        assert (greeting.ticket, greeting.follow_up) == (None, None)

    def test_scripts_keep_conditions_and_order(self, small: SmallPack) -> None:
        scripts = {one.script_id: one for one in load_pack(small.folder).scripts}

        assert list(scripts)[:2] == ["greeting.one", "rush.reply"]
        assert scripts["rush.holding"].use is Use.HOLDING
        assert scripts["rush.reply"].priority == 2
        assert scripts["rush.reply"].buttons == ("转人工",)
        conditions = scripts["rush.shipped"].conditions
        assert conditions.connector == ("http",)
        assert conditions.order_state == ("shipped",)
        assert conditions.hours == (Hours(start=time(9), end=time(18, 30)),)

    def test_conditions_of_the_talk_are_read(self, small: SmallPack) -> None:
        small.change(
            "scripts/all.yaml",
            "    connector: [http]\n",
            "    asked: [again]\n    mood: [angry, urgent]\n    duty: [away]\n"
            "    incident: [shortage]\n",
        )

        conditions = load_pack(small.folder).scripts[3].conditions

        assert conditions.asked == (Asked.AGAIN,)
        assert conditions.mood == (Mood.ANGRY, Mood.URGENT)
        assert conditions.duty == (Duty.AWAY,)
        assert conditions.incident == (IncidentKind.SHORTAGE,)

    def test_ticket_types_and_workflow_are_read(self, small: SmallPack) -> None:
        pack = load_pack(small.folder)

        callback = pack.ticket_types["callback"]
        assert callback.first_answer == WorkingSpan(days=1)
        assert callback.plan == WorkingSpan(minutes=90)
        assert callback.required == ("cause",)
        assert pack.workflow.states["waiting"].phase is Phase.WAITING
        assert pack.workflow.states["new"].to == ("waiting", "solved")

    def test_follow_up_plans_are_read(self, small: SmallPack) -> None:
        plan = load_pack(small.folder).follow_ups["call_back"]

        assert plan.delay == timedelta(hours=2)
        assert plan.answer_within == timedelta(days=3)
        assert plan.at == time(20)
        assert plan.is_once_per_order is False
        assert plan.starts_when is StartsWhen.ORDER_COMPLETED
        assert plan.ends_when == frozenset({EndsWhen.TICKET_CLOSED})
        assert plan.question == "call_back"

    def test_missing_keys_of_a_plan_have_the_defaults_of_the_core(
        self, small: SmallPack
    ) -> None:
        plan = load_pack(small.folder).follow_ups["restock"]

        assert plan.waits_for is EndsWhen.ITEM_IN_STOCK
        assert (plan.question, plan.at, plan.starts_when) == (None, None, None)
        assert plan.is_once_per_order is True
        assert plan.answer_within == timedelta(days=3)
        assert plan.expires_after == timedelta(days=7)

    def test_lexicon_questions_guard_and_heldout_are_read(
        self, small: SmallPack
    ) -> None:
        pack = load_pack(small.folder)

        assert pack.lexicon.synonyms == (("快递", "物流"),)
        assert [courier.name for courier in pack.lexicon.couriers] == ["顺丰"]
        assert pack.questions["call_back"].answers["not_solved"] == ("没解决",)
        assert pack.guard.patterns[0].unless == ("没有好评返现",)
        assert pack.guard.fixed_terms == ("七天无理由",)
        assert pack.heldout == (("greeting", "嗨老板"), ("rush", "催一下"))

    def test_a_pack_without_heldout_or_optional_settings_loads(
        self, small: SmallPack
    ) -> None:
        (small.folder / "heldout.tsv").unlink()
        small.write(
            "pack.yaml",
            "id: s\nname: s\nversion: v\nhand_over_ticket: callback\n"
            "bands: {auto: 1, auto_margin: 0, assist: 0}\n",
        )

        pack = load_pack(small.folder)

        assert (pack.heldout, pack.policies, pack.bad_review) == ((), {}, None)

    def test_a_byte_order_mark_is_no_problem(self, small: SmallPack) -> None:
        path = small.folder / "texts.yaml"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

        assert problems_of(small) == []

    def test_a_missing_folder_is_named(self, tmp_path: Path) -> None:
        assert problems_of(SmallPack(tmp_path / "nowhere")) == [
            "nowhere:0: no such folder"
        ]


class TestAllProblemsAtOnce:
    def test_problems_of_several_files_are_reported_together_in_order(
        self, small: SmallPack
    ) -> None:
        small.change("intents/all.yaml", "risk: assist", "risk: risky")
        small.change("scripts/all.yaml", "[正在核实]", '["{order.number}"]')
        small.change("texts.yaml", "busy: [忙]", "buzy: [忙]")
        small.change("lexicon.yaml", "[运费险]", "[运费险")
        small.change("guard.yaml", '["好评返现"]', '["好评("]')

        found = problems_of(small)

        assert [line.split(" ")[0] for line in found] == [
            "guard.yaml:6:",
            "intents/all.yaml:7:",
            "lexicon.yaml:2:",
            "scripts/all.yaml:13:",
            "texts.yaml:1:",
            "texts.yaml:7:",
        ]
        assert "unknown placeholder {order.number}" in found[3]

    def test_several_problems_of_one_entry_are_reported_together(
        self, small: SmallPack
    ) -> None:
        small.add("intents/all.yaml", "bad:\n  risk: x\n  urgency: 11\n  colour: red\n")

        found = problems_of(small)

        assert found == [
            "intents/all.yaml:17: missing key: zh",
            "intents/all.yaml:17: unknown 'x': one of auto, assist, human",
            "intents/all.yaml:18: expected 0 to 9, found 11",
            (
                "intents/all.yaml:19: unknown key 'colour': one of zh, risk, effects,"
                " urgency, facts_needed, ticket, follow_up, followed_by,"
                " tactic, flow, phrases, unless"
            ),
        ]

    def test_names_that_a_broken_file_may_hold_are_not_called_missing(
        self, small: SmallPack
    ) -> None:
        small.write("ticket_types.yaml", "types: [")
        small.write("intents/all.yaml", "a: b: c")
        small.write("questions.yaml", "")

        found = problems_of(small)

        assert len(found) == 3
        assert found[1] == "questions.yaml:0: the file is empty"


class TestFiles:
    @pytest.mark.parametrize("name", sorted(set(FILES) - {"heldout.tsv"}))
    def test_every_missing_file_is_named(self, small: SmallPack, name: str) -> None:
        (small.folder / name).unlink()

        found = problems_of(small)

        expected = {
            "intents/all.yaml": "intents:0: no *.yaml file in this folder",
            "examples/all.yaml": "examples:0: no *.yaml file in this folder",
            "scripts/all.yaml": "scripts:0: no *.yaml file in this folder",
        }.get(name, f"{name}:0: the file is missing")
        assert expected in found

    def test_a_file_that_nothing_reads_is_named(self, small: SmallPack) -> None:
        small.write("script.yaml", "a: b")
        small.write("guard.yml", "a: b")
        small.write("intents/more.yml", "a: b")

        assert [line.split(": ")[0] for line in problems_of(small)] == [
            "guard.yml:0",
            "intents/more.yml:0",
            "script.yaml:0",
        ]

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            ("welcome: [一\nbusy: 二", 2),
            ("a: b: c", 1),
            ("a: b\n\tc: d", 2),
            ("a: *anchor", 1),
            ("a: b\n---\nc: d", 2),
            ("a: b\nc: \x01", 2),
        ],
    )
    def test_broken_yaml_has_its_line(
        self, small: SmallPack, content: str, line: int
    ) -> None:
        small.write("texts.yaml", content)

        (found,) = problems_of(small)

        assert found.startswith(f"texts.yaml:{line}: broken YAML: ")

    def test_yaml_that_nests_without_end_is_reported(self, small: SmallPack) -> None:
        small.write("texts.yaml", "[\n" * 100_000 + "]" * 100_000)

        assert problems_of(small) == ["texts.yaml:51: nested too deeply"]

    @given(content=st.text(max_size=200))
    def test_no_text_brings_anything_but_problems_with_a_place(
        self, content: str
    ) -> None:
        with TemporaryDirectory() as folder:
            small = make_small_pack(Path(folder) / "small")
            small.write("texts.yaml", content)

            found = problems_of(small)

        assert found
        assert all(re.match(r"texts\.yaml:\d+: .", line) for line in found)

    @pytest.mark.parametrize("name", ["texts.yaml", "heldout.tsv"])
    def test_text_that_is_not_utf8_has_its_line(
        self, small: SmallPack, name: str
    ) -> None:
        (small.folder / name).write_bytes("intent\ttext\n\n好".encode("gbk"))

        assert problems_of(small) == [f"{name}:3: the text is not UTF-8"]

    @pytest.mark.parametrize("name", ["texts.yaml", "heldout.tsv"])
    def test_what_is_no_file_is_named(self, small: SmallPack, name: str) -> None:
        (small.folder / name).unlink()
        (small.folder / name).mkdir()

        assert problems_of(small) == [
            f"{name}:0: the file cannot be read: Is a directory"
        ]

    def test_a_folder_among_files_is_named(self, small: SmallPack) -> None:
        (small.folder / "examples" / "more.yaml").mkdir()

        assert problems_of(small) == [
            "examples/more.yaml:0: the file cannot be read: Is a directory"
        ]

    @pytest.mark.parametrize("name", ["texts.yaml", "heldout.tsv"])
    def test_a_link_that_leads_in_a_circle_is_named(
        self, small: SmallPack, name: str
    ) -> None:
        (small.folder / name).unlink()
        (small.folder / name).symlink_to(name)

        (found,) = problems_of(small)

        assert found.startswith(f"{name}:0: the file cannot be read: ")


class TestHeldout:
    def test_rows_are_reported_by_line_and_never_quoted(self, small: SmallPack) -> None:
        small.write(
            "heldout.tsv",
            "intents\ttext\nno tab here\nrush\t\nrush\ta\tb\nrush\tx\nrush\tx\nnone\ty\n",
        )

        assert problems_of(small) == [
            "heldout.tsv:1: the header must be intent<TAB>text",
            "heldout.tsv:2: expected intent<TAB>text",
            "heldout.tsv:3: expected intent<TAB>text",
            "heldout.tsv:4: expected intent<TAB>text",
            "heldout.tsv:6: the same row stands in line 5 already",
            "heldout.tsv:7: held-out line of an unknown intent 'none'",
        ]

    def test_signs_that_end_a_line_elsewhere_are_part_of_a_text(
        self, small: SmallPack
    ) -> None:
        small.write("heldout.tsv", "intent\ttext\r\nrush\t快\x0b点\u2028发\r\n")

        assert read_pack(small.folder).pack.heldout == (("rush", "快\x0b点\u2028发"),)

    def test_an_empty_file_lacks_its_header(self, small: SmallPack) -> None:
        small.write("heldout.tsv", "")

        assert problems_of(small) == [
            "heldout.tsv:1: the header must be intent<TAB>text"
        ]


class TestReadPack:
    def test_pieces_know_their_lines(self, small: SmallPack) -> None:
        loaded = read_pack(small.folder)

        assert loaded.requirements.examples == 2
        place = loaded.origins.of("example", "rush", "怎么还没发")
        assert (place.file, place.line) == ("examples/all.yaml", 6)
        place = loaded.origins.of("variant", "other.one", "0")
        assert (place.file, place.line) == ("scripts/all.yaml", 23)


class TestPackFingerprint:
    def test_it_is_the_same_for_the_same_content(
        self, small: SmallPack, tmp_path: Path
    ) -> None:
        copy = make_small_pack(tmp_path / "copy")

        assert pack_fingerprint(small.folder) == pack_fingerprint(copy.folder)

    @pytest.mark.parametrize("name", sorted(FILES))
    def test_it_changes_with_every_file(self, small: SmallPack, name: str) -> None:
        before = pack_fingerprint(small.folder)
        small.add(name, "\n")

        assert pack_fingerprint(small.folder) != before

    def test_moving_a_line_to_another_file_changes_it(self, small: SmallPack) -> None:
        before = pack_fingerprint(small.folder)
        content = (small.folder / "intents/all.yaml").read_text(encoding="utf-8")
        small.write("intents/all.yaml", content[:40])
        small.write("intents/all2.yaml", content[40:])

        assert pack_fingerprint(small.folder) != before

    def test_other_files_do_not_count(self, small: SmallPack) -> None:
        before = pack_fingerprint(small.folder)
        small.write("README.md", "notes")

        assert pack_fingerprint(small.folder) == before
