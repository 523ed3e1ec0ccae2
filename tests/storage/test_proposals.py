"""Proposals and private scripts, on both databases."""

import pytest

from bot.errors import NotFoundError, StaleStateError
from storage.database import Database
from storage.queries.proposals import private_scripts, proposal, proposals
from storage.queries.shops import ShopRecord
from storage.repositories.drafts import EntryChange
from storage.repositories.proposals import (
    decide_proposal,
    delete_private_script,
    propose,
    put_private_script,
)
from storage.states import ProposalState
from tests.databases import NOW, make_person, make_shop

CHANGE = EntryChange(
    kind="script", entry_id="a", content={"variants": ["好"]}, reason="常问"
)


def suggest(database: Database, shop: ShopRecord, by: int) -> int:
    return database.write_now(
        lambda conn: propose(conn, shop.shop_id, change=CHANGE, by=by, now=NOW)
    )


def keep(database: Database, shop: ShopRecord, by: int, *, seen: int) -> int:
    return database.write_now(
        lambda conn: put_private_script(
            conn,
            shop.shop_id,
            person_id=by,
            entry_id="问仓库",
            content={"variants": ["我去问"]},
            seen=seen,
            now=NOW,
        )
    )


class TestProposals:
    def test_are_decided_once(self, database: Database, shop: ShopRecord) -> None:
        lan, boss = make_person(database), make_person(database, user="boss")
        number = suggest(database, shop, lan)

        def refuse() -> None:
            database.write_now(
                lambda conn: decide_proposal(
                    conn,
                    shop.shop_id,
                    proposal_id=number,
                    state=ProposalState.REFUSED,
                    decision="已有",
                    by=boss,
                    now=NOW,
                )
            )

        refuse()
        with pytest.raises(StaleStateError):
            refuse()

        found = database.read_now(lambda conn: proposal(conn, shop.shop_id, number))
        assert (found.state, found.decision, found.user, found.decided_user) == (
            ProposalState.REFUSED,
            "已有",
            "lan",
            "boss",
        )

    def test_are_listed_by_state_and_person(
        self, database: Database, shop: ShopRecord
    ) -> None:
        lan, mei = make_person(database), make_person(database, user="mei")
        first, second = suggest(database, shop, lan), suggest(database, shop, mei)

        def ids(**wanted: object) -> list[int]:
            return database.read_now(
                lambda conn: [
                    it.proposal_id
                    for it in proposals(conn, shop.shop_id, **wanted)  # type: ignore[arg-type]
                ]
            )

        assert ids() == [first, second]
        assert ids(person_id=mei) == [second]
        assert ids(state=ProposalState.TAKEN) == []
        assert ids(after=first) == [second]

    def test_another_shops_is_not_found(
        self, database: Database, shop: ShopRecord
    ) -> None:
        number = suggest(database, shop, make_person(database))
        other = make_shop(database, slug="other")

        with pytest.raises(NotFoundError):
            database.read_now(lambda conn: proposal(conn, other.shop_id, number))


class TestPrivateScripts:
    def test_belong_to_one_person(self, database: Database, shop: ShopRecord) -> None:
        lan, mei = make_person(database), make_person(database, user="mei")

        assert keep(database, shop, lan, seen=0) == 1
        assert keep(database, shop, lan, seen=1) == 2
        assert keep(database, shop, mei, seen=0) == 1

        (mine,) = database.read_now(
            lambda conn: private_scripts(conn, shop.shop_id, lan)
        )
        assert (mine.entry_id, mine.revision) == ("问仓库", 2)

    @pytest.mark.parametrize("seen", [0, 2])
    def test_a_stale_save_is_refused(
        self, database: Database, shop: ShopRecord, seen: int
    ) -> None:
        lan = make_person(database)
        keep(database, shop, lan, seen=0)

        with pytest.raises(StaleStateError):
            keep(database, shop, lan, seen=seen)

    def test_a_removed_one_is_gone(self, database: Database, shop: ShopRecord) -> None:
        lan = make_person(database)
        keep(database, shop, lan, seen=0)

        def remove() -> None:
            database.write_now(
                lambda conn: delete_private_script(
                    conn, shop.shop_id, person_id=lan, entry_id="问仓库"
                )
            )

        remove()
        with pytest.raises(NotFoundError):
            remove()
        assert keep(database, shop, lan, seen=0) == 1
