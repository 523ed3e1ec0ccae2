"""Whether personal data can be found by those who may, and by nobody else."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import NotFoundError
from storage.database import Database
from storage.queries.buyers import buyer, buyers_by_phone
from storage.queries.shops import ShopRecord
from storage.repositories.buyers import (
    MARKETING,
    flag_professional_reviewer,
    has_consent,
    set_contact,
    suppress,
)
from storage.repositories.facts import ConsentFact, put_consent
from storage.tables import BuyerRow, table_of
from tests.databases import (
    NOW,
    buyer_id_of,
    make_shop,
    opened,
    sqlite_url,
    take,
)

PHONE = "13812345678"
ADDRESS = "杭州市西湖区文三路"


@pytest.fixture
def buyer_id(database: Database, shop: ShopRecord) -> int:
    """Return the row id of a shop's one buyer."""
    return buyer_id_of(database, shop, take(database, shop).conversation_id)


class TestSetContact:
    def test_what_is_not_given_stays(
        self, database: Database, shop: ShopRecord, buyer_id: int
    ) -> None:
        for contact in ({"phone": PHONE}, {"address": ADDRESS}, {}):
            database.write_now(
                lambda conn, contact=contact: set_contact(  # type: ignore[misc]
                    conn, shop.shop_id, buyer_id=buyer_id, **contact
                )
            )

        record = database.read_now(lambda conn: buyer(conn, shop.shop_id, buyer_id))

        assert record is not None
        assert (record.phone, record.address) == (PHONE, ADDRESS)

    def test_another_shop_finds_nobody_by_that_phone(
        self, database: Database, shop: ShopRecord, buyer_id: int
    ) -> None:
        other = make_shop(database, slug="other")
        database.write_now(
            lambda conn: set_contact(conn, shop.shop_id, buyer_id=buyer_id, phone=PHONE)
        )

        found = database.read_now(
            lambda conn: (
                buyers_by_phone(conn, shop.shop_id, PHONE),
                buyers_by_phone(conn, other.shop_id, PHONE),
            )
        )

        assert [len(records) for records in found] == [1, 0]

    def test_another_shops_buyer_is_not_found(
        self, database: Database, buyer_id: int
    ) -> None:
        other = make_shop(database, slug="other")

        with pytest.raises(NotFoundError):
            database.write_now(
                lambda conn: set_contact(
                    conn, other.shop_id, buyer_id=buyer_id, phone=PHONE
                )
            )

    def test_neither_phone_nor_secret_stand_in_the_file(self, tmp_path: Path) -> None:
        with opened(sqlite_url(tmp_path)) as database:
            shop = make_shop(database)
            row_id = buyer_id_of(database, shop, take(database, shop).conversation_id)
            database.write_now(
                lambda conn: set_contact(
                    conn, shop.shop_id, buyer_id=row_id, phone=PHONE, address=ADDRESS
                )
            )

        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"buyer-1" in stored
        for clear in (PHONE, ADDRESS, shop.secret):
            assert clear.encode() not in stored


class TestFlagProfessionalReviewer:
    def test_the_mark_can_be_set_and_lifted(
        self, database: Database, shop: ShopRecord, buyer_id: int
    ) -> None:
        marks = []
        for is_flagged in (True, False):
            database.write_now(
                lambda conn, is_flagged=is_flagged: flag_professional_reviewer(  # type: ignore[misc]
                    conn, shop.shop_id, buyer_id=buyer_id, is_flagged=is_flagged
                )
            )
            record = database.read_now(lambda conn: buyer(conn, shop.shop_id, buyer_id))
            assert record is not None
            marks.append(record.is_professional_reviewer)

        assert marks == [True, False]


class TestSuppress:
    def test_it_withdraws_consent_and_may_be_said_twice(
        self, database: Database, shop: ShopRecord, buyer_id: int
    ) -> None:
        consent = ConsentFact(
            connector="signed_http", buyer_ref="buyer-1", is_given=True, source="注册"
        )
        database.write_now(
            lambda conn: put_consent(
                conn, shop.shop_id, value=consent, told_at=NOW, now=NOW
            )
        )

        for _ in range(2):
            database.write_now(
                lambda conn: suppress(
                    conn, shop.shop_id, buyer_id=buyer_id, words="退订", now=NOW
                )
            )

        assert not database.read_now(
            lambda conn: has_consent(
                conn, shop.shop_id, buyer_id=buyer_id, purpose=MARKETING
            )
        )


class TestStored:
    def test_a_phone_is_never_stored_the_same_twice(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for number in (1, 2):
            receipt = take(database, shop, buyer_ref=f"buyer-{number}")
            row_id = buyer_id_of(database, shop, receipt.conversation_id)
            database.write_now(
                lambda conn, row_id=row_id: set_contact(  # type: ignore[misc]
                    conn, shop.shop_id, buyer_id=row_id, phone=PHONE
                )
            )

        table = table_of(BuyerRow).c
        sealed = database.read_now(
            lambda conn: conn.scalars(
                select(table.phone_enc).where(table.shop_id == shop.shop_id)
            ).all()
        )

        assert len(set(sealed)) == 2
