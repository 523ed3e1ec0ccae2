"""Is a price below the floor, or below what its writer may grant?"""

from collections.abc import Iterable, Iterator

from bot.guarding.prices import JUDGED, Price, PriceLimit, PriceRole
from bot.guarding.rules import GuardSender, Verdict
from bot.guarding.verdicts import Finding

CATEGORY = "price"
_BELOW_FLOOR = "价格低于这件商品的底线，不能发出；请按店铺允许的价格回复"
_NEEDS_APPROVAL = "价格低于您的权限，需要主管同意后由主管发出，或改成权限内的价格"
_NOBODY_MAY = "价格低于店铺议价规则里最低的一档，主管也不能给；请按规则里的价格回复"
_UNKNOWN_ITEM = "不知道是哪件商品的价格，请核对商品和金额"
_GIVEAWAY = "整件相送要有店铺的活动依据；请核对活动，没有就不要这样承诺"
_UNKNOWN_ROLE = "看不出这笔钱是什么，请写明（运费、差价、退款……）并核对金额"


def judge_prices(
    prices: Iterable[Price],
    *,
    limit: PriceLimit | None,
    sender: GuardSender,
    has_doubts: bool,
) -> Iterator[Finding]:
    """Yield what is wrong with the prices of a text.

    Args:
        prices: What the text names, in order.
        limit: Of the item that the text is about; None when that is not known.
        sender: People are held to their own authority, too.
        has_doubts: An amount that nobody can judge is worth a warning; not where every
            figure has to be a fact anyway.
    """
    reached: float | None = None if limit is None else limit.list_fen
    for price in prices:
        is_judged = price.role in JUDGED
        each = (
            piece_fen(price, limit, reached=reached)
            if limit is not None and is_judged
            else None
        )
        if limit is None or each is None:
            if _is_given_away(price, limit) and not sender.is_person:
                yield _finding(price, "below_floor", Verdict.BLOCK, _GIVEAWAY)
            elif has_doubts:
                yield from _doubts(price)
            continue
        if price.role is PriceRole.DISCOUNT:
            reached = each
        yield from _too_low(price, each, limit=limit, sender=sender)


def _is_given_away(price: Price, limit: PriceLimit | None) -> bool:
    """Return whether a gift, if it is the item itself, takes it below its floor.

    A person may know that it is something small; nothing automatic does.
    """
    if price.role is not PriceRole.GIVEAWAY or limit is None:
        return False
    if limit.list_fen is None or price.share is None:
        return False
    return limit.list_fen * price.share < _floor(limit)


def _doubts(price: Price) -> Iterator[Finding]:
    """Yield what a person should look at: nobody can tell whether it is too low."""
    if price.role in JUDGED:
        yield _finding(price, "unknown_item", Verdict.WARN, _UNKNOWN_ITEM)
    elif price.role is PriceRole.GIVEAWAY:
        yield _finding(price, "giveaway", Verdict.WARN, _GIVEAWAY)
    elif price.role is PriceRole.UNKNOWN:
        yield _finding(price, "unknown_amount", Verdict.WARN, _UNKNOWN_ROLE)


def _too_low(
    price: Price, each: float, *, limit: PriceLimit, sender: GuardSender
) -> Iterator[Finding]:
    is_manager = sender is GuardSender.MANAGER
    pieces = max(price.pieces, price.ordinal or 1)
    if each < _floor(limit):
        yield _finding(price, "below_floor", Verdict.BLOCK, _BELOW_FLOOR)
    elif not sender.is_person:
        return
    elif each < limit.authority_fen(is_manager=True, pieces=pieces):
        yield _finding(price, "below_authority", Verdict.BLOCK, _NOBODY_MAY)
    elif each < limit.authority_fen(is_manager=is_manager, pieces=pieces):
        yield _finding(price, "below_authority", Verdict.HUMAN, _NEEDS_APPROVAL)


def piece_fen(
    price: Price, limit: PriceLimit, *, reached: float | None
) -> float | None:
    """Return what one piece costs by an amount, in fen; None when nobody can tell.

    Args:
        price: An item price, discount or quantity price.
        limit: Of the item.
        reached: The price that the discounts before it have led to.
    """
    base = reached if price.is_further else limit.list_fen
    if price.ordinal is not None:
        return _with_ordinal(price, limit.list_fen)
    if price.role is PriceRole.DISCOUNT:
        if base is None:
            return None
        if price.share is not None:
            return base * price.share
        return base - (price.fen or 0) / price.pieces
    return None if price.fen is None else price.fen / price.pieces


def _with_ordinal(price: Price, list_fen: int | None) -> float | None:
    """Return the mean of the pieces up to the n-th, the others at the list price."""
    if list_fen is None or price.ordinal is None:
        return None
    share = 0.0 if price.share is None else price.share
    last = list_fen * share if price.fen is None else float(price.fen)
    return (list_fen * (price.ordinal - 1) + last) / price.ordinal


def _floor(limit: PriceLimit) -> int:
    """Return the floor; the list price is never below it."""
    if limit.list_fen is None:
        return limit.floor_fen
    return min(limit.floor_fen, limit.list_fen)


def _finding(price: Price, rule: str, verdict: Verdict, suggestion: str) -> Finding:
    return Finding(
        category=CATEGORY,
        rule=rule,
        verdict=verdict,
        start=price.start,
        end=price.end,
        suggestion=suggestion,
        role=price.role,
    )
