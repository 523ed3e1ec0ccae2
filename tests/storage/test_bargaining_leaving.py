"""What stays of a buyer's bargaining: forgotten, copied, merged, grown old."""

from datetime import datetime, timedelta

from sqlalchemy import select

from storage.database import Database
from storage.queries.exporting import everything_of
from storage.queries.shops import ShopRecord
from storage.repositories import retention
from storage.repositories.forgetting import forget
from storage.repositories.merging import merge
from storage.tables import (
    BargainingAskRow,
    BargainingStateRow,
    table_of,
)
from tests.databases import NOW
from tests.storage.bargainers import (
    COUPON,
    Bargain,
    fill,
    make_terms,
    offer_rows,
    store,
)


class TestLeaving:
    def test_a_forgotten_buyer_leaves_the_offers_as_nobodys(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms())
        one = buyer()
        one.ask()
        one.ask()

        database.write_now(
            lambda conn: forget(
                conn,
                shop.shop_id,
                buyer_ref="buyer-1",
                closed_state="closed",
                person_id=None,
                now=NOW,
            )
        )

        (row,) = offer_rows(database, shop)
        assert (row.state, row.charged_fen) == ("expired", 300)
        assert count_of(database, shop, BargainingAskRow) == 0
        assert count_of(database, shop, BargainingStateRow) == 0

    def test_the_copy_of_their_data_has_all_of_it(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms(rungs=[COUPON]))
        fill(database, shop, "ONE")
        one = buyer()
        one.ask()
        one.ask()

        data = database.read_now(
            lambda conn: everything_of(conn, shop.shop_id, buyer_ref="buyer-1")
        )

        assert [it["code"] for it in data.of("coupons")] == ["ONE"]
        assert len(data.of("bargaining_asks")) == 2
        assert len(data.of("bargaining_states")) == 1

    def test_of_two_buyers_who_are_one_the_further_state_and_better_offer_stay(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms())
        known, anonymous = buyer("known"), buyer("anon")
        for _ in range(2):
            known.ask()
        for _ in range(3):
            anonymous.ask()

        database.write_now(
            lambda conn: merge(
                conn,
                shop.shop_id,
                anonymous_id=anonymous.place.buyer_id,
                names={("signed_http", "known"): None},
                closed_state="closed",
                now=NOW,
            )
        )

        standing = known.known().standing
        assert standing.rung == 2
        assert standing.offer is not None
        assert standing.offer.price_fen == 5_000
        assert known.ask() is None

    def test_what_is_too_old_is_deleted_and_the_offers_stay(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms())
        one = buyer()
        one.ask()
        one.ask()

        def unit(before: datetime) -> int:
            return database.write_now(
                lambda conn: retention.delete_bargaining(
                    conn,
                    before=before,
                    limit=100,
                )
            )

        assert unit(NOW) == 0
        assert unit(NOW + timedelta(days=1)) == 3
        assert len(offer_rows(database, shop)) == 1
        assert one.known().standing.rung == 0


def count_of(database: Database, shop: ShopRecord, row: type) -> int:
    table = table_of(row)
    return len(
        database.read_now(
            lambda conn: conn.execute(
                select(table.c.id).where(table.c.shop_id == shop.shop_id)
            ).all()
        )
    )
