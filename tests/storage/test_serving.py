"""How people hand conversations on and end them, on both databases."""

from datetime import timedelta

import pytest

from bot.errors import NotFoundError, NotServingError, StaleStateError
from storage.database import Database
from storage.queries.conversation_details import conversation_events
from storage.queries.conversations import ConversationRecord, conversation
from storage.queries.people_names import colleague, names_of
from storage.queries.shops import ShopRecord
from storage.repositories.conversations import agent_message, take_over
from storage.repositories.people import grant, set_active
from storage.repositories.sending import sent_before
from storage.repositories.serving import (
    close,
    hold,
    hold_served,
    note,
    reopen_closed,
    transfer,
)
from storage.states import ConversationPhase, Role
from tests.databases import NOW, make_person, make_shop, take

UNTIL = NOW + timedelta(minutes=10)


@pytest.fixture(name="lan")
def _lan(database: Database) -> int:
    return make_person(database, user="lan")


@pytest.fixture(name="served")
def _served(database: Database, shop: ShopRecord, lan: int) -> int:
    """A conversation that lan serves."""
    receipt = take(database, shop)
    database.write_now(
        lambda conn: take_over(
            conn,
            shop.shop_id,
            conversation_id=receipt.conversation_id,
            person_id=lan,
            until=UNTIL,
            now=NOW,
        )
    )
    return receipt.conversation_id


def state(database: Database, shop: ShopRecord, it: int) -> ConversationRecord:
    return database.read_now(lambda conn: conversation(conn, shop.shop_id, it))


def kinds(database: Database, shop: ShopRecord, it: int) -> list[str]:
    events = database.read_now(
        lambda conn: conversation_events(conn, shop.shop_id, conversation_id=it)
    )
    return [event.kind.value for event in events]


class TestHold:
    def test_refuses_another_version(
        self, database: Database, shop: ShopRecord, served: int
    ) -> None:
        version = state(database, shop, served).version

        with pytest.raises(StaleStateError):
            database.write_now(
                lambda conn: hold(
                    conn,
                    shop.shop_id,
                    conversation_id=served,
                    expected_version=version + 1,
                )
            )

    def test_another_shop_has_no_such_conversation(
        self, database: Database, served: int
    ) -> None:
        other = make_shop(database, slug="other")

        with pytest.raises(NotFoundError):
            database.write_now(
                lambda conn: hold(conn, other.shop_id, conversation_id=served)
            )

    def test_who_does_not_serve_is_refused(
        self, database: Database, shop: ShopRecord, served: int
    ) -> None:
        mei = make_person(database, user="mei")

        with pytest.raises(NotServingError):
            database.write_now(
                lambda conn: hold_served(
                    conn, shop.shop_id, conversation_id=served, person_id=mei
                )
            )


class TestTransfer:
    def test_counts_the_version_and_says_to_whom(
        self, database: Database, shop: ShopRecord, served: int, lan: int
    ) -> None:
        mei = make_person(database, user="mei")
        before = state(database, shop, served)

        version = database.write_now(
            lambda conn: transfer(
                conn,
                shop.shop_id,
                conversation_id=served,
                person_id=lan,
                to_person_id=mei,
                until=UNTIL,
                now=NOW,
            )
        )

        after = state(database, shop, served)
        assert (after.served_by, after.version) == (mei, version)
        assert version == before.version + 1
        assert kinds(database, shop, served)[-1] == "transferred"


class TestHandBack:
    def test_a_closed_account_leaves_its_buyers_in_the_queue(
        self, database: Database, shop: ShopRecord, served: int, lan: int
    ) -> None:
        before = state(database, shop, served)

        database.write_now(lambda conn: set_active(conn, lan, is_active=False, now=NOW))

        after = state(database, shop, served)
        assert (after.phase, after.served_by) == (ConversationPhase.HANDED_OVER, None)
        assert after.version == before.version + 1
        assert kinds(database, shop, served)[-1] == "handed_over"

    def test_nothing_else_moves(
        self, database: Database, shop: ShopRecord, served: int, lan: int
    ) -> None:
        mei = make_person(database, user="mei")

        database.write_now(lambda conn: set_active(conn, mei, is_active=False, now=NOW))

        assert state(database, shop, served).served_by == lan


class TestClose:
    def test_ends_it_until_it_is_opened_again_once(
        self, database: Database, shop: ShopRecord, served: int, lan: int
    ) -> None:
        database.write_now(
            lambda conn: close(
                conn,
                shop.shop_id,
                conversation_id=served,
                person_id=lan,
                reason="好了",
                now=NOW,
            )
        )
        closed = state(database, shop, served)
        for _ in range(2):
            database.write_now(
                lambda conn: reopen_closed(
                    conn, shop.shop_id, conversation_id=served, now=NOW
                )
            )

        assert (closed.phase, closed.served_by) == (ConversationPhase.CLOSED, None)
        assert state(database, shop, served).phase is ConversationPhase.OPEN
        assert kinds(database, shop, served)[-2:] == ["closed", "reopened"]


class TestNote:
    def test_is_kept_masked(
        self, database: Database, shop: ShopRecord, served: int, lan: int
    ) -> None:
        database.write_now(
            lambda conn: note(
                conn,
                shop.shop_id,
                conversation_id=served,
                person_id=lan,
                text="电话13812345678",
                now=NOW,
            )
        )

        events = database.read_now(
            lambda conn: conversation_events(conn, shop.shop_id, conversation_id=served)
        )
        assert events[-1].data == {"text": "电话138****5678"}


class TestSentBefore:
    def test_is_known_by_conversation_person_and_their_id(
        self, database: Database, shop: ShopRecord, served: int, lan: int
    ) -> None:
        sent = database.write_now(
            lambda conn: agent_message(
                conn,
                shop.shop_id,
                conversation_id=served,
                person_id=lan,
                text="在的",
                until=UNTIL,
                now=NOW,
                client_id="c1",
            )
        )

        found = [
            database.read_now(
                lambda conn, who=who, client_id=client_id: sent_before(  # type: ignore[misc]
                    conn,
                    shop.shop_id,
                    conversation_id=served,
                    person_id=who,
                    client_id=client_id,
                )
            )
            for who, client_id in ((lan, "c1"), (lan, "c2"), (lan + 1, "c1"))
        ]

        assert found == [sent.message_id, None, None]


class TestColleague:
    def test_is_who_works_in_the_shop(
        self, database: Database, shop: ShopRecord, lan: int
    ) -> None:
        def ask(user: str) -> int | None:
            return database.read_now(
                lambda conn: colleague(conn, shop.shop_id, user=user)
            )

        before = ask("lan")
        database.write_now(
            lambda conn: grant(conn, shop.shop_id, person_id=lan, role=Role.AGENT)
        )

        assert (before, ask("lan"), ask("mei")) == (None, lan, None)
        assert database.read_now(lambda conn: names_of(conn, [lan, None])) == {
            lan: "lan"
        }
