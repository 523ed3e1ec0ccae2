"""Whether deliveries go out in order, once, and never past a take-over."""

from datetime import datetime, timedelta

import pytest

from bot.actions import Reply
from bot.errors import NotFoundError
from bot.messages import Receipt, Sender
from storage.database import Database
from storage.queries.conversations import messages_after, suggestions
from storage.queries.outbox import dead_letters, next_due_at, outbox_lag
from storage.queries.shops import ShopRecord
from storage.repositories.conversations import agent_message, take_over
from storage.repositories.outbox import (
    ClaimedDelivery,
    claim_deliveries,
    finish_delivered,
    finish_failed,
    release_claims,
    send_again,
)
from tests.databases import NOW, commit, make_person, make_shop, take

LEASE = timedelta(seconds=30)
LATER = NOW + timedelta(minutes=5)


def reply(
    database: Database, shop: ShopRecord, text: str, *, buyer_ref: str = "buyer-1"
) -> Receipt:
    """Have the assistant say something and return what it answered."""
    receipt = take(database, shop, buyer_ref=buyer_ref)
    commit(database, shop, [receipt], Reply(text=text))
    return receipt


def claim(
    database: Database, *, owner: str = "me", now: datetime = NOW
) -> list[ClaimedDelivery]:
    return database.write_now(
        lambda conn: claim_deliveries(conn, owner=owner, now=now, lease=LEASE, limit=10)
    )


def deliver(database: Database, claimed: ClaimedDelivery, *, owner: str = "me") -> int:
    return database.write_now(
        lambda conn: finish_delivered(conn, [claimed.delivery_id], owner=owner, now=NOW)
    )


def fail(
    database: Database, claimed: ClaimedDelivery, *, next_at: datetime | None
) -> bool:
    return database.write_now(
        lambda conn: finish_failed(
            conn,
            claimed.delivery_id,
            owner="me",
            now=NOW,
            error="no answer",
            next_at=next_at,
        )
    )


def texts(claimed: list[ClaimedDelivery]) -> list[str]:
    return [delivery.message.text for delivery in claimed]


def serve(database: Database, shop: ShopRecord, receipt: Receipt) -> int:
    person_id = make_person(database)
    database.write_now(
        lambda conn: take_over(
            conn,
            shop.shop_id,
            conversation_id=receipt.conversation_id,
            person_id=person_id,
            until=LATER,
            now=NOW,
        )
    )
    return person_id


