"""How does a story's shop come to be as it is? Everything given is told to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.bargaining.reading import read_policy
from storage.repositories.bargaining import add_codes, put_policy
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import Role
from tests.stories.stage import NOBODY, Stage
from tests.stories.values import Story, Table

_ELSEWHERE = "其他"
"""Where nothing else is said, in postage and times."""
_OWNER = "老板"
"""Tells the shop's facts; serves nobody."""
_TIMES = {
    "paid": "paid_at",
    "promised": "promised_ship_at",
    "shipped": "shipped_at",
    "signed": "signed_at",
}
_ORDER = {
    "state": "state",
    "courier": "courier",
    "tracking": "tracking_no",
    "track": "latest_track",
    "refund": "refund",
    "phone": "phone",
}


class NotThereError(Exception):
    """A story needs something that the product does not have."""


async def set_the_stage(stage: Stage, story: Story) -> None:
    """Tell the shop everything that a story takes for granted.

    Raises:
        NotThereError: The product cannot be told it.
    """
    given = story.given
    await _hire(stage, given)
    await tell_shop(stage, given.get("shop", {}))
    for promotion in given.get("promotions", ()):
        await tell_promotion(stage, promotion)
    for item in given.get("items", ()):
        await tell_item(stage, item)
    await tell_bargaining(stage, given)
    if "incident" in given:
        await declare(stage, given["incident"])
    buyer = default_buyer(story)
    for order in given.get("orders", ()):
        await tell_order(stage, order, default=buyer)
    if given.get("buyer", {}).get("verified") is False:
        await stage.open_window(stage.actor(buyer, is_verified=False))


async def _hire(stage: Stage, given: Table) -> None:
    await stage.hire(_OWNER, Role.ADMIN, is_on_duty=False)
    for name in given.get("on_duty", ()):
        await stage.hire(name, Role.AGENT, is_on_duty=True)
    for name in given.get("managers", ()):
        await stage.hire(name, Role.MANAGER, is_on_duty=False)


def default_buyer(story: Story) -> str:
    """Return the name of the buyer whom a story is about."""
    name: str = story.given.get("buyer", {}).get("name", NOBODY)
    return name


async def tell_shop(stage: Stage, shop: Table) -> None:
    """Set what the shop says of itself: phrases, and what is typed."""
    told: dict[str, Any] = {"policies": dict(shop.get("phrases", {}))}
    told |= _renamed(shop, {"name": "name"})
    if "partial_refund" in shop:
        told["settings"] = {"authority": dict(shop["partial_refund"])}
    changes = ShopChanges(**told)

    def unit(connection: Connection) -> None:
        set_shop(connection, stage.floor.shop_id, changes=changes)

    await stage.database.write(unit)
    await stage.floor.service.shops.refresh()
    facts = _shop_facts(shop)
    if facts:
        await _put(stage, "/shop-facts/平时", version=0, **facts)


async def tell_promotion(stage: Stage, promotion: Table) -> None:
    """Tell a promotion as a manager does."""
    await _put(
        stage,
        f"/promotions/{promotion['id']}",
        version=0,
        title=promotion["name"],
        phrase=promotion["says"],
        valid_from=promotion["from"].isoformat(),
        valid_until=promotion["until"].isoformat(),
    )


async def tell_item(stage: Stage, item: Table) -> None:
    """Tell an item as the shop's own system does."""
    names = {"title": "title", "list": "list_fen", "floor": "floor_fen"}
    body = _renamed(item, {**names, "stock": "stock"})
    if "restock" in item:
        body["restock_at"] = item["restock"].isoformat()
    card = _renamed(
        item,
        {
            "attributes": "attributes",
            "no_reason_return": "no_reason_return",
            "reason": "return_reason",
        },
    )
    if "size_chart" in item:
        rows = [
            {
                "size": row["size"],
                "height_cm": _range(row["height"]),
                "weight_jin": _range(row["weight"]),
            }
            for row in item["size_chart"]
        ]
        card["size_chart"] = {"rows": rows}
    if card:
        body["card"] = card
    await _fact(stage, f"/items/{item['id']}", body)


async def tell_order(stage: Stage, order: Table, *, default: str) -> None:
    """Tell an order as the shop's own system does."""
    body = _renamed(order, _ORDER)
    body["buyer_id"] = stage.actor(order.get("by", default)).ref
    body["items"] = [_line(one, order) for one in order.get("items", ())]
    for name, key in _TIMES.items():
        if name in order:
            at: datetime = order[name]
            body[key] = at.isoformat()
    await _fact(stage, f"/orders/{order['id']}", body)


