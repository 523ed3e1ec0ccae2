"""Which amounts of money does a text name, and what do they stand for?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.guarding.folding import GuardText
from bot.guarding.price_bare import find_bare
from bot.guarding.price_giving import find_given
from bot.guarding.price_roles import (
    is_declined,
    is_no_gift,
    is_postage,
    is_threshold,
    ordinal_of,
    pieces_of,
    role_of,
)
from bot.guarding.prices import Price, PriceRole
from bot.understanding.amounts import find_amounts, find_discounts
from bot.understanding.numerals import NUMBER, parse_number

_HINT: Final = re.compile(r"[\d零一二两俩三四五六七八九十百千万半对]")
"""No amount without one of these."""
_ENDS: Final = r"(?=$|[，。！？；、,.!?;\s~)）]|吧|哦|哈|呢|了|啦|呀|包邮|拿|成交|可以|给您|给你|就卖|卖您|卖你|带走|到手|不议价|加(?:上|个)?(?:运费|邮费|邮|快递费)|怎么样|好吗|好不好|行吗|一口价|的价|就行|就能|就给|拍)"
_BARE: Final = re.compile(
    r"(?:一口价|到手价?|活动价|特价|现价|单价|售价|标价|价格?|优惠价|会员价|内部价|券后价?|折后价?|实付|只要|只需|只卖|仅需|算您|算你|卖您|卖你|给您|给你|收您|收你"
    r"|降到|减到|便宜到|优惠到|改到|改成|改为|砍到|让到|谈到|抹到|抹成|低到|做到|最低|总共|一共|便宜|优惠|立减|直减|减|抹|少收|少|让|补差价?|差价|补|退您|退你|退|定金|订金|押金|尾款|运费|邮费)"
    r"(?:是|为|才|就|只要|只|到|按|：|:|了|您|你|给您|给你|价|个)?"
    rf"(?P<number>{NUMBER}){_ENDS}"
)
_TAKEN: Final = re.compile(
    rf"(?<![\d.第初周期零一二两三四五六七八九十百千万])(?P<number>{NUMBER})"
    r"(?=包邮|拿走|拿下|成交|给您|给你|就卖|卖您|卖你|带走|到手|一口价|不议价|/件|一件"
    r"|加(?:上|个|您的?)?(?:运费|邮费|快递费)|不到(?:就)?(?:给[您你]|卖[您你]|拿走)"
    r"|(?:以内|以下|之内)(?:就|能|可以)?(?:给[您你]|卖[您你]|拿走|成交|包邮))"
)
_COINED: Final = re.compile(
    rf"(?P<number>{NUMBER})(?:r(?![a-z])|元整|块整|块钱|人民币|大洋|软妹币|毛爷爷)"
)
_COIN_MARKS: Final = ("r", "整", "块钱", "币", "大洋", "毛爷爷")
"""One of these stands in every amount of _COINED; looking for them is cheap."""
_VAGUE: Final = re.compile(
    r"(?<![\d.零一二两三四五六七八九十百千万])"
    r"(?P<number>\d{1,4}|[一二两三四五六七八九]?[十百千]|[一二三四五六七八九]百[一二三四五六七八九]十)"
    r"[多几来](?:块钱?|元(?!素)|(?=给[您你]|卖[您你]|拿走|包邮|成交))"
)
_VAGUE_MARK: Final = re.compile("[多几来][块元给卖拿包成]")
_PERCENT_OFF: Final = re.compile(
    r"(?:立减|直减|减|降|便宜|优惠|少|让利|让)(?:了|您|你|个|价)?(?P<percent>\d{1,2})(?:%|个点|个百分点)"
    r"|(?P<off>\d{1,2})%?off|(?:减|降|便宜|优惠|让利)(?:了|您|你|价)?(?P<tenths>[一二两三四五六七八九1-9])成"
)
_PERCENT_MARKS: Final = ("%", "个点", "个百分点", "off", "成")
"""One of these stands in every match of _PERCENT_OFF and _SEVENTY."""
_SEVENTY: Final = re.compile(r"(?P<left>[一二两三四五六七八九1-9])成(?:价|的价)")
_REDUCTION: Final = re.compile(r"(?:元|块钱?)?(?:可以|可|就|立|再|直接)?[减送返抵-]$")
_FURTHER: Final = re.compile(r"(?:再|还|另外|额外|折上|又|叠加)[^，。！？；,;!?]{0,6}$")
_CLAUSE: Final = re.compile(r"[，。！？；、,!?;\n]")
_BEFORE: Final = 16
_AFTER: Final = 14
_ALONE: Final = frozenset("零一二两三四五六七八九十百千万")
"""By themselves rather words than amounts: 小二给您, 补一下, 假一赔十."""
_DIGIT_WORDS: Final = tuple("一二三四五六七八九")
"""After 十 the number goes on: 二十一个 is no 二十 of money."""
_BEFORE_TEN: Final = frozenset("减返补退宜惠抹让降")
"""After these, ten by itself is an amount: 满一百减十."""
_PART_OF_THRESHOLD: Final = 0.5
"""A promotion that takes off this share of its threshold is a price in disguise."""


@dataclass(frozen=True, slots=True)
class _Amount:
    start: int
    end: int
    fen: int | None = None
    share: float | None = None
    is_gift: bool = False
    """A piece for nothing, of the item or of something small."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    role: PriceRole
    pieces: int = 1
    ordinal: int | None = None
    is_further: bool = False


