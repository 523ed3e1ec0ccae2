"""What is missed becomes a draft in one step, or is left alone until it grows."""

from typing import Any

import pytest

from bot.errors import NotFoundError
from bot.learning.proposing import Kind
from bot.learning.turns import ServedTurn
from bot.scripts import Pack
from scripts_library.shop.checking import ShopSide, check_content
from scripts_library.shop.entries import LINES, Key
from scripts_library.shop.entries import Kind as EntryKind
from server.curating.contents import make_frame, read_draft, read_standing
from server.curating.drafting import Who, begin_draft
from server.curating.missing import MissedReport, find_group, find_missed
from server.curating.previewing import library_with
from server.curating.replaying import Setting
from server.curating.taking_missed import (
    Accepted,
    accept_missed,
    content_with,
    entries_for,
    refuse_missed,
    without_figures,
)
from server.library import Library
from server.settings import Settings
from server.shops import shop_of
from storage.database import Database
from storage.queries.missed import missed_decisions
from storage.queries.shops import ShopRecord
from tests.bot.learning.turns import make_served
from tests.databases import NOW, make_shop

ASKED = (
    "莫斯需要打二氧化碳吗",
    "水榕不打二氧化碳能活不",
    "椒草一定要打二氧化碳么",
    "小榕没有二氧化碳会死吗",
)
ANSWER = "亲，阴性草不打碳也能养，只是长得慢一些"


@pytest.fixture(name="shop")
def _shop(database: Database) -> ShopRecord:
    return make_shop(database)


def turns_of(*texts: str, answer: str | None = ANSWER) -> list[ServedTurn]:
    answers = () if answer is None else (answer,)
    return [
        make_served(text, number=number, answers=answers)
        for number, text in enumerate(texts)
    ]


class Desk:
    """One shop with its library, cared for by nobody in particular."""

    def __init__(self, database: Database, shop: ShopRecord, library: Library) -> None:
        self.database = database
        self.library = library
        self.frame = make_frame(library.pack)
        self.who = Who(shop_id=shop.shop_id, person_id=None, now=NOW)
        self.setting = Setting(
            shop=shop_of(shop, library=library, settings=Settings()), now=NOW
        )

    def find(
        self, turns: list[ServedTurn], *, pack: Pack | None = None
    ) -> MissedReport:
        return self.database.read_now(
            lambda conn: find_missed(
                turns,
                library=self.library,
                pack=self.library.pack if pack is None else pack,
                setting=self.setting,
                decisions=missed_decisions(conn, self.who.shop_id),
                days=7,
            )
        )

    def open(self) -> None:
        standing = self.database.read_now(
            lambda conn: read_standing(conn, self.who.shop_id)
        )
        self.database.write_now(
            lambda conn: begin_draft(
                conn, self.who, name="d", frame=self.frame, standing=standing
            )
        )

    def draft(self) -> Any:
        return self.database.read_now(
            lambda conn: read_draft(conn, self.who.shop_id, "d")
        )

    def accept(self, report: MissedReport) -> Accepted:
        found = report.groups[0]
        reading = self.draft()
        opened = reading.open()
        entries = entries_for(
            found,
            opened.content,
            check=lambda them: check_content(
                self.library.frame,
                content_with(opened.content, them),
                before=opened.baseline,
                shop=ShopSide(today=NOW.date()),
                only=frozenset(them),
            ),
        )
        return self.database.write_now(
            lambda conn: accept_missed(
                conn,
                self.who,
                found=found,
                draft="d",
                seen=reading.draft.revision,
                entries=entries,
                days=7,
            )
        )


@pytest.fixture(name="desk")
def _desk(database: Database, shop: ShopRecord, library: Library) -> Desk:
    return Desk(database, shop, library)


