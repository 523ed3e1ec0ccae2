"""Is this a bargaining policy, and which? Plain values in, every problem with its field."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from bot.bargaining.fields import MOST_ENTRIES, FieldReader, field_reader
from bot.bargaining.policy import (
    MONEY,
    Authority,
    Budget,
    CouponPool,
    Link,
    OrderChange,
    Policy,
    QuantityOffer,
    RedeemKind,
    Redemption,
    Rung,
    RungKind,
    Scope,
    ScopeKind,
)
from bot.errors import FieldProblem, InvalidPolicyError

MOST_FEN: Final = 100_000_000
"""A million yuan: more is a slip of the keyboard."""
_MOST_MINUTES: Final = 60 * 24 * 60
_MOST_ROUNDS: Final = 1000
_LONGEST_URL: Final = 500
_KEYS: Final = {
    "scope",
    "floor_fen",
    "floor_percent",
    "rungs",
    "rounds_per_rung",
    "authority",
    "budget_fen",
    "valid_minutes",
    "quantity_offers",
    "act_minutes",
    "postage_fen",
}


def read_policy(value: object) -> Policy:
    """Return the policy that plain values (of YAML or JSON) describe.

    Raises:
        InvalidPolicyError: it is none; names every field that cannot be used.
    """
    problems: list[FieldProblem] = []
    reader = field_reader(value, path="", problems=problems)
    reader.refuse_others(_KEYS)
    scope = _scope(reader.within("scope"))
    policy = Policy(
        scope=scope,
        rungs=reader.each("rungs", _rung),
        rounds_per_rung=reader.number("rounds_per_rung", most=_MOST_ROUNDS),
        authority=_authority(reader.within("authority")),
        budget=_budget(reader.within("budget_fen")),
        valid_minutes=reader.number("valid_minutes", least=1, most=_MOST_MINUTES),
        act_minutes=reader.number("act_minutes", most=_MOST_MINUTES, missing=10),
        floor_fen=reader.optional("floor_fen", most=MOST_FEN),
        floor_percent=reader.optional("floor_percent", most=100),
        quantity_offers=_quantity_offers(reader),
        postage_fen=reader.optional("postage_fen", most=MOST_FEN),
    )
    _check_floor(reader, policy)
    if problems:
        raise InvalidPolicyError(tuple(problems))
    return policy


def _scope(reader: FieldReader) -> Scope:
    reader.refuse_others({"item", "category"})
    if len(reader.values) > 1:
        reader.complain("", "either an item or a category")
    for kind in (ScopeKind.ITEM, ScopeKind.CATEGORY):
        if kind in reader.values:
            return Scope(kind=kind, ref=reader.text(kind, longest=128))
    return Scope(kind=ScopeKind.SHOP)


def _check_floor(reader: FieldReader, policy: Policy) -> None:
    """Report a floor that is missing, given twice, or one price for many items."""
    if (policy.floor_fen is None) == (policy.floor_percent is None):
        reader.complain("floor_fen", "give either floor_fen or floor_percent")
    elif policy.floor_fen is not None and policy.scope.kind is not ScopeKind.ITEM:
        reader.complain("floor_fen", "only of an item; others give floor_percent")


def _rung(reader: FieldReader) -> Rung | None:
    kinds = [kind.value for kind in RungKind if kind is not RungKind.QUANTITY]
    if reader.values.get("kind") not in kinds:
        reader.complain("kind", f"must be one of {', '.join(kinds)}")
        return None
    kind = RungKind(reader.values["kind"])
    own = {"off_fen"} if kind in MONEY else set()
    own |= {"name"} if kind is RungKind.GIFT else set()
    reader.refuse_others({"kind", "cost_fen", "redeem", *own})
    rung = Rung(
        kind=kind,
        name=reader.text("name") if kind is RungKind.GIFT else "",
        off_fen=reader.number("off_fen", least=1, most=MOST_FEN)
        if kind in MONEY
        else 0,
        cost_fen=reader.number("cost_fen", most=MOST_FEN),
        redeem=_redemption(reader),
    )
    if (kind is RungKind.COUPON) is not isinstance(rung.redeem, CouponPool):
        reader.complain("redeem", "a coupon names its coupon_pool, nothing else does")
    if isinstance(rung.redeem, Link) and kind is not RungKind.MONEY_OFF:
        reader.complain("redeem", "a link is for money_off only")
    return rung


def _redemption(reader: FieldReader) -> Redemption:
    value = reader.values.get("redeem")
    if value == RedeemKind.ORDER_CHANGE:
        return OrderChange()
    if isinstance(value, Mapping) and set(value) == {RedeemKind.COUPON_POOL}:
        pool = reader.within("redeem").text(RedeemKind.COUPON_POOL)
        return CouponPool(pool=pool)
    if isinstance(value, Mapping) and set(value) == {RedeemKind.LINK}:
        return Link(url=_url(reader.within("redeem")))
    reader.complain("redeem", "must be order_change, {coupon_pool: …} or {link: …}")
    return OrderChange()


def _url(reader: FieldReader) -> str:
    """Return a link; an empty one is kept: it cannot be redeemed, so not offered."""
    if reader.values["link"] in {"", None}:
        return ""
    text = reader.text("link", longest=_LONGEST_URL)
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if text and not is_web:
        reader.complain("link", "must be a whole http(s) address")
    return text


def _authority(reader: FieldReader) -> Authority:
    names = ("assistant", "agent", "manager")
    reader.refuse_others(set(names))
    assistant, agent, manager = (
        reader.number(name, most=MOST_ENTRIES) for name in names
    )
    if not assistant <= agent <= manager:
        reader.complain("", "nobody may do less than who stands below them")
    return Authority(assistant=assistant, agent=agent, manager=manager)


def _budget(reader: FieldReader) -> Budget:
    reader.refuse_others({"conversation", "day"})
    return Budget(
        conversation_fen=reader.number("conversation", most=MOST_FEN),
        day_fen=reader.number("day", most=MOST_FEN),
    )


def _quantity_offers(reader: FieldReader) -> tuple[QuantityOffer, ...]:
    if reader.values.get("quantity_offers") is None:
        return ()
    return reader.each("quantity_offers", _quantity_offer)


def _quantity_offer(reader: FieldReader) -> QuantityOffer:
    reader.refuse_others({"at_least", "off_fen", "cost_fen"})
    off_fen = reader.number("off_fen", least=1, most=MOST_FEN)
    return QuantityOffer(
        at_least=reader.number("at_least", least=2, most=1000),
        off_fen=off_fen,
        cost_fen=reader.number("cost_fen", most=MOST_FEN, missing=off_fen),
    )


def plain_policy(policy: Policy) -> dict[str, Any]:
    """Return the plain values that :func:`read_policy` reads the same policy from."""
    scope = policy.scope
    values: dict[str, Any] = {
        "scope": {} if scope.kind is ScopeKind.SHOP else {scope.kind.value: scope.ref},
        "rungs": [_plain_rung(rung) for rung in policy.rungs],
        "rounds_per_rung": policy.rounds_per_rung,
        "authority": {
            "assistant": policy.authority.assistant,
            "agent": policy.authority.agent,
            "manager": policy.authority.manager,
        },
        "budget_fen": {
            "conversation": policy.budget.conversation_fen,
            "day": policy.budget.day_fen,
        },
        "valid_minutes": policy.valid_minutes,
        "quantity_offers": [
            {
                "at_least": one.at_least,
                "off_fen": one.off_fen,
                "cost_fen": one.cost_fen,
            }
            for one in policy.quantity_offers
        ],
        "act_minutes": policy.act_minutes,
    }
    for name in ("floor_fen", "floor_percent", "postage_fen"):
        if getattr(policy, name) is not None:
            values[name] = getattr(policy, name)
    return values


def _plain_rung(rung: Rung) -> dict[str, Any]:
    values: dict[str, Any] = {
        "kind": rung.kind.value,
        "cost_fen": rung.cost_fen,
        "redeem": _plain_redemption(rung.redeem),
    }
    if rung.kind in MONEY:
        values["off_fen"] = rung.off_fen
    if rung.kind is RungKind.GIFT:
        values["name"] = rung.name
    return values


def _plain_redemption(redeem: Redemption) -> object:
    match redeem:
        case OrderChange():
            return RedeemKind.ORDER_CHANGE.value
        case CouponPool(pool=pool):
            return {RedeemKind.COUPON_POOL.value: pool}
        case Link(url=url):
            return {RedeemKind.LINK.value: url}
