"""Whether a browser is known by its token, and is whose the shop says."""

from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.devices import DeviceRecord, bind_device, device
from tests.databases import NOW, make_shop, take

TOKEN = b"hash of a token"


def bind(
    database: Database, shop: ShopRecord, ref: str, *, is_taking: bool = False
) -> DeviceRecord:
    return database.write_now(
        lambda conn: bind_device(
            conn,
            shop.shop_id,
            token_hash=TOKEN,
            pair=("signed_http", ref),
            is_taking=is_taking,
            now=NOW,
        )
    )


class TestDevice:
    def test_a_token_is_known_in_its_own_shop_only(
        self, database: Database, shop: ShopRecord
    ) -> None:
        other = make_shop(database, slug="other")
        bind(database, shop, "anon-1")

        ours = database.read_now(lambda conn: device(conn, shop.shop_id, TOKEN))
        theirs = database.read_now(lambda conn: device(conn, other.shop_id, TOKEN))

        assert ours is not None
        assert (ours.buyer_ref, ours.conversation_id) == ("anon-1", None)
        assert theirs is None

    def test_it_tells_the_conversation(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop, buyer_ref="buyer-1")

        assert bind(database, shop, "buyer-1").conversation_id == (
            receipt.conversation_id
        )


class TestBindDevice:
    def test_an_anonymous_window_does_not_take_a_browser_from_its_buyer(
        self, database: Database, shop: ShopRecord
    ) -> None:
        bind(database, shop, "u1", is_taking=True)

        assert bind(database, shop, "anon-1").buyer_ref == "u1"

    def test_a_buyer_whom_the_shop_vouches_for_takes_it(
        self, database: Database, shop: ShopRecord
    ) -> None:
        first = bind(database, shop, "u1", is_taking=True)

        second = bind(database, shop, "u2", is_taking=True)

        assert (second.buyer_ref, second.device_id) == ("u2", first.device_id)