class TestClaimDeliveries:
    def test_it_has_everything_that_sending_needs(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = reply(database, shop, "在的亲")

        (claimed,) = claim(database)

        message = claimed.message
        assert claimed.attempts == 1
        assert claimed.shop_id == shop.shop_id
        assert (message.shop, message.connector) == ("demo", "signed_http")
        assert (message.buyer_ref, message.text) == ("buyer-1", "在的亲")
        assert message.conversation_id == receipt.conversation_id
        assert message.sender is Sender.ASSISTANT
        assert message.delivery_id == claimed.delivery_id

    def test_what_is_claimed_is_not_claimed_again(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")
        claim(database)

        assert claim(database, owner="other") == []

    def test_after_the_lease_it_is_due_again(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")
        claim(database)

        (again,) = claim(database, owner="other", now=NOW + LEASE)

        assert again.attempts == 2

    def test_of_a_conversation_only_the_oldest_goes_out(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for text in ("一", "二"):
            reply(database, shop, text)
        reply(database, shop, "另一位", buyer_ref="buyer-2")

        first = claim(database)
        deliver(database, first[0])

        assert sorted(texts(first)) == ["一", "另一位"]
        assert texts(claim(database)) == ["二"]

    def test_a_message_that_must_be_tried_again_holds_back_the_next(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for text in ("一", "二"):
            reply(database, shop, text)
        (first,) = claim(database)
        fail(database, first, next_at=LATER)

        assert claim(database) == []
        assert texts(claim(database, now=LATER)) == ["一"]

    def test_a_take_over_withholds_what_the_assistant_had_queued(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = reply(database, shop, "在的亲")
        serve(database, shop, receipt)

        assert claim(database) == []

        offered = database.read_now(
            lambda conn: suggestions(
                conn, shop.shop_id, conversation_id=receipt.conversation_id
            )
        )
        seen = database.read_now(
            lambda conn: messages_after(
                conn, shop.shop_id, conversation_id=receipt.conversation_id
            )
        )
        assert [it.text for it in offered] == ["在的亲"]
        assert [it.text for it in seen] == ["在吗"]

    def test_what_the_agent_writes_goes_out(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = reply(database, shop, "在的亲")
        person_id = serve(database, shop, receipt)
        claim(database)
        database.write_now(
            lambda conn: agent_message(
                conn,
                shop.shop_id,
                conversation_id=receipt.conversation_id,
                person_id=person_id,
                text="我来帮您看",
                until=LATER,
                now=NOW,
            )
        )

        assert texts(claim(database)) == ["我来帮您看"]

    def test_it_takes_from_all_shops(self, database: Database) -> None:
        for slug in ("one", "two"):
            reply(database, make_shop(database, slug=slug), slug)

        assert sorted(texts(claim(database))) == ["one", "two"]


class TestFinishDelivered:
    def test_it_is_never_due_again(self, database: Database, shop: ShopRecord) -> None:
        reply(database, shop, "在的亲")
        (claimed,) = claim(database)

        assert deliver(database, claimed) == 1
        assert claim(database, now=LATER) == []

    def test_who_lost_the_lease_changes_nothing(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")
        (claimed,) = claim(database)
        claim(database, owner="other", now=LATER)

        assert deliver(database, claimed) == 0


class TestFinishFailed:
    def test_without_a_next_time_it_is_a_dead_letter(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "打13812345678")
        (claimed,) = claim(database)

        assert fail(database, claimed, next_at=None)

        (letter,) = database.read_now(lambda conn: dead_letters(conn, shop.shop_id))
        assert letter.delivery_id == claimed.delivery_id
        assert (letter.attempts, letter.last_error) == (1, "no answer")
        assert "12345678" not in letter.text

    def test_who_lost_the_lease_changes_nothing(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")
        (claimed,) = claim(database)
        claim(database, owner="other", now=LATER)

        assert not fail(database, claimed, next_at=None)
        assert database.read_now(lambda conn: dead_letters(conn, shop.shop_id)) == []


class TestSendAgain:
    def test_a_dead_letter_is_due_with_fresh_tries(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")
        (claimed,) = claim(database)
        fail(database, claimed, next_at=None)

        database.write_now(
            lambda conn: send_again(
                conn, shop.shop_id, delivery_id=claimed.delivery_id, now=LATER
            )
        )

        (again,) = claim(database, now=LATER)
        assert again.attempts == 1
        assert again.delivery_id == claimed.delivery_id

    def test_what_was_delivered_is_not_sent_again(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")
        (claimed,) = claim(database)
        deliver(database, claimed)

        with pytest.raises(NotFoundError):
            database.write_now(
                lambda conn: send_again(
                    conn, shop.shop_id, delivery_id=claimed.delivery_id, now=LATER
                )
            )


class TestReleaseClaims:
    def test_what_a_killed_process_held_is_due_at_once(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")
        claim(database, owner="killed")

        assert database.write_now(release_claims) == 1
        assert texts(claim(database)) == ["在的亲"]

    def test_an_owner_frees_only_its_own(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")
        claim(database, owner="alive")

        freed = database.write_now(lambda conn: release_claims(conn, owner="killed"))

        assert freed == 0
        assert claim(database) == []


class TestOutboxLag:
    def test_nothing_owed_is_no_lag(self, database: Database) -> None:
        lag = database.read_now(lambda conn: outbox_lag(conn, now=NOW))

        assert (lag.pending, lag.oldest_due_at, lag.lag) == (0, None, timedelta())
        assert database.read_now(next_due_at) is None

    def test_the_lag_is_since_the_oldest_was_due(
        self, database: Database, shop: ShopRecord
    ) -> None:
        reply(database, shop, "在的亲")

        lag = database.read_now(lambda conn: outbox_lag(conn, now=LATER))

        assert (lag.pending, lag.oldest_due_at, lag.lag) == (1, NOW, LATER - NOW)
        assert database.read_now(next_due_at) == NOW
