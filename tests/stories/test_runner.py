"""The runner itself: a wrong expectation fails, a slip in a file has its line."""

from pathlib import Path
from typing import Any

import pytest

from bot.errors import ScriptLibraryError
from server.library import Library
from storage.database import Database
from tests.stories.judging import always, complaints
from tests.stories.playing import StoryFailedError, play
from tests.stories.reading import read_not_yet, read_stories
from tests.stories.stage import open_stage
from tests.stories.values import Expectation, Seen, SeenTicket

TICKET = SeenTicket(type="logistics", order="A1", text="opened 催发货")
WHOLE = """\
given:
  time: 2026-11-23 10:00
  items:
    - {id: MUG-01, title: 杯子, list: 69元, floor: 49.5元}
stories:
  - id: one
    zh: 一个故事
    rule: P1
    turns:
      - buyer: 在吗
      - buyer: [有人吗, {text: 看图, picture: a.jpg}]
        expect: {never: ['\\d+元'], offers: []}
"""


def _written(folder: Path, text: str) -> Path:
    (folder / "told.yaml").write_text(text, "utf-8")
    return folder


def _problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ScriptLibraryError) as caught:
        read_stories(_written(folder, text))
    return [str(one) for one in caught.value.problems]


class TestReadStories:
    def test_a_story_has_what_all_stories_of_its_file_are_given(
        self, tmp_path: Path
    ) -> None:
        (story,) = read_stories(_written(tmp_path, WHOLE))

        (item,) = story.given["items"]
        assert (item["list"], item["floor"]) == (6900, 4950)
        assert story.steps[1].buyer[1].picture == "a.jpg"
        expected = story.steps[1].expect
        assert expected is not None
        assert expected.offers == ()
        assert expected.tickets is None

    @pytest.mark.parametrize(
        ("old", "new", "line", "words"),
        [
            ("never:", "nerver:", 12, "unknown key 'nerver'"),
            ("floor:", "flor:", 4, "unknown key 'flor'"),
            ("rule: P1", "rules: P1", 8, "unknown key 'rules'"),
            ("69元", "69块", 4, "an amount such as"),
            ("10:00", "10点", 2, "a time such as"),
            ("'\\d+元'", "'(元'", 12, "no regular expression"),
            ("- buyer: 在吗", "- by: 甲", 10, "expected one of buyer"),
            ("- buyer: 在吗", "- later: 2026-11-23 11:00", 6, "two turns of a buyer"),
        ],
    )
    def test_a_slip_is_named_with_file_and_line(
        self, tmp_path: Path, old: str, new: str, line: int, words: str
    ) -> None:
        found = _problems(tmp_path, WHOLE.replace(old, new, 1))

        assert any(f"told.yaml:{line}" in one and words in one for one in found), found

    def test_two_stories_of_one_name_are_refused(self, tmp_path: Path) -> None:
        second = WHOLE[WHOLE.index("  - id") :]

        found = _problems(tmp_path, WHOLE + second)

        assert any("'one' stands in told.yaml:6" in one for one in found)

    def test_why_a_story_fails_is_said_once(self, tmp_path: Path) -> None:
        entry = "- {id: one, why: 还没做}\n"
        (tmp_path / "not_yet.yaml").write_text(entry * 2, "utf-8")

        with pytest.raises(ScriptLibraryError):
            read_not_yet(tmp_path)


