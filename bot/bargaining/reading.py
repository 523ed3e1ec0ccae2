"""Is this a bargaining policy, and which? Plain values in, every problem with its field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

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

MOST_RUNGS: Final = 20
MOST_FEN: Final = 100_000_000
"""A million yuan: more is a slip of the keyboard."""
_MOST_MINUTES: Final = 60 * 24 * 60
_MOST_ROUNDS: Final = 1000
_LONGEST: Final = 60
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

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """One mapping being read, with the path to it and all problems found so far."""

    values: Mapping[str, Any]
    path: str
    problems: list[FieldProblem]

    def complain(self, name: str, reason: str) -> None:
        place = f"{self.path}.{name}" if self.path and name else self.path or name
        self.problems.append(FieldProblem(field=place, reason=reason))

    def number(
        self, name: str, *, most: int, least: int = 0, missing: int | None = None
    ) -> int:
        """Return a whole number; ``missing`` None means that it must be there."""
        value = self.values.get(name)
        if value is None and name not in self.values and missing is not None:
            return missing
        if isinstance(value, bool) or not isinstance(value, int):
            self.complain(name, "must be a whole number")
            return least
        if not least <= value <= most:
            self.complain(name, f"must be from {least} to {most}")
            return least
        return value

    def optional(self, name: str, *, most: int) -> int | None:
        """Return a whole number that may be left out."""
        return None if self.values.get(name) is None else self.number(name, most=most)

    def text(self, name: str, *, longest: int = _LONGEST) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self.complain(name, "must be a text")
            return ""
        if len(value) > longest or "{" in value or "}" in value:
            self.complain(name, f"must have at most {longest} characters, no braces")
            return ""
        return value.strip()

    def within(self, name: str) -> "_Reader":
        """Return the mapping under a name; an empty one when it is none."""
        return _reader(
            self.values.get(name), path=self._path(name), problems=self.problems
        )

    def each(self, name: str, read: "Callable[[_Reader], T | None]") -> tuple[T, ...]:
        """Return what is read of each mapping in a list."""
        value = self.values.get(name)
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            self.complain(name, "must be a list")
            return ()
        if len(value) > MOST_RUNGS:
            self.complain(name, f"at most {MOST_RUNGS}")
            return ()
        found = (
            read(
                _reader(
                    one, path=f"{self._path(name)}[{index}]", problems=self.problems
                )
            )
            for index, one in enumerate(value)
        )
        return tuple(one for one in found if one is not None)

    def refuse_others(self, known: set[str]) -> None:
        """Report keys that mean nothing here, so that no slip gets lost."""
        for name in self.values:
            if name not in known:
                self.complain(str(name), "unknown field")

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _reader(value: object, *, path: str, problems: list[FieldProblem]) -> _Reader:
    if isinstance(value, Mapping):
        return _Reader(values=value, path=path, problems=problems)
    problems.append(FieldProblem(field=path, reason="must be a mapping"))
    return _Reader(values={}, path=path, problems=[])


def read_policy(value: object) -> Policy:
    """Return the policy that plain values (of YAML or JSON) describe.

    Raises:
        InvalidPolicyError: it is none; names every field that cannot be used.
    """
    problems: list[FieldProblem] = []
    reader = _reader(value, path="", problems=problems)
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


def _scope(reader: _Reader) -> Scope:
    reader.refuse_others({"item", "category"})
    if len(reader.values) > 1:
        reader.complain("", "either an item or a category")
    for kind in (ScopeKind.ITEM, ScopeKind.CATEGORY):
        if kind in reader.values:
            return Scope(kind=kind, ref=reader.text(kind, longest=128))
    return Scope(kind=ScopeKind.SHOP)


def _check_floor(reader: _Reader, policy: Policy) -> None:
    """Report a floor that is missing, given twice, or one price for many items."""
    if (policy.floor_fen is None) == (policy.floor_percent is None):
        reader.complain("floor_fen", "give either floor_fen or floor_percent")
    elif policy.floor_fen is not None and policy.scope.kind is not ScopeKind.ITEM:
        reader.complain("floor_fen", "only of an item; others give floor_percent")


def _rung(reader: _Reader) -> Rung | None:
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


def _redemption(reader: _Reader) -> Redemption:
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


def _url(reader: _Reader) -> str:
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


def _authority(reader: _Reader) -> Authority:
    names = ("assistant", "agent", "manager")
    reader.refuse_others(set(names))
    assistant, agent, manager = (reader.number(name, most=MOST_RUNGS) for name in names)
    if not assistant <= agent <= manager:
        reader.complain("", "nobody may do less than who stands below them")
    return Authority(assistant=assistant, agent=agent, manager=manager)


def _budget(reader: _Reader) -> Budget:
    reader.refuse_others({"conversation", "day"})
    return Budget(
        conversation_fen=reader.number("conversation", most=MOST_FEN),
        day_fen=reader.number("day", most=MOST_FEN),
    )


def _quantity_offers(reader: _Reader) -> tuple[QuantityOffer, ...]:
    if reader.values.get("quantity_offers") is None:
        return ()
    return reader.each("quantity_offers", _quantity_offer)


def _quantity_offer(reader: _Reader) -> QuantityOffer:
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
