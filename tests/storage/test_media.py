"""Whether a picture is found by its name, and is whose it is."""

from storage.database import Database
from storage.queries.pictures import is_picture_of, picture
from storage.queries.shops import ShopRecord
from storage.repositories.media import NewPicture, add_picture
from tests.databases import NOW, buyer_id_of, take

NAME = "0" * 32 + ".jpg"
PICTURE = NewPicture(
    name=NAME, content_type="image/jpeg", size=3, width=1, height=1, sha256=b"h"
)


class TestAddPicture:
    def test_it_is_found_by_name_and_belongs_to_its_buyer(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop, buyer_ref="buyer-1")
        buyer_id = buyer_id_of(database, shop, receipt.conversation_id)
        database.write_now(
            lambda conn: add_picture(
                conn, shop.shop_id, buyer_id=buyer_id, value=PICTURE, now=NOW
            )
        )

        found = database.read_now(lambda conn: picture(conn, NAME))
        owners = [
            database.read_now(
                lambda conn, ref=ref: is_picture_of(  # type: ignore[misc]
                    conn, shop.shop_id, pair=("signed_http", ref), name=NAME
                )
            )
            for ref in ("buyer-1", "buyer-2")
        ]

        assert found is not None
        assert (found.shop_id, found.content_type) == (shop.shop_id, "image/jpeg")
        assert owners == [True, False]

    def test_a_name_that_nobody_has_is_none(self, database: Database) -> None:
        assert database.read_now(lambda conn: picture(conn, NAME)) is None
