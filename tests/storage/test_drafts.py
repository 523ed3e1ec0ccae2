"""Drafts and versions of the script library, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection

from bot.errors import NotFoundError, StaleEntryError, StaleStateError, TakenError
from storage.database import Database
from storage.queries.drafts import DraftRecord, draft_entries, open_draft_of, reviews
from storage.queries.library import (
    current_version,
    known_version,
    library_content,
    versions,
)
from storage.queries.shops import ShopRecord
from storage.repositories.draft_reviews import add_review
from storage.repositories.drafts import (
    EntryChange,
    Ground,
    close_draft,
    open_draft,
    put_on_ground,
    revert_entry,
    save_entry,
)
from storage.repositories.library import NewVersion, keep_content, publish_version
from storage.states import DraftState, ReviewVerdict
from tests.databases import NOW, make_person, make_shop

GROUND = Ground(base_number=None, pack_version="1", baseline="a" * 64, edits="b" * 64)


def begin(database: Database, shop: ShopRecord, name: str = "店庆") -> DraftRecord:
    return database.write_now(
        lambda conn: open_draft(conn, shop.shop_id, name=name, ground=GROUND, now=NOW)
    )


def save(
    database: Database,
    shop: ShopRecord,
    text: str | None,
    *,
    seen: int | None,
    entry_id: str = "greeting.one",
    by: int | None = None,
) -> int:
    change = EntryChange(
        kind="script",
        entry_id=entry_id,
        content=None if text is None else {"variants": [text]},
    )
    return database.write_now(
        lambda conn: save_entry(
            conn,
            shop.shop_id,
            draft="店庆",
            change=change,
            seen=seen,
            now=NOW,
            by=by,
        )
    )


def publish(database: Database, shop: ShopRecord, edits: str) -> int:
    value = NewVersion(
        pack_id="ecommerce", pack_version="1", baseline="a", edits=edits, note=edits
    )

    def unit(conn: Connection) -> int:
        for blob in ("a", edits):
            keep_content(
                conn,
                shop.shop_id,
                content_hash=blob,
                content=blob.encode(),
                now=NOW,
            )
        return publish_version(conn, shop.shop_id, value=value, now=NOW)

    return database.write_now(unit)


class TestPublishVersion:
    def test_numbers_count_up_and_the_last_is_current(
        self, database: Database, shop: ShopRecord
    ) -> None:
        numbers = [publish(database, shop, edits) for edits in "bcb"]

        found = database.read_now(lambda conn: versions(conn, shop.shop_id))
        current = database.read_now(lambda conn: current_version(conn, shop.shop_id))

        assert numbers == [1, 2, 3]
        assert [(it.number, it.edits, it.is_current) for it in found] == [
            (3, "b", True),
            (2, "c", False),
            (1, "b", False),
        ]
        assert current == found[0]

    def test_many_at_once_leave_no_gap_and_one_current(
        self, database: Database, shop: ShopRecord
    ) -> None:
        with ThreadPoolExecutor(4) as threads:
            numbers = list(
                threads.map(lambda n: publish(database, shop, f"e{n}"), range(8))
            )

        found = database.read_now(lambda conn: versions(conn, shop.shop_id))
        assert sorted(numbers) == list(range(1, 9))
        assert [it.number for it in found if it.is_current] == [8]

    def test_before_the_first_there_is_none(
        self, database: Database, shop: ShopRecord
    ) -> None:
        assert (
            database.read_now(lambda conn: current_version(conn, shop.shop_id)) is None
        )
        with pytest.raises(NotFoundError):
            database.read_now(lambda conn: known_version(conn, shop.shop_id, 1))

    def test_each_shop_has_its_own(self, database: Database, shop: ShopRecord) -> None:
        other = make_shop(database, slug="other")
        publish(database, shop, "b")

        assert publish(database, other, "c") == 1
        with pytest.raises(NotFoundError):
            database.read_now(lambda conn: library_content(conn, other.shop_id, "b"))

    def test_a_blob_is_kept_once_and_read_as_it_was(
        self, database: Database, shop: ShopRecord
    ) -> None:
        publish(database, shop, "b")
        publish(database, shop, "b")

        assert (
            database.read_now(lambda conn: library_content(conn, shop.shop_id, "b"))
            == b"b"
        )


class TestOpenDraft:
    def test_a_name_is_given_to_one_open_draft(
        self, database: Database, shop: ShopRecord
    ) -> None:
        begin(database, shop)

        with pytest.raises(TakenError):
            begin(database, shop)
        assert begin(database, shop, "别的").revision == 1

    def test_a_closed_ones_name_is_free(
        self, database: Database, shop: ShopRecord
    ) -> None:
        first = begin(database, shop)
        database.write_now(
            lambda conn: close_draft(
                conn,
                shop.shop_id,
                draft="店庆",
                state=DraftState.DISCARDED,
                now=NOW,
            )
        )

        assert begin(database, shop).draft_id != first.draft_id


class TestSaveEntry:
    def test_a_save_counts_and_is_read_as_it_was(
        self, database: Database, shop: ShopRecord
    ) -> None:
        lan = make_person(database)
        draft = begin(database, shop)

        revisions = [
            save(database, shop, "您好", seen=0, by=lan),
            save(database, shop, "您好呀", seen=2, by=lan),
        ]

        (entry,) = database.read_now(
            lambda conn: draft_entries(conn, shop.shop_id, draft.draft_id)
        )
        assert revisions == [2, 3]
        assert (entry.content, entry.revision, entry.user) == (
            {"variants": ["您好呀"]},
            3,
            "lan",
        )

    @pytest.mark.parametrize("seen", [0, 1, 3])
    def test_of_what_is_no_more_it_is_refused_with_both_sides(
        self, database: Database, shop: ShopRecord, seen: int
    ) -> None:
        begin(database, shop)
        save(database, shop, "您好", seen=0)

        with pytest.raises(StaleEntryError) as caught:
            save(database, shop, "我也改", seen=seen)

        assert caught.value.details["theirs"] == {"variants": ["您好"]}
        assert caught.value.details["yours"] == {"variants": ["我也改"]}
        assert caught.value.details["revision"] == 2

    def test_of_two_at_once_one_is_refused(
        self, database: Database, shop: ShopRecord
    ) -> None:
        begin(database, shop)

        def attempt(text: str) -> bool:
            try:
                save(database, shop, text, seen=0)
            except StaleEntryError:
                return False
            return True

        with ThreadPoolExecutor(4) as threads:
            assert sorted(threads.map(attempt, "甲乙丙丁")) == [False] * 3 + [True]

    def test_a_removal_is_an_entry_too(
        self, database: Database, shop: ShopRecord
    ) -> None:
        draft = begin(database, shop)

        save(database, shop, None, seen=0)

        (entry,) = database.read_now(
            lambda conn: draft_entries(conn, shop.shop_id, draft.draft_id)
        )
        assert entry.content is None

    def test_another_shops_draft_is_not_found(
        self, database: Database, shop: ShopRecord
    ) -> None:
        begin(database, shop)

        with pytest.raises(NotFoundError):
            save(database, make_shop(database, slug="other"), "您好", seen=0)


class TestRevertEntry:
    def test_the_entry_is_as_before_and_can_be_changed_again(
        self, database: Database, shop: ShopRecord
    ) -> None:
        draft = begin(database, shop)
        save(database, shop, "您好", seen=0)
        database.write_now(
            lambda conn: revert_entry(
                conn,
                shop.shop_id,
                draft="店庆",
                kind="script",
                entry_id="greeting.one",
                seen=2,
                now=NOW,
            )
        )

        left = database.read_now(
            lambda conn: draft_entries(conn, shop.shop_id, draft.draft_id)
        )

        assert left == []
        assert save(database, shop, "您好呀", seen=0) == 4


class TestPutOnGround:
    def test_who_wrote_an_entry_stays_its_author(
        self, database: Database, shop: ShopRecord
    ) -> None:
        lan, mei = make_person(database), make_person(database, user="mei")
        begin(database, shop)
        save(database, shop, "您好", seen=0, by=lan)
        draft = database.read_now(
            lambda conn: open_draft_of(conn, shop.shop_id, "店庆")
        )
        change = EntryChange(
            kind="script", entry_id="greeting.one", content={"variants": ["合并"]}
        )
        conflict = {"kind": "script", "id": "greeting.one", "field": "variants"}
        database.write_now(
            lambda conn: put_on_ground(
                conn,
                shop.shop_id,
                draft=draft,
                ground=GROUND,
                changes=[change],
                conflicts=[conflict],
                now=NOW,
                by=mei,
            )
        )

        (entry,) = database.read_now(
            lambda conn: draft_entries(conn, shop.shop_id, draft.draft_id)
        )
        moved = database.read_now(
            lambda conn: open_draft_of(conn, shop.shop_id, "店庆")
        )
        assert (entry.user, entry.content) == ("lan", {"variants": ["合并"]})
        assert moved.conflicts == (conflict,)

    def test_a_save_settles_the_conflicts_of_its_entry(
        self, database: Database, shop: ShopRecord
    ) -> None:
        draft = begin(database, shop)
        conflicts = [
            {"kind": "script", "id": name, "field": "variants"} for name in ("a", "b")
        ]
        database.write_now(
            lambda conn: put_on_ground(
                conn,
                shop.shop_id,
                draft=draft,
                ground=GROUND,
                changes=[],
                conflicts=conflicts,
                now=NOW,
            )
        )

        save(database, shop, "定了", seen=0, entry_id="a")

        left = database.read_now(lambda conn: open_draft_of(conn, shop.shop_id, "店庆"))
        assert left.conflicts == (conflicts[1],)

    def test_of_a_draft_that_was_saved_meanwhile_it_is_refused(
        self, database: Database, shop: ShopRecord
    ) -> None:
        draft = begin(database, shop)
        save(database, shop, "您好", seen=0)

        with pytest.raises(StaleStateError):
            database.write_now(
                lambda conn: put_on_ground(
                    conn,
                    shop.shop_id,
                    draft=draft,
                    ground=GROUND,
                    changes=[],
                    conflicts=[],
                    now=NOW,
                )
            )


class TestAddReview:
    def test_of_a_revision_that_is_no_more_it_is_refused(
        self, database: Database, shop: ShopRecord
    ) -> None:
        draft = begin(database, shop)
        mei = make_person(database, user="mei")

        def unit(conn: Connection) -> None:
            add_review(
                conn,
                shop.shop_id,
                draft="店庆",
                revision=1,
                verdict=ReviewVerdict.APPROVED,
                note="好",
                now=NOW,
                by=mei,
            )

        database.write_now(unit)
        save(database, shop, "您好", seen=0)
        with pytest.raises(StaleStateError):
            database.write_now(unit)

        (one,) = database.read_now(
            lambda conn: reviews(conn, shop.shop_id, draft.draft_id)
        )
        assert (one.revision, one.user, one.verdict) == (
            1,
            "mei",
            ReviewVerdict.APPROVED,
        )
