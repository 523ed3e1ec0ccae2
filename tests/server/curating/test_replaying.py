"""Both libraries answer what buyers wrote; only what can differ is decided."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import Band
from bot.facts import OrderState
from bot.replaying.comparing import ChangeKind
from bot.replaying.outcomes import Served
from bot.scripts import Bands, Pack
from bot.utterances import Understanding
from scripts_library.shop.entries import entries_of
from server.curating.previewing import library_with
from server.curating.replaying import (
    Case,
    Cases,
    Setting,
    collect,
    is_alike,
    replay,
)
from server.library import Library
from server.settings import Settings
from server.shops import shop_of
from storage.database import Database
from storage.queries.replays import PastMessage
from tests.bot.deciding.deciding_factories import understood
from tests.databases import NOW, make_shop

BANDS = Bands(auto=0.8, auto_margin=0.1, assist=0.4)
SERVED = Served(intent_id="shipping_time", band=Band.AUTO)


@pytest.fixture(name="setting")
def _setting(database: Database, library: Library) -> Setting:
    shop = shop_of(make_shop(database), library=library, settings=Settings())
    return Setting(shop=shop, now=NOW + timedelta(hours=1))


def asked(*texts: str, order_state: OrderState | None = None) -> Cases:
    return {
        Case(text, "signed_http", order_state is not None, order_state, None): Counter(
            {SERVED: 2}
        )
        for text in texts
    }


def reworded(library: Library, *starts: str) -> Library:
    """Return a library in which scripts whose ids begin so say something more."""
    pack: Pack = library.pack
    scripts = tuple(
        replace(it, variants=tuple(f"{text}哦" for text in it.variants))
        if it.script_id.startswith(starts)
        else it
        for it in pack.scripts
    )
    return library_with(library, entries_of(replace(pack, scripts=scripts)))


class TestReplay:
    def test_other_words_change_the_messages_they_answer_and_no_others(
        self, library: Library, setting: Setting
    ) -> None:
        drafted = reworded(library, "shipping_time.")
        cases = asked("什么时候发货", "能开发票吗", "谢谢")

        report = replay(library, drafted, cases, setting=setting)

        assert (report.messages, report.texts, report.changed) == (6, 3, 2)
        assert report.kinds == {ChangeKind.REPLY: 2}
        (group,) = report.groups
        (example,) = group.examples
        assert example.text == "什么时候发货"
        assert example.after.text == f"{example.before.text}哦"

    def test_scripts_for_an_order_are_shown_with_an_order_of_nobodys(
        self, library: Library, setting: Setting
    ) -> None:
        drafted = reworded(library, "shipping_time.shipped")
        cases = {
            **asked("什么时候发货"),
            **asked("什么时候发货", order_state=OrderState.SHIPPED),
        }

        report = replay(library, drafted, cases, setting=setting)

        (group,) = report.groups
        assert (report.changed, report.texts) == (2, 1)
        assert group.key.script_after == "shipping_time.shipped"

    def test_progress_reaches_the_whole(
        self, library: Library, setting: Setting
    ) -> None:
        told: list[tuple[int, int]] = []

        replay(
            library,
            reworded(library, "invoice."),
            asked(*(f"第{number}次问发票" for number in range(120))),
            setting=setting,
            progress=lambda done, total: told.append((done, total)),
        )

        assert told == [(100, 120), (120, 120)]

    def test_processes_that_share_the_texts_find_what_one_finds(
        self, library: Library, setting: Setting
    ) -> None:
        drafted = reworded(library, "shipping_time.")
        many = asked(*(f"{number}幢" for number in range(1001)), "什么时候发货")
        told: list[int] = []

        shared = replay(
            library,
            drafted,
            many,
            setting=setting,
            progress=lambda done, total: told.append(done),
            processes=2,
        )

        alone = replay(library, drafted, many, setting=setting)
        assert shared == alone
        assert shared.kinds == {ChangeKind.REPLY: 2}
        assert (told[-1], told) == (1002, sorted(told))


class TestCollect:
    def test_equal_messages_are_one_case_and_keep_their_outcomes(self) -> None:
        past = PastMessage(
            text="在吗",
            connector="web",
            is_verified=False,
            order_state=None,
            item_ref=None,
            served=SERVED,
        )
        other = replace(past, served=replace(SERVED, intent_id="greeting"))

        cases = collect([past, other, past])

        assert [*cases.values()] == [Counter({SERVED: 2, other.served: 1})]


class TestIsAlike:
    def alike(self, one: Understanding, other: Understanding) -> bool:
        return is_alike(one, other, bands=BANDS)

    def test_a_little_more_confidence_is_the_same_answer(self) -> None:
        one = understood(("price", 0.7), ("colour", 0.2))

        assert self.alike(one, understood(("price", 0.71), ("colour", 0.2)))

    def test_a_threshold_between_them_a_step_or_another_guess_is_not(self) -> None:
        one = understood(("price", 0.795), ("colour", 0.1))

        assert not self.alike(one, understood(("price", 0.801), ("colour", 0.1)))
        assert not self.alike(one, understood(("price", 0.75), ("colour", 0.1)))
        assert not self.alike(one, understood(("colour", 0.795), ("price", 0.1)))
