"""Which amounts of money and which discounts does a text name?"""

import re
from collections.abc import Iterator
from typing import Final

from bot.understanding.numerals import DIGITS, NUMBER, parse_number
from bot.utterances import Entity, EntityKind

_LARGEST_FEN: Final = 10_000_000_00
"""Ten million yuan; anything above is an identifier that looks like money."""
_SMALL: Final = r"[0-9零一二两三四五六七八九]"
_GOODS: Final = "肥香皂蛋糕毛布砖饼地玻电手表屏板巧糖肉豆腐面"
"""After 块 these name goods counted in pieces: 三块肥皂."""
_THRESHOLD: Final = re.compile(
    rf"满(?P<first>{NUMBER})(?:元|块钱?)?(?:可以|可|就|立)?[减送返打-](?P<second>{NUMBER})(?![折个件])"
)
_SIGNED: Final = re.compile(rf"[¥$]\s?(?P<whole>{NUMBER})")
_SPOKEN: Final = re.compile(
    rf"(?P<whole>{NUMBER})\s?(?:元|块钱|块(?![{_GOODS}])|圆|rmb|大洋)"
    rf"(?:零|0)?(?:(?P<part>\d\d?(?!\d)|{_SMALL})(?P<unit>毛|角|分)?(?P<cent>{_SMALL}分?)?"
    rf"(?![\d个件天斤]))?(?P<half>半)?"
)
_COIN: Final = re.compile(
    rf"(?P<whole>{NUMBER})(?P<unit>毛|角|分)(?=钱|$|[，。！？吧吗呢也都])"
)
_NOT_MONEY: Final = r"(?![\d.]|\s?[件个天号码斤岁月年点分双套条盒瓶包箱次楼人米元块毛角折公厘寸:%/a-z-])"
_AFTER_VERB: Final = re.compile(
    r"(?:便宜|优惠|立减|少收|少|减|降|抹|卖|给你|只有|只剩|就剩|补差?|赔|退我|最低|总共|一共|价格|预算)"
    rf"(?:了|我|个|点|到|是|下|你|价)?(?P<whole>{NUMBER}){_NOT_MONEY}"
)
_BEFORE_VERB: Final = re.compile(
    rf"(?<![\d.])(?P<whole>{NUMBER})(?=包邮|卖[吗不给]|行不|行吗|拿走|成交|就拍|就买|能卖|出吗|出不|能不能卖|我就)"
)
_BARE: Final = re.compile(
    r"(?<![零一二两三四五六七八九十百千万第初双周期\d])"
    r"(?P<whole>[一二两三四五六七八九]?十[一二三四五六七八九]?"
    r"|[一二两三四五六七八九][百千][零一二两三四五六七八九十百]*)"
    r"(?=$|[ ,，。.!！?？~吧吗呢啊了行可卖出成给拿])"
)
_DISCOUNT: Final = re.compile(
    rf"(?:打|打个)?(?P<rate>\d\d?(?:\.\d)?|{_SMALL}{{1,2}})折(?![叠痕旧断磨弯腾])"
)
_HALF_PRICE: Final = re.compile(r"半价|对折")
_DISCOUNT_MARKS: Final = frozenset("折价")
"""Every discount has one of these."""


def find_amounts(text: str) -> Iterator[Entity]:
    """Yield the amounts of money in a folded text, values in fen."""
    for match in _THRESHOLD.finditer(text):
        for name in ("first", "second"):
            yield from _amount(parse_number(match[name]), *match.span(name))
    for match in _SPOKEN.finditer(text):
        yield from _amount(_read_spoken(match), *match.span())
    for match in _COIN.finditer(text):
        whole = parse_number(match["whole"])
        share = 0.01 if match["unit"] == "分" else 0.1
        yield from _amount(None if whole is None else whole * share, *match.span())
    for match in _SIGNED.finditer(text):
        yield from _amount(parse_number(match["whole"]), *match.span())
    for pattern in (_AFTER_VERB, _BEFORE_VERB, _BARE):
        for match in pattern.finditer(text):
            yield from _amount(parse_number(match["whole"]), *match.span("whole"))


def find_discounts(text: str) -> Iterator[Entity]:
    """Yield discounts as the share that is still paid: 八折 is 0.8, 85折 is 0.85."""
    if _DISCOUNT_MARKS.isdisjoint(text):
        return
    for match in _DISCOUNT.finditer(text):
        number = parse_number(match["rate"])
        if number is None or number <= 0:
            continue
        rate = number / 10 if number < 10 else number / 100  # noqa: PLR2004 - 8折 against 85折
        yield Entity(
            kind=EntityKind.DISCOUNT,
            value=round(rate, 3),
            start=match.start("rate"),
            end=match.end(),
        )
    for match in _HALF_PRICE.finditer(text):
        yield Entity(
            kind=EntityKind.DISCOUNT, value=0.5, start=match.start(), end=match.end()
        )


def _read_spoken(match: re.Match[str]) -> float | None:
    """Return the yuan of 18块5, 18元5角, 18块5毛5, 十块零五分 or 两块半."""
    whole = parse_number(match["whole"])
    if whole is None:
        return None
    if match["half"] is not None:
        return whole + 0.5
    part = match["part"]
    if part is None:
        return whole
    has_zero = match.group()[match.start("part") - match.start() - 1] in "零0"
    yuan = whole + _read_part(part, unit=match["unit"], has_zero=has_zero)
    cent = match["cent"]
    if cent is None:
        return yuan
    return yuan + (parse_number(cent[0]) or 0.0) / 100


def _read_part(part: str, *, unit: str | None, has_zero: bool) -> float:
    """Return the yuan of what stands behind 块: 5 is 0.5, 50 is 0.5, 05 is 0.05."""
    number = float(DIGITS[part]) if part in DIGITS else float(part)
    if unit == "分" or (unit is None and (has_zero or len(part) > 1)):
        return number / 100
    return number / 10


def _amount(yuan: float | None, start: int, end: int) -> Iterator[Entity]:
    """Yield one amount when ``yuan`` is a plausible sum."""
    if yuan is None:
        return
    fen = round(yuan * 100)
    if 0 <= fen <= _LARGEST_FEN:
        yield Entity(kind=EntityKind.AMOUNT_FEN, value=fen, start=start, end=end)
