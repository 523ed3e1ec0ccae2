"""How does a workbook of facts become a shop's facts, all of it or nothing?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import ShopFacts
from bot.errors import Problem, ScriptLibraryError
from bot.facts import Item
from bot.guarding.guard import Guard
from scripts_library.excel.facts_book import FactsBook
from scripts_library.excel.item_sheets import ITEMS
from scripts_library.excel.promotion_sheet import PROMOTIONS
from scripts_library.excel.shop_sheets import SHOP
from server.phrases import Typed, find_unsayable
from storage.queries.catalogue import (
    StoredPromotion,
    StoredShopFacts,
    promotions,
    shop_facts,
)
from storage.queries.fact_lists import items_after
from storage.queries.facts import item
from storage.repositories import audit
from storage.repositories.catalogue import (
    delete_promotion,
    delete_shop_facts,
    put_promotion,
    put_shop_facts,
)
from storage.repositories.changes import record_change
from storage.repositories.facts import put_item

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What a workbook would change; what stands there already is left alone."""

    facts: tuple[ShopFacts, ...] = ()
    gone_facts: tuple[StoredShopFacts, ...] = ()
    """Not in the workbook any more: its sheet is the whole."""
    items: tuple[Item, ...] = ()
    """New or different; an item that the workbook leaves out stays."""
    promotions: tuple[Promotion, ...] = ()
    gone_promotions: tuple[StoredPromotion, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return how much of each would be written or removed."""
        return {
            "shop_facts": len(self.facts),
            "shop_facts_removed": len(self.gone_facts),
            "items": len(self.items),
            "promotions": len(self.promotions),
            "promotions_removed": len(self.gone_promotions),
        }


def read_shop_book(connection: Connection, shop_id: int) -> FactsBook:
    """Return everything typed of a shop, as a workbook holds it."""
    found: list[Item] = []
    after = None
    while True:
        page = items_after(connection, shop_id, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            break
        after = page[-1].item_id
    return FactsBook(
        facts=tuple(one.value for one in shop_facts(connection, shop_id)),
        items=tuple(found),
        promotions=tuple(one.value for one in promotions(connection, shop_id)),
    )


def check_book(book: FactsBook, guard: Guard) -> None:
    """Refuse a workbook whose words could not leave the shop.

    Raises:
        ScriptLibraryError: every one of them, by sheet and name.
    """
    problems = tuple(
        Problem(file=sheet, line=0, reason=f"“{name}”的 {field}：{reason}", field=field)
        for sheet, name, value in _sayable(book)
        for field, reason in find_unsayable(value, guard)
    )
    if problems:
        raise ScriptLibraryError(problems)


def find_differences(
    connection: Connection, shop_id: int, book: FactsBook
) -> Differences:
    """Return what a workbook would change of a shop."""
    stored = {one.value.name: one for one in shop_facts(connection, shop_id)}
    running = {one.value.promotion_id: one for one in promotions(connection, shop_id)}
    told = () if book.facts is None else book.facts
    offered = () if book.promotions is None else book.promotions
    names = {one.name for one in told}
    ids = {one.promotion_id for one in offered}
    return Differences(
        facts=tuple(
            one
            for one in told
            if one.name not in stored or stored[one.name].value != one
        ),
        gone_facts=tuple(
            one
            for name, one in stored.items()
            if book.facts is not None and name not in names
        ),
        items=tuple(
            one
            for one in book.items or ()
            if _is_new(one, item(connection, shop_id, one.item_id))
        ),
        promotions=tuple(
            one
            for one in offered
            if one.promotion_id not in running or running[one.promotion_id].value != one
        ),
        gone_promotions=tuple(
            one
            for name, one in running.items()
            if book.promotions is not None and name not in ids
        ),
    )


def take_book(
    connection: Connection,
    shop_id: int,
    book: FactsBook,
    *,
    now: datetime,
    person_id: int | None = None,
) -> Differences:
    """Store what a workbook changes, in one unit; return what it was."""
    changes = find_differences(connection, shop_id, book)
    for facts in changes.facts:
        put_shop_facts(connection, shop_id, value=facts, now=now)
    for gone in changes.gone_facts:
        delete_shop_facts(connection, shop_id, name=gone.value.name, seen=gone.version)
    for one in changes.items:
        put_item(connection, shop_id, value=one, told_at=now, now=now)
    for promotion in changes.promotions:
        put_promotion(connection, shop_id, value=promotion, now=now)
    for over in changes.gone_promotions:
        delete_promotion(
            connection,
            shop_id,
            promotion_id=over.value.promotion_id,
            seen=over.version,
        )
    audit.record(
        connection,
        shop_id,
        action="facts.imported",
        subject="facts",
        now=now,
        data=changes.counts(),
        person_id=person_id,
    )
    record_change(connection)
    return changes


def _is_new(told: Item, known: Item | None) -> bool:
    if known is None or told.card is not None:
        return told != known
    return told != replace(known, card=None)


def _sayable(book: FactsBook) -> Iterator[tuple[str, str, Typed]]:
    for facts in book.facts or ():
        yield SHOP, facts.name, facts
    for one in book.items or ():
        if one.card is not None:
            yield ITEMS, one.item_id, one.card
    for promotion in book.promotions or ():
        yield PROMOTIONS, promotion.promotion_id, promotion
