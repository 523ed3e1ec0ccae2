"""Which words give away half of the price, or a whole piece? 减半给您, 买一送一, 拍一发二."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.understanding.numerals import parse_number

_GOODS: Final = "件个双条套盒瓶包箱只支袋份张台片罐本副对提组"
_NUMBER: Final = r"[1-9一二两三四五六七八九十]"
_HALF: Final = re.compile(
    r"(?:砍|便宜|优惠|让利?)(?:掉|了|您|你|个)?一?半(?!天|小时|个月|年|是)|折半(?=[给卖拿算]|价)"
    r"|(?:^|[，。,.!！]|[给帮]您|价格?)再?(?:少收?|减掉?|免|省)(?:您|你)?一?半(?=[给卖拿算包]|的?价|$|[，。,.!！吧哦啦])"
    r"|(?:价格?|价钱)减半|减半(?=[给卖拿算成包]|的?价)|一半的?(?:价钱|价格|价|钱)(?!差)|价[格钱]?的?一半"
)
_SENT: Final = re.compile(
    rf"[拍买](?P<paid>{_NUMBER})[{_GOODS}]?发(?P<got>{_NUMBER})(?![{_GOODS}]?(?:快递|包裹|箱|单|次|天))"
)
_COUNTED: Final = re.compile(
    rf"(?P<got>{_NUMBER})[{_GOODS}](?:就|只|都|才|一共|总共|按|给您|给你){{0,3}}[算收付给](?:您|你)?"
    rf"(?P<paid>{_NUMBER})[{_GOODS}]的?(?:钱|价)"
)
_NTH: Final = re.compile(
    rf"第(?P<got>{_NUMBER})[{_GOODS}](?:就|都|可以|直接|算|是|给您|给你){{0,2}}"
    r"(?:免费|不要钱|不收钱|不用钱|白送|免单|送[您你](?=$|[，。！？,.!?~\s]|[吧哦啦]))"
)
_WITH_GIFT: Final = re.compile(
    rf"买(?P<paid>{_NUMBER})[{_GOODS}]?(?:就|还|再)?[送赠](?P<got>{_NUMBER})[{_GOODS}]?"
    r"(?=$|[^一-鿿]|同款|一样|[哦吧啦哈呢了的呀给活您])"
)


@dataclass(frozen=True, slots=True)
class Given:
    """A place where a share of the price, or a piece, is given away."""

    start: int
    end: int
    share: float
    """What is still paid for a piece, if it is the same that is given."""
    is_gift: bool = False
    """Nobody can tell what is given: it may be something small."""


def find_given(text: str) -> Iterator[Given]:
    """Yield what a folded text gives away, other than money off."""
    if "半" in text:
        for match in _HALF.finditer(text):
            yield Given(*match.span(), share=0.5)
    if "买" in text or "拍" in text or "钱" in text or "价" in text:
        yield from _pieces_for_nothing(text)
    if "第" in text:
        yield from _nth_for_nothing(text)


def _pieces_for_nothing(text: str) -> Iterator[Given]:
    for match in (*_SENT.finditer(text), *_COUNTED.finditer(text)):
        share = _number(match, "paid") / _number(match, "got")
        if share < 1:
            yield Given(*match.span(), share=share)
    for match in _WITH_GIFT.finditer(text):
        paid, got = _number(match, "paid"), _number(match, "got")
        yield Given(*match.span(), share=paid / (paid + got), is_gift=True)


def _nth_for_nothing(text: str) -> Iterator[Given]:
    for match in _NTH.finditer(text):
        pieces = _number(match, "got")
        if pieces > 1:
            yield Given(*match.span(), share=(pieces - 1) / pieces)


def _number(match: re.Match[str], name: str) -> float:
    return parse_number(match[name]) or 1