def find_prices(folded: GuardText) -> tuple[Price, ...]:
    """Return the amounts and discounts that a text names, in order.

    They are read in digits of every kind and in Chinese words (四十九块九, 三十五给您,
    两百五, 打八折, 减十块, 便宜两成).

    Args:
        folded: The text by :func:`bot.guarding.price_text.fold_for_prices`.
    """
    plain = folded.text
    if _HINT.search(plain) is None:
        return ()
    prices: list[Price] = []
    threshold: int | None = None
    for amount in _amounts(plain):
        meaning = _meaning(plain, amount, threshold=threshold)
        is_first = meaning.role is PriceRole.THRESHOLD and threshold is None
        threshold = amount.fen if is_first else None
        start, end = folded.span(amount.start, amount.end)
        prices.append(
            Price(
                role=meaning.role,
                start=start,
                end=end,
                fen=amount.fen,
                share=amount.share,
                pieces=meaning.pieces,
                ordinal=meaning.ordinal,
                is_further=meaning.is_further,
            )
        )
    return tuple(prices)


def find_bare_prices(folded: GuardText, taken: tuple[Price, ...]) -> tuple[Price, ...]:
    """Return the figures without a unit that are prices, in a text about a known item.

    Args:
        folded: The text by :func:`bot.guarding.price_text.fold_for_prices`.
        taken: What :func:`find_prices` found in it.
    """
    if _HINT.search(folded.text) is None:
        return ()
    places = {at for price in taken for at in range(price.start, price.end)}
    prices: list[Price] = []
    for bare in find_bare(folded.text):
        start, end = folded.span(bare.start, bare.end)
        if not places.isdisjoint(range(start, end)):
            continue
        places.update(range(start, end))
        amount = _Amount(bare.start, bare.end, fen=bare.fen)
        meaning = _meaning(folded.text, amount, threshold=None)
        is_priced = meaning.role in (PriceRole.UNKNOWN, PriceRole.ITEM_PRICE)
        sure = PriceRole.ITEM_PRICE if bare.is_sure else PriceRole.UNKNOWN
        prices.append(
            Price(
                role=sure if is_priced else meaning.role,
                start=start,
                end=end,
                fen=bare.fen,
                pieces=meaning.pieces,
                ordinal=meaning.ordinal,
                is_further=meaning.is_further,
            )
        )
    return tuple(prices)


def _amounts(text: str) -> list[_Amount]:
    """Return what is money or a discount, of overlapping ones the longest, in order."""
    found = sorted(_raw_amounts(text), key=lambda it: it.start - it.end)
    kept: list[_Amount] = []
    taken: set[int] = set()
    for amount in found:
        places = range(amount.start, amount.end)
        if _is_word(text, amount) or not taken.isdisjoint(places):
            continue
        taken.update(places)
        kept.append(amount)
    return sorted(kept, key=lambda it: it.start)


def _is_word(text: str, amount: _Amount) -> bool:
    written = text[amount.start : amount.end]
    if written[-1] in "十百千" and text[amount.end : amount.end + 1] in _DIGIT_WORDS:
        return True
    if written not in _ALONE:
        return False
    return written != "十" or text[amount.start - 1 : amount.start] not in _BEFORE_TEN


