"""Whether typed facts, cards and promotions are kept as they were told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from bot.catalogue.cards import NoReasonReturn, ProductCard
from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import ShopFacts
from bot.errors import NotFoundError, StaleStateError
from bot.facts import Item
from storage.cards import (
    card_from_json,
    card_to_json,
    facts_from_json,
    facts_to_json,
)
from storage.database import Database
from storage.queries.catalogue import (
    known_promotion,
    known_shop_facts,
    promotions,
    shop_facts,
)
from storage.queries.fact_lists import card_version
from storage.queries.facts import item
from storage.queries.shops import ShopRecord
from storage.repositories.catalogue import (
    delete_promotion,
    delete_shop_facts,
    put_promotion,
    put_shop_facts,
)
from storage.repositories.changes import changes_so_far
from storage.repositories.facts import put_card, put_item
from tests.databases import NOW, make_shop
from tests.scripts_library.excel.facts_strategies import CARDS, SHOP_FACTS

USUAL = ShopFacts(ship_within_hours=48, valid_from=NOW)
WINTER = Promotion(
    promotion_id="winter", title="冬季", phrase="满减", items=("i-1",), valid_until=NOW
)
CARD = ProductCard(attributes={"面料": "雪纺"}, no_reason_return=NoReasonReturn.YES)
ITEM = Item(item_id="i-1", title="裙子", card=CARD)


def put_facts(
    database: Database, shop: ShopRecord, facts: ShopFacts, *, seen: int | None = None
) -> int:
    return database.write_now(
        lambda conn: put_shop_facts(conn, shop.shop_id, value=facts, now=NOW, seen=seen)
    )


def tell_item(
    database: Database, shop: ShopRecord, told: Item, *, later: int = 0
) -> bool:
    at = NOW + timedelta(minutes=later)
    return database.write_now(
        lambda conn: put_item(conn, shop.shop_id, value=told, told_at=at, now=NOW)
    )


def known_item(database: Database, shop: ShopRecord) -> Item | None:
    return database.read_now(lambda conn: item(conn, shop.shop_id, "i-1"))


class TestJson:
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(CARDS, SHOP_FACTS)
    def test_what_is_stored_is_read_as_it_was(
        self, card: ProductCard, facts: ShopFacts
    ) -> None:
        again = facts_from_json(
            facts_to_json(facts),
            name=facts.name,
            valid_from=facts.valid_from,
            valid_until=facts.valid_until,
        )

        assert card_from_json(card_to_json(card)) == card
        assert again == facts


class TestPutShopFacts:
    def test_they_are_read_with_their_version(
        self, database: Database, shop: ShopRecord
    ) -> None:
        first = put_facts(database, shop, USUAL)
        changed = replace(USUAL, ship_within_hours=24)
        second = put_facts(database, shop, changed, seen=first)

        found = database.read_now(
            lambda conn: known_shop_facts(conn, shop.shop_id, USUAL.name)
        )
        assert (first, second) == (1, 2)
        assert (found.value, found.version) == (changed, 2)

    def test_an_edit_of_what_is_no_more_is_refused(
        self, database: Database, shop: ShopRecord
    ) -> None:
        put_facts(database, shop, USUAL)

        with pytest.raises(StaleStateError):
            put_facts(database, shop, USUAL, seen=0)

    def test_they_belong_to_their_shop(
        self, database: Database, shop: ShopRecord
    ) -> None:
        other = make_shop(database, slug="other")
        put_facts(database, shop, USUAL)

        assert database.read_now(lambda conn: shop_facts(conn, other.shop_id)) == []

    def test_running_processes_notice(
        self, database: Database, shop: ShopRecord
    ) -> None:
        before = database.read_now(changes_so_far)

        put_facts(database, shop, USUAL)

        assert database.read_now(changes_so_far) > before


class TestDeleteShopFacts:
    def test_they_are_gone(self, database: Database, shop: ShopRecord) -> None:
        put_facts(database, shop, USUAL)

        database.write_now(
            lambda conn: delete_shop_facts(conn, shop.shop_id, name=USUAL.name, seen=1)
        )

        with pytest.raises(NotFoundError):
            database.read_now(
                lambda conn: known_shop_facts(conn, shop.shop_id, USUAL.name)
            )

    @pytest.mark.parametrize(
        ("name", "error"), [(USUAL.name, StaleStateError), ("春节", NotFoundError)]
    )
    def test_not_what_was_not_seen(
        self, database: Database, shop: ShopRecord, name: str, error: type[Exception]
    ) -> None:
        put_facts(database, shop, USUAL)

        with pytest.raises(error):
            database.write_now(
                lambda conn: delete_shop_facts(conn, shop.shop_id, name=name, seen=7)
            )


class TestPromotions:
    def test_are_read_as_they_were_told_until_they_are_removed(
        self, database: Database, shop: ShopRecord
    ) -> None:
        database.write_now(
            lambda conn: put_promotion(conn, shop.shop_id, value=WINTER, now=NOW)
        )
        found = database.read_now(
            lambda conn: known_promotion(conn, shop.shop_id, "winter")
        )
        database.write_now(
            lambda conn: delete_promotion(
                conn, shop.shop_id, promotion_id="winter", seen=1
            )
        )

        assert found.value == WINTER
        assert database.read_now(lambda conn: promotions(conn, shop.shop_id)) == []
        with pytest.raises(NotFoundError):
            database.read_now(
                lambda conn: known_promotion(conn, shop.shop_id, "winter")
            )


class TestPutItem:
    def test_a_card_comes_with_its_item(
        self, database: Database, shop: ShopRecord
    ) -> None:
        tell_item(database, shop, ITEM)

        assert known_item(database, shop) == ITEM

    def test_a_telling_without_a_card_leaves_the_one_there_is(
        self, database: Database, shop: ShopRecord
    ) -> None:
        tell_item(database, shop, ITEM)

        tell_item(database, shop, replace(ITEM, card=None, stock=3), later=1)

        assert known_item(database, shop) == replace(ITEM, stock=3)

    def test_an_older_card_changes_nothing(
        self, database: Database, shop: ShopRecord
    ) -> None:
        tell_item(database, shop, ITEM, later=1)

        is_news = tell_item(database, shop, replace(ITEM, card=ProductCard()))

        assert not is_news
        assert known_item(database, shop) == ITEM


class TestPutCard:
    def test_a_persons_edit_goes_over_what_was_told(
        self, database: Database, shop: ShopRecord
    ) -> None:
        tell_item(database, shop, ITEM, later=-5)
        edited = replace(CARD, attributes={"面料": "棉"})

        version = database.write_now(
            lambda conn: put_card(
                conn, shop.shop_id, item_id="i-1", card=edited, seen=1, now=NOW
            )
        )

        assert known_item(database, shop) == replace(ITEM, card=edited)
        stored = database.read_now(lambda conn: card_version(conn, shop.shop_id, "i-1"))
        assert (version, stored) == (2, 2)

    @pytest.mark.parametrize(
        ("item_id", "seen", "error"),
        [("i-1", 0, StaleStateError), ("i-2", 0, NotFoundError)],
    )
    def test_not_of_what_was_not_seen(
        self,
        database: Database,
        shop: ShopRecord,
        item_id: str,
        seen: int,
        error: type[Exception],
    ) -> None:
        tell_item(database, shop, ITEM)

        with pytest.raises(error):
            database.write_now(
                lambda conn: put_card(
                    conn, shop.shop_id, item_id=item_id, card=CARD, seen=seen, now=NOW
                )
            )
