"""A shop with a bargaining policy, and buyers who ask over the signed channel."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from bot.bargaining.reading import read_policy
from bot.messages import IncomingMessage
from storage.repositories.bargaining import add_codes, put_policy
from storage.tables import OfferRow, table_of
from tests.journeys.shop_floor import SLUG, ShopFloor

MUG = {
    "scope": {"item": "MUG-01"},
    "floor_fen": 4900,
    "rungs": [
        {"kind": "gift", "name": "杯刷", "cost_fen": 300, "redeem": "order_change"},
        {
            "kind": "coupon",
            "off_fen": 300,
            "cost_fen": 300,
            "redeem": {"coupon_pool": "autumn"},
        },
        {"kind": "free_postage", "cost_fen": 600, "redeem": "order_change"},
        {
            "kind": "money_off",
            "off_fen": 500,
            "cost_fen": 700,
            "redeem": {"link": "https://shop.example/mug"},
        },
    ],
    "rounds_per_rung": 1,
    "authority": {"assistant": 4, "agent": 4, "manager": 4},
    "budget_fen": {"conversation": 2000, "day": 20000},
    "valid_minutes": 1440,
    "quantity_offers": [{"at_least": 2, "off_fen": 500}],
    "act_minutes": 10,
}


async def set_up(
    shop: ShopFloor, *, codes: Sequence[str] = ("QIU-1", "QIU-2"), **changes: Any
) -> None:
    """Sell a mug for 55元, bargained about by these terms."""
    await shop.tell("PUT", "/items/MUG-01", title="陶瓷马克杯", list_fen=5_500)
    policy = read_policy({**MUG, **changes})

    def unit(connection: Connection) -> None:
        put_policy(connection, shop.shop_id, policy=policy, now=shop.clock())
        add_codes(
            connection, shop.shop_id, pool="autumn", codes=codes, now=shop.clock()
        )

    await shop.service.database.write(unit)
    await shop.service.shops.refresh()


async def ask(shop: ShopFloor, buyer: str, text: str) -> str:
    """Ask, and return what is said to it without the welcome."""
    answer = await shop.say(buyer, text, item_id="MUG-01")
    return "\n".join(it["text"] for it in answer["replies"] if it["intent"])


async def in_another_channel(shop: ShopFloor, buyer: str, text: str) -> str:
    """Ask where the same buyer has a conversation of another platform."""
    message = IncomingMessage(
        shop=SLUG,
        connector="web_chat",
        platform_message_id=f"w-{text}",
        buyer_ref=buyer,
        text=text,
        item_ref="MUG-01",
        is_verified=True,
        sent_at=shop.clock(),
    )
    receipt = await shop.service.inbox.receive(message)
    await shop.service.turns.settle()
    return "\n".join(it.text for it in await shop.messages(receipt.conversation_id))


async def offers(shop: ShopFloor) -> list[Any]:
    table = table_of(OfferRow)
    return await shop.service.database.read(
        lambda connection: list(
            connection.execute(
                select(table)
                .where(table.c.shop_id == shop.shop_id)
                .order_by(table.c.id)
            )
        )
    )


async def tickets_of_orders(shop: ShopFloor) -> list[str]:
    return [one.summary for one in await shop.tickets("order_change")]


TABLE: dict[str, Any] = {
    "rungs": [
        {
            "kind": "money_off",
            "off_fen": 300,
            "cost_fen": 300,
            "redeem": "order_change",
        },
        {
            "kind": "money_off",
            "off_fen": 500,
            "cost_fen": 500,
            "redeem": "order_change",
        },
    ],
    "authority": {"assistant": 2, "agent": 2, "manager": 2},
}
"""Two rungs that a person carries out: 52元 and 50元."""