async def tell_bargaining(stage: Stage, given: Table) -> None:
    """Tell what may be given away, and the codes there are."""
    policies = [read_policy(one) for one in given.get("bargaining", ())]
    now = stage.floor.clock()

    def unit(connection: Connection) -> None:
        for policy in policies:
            put_policy(connection, stage.floor.shop_id, policy=policy, now=now)
        for pool, codes in given.get("coupons", {}).items():
            add_codes(connection, stage.floor.shop_id, pool=pool, codes=codes, now=now)

    await stage.database.write(unit)
    await stage.floor.service.shops.refresh()


async def declare(stage: Stage, incident: Table) -> None:
    """Declare an incident as a manager does."""
    answer = await stage.people[_OWNER].post(
        "/incidents",
        kind=incident["kind"],
        text=incident["says"],
        scope={"items": incident.get("items", ())},
        starts_at=incident["from"].isoformat(),
        ends_at=incident["until"].isoformat(),
    )
    if answer.status in {404, 405}:
        raise NotThereError("/incidents")
    assert answer.status == 201, answer.body
    await stage.floor.service.shops.refresh()


async def end_incident(stage: Stage, closing: str | None) -> None:
    """End the incident that lasts, with these words or the pack's own."""
    listed = await stage.people[_OWNER].get("/incidents", state="running")
    (incident,) = listed.body["items"]
    words = {} if closing is None else {"closing": closing}
    answer = await stage.people[_OWNER].post(
        f"/incidents/{incident['id']}/end", **words
    )
    assert answer.status == 200, answer.body


def _line(item_id: str, order: Table) -> dict[str, Any]:
    line: dict[str, Any] = {"item_id": item_id}
    if "exclusion_confirmed" in order:
        line["is_exclusion_confirmed"] = order["exclusion_confirmed"]
    return line


def _shop_facts(shop: Table) -> dict[str, Any]:
    """Return the typed facts of a shop in the form of its API."""
    facts: dict[str, Any] = _renamed(
        shop,
        {
            "packed_at": "cutoffs",
            "return_address": "return_address",
            "service_hours": "service_hours",
        },
    )
    if "ship_from" in shop:
        facts["warehouse_province"] = shop["ship_from"]["province"]
        facts["warehouse_city"] = shop["ship_from"].get("city")
    if "couriers" in shop:
        facts["couriers"] = [
            _courier(name, shop.get("eta", ())) for name in shop["couriers"]
        ]
    if "postage" in shop or "free_from" in shop:
        facts["postage"] = _postage(shop)
    if "invoice" in shop:
        invoice = dict(shop["invoice"])
        invoice["days"] = _days(invoice["days"])
        facts["invoices"] = invoice
    return facts


def _courier(name: str, eta: tuple[Table, ...]) -> dict[str, Any]:
    times = {
        place: _days(row["days"])
        for row in eta
        if row["courier"] == name
        for place in row["to"]
    }
    days = times.pop(_ELSEWHERE, None)
    return {"name": name, "days": days, "days_by_province": times}


def _postage(shop: Table) -> dict[str, Any]:
    fees = dict(shop.get("postage", {}))
    return {
        "default_fen": fees.pop(_ELSEWHERE, None),
        "fen_by_province": fees,
        "free_from_fen": shop.get("free_from"),
        "not_free_in": shop.get("not_free_in", ()),
    }


def _days(span: tuple[int, int]) -> dict[str, int]:
    return {"first": span[0], "last": span[1]}


def _range(span: tuple[int, int]) -> dict[str, int]:
    return {"low": span[0], "high": span[1]}


def _renamed(table: Table, names: Mapping[str, str]) -> dict[str, Any]:
    return {names[name]: table[name] for name in names if name in table}


async def _fact(stage: Stage, path: str, body: dict[str, Any]) -> None:
    """Tell a fact over the signed channel."""
    told = await stage.floor.tell("PUT", path, **body)
    if told["ignored"]:
        raise NotThereError(f"{path} {', '.join(told['ignored'])}")


async def _put(stage: Stage, path: str, **body: Any) -> None:
    """Tell the shop something as its owner does."""
    answer = await stage.people[_OWNER].put(path, **body)
    if answer.status in {404, 405}:
        raise NotThereError(path)
    assert answer.status in {200, 201}, answer.body
