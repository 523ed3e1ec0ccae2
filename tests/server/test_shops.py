from dataclasses import replace

from server.library import Library
from server.shops import Shops
from storage.queries.shops import ShopRecord


class TestServe:
    async def test_the_next_turn_has_the_new_library_and_an_open_one_the_old(
        self, shops: Shops, shop: ShopRecord, library: Library
    ) -> None:
        new = replace(library, pack=replace(library.pack, version="new"))
        in_flight = shops.by_slug(shop.slug)

        shops.serve(new)

        assert in_flight.library is library
        assert shops.by_slug(shop.slug).library is new
        assert shops.by_id(shop.shop_id) is shops.by_slug(shop.slug)

    async def test_lasts_when_the_shops_are_read_again(
        self, shops: Shops, shop: ShopRecord, library: Library
    ) -> None:
        new = replace(library, pack=replace(library.pack, version="new"))
        shops.serve(new)

        await shops.refresh()

        assert shops.library is new
        assert [one.library for one in shops.all()] == [new]