def _raw_amounts(text: str) -> Iterator[_Amount]:
    for entity in find_amounts(text):
        yield _Amount(entity.start, entity.end, fen=int(str(entity.value)))
    for entity in find_discounts(text):
        yield _Amount(entity.start, entity.end, share=float(str(entity.value)))
    yield from _numbers(_BARE, text, named="number")
    yield from _numbers(_TAKEN, text, named="number")
    if _has_any(_COIN_MARKS, text):
        yield from _numbers(_COINED, text, named=0)
    yield from _vague_amounts(text)
    yield from _given_away(text)
    if _has_any(_PERCENT_MARKS, text):
        for match in (*_PERCENT_OFF.finditer(text), *_SEVENTY.finditer(text)):
            yield _Amount(*match.span(), share=_still_paid(match.groupdict()))


def _has_any(marks: tuple[str, ...], text: str) -> bool:
    return any(mark in text for mark in marks)


def _numbers(
    pattern: re.Pattern[str], text: str, *, named: str | int
) -> Iterator[_Amount]:
    """Yield what a pattern finds; ``named`` is the group that is the amount."""
    for match in pattern.finditer(text):
        yuan = parse_number(match["number"])
        if yuan is not None:
            yield _Amount(*match.span(named), fen=round(yuan * 100))


def _vague_amounts(text: str) -> Iterator[_Amount]:
    if _VAGUE_MARK.search(text) is None:
        return
    for match in _VAGUE.finditer(text):
        yuan = parse_number(match["number"])
        if yuan is not None:
            yield _Amount(*match.span(), fen=round(_at_most(yuan) * 100))


def _given_away(text: str) -> Iterator[_Amount]:
    for given in find_given(text):
        yield _Amount(given.start, given.end, share=given.share, is_gift=given.is_gift)


def _at_most(yuan: float) -> float:
    """Return the most that 四十多 may be: 49."""
    step = next(unit for unit in (1000, 100, 10, 1) if yuan % unit == 0)
    return yuan + step - 1 if step > 1 else yuan


def _still_paid(found: Mapping[str, str | None]) -> float:
    """Return the share that is left of 便宜20%, 便宜两成 or 七成价."""
    left, tenths = found.get("left"), found.get("tenths")
    if left is not None:
        return (parse_number(left) or 0) / 10
    if tenths is not None:
        return 1 - (parse_number(tenths) or 0) / 10
    return 1 - int(found.get("percent") or found.get("off") or 0) / 100


def _meaning(text: str, amount: _Amount, *, threshold: int | None) -> _Meaning:
    around = text[max(0, amount.start - _BEFORE) : amount.start]
    before = _CLAUSE.split(around)[-1]
    after = _CLAUSE.split(text[amount.end : amount.end + _AFTER], maxsplit=1)[0]
    if is_declined(before, after):
        return _Meaning(PriceRole.DECLINED)
    if is_threshold(before):
        return _Meaning(PriceRole.THRESHOLD)
    if amount.is_gift:
        return _Meaning(
            PriceRole.DECLINED if is_no_gift(before, after) else PriceRole.GIVEAWAY
        )
    is_further = _FURTHER.search(around) is not None
    if threshold is not None and _REDUCTION.search(before) is not None:
        return _Meaning(_reduction(amount.fen, threshold), is_further=is_further)
    return _of_goods(amount, before, after, is_further=is_further)


def _reduction(fen: int | None, threshold: int) -> PriceRole:
    if fen is None or fen < threshold * _PART_OF_THRESHOLD:
        return PriceRole.THRESHOLD
    return PriceRole.DISCOUNT


def _of_goods(
    amount: _Amount, before: str, after: str, *, is_further: bool
) -> _Meaning:
    is_share = amount.share is not None
    if is_share and is_postage(before):
        return _Meaning(PriceRole.POSTAGE)
    if is_share and is_no_gift(before, after):
        return _Meaning(PriceRole.DECLINED)
    ordinal = parse_number(ordinal_of(before) or "")
    if ordinal is not None and ordinal > 1:
        return _Meaning(PriceRole.QUANTITY_PRICE, ordinal=int(ordinal))
    if is_share:
        return _Meaning(PriceRole.DISCOUNT, is_further=is_further)
    role = role_of(before, after)
    pieces = int(parse_number(pieces_of(before, after) or "") or 1)
    if pieces > 1 and role in (PriceRole.ITEM_PRICE, PriceRole.UNKNOWN):
        role = PriceRole.QUANTITY_PRICE
    return _Meaning(role, pieces=max(1, pieces), is_further=is_further)
