"""Which figures without a unit are prices? 那就45, 只收45, 45您看行吗, 45一个.

Only where it is known which item is spoken of: without one, nobody could judge them. A
figure in a clause that speaks of sizes, stocks, weights or numbers is none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.understanding.numerals import parse_number

_GOODS: Final = "件个双条套盒瓶包箱只支袋份张台片罐本副对提组"
_WRITTEN: Final = (
    r"(?P<number>\d{2,5}(?:\.\d{1,2})?|[一二两三四五六七八九十百千零]{2,6})(?!\.?\d)"
)
_LONG: Final = re.compile(r"\d\d|[一二两三四五六七八九十百千零]{2}")
"""Nothing is read without one: cheap to look for, and few texts have it."""
_ENDS: Final = r"(?=$|[，。！？；、,.!?;\s~]|吧|哦|哈|呢|啦|呀|[您你亲]|行|可以|就[好行可发成能]|的链接|的?这?个?价|打包|好[吗不了]|怎么样|算|给[您你]|包邮|拍|卖|成交|拿|不能再|不议价|要吗|加(?:上|个|您的?)?(?:运费|邮费|邮|快递费))"
_BEFORE: Final = re.compile(
    rf"(?:每[{_GOODS}]|(?:您|你)给|优惠后|折后|券后|会员价?|内部价?|[老熟]客价?|友情价?|骨折价?|一口|凑个?整|成本价?|就当|拍个?|[只就实才](?:收|付)|收|付|那就?|(?<![一-鿿])就|按|算|抹(?:个|掉|了|去)?零头?(?:之?后|以后|的话|下来)?)"
    r"(?:就|只要?|按|算|给|收|付|您|你|是|要){0,3}"
    rf"{_WRITTEN}{_ENDS}"
)
_AFTER: Final = re.compile(
    r"(?<![\d.:/第月点零一二两三四五六七八九十百千万a-z-])"
    rf"{_WRITTEN}(?P<ask>(?<![十百千])一[{_GOODS}](?=$|[，。！？,.!?~\s]|[给卖您吧哦啦])"
    r"|(?:您|你)?(?:看|觉得)?(?:行|可以|好|成)(?:吗|不|么)|(?:您|你)看(?:行|可以|好|成)|(?:您|你)?要吗"
    r"|(?:您|你)?(?:要不要|拿着|拿去|先用着)|走起|秒了|打包带走|发[您你](?!了)|不?[含包]运费|左右(?:给|卖)|我就发|ok|可(?=$|[，。,!?]))"
)
_ALONE: Final = re.compile(
    rf"(?<=拍下[，, ])(?:就)?{_WRITTEN}(?=$|[，。！？,.!?~\s]|[吧哦啦])"
)
_OTHER: Final = re.compile(
    r"[码号尺寸穿剩重长宽高厚深斤克度楼第满买共数量编密库存限温岁腰胸脚身份体版款色班次车房电话邮编比]|箱装|容量|已经?付|刚付|付过|功率|尾号"
)
"""A clause with one of these before a figure speaks of something else than money."""
_SIZES: Final = re.compile(r"[码穿脚]|尺寸|身高|体重|偏[大小]")
"""With one of these anywhere in a text, a figure may be a size."""
_CLAUSES: Final = re.compile(r"[，。！？；、,!?;\n]")
_LOOK_BACK: Final = 12
_LEAST: Final = 10
"""Yuan; below it a bare figure is rather a number of something."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A figure that stands for money; positions are of the folded text."""

    start: int
    end: int
    fen: int
    is_sure: bool
    """False: it may be something else, a size for example."""


def find_bare(text: str) -> Iterator[Bare]:
    """Yield the figures without a unit of a folded text that name a price."""
    if _LONG.search(text) is None:
        return
    for match, is_told in _matches(text):
        yuan = parse_number(match["number"])
        start, end = match.span("number")
        clause = _CLAUSES.split(text[max(0, start - _LOOK_BACK) : start])[-1]
        if yuan is None or yuan < _LEAST or _OTHER.search(clause) is not None:
            continue
        yield Bare(start, end, round(yuan * 100), is_told and not _SIZES.search(text))


def _matches(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            yield match, True
    if "拍下" in text:
        for match in _ALONE.finditer(text):
            yield match, False