class TestComplaints:
    @pytest.mark.parametrize(
        ("expected", "seen"),
        [
            ({"band": "auto"}, {"band": "assist"}),
            ({"intent": ("invoice",)}, {"intents": frozenset({"thanks"})}),
            ({"says": ("发票",)}, {"replies": ("好的",)}),
            ({"never": ("底价",)}, {"replies": ("底价是…",)}),
            ({"facts": ("20元",)}, {"replies": ("运费8元",)}),
            ({"replies": 0}, {"replies": ("在吗",)}),
            ({"handed_over": True}, {"is_handed_over": False}),
            ({"handed_over": False}, {"is_handed_over": True}),
            ({"refused": True}, {"is_refused": False}),
            ({"audited": True}, {"is_audited": False}),
            ({"offers": ()}, {"offers": ({"kind": "gift"},)}),
            ({"offers": ({"kind": "gift"},)}, {"offers": ()}),
            (
                {"offers": ({"kind": "coupon", "worth": 300},)},
                {"offers": ({"kind": "coupon", "worth": 500},)},
            ),
            ({"tickets": ()}, {"tickets": (TICKET,)}),
            ({"tickets": ({"type": "refund"},)}, {"tickets": (TICKET,)}),
            ({"tickets": ({"order": "A2"},)}, {"tickets": (TICKET,)}),
            ({"tickets": ({"count": 1},)}, {"tickets": (TICKET, TICKET)}),
            ({"tickets": ({"with": ("照片",)},)}, {"tickets": (TICKET,)}),
            ({"promises": ()}, {"promises": ({"kind": "发货"},)}),
            ({"promises": ({"kind": "发货"},)}, {"promises": ()}),
            (
                {"promises": ({"kind": "发货", "due": "2026-11-23"},)},
                {"promises": ({"kind": "发货", "due": "2026-11-24 17:00"},)},
            ),
            (
                {"promises": ({"kind": "发货", "state": "kept"},)},
                {"promises": ({"kind": "发货", "state": "broken"},)},
            ),
            ({"follow_ups": ()}, {"follow_ups": ("delay_update",)}),
            ({"suggested": ("抱歉",)}, {"suggestions": ("您好",)}),
        ],
    )
    def test_what_did_not_come_as_expected_is_named(
        self, expected: dict[str, Any], seen: dict[str, Any]
    ) -> None:
        found = complaints(Expectation(**expected), Seen(**seen))

        assert len(found) == 1

    def test_what_came_as_expected_is_fine(self) -> None:
        expected = Expectation(
            band="auto",
            intent=("invoice",),
            says=("^抱歉",),
            never=("底价",),
            facts=("8元",),
            replies=2,
            handed_over=False,
            offers=({"kind": "gift"},),
            tickets=(
                {"type": "logistics", "order": "A1", "count": 1, "with": ("催",)},
            ),
            promises=({"kind": "发货", "due": "2026-11-23"},),
            follow_ups=("b", "a"),
            suggested=("运费",),
        )
        seen = Seen(
            band="auto",
            intents=frozenset({"invoice", "thanks"}),
            replies=("您好", "抱歉，运费8元"),
            offers=({"kind": "gift", "state": "open"},),
            tickets=(TICKET,),
            promises=({"kind": "发货", "due": "2026-11-23 17:00"},),
            follow_ups=("a", "b"),
            suggestions=("运费8元",),
        )

        assert complaints(expected, seen) == ()


class TestAlways:
    @pytest.mark.parametrize(
        ("reply", "floor"),
        [("好的{order.no}", 0), ("49元给您", 4900), ("49.5元", 4950), ("说过的话", 0)],
    )
    def test_some_things_are_never_right(self, reply: str, floor: int) -> None:
        floors = [floor] if floor else []

        found = always(Seen(replies=(reply,)), said_before=["说过的话"], floors=floors)

        assert len(found) == 1

    @pytest.mark.parametrize("reply", ["单号78649001", "10:49到的", "149元", "49.9元"])
    def test_other_figures_are_no_floor_price(self, reply: str) -> None:
        assert always(Seen(replies=(reply,)), said_before=[], floors=[4900]) == ()


class TestPlay:
    @pytest.mark.parametrize(
        ("expected", "words"),
        [
            ("says: [这句话谁也不会说]", "该说到：这句话谁也不会说"),
            ("band: hand_over", "该由hand_over答"),
            ("tickets: [{type: claim}]", "该有工单"),
            ("handed_over: true", "该转到人工"),
            ("replies: 0", "该有0句"),
        ],
    )
    async def test_a_wrong_expectation_fails_and_shows_the_dialogue(
        self,
        expected: str,
        words: str,
        database: Database,
        library: Library,
        tmp_path: Path,
    ) -> None:
        text = WHOLE.replace("never: ['\\d+元'], offers: []", expected)
        (story,) = read_stories(_written(tmp_path, text))

        async with open_stage(
            database, library, var=tmp_path, at=story.given["time"], has_bursts=True
        ) as stage:
            with pytest.raises(StoryFailedError) as caught:
                await play(stage, story)

        told = str(caught.value)
        assert words in told
        assert "told.yaml:11 one 一个故事" in told
        assert "买家：在吗" in told
        assert "小二：" in told

    async def test_a_burst_is_one_turn_and_a_right_expectation_passes(
        self, database: Database, library: Library, tmp_path: Path
    ) -> None:
        (story,) = read_stories(_written(tmp_path, WHOLE))

        async with open_stage(
            database, library, var=tmp_path, at=story.given["time"], has_bursts=True
        ) as stage:
            dialogue = await play(stage, story)

        assert dialogue.index("买家：看图") < dialogue.rindex("小二：")
        assert "a.jpg" in dialogue
