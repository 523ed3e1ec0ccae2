"""How does a story's shop come to be as it is? Everything given is told to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage.repositories.shops import ShopChanges, set_shop
from storage.states import Role
from tests.stories.stage import NOBODY, Stage
from tests.stories.values import Story, Table


class NotThereError(Exception):
    """A story needs something that the product does not have."""


async def set_the_stage(stage: Stage, story: Story) -> None:
    """Tell the shop everything that a story takes for granted.

    Raises:
        NotThereError: The product cannot be told it.
    """
    given = story.given
    for name in given.get("on_duty", ()):
        await stage.hire(name, Role.AGENT, is_on_duty=True)
    for name in given.get("managers", ()):
        await stage.hire(name, Role.MANAGER, is_on_duty=False)
    await tell_shop(stage, given.get("shop", {}))
    for name in ("promotions", "coupons", "bargaining", "incident"):
        if name in given:
            raise NotThereError(name)
    for item in given.get("items", ()):
        await tell_item(stage, item)
    for order in given.get("orders", ()):
        await tell_order(stage, order, default=default_buyer(story))
    if given.get("buyer", {}).get("verified") is False:
        await stage.open_window(stage.actor(default_buyer(story), is_verified=False))


def default_buyer(story: Story) -> str:
    """Return the name of the buyer whom a story is about."""
    name: str = story.given.get("buyer", {}).get("name", NOBODY)
    return name


async def tell_shop(stage: Stage, shop: Table) -> None:
    """Set what the shop says of itself."""
    phrases: dict[str, str] = dict(shop.get("phrases", {}))
    if "name" in shop:
        phrases["shop.name"] = shop["name"]

    def unit(connection: Connection) -> None:
        changes = ShopChanges(policies=phrases)
        set_shop(connection, stage.floor.shop_id, changes=changes)

    await stage.database.write(unit)
    await stage.floor.service.shops.refresh()


async def tell_item(stage: Stage, item: Table) -> None:
    """Tell an item as the shop's own system does."""
    body = {
        "title": item["title"],
        **_renamed(item, {"list": "list_fen", "floor": "floor_fen", "stock": "stock"}),
    }
    if "restock" in item:
        body["restock_at"] = item["restock"].isoformat()
    details = _renamed(item, {"attributes": "attributes", "usage": "usage"})
    if "size_chart" in item:
        details["size_chart"] = "，".join(
            f"{row['size']}适合{row['height']}厘米、{row['weight']}斤"
            for row in item["size_chart"]
        )
    if details:
        body["details"] = details
    await stage.floor.tell("PUT", f"/items/{item['id']}", **body)


async def tell_order(stage: Stage, order: Table, *, default: str) -> None:
    """Tell an order as the shop's own system does."""
    body: dict[str, Any] = {
        "buyer_id": stage.actor(order.get("by", default)).ref or "nobody-here",
        "state": order["state"],
        "items": list(order.get("items", ())),
        **_renamed(
            order,
            {"courier": "courier", "tracking": "tracking_no", "track": "latest_track"}
            | {"refund": "refund"},
        ),
    }
    for name, key in _TIMES.items():
        if name in order:
            at: datetime = order[name]
            body[key] = at.isoformat()
    await stage.floor.tell("PUT", f"/orders/{order['id']}", **body)


_TIMES = {
    "paid": "paid_at",
    "promised": "promised_ship_at",
    "shipped": "shipped_at",
    "signed": "signed_at",
}


def _renamed(table: Table, names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: table[name] for name in names if name in table}
