"""Is an amount the price of the goods whose name stands before it?

Told by the title of the known item: 马克杯45元, 这款马克杯按45算, 这个杯子45元. An amount whose
role other words tell (运费, 退, 补差价) keeps that role.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from bot.guarding.folding import GuardText
from bot.guarding.price_text import fold_for_prices
from bot.guarding.prices import Price, PriceLimit, PriceRole
from bot.understanding.numerals import NUMBER, parse_number

_HAN: Final = re.compile("[一-鿿]+")
_MODEL: Final = re.compile(r"[a-z\d]*[a-z][a-z\d]*\d[a-z\d]*|[a-z]{3,}")
_SERVICE: Final = frozenset("赠送补差运邮费券退赔礼押")
"""A title's word with one of these names no goods: 运费补差, 送礼."""
_ACCESSORY: Final = frozenset("盖垫袋盒套带绳链扣")
_BETWEEN: Final = (
    r"(?:(?:的|款|[这那]款|[大中小特加均]号|[xsml]{1,3}码?|[红黑白蓝绿灰粉黄紫金银棕]色?|活动价?|特价|现在|今天|目前"
    r"|这边|我们?|小二|亲|就|都|也|只|才|按|算|给|您|你|是|为|价格?|卖|到手|单[只个件]|[一每][只个件条双套盒瓶包]"
    r"|直接|可以|能|大概|大约|约|差不多|拍下?|收|做|要|折后|券后|优惠价?|最低|会员|内部|打个?折|[，,：: ¥$])){0,8}"
)
_OTHER_GOODS: Final = re.compile(
    r"[另别旁]|其[他它]|隔壁|[配赠送赔补退]|之前|原来|以前|别家|上次"
)
_THIS: Final = "[这那][款个件双条套只瓶盒]"
_UNITLESS_AFTER: Final = r"(?![\d.])(?=算|给|卖|拿|带走|包邮|成交|发|走|出|拍|可以|就[行好]|行|好|成|吧|哦|啦|了|呢|吗|要吗|[，。！？,!?;；\n]|$)"
_SAID_TO_BE: Final = re.compile(r"(?:按|算|给|卖|收|价|到手)[您你了]?$")
_CLAUSES: Final = re.compile(r"[。！？!?;；\n]")
_BEFORE: Final = 28


@lru_cache(maxsize=1024)
def _goods_of(title: str) -> str | None:
    """Return a pattern of how a text may call an item, None when it has no name."""
    folded = fold_for_prices(title).text
    runs = _HAN.findall(folded)
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    names = {pair for pair in pairs if _SERVICE.isdisjoint(pair)}
    names.update(_MODEL.findall(folded))
    single = sorted(set("".join(runs)) - _SERVICE - _ACCESSORY)
    heads = (
        f"|{_THIS}[^，。！？,!?;；]{{0,4}}?[{''.join(single)}][子儿]?" if single else ""
    )
    written = "|".join(map(re.escape, sorted(names)))
    if not (written or heads):
        return None
    return f"(?:{written}{heads})" if written else f"(?:{heads[1:]})"


@lru_cache(maxsize=1024)
def _patterns(title: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Return what stands before a price of the item, and a price without a unit."""
    goods = _goods_of(title)
    if goods is None:
        return None
    return (
        re.compile(rf"{goods}{_BETWEEN}$"),
        re.compile(
            rf"{goods}(?P<between>{_BETWEEN})(?P<number>{NUMBER}){_UNITLESS_AFTER}"
        ),
    )


def with_goods(
    prices: tuple[Price, ...], plain: GuardText, limit: PriceLimit | None
) -> tuple[Price, ...]:
    """Return the prices of a text, those of the known item by its name recognized.

    An amount without a unit is its price where the words say so (马克杯按45算), and
    else of unknown role: 马克杯45 might be a size.

    Args:
        prices: As they were read without knowing the item.
        plain: The text, folded for reading amounts.
        limit: Of the item; without one, or without a title, nothing changes.
    """
    patterns = None if limit is None or not limit.title else _patterns(limit.title)
    if patterns is None:
        return prices
    before, unitless = patterns
    read = [_named(price, plain, before) for price in prices]
    taken = {at for price in prices for at in range(price.start, price.end)}
    read += [
        price
        for price in _unitless(plain, unitless)
        if taken.isdisjoint(range(price.start, price.end))
    ]
    return tuple(sorted(read, key=lambda it: it.start))


def _named(price: Price, plain: GuardText, before: re.Pattern[str]) -> Price:
    if price.role is not PriceRole.UNKNOWN or price.fen is None:
        return price
    at = _place(plain, price.start)
    clause = _CLAUSES.split(plain.text[max(0, at - _BEFORE) : at])[-1]
    found = before.search(clause)
    if found is None or _OTHER_GOODS.search(clause) is not None:
        return price
    return replace(price, role=PriceRole.ITEM_PRICE)


def _unitless(plain: GuardText, pattern: re.Pattern[str]) -> Iterator[Price]:
    for match in pattern.finditer(plain.text):
        clause = _CLAUSES.split(plain.text[: match.start()][-_BEFORE:])[-1]
        yuan = parse_number(match["number"])
        if yuan is None or yuan < 1 or _OTHER_GOODS.search(clause) is not None:
            continue
        is_said = _SAID_TO_BE.search(match["between"]) is not None
        start, end = plain.span(*match.span("number"))
        yield Price(
            role=PriceRole.ITEM_PRICE if is_said else PriceRole.UNKNOWN,
            start=start,
            end=end,
            fen=round(yuan * 100),
        )


def _place(plain: GuardText, position: int) -> int:
    """Return where a position of the text stands in its folded form."""
    return plain.positions.index(position)
