from dataclasses import replace

from bot.guarding.rules import Channel, Verdict
from bot.guarding.shop_rules import ShopRule
from server.guarding import SETTINGS_KEY, GuardSettings, guard_settings, stored
from server.library import Library
from server.settings import Settings
from server.shops import Shops, shop_of
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


class TestShopOf:
    def test_a_shop_has_rules_and_platforms_of_its_own(
        self, shop: ShopRecord, library: Library
    ) -> None:
        rule = ShopRule(
            rule="rival", verdict=Verdict.BLOCK, phrases=("对门",), suggestion="不说"
        )
        guarding = GuardSettings(
            rules=(rule,), channels={"signed_http": Channel.MARKETPLACE}
        )
        record = replace(shop, settings={SETTINGS_KEY: stored(guarding)})

        served = shop_of(record, library=library, settings=Settings())

        assert guard_settings(record.settings) == guarding
        assert served.guard.check("对门").verdict is Verdict.BLOCK
        assert library.assistant.guard.check("对门").verdict is Verdict.PASS
        assert served.channel("signed_http") is Channel.MARKETPLACE
        assert served.channel("web_chat") is Channel.OWN_SITE