class TestFindMissed:
    def test_what_people_agree_on_is_a_script_of_its_own(self, desk: Desk) -> None:
        (found,) = desk.find(turns_of(*ASKED)).groups

        assert found.proposal.kind is Kind.SCRIPT
        assert found.proposal.variants == (ANSWER,)
        assert set(found.proposal.lines) <= set(ASKED)

    def test_a_masked_answer_is_never_proposed(self, desk: Desk) -> None:
        masked = "亲，不打碳也能养，电话138****8000问我"

        (found,) = desk.find(turns_of(*ASKED, answer=masked)).groups

        assert found.proposal.variants == ()

    def test_what_is_understood_today_is_not_missed(self, desk: Desk) -> None:
        known = desk.library.pack.examples["shipping_time"][:4]

        report = desk.find(turns_of(*known))

        assert (report.missed, report.still, report.groups) == (4, 0, ())

    def test_two_messages_are_no_group(self, desk: Desk) -> None:
        assert desk.find(turns_of(*ASKED[:2])).groups == ()

    def test_a_line_of_a_group_names_it(self, desk: Desk) -> None:
        report = desk.find(turns_of(*ASKED))
        last = report.groups[0].group.lines[-1].key

        assert find_group(report, last) is report.groups[0]
        with pytest.raises(NotFoundError):
            find_group(report, "0" * 16)


class TestAcceptMissed:
    def test_writes_into_the_draft_and_serves_nothing(self, desk: Desk) -> None:
        desk.open()

        accepted = desk.accept(desk.find(turns_of(*ASKED)))

        content = desk.draft().open().content
        intent = str(accepted.intent_id)
        assert accepted.is_new
        assert intent not in desk.library.pack.intents
        assert set(content[Key(EntryKind.EXAMPLES, intent)][LINES]) <= set(ASKED)
        assert content[Key(EntryKind.SCRIPT, f"{intent}.reply")]["variants"] == [ANSWER]
        assert desk.draft().standing.version is None

    def test_what_was_accepted_is_understood_once_it_is_served(
        self, desk: Desk
    ) -> None:
        desk.open()
        accepted = desk.accept(desk.find(turns_of(*ASKED)))

        after = library_with(desk.library, desk.draft().open().content)

        read = after.matcher.understand(ASKED[0], today=NOW.date())
        assert read.best.intent_id == accepted.intent_id

    def test_a_second_time_changes_nothing(self, desk: Desk) -> None:
        desk.open()
        report = desk.find(turns_of(*ASKED))
        first = desk.accept(report)
        revision = desk.draft().draft.revision

        again = desk.accept(report)

        assert (again.is_new, again.intent_id) == (False, first.intent_id)
        assert desk.draft().draft.revision == revision
        assert desk.find(turns_of(*ASKED)).groups == ()


class TestWithoutFigures:
    def test_the_part_with_a_figure_goes(self) -> None:
        said = "亲，把化掉的老叶剪掉，每天开灯六小时，慢慢会冒新叶"

        assert without_figures(said) == "亲，把化掉的老叶剪掉，慢慢会冒新叶"

    def test_what_leaves_too_little_goes_as_a_whole(self) -> None:
        assert without_figures("亲，泡三天换水") == ""


class TestRefuseMissed:
    def refuse(self, desk: Desk) -> None:
        (found,) = desk.find(turns_of(*ASKED)).groups
        desk.database.write_now(
            lambda conn: refuse_missed(conn, desk.who, found=found, days=7)
        )

    def test_it_does_not_return_in_other_words(self, desk: Desk) -> None:
        self.refuse(desk)
        others = ("火焰莫斯需要打二氧化碳不", "辣椒榕不打二氧化碳会死吗", *ASKED[2:])

        assert desk.find(turns_of(*others)).groups == ()

    def test_it_returns_when_it_has_grown_much(self, desk: Desk) -> None:
        self.refuse(desk)

        (found,) = desk.find(turns_of(*(ASKED * 4))).groups

        assert found.group.count == len(ASKED) * 4
