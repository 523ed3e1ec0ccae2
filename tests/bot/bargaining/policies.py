"""Policies and asks for the tests of bargaining."""

from typing import Any

from bot.bargaining.asks import Ask, AskKind
from bot.bargaining.policy import Policy
from bot.bargaining.reading import read_policy

MUG: dict[str, Any] = {
    "scope": {"item": "MUG-01"},
    "floor_fen": 4900,
    "rungs": [
        {"kind": "gift", "name": "杯刷一个", "cost_fen": 300, "redeem": "order_change"},
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
    "act_minutes": 10,
}
LIST_FEN = 5_500
PLAIN = Ask(kind=AskKind.PLAIN)


def make_policy(**changes: Any) -> Policy:
    return read_policy({**MUG, **changes})


def money_off(*offs: int) -> list[dict[str, Any]]:
    """Return rungs that a person carries out."""
    return [
        {"kind": "money_off", "off_fen": off, "cost_fen": off, "redeem": "order_change"}
        for off in offs
    ]


def price(fen: int, *, quantity: int = 1, with_postage: bool = False) -> Ask:
    return Ask(
        kind=AskKind.PRICE,
        price_fen=fen,
        quantity=quantity,
        with_postage=with_postage,
    )
