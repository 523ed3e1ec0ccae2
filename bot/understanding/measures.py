"""Which body measures, sizes and quantities does a text name?"""

import re
from collections.abc import Iterator
from typing import Final

from bot.understanding.numerals import DIGITS, NUMBER, as_plain, parse_number
from bot.utterances import Entity, EntityKind

_CM: Final = (50, 230)
"""Heights taken for a person's, babies included."""
_JIN: Final = (30, 400)
"""Weights taken for a person's; 5斤 is goods."""
_ADULT_CM: Final = (140, 200)
_KILOGRAM_LIMIT: Final = 75
"""In a bare pair such as 165/55 a smaller second number is kilograms."""
_NOT_BODY: Final = (
    r"(?![的]?(?:床|桌|沙发|被|线|长|宽|柜|杆|绳|布|窗|席|垫|深|厚|左右的))"
)
_METRES: Final = re.compile(
    rf"(?<![\d.])(?P<metre>[12一二两])(?:米|m)(?P<rest>\d\d?|[零一二三四五六七八九]{{1,2}})(?!\d){_NOT_BODY}"
)
_DECIMAL: Final = re.compile(
    rf"(?<![\d.])(?P<value>[01]\.\d\d?)(?:米|m(?![a-z])){_NOT_BODY}"
)
_CENTIMETRES: Final = re.compile(
    rf"(?<![\d.])(?P<value>\d{{2,3}})(?:cm|厘米|公分){_NOT_BODY}"
)
_TALL: Final = re.compile(
    rf"(?:身高|净身高|个子)(?:是|大?概|差不多|有|为)?[:： ]?(?P<value>\d{{2,3}}(?!\d)|{NUMBER})"
)
_HIGH: Final = re.compile(r"(?<![\d.])(?P<value>1\d\d)(?:的?身高|高(?![度清级]))")
_KILOGRAMS: Final = re.compile(
    rf"(?<![\d.])(?P<value>{NUMBER})\s?(?:kg|公斤|千克)(?!装|的?[^重 ]?[米面])"
)
_JINS: Final = re.compile(
    rf"(?<![\d.])(?P<value>{NUMBER})(?:来|多)?斤(?!装|两|的?[苹橙桔大面米肉])"
)
_HEAVY: Final = re.compile(
    rf"体重(?:是|大?概|差不多|有|为)?[:： ]?(?P<value>{NUMBER})(?!\s?(?:kg|公斤|千克|斤))"
)
_PAIR: Final = re.compile(
    r"(?<![\d.])(?P<height>1[4-9]\d|200)(?:cm)?[ ,，、/+-]{1,2}(?P<weight>\d{2,3}(?:\.\d)?)(?![\d.]|cm|元|块|件|天)"
)
_PAIR_STARTS: Final = frozenset("12")
_BODY_MARKS: Final = frozenset("米mc厘公身个高k千斤体")
"""Every other height or weight has one of these."""
_SIZE: Final = re.compile(
    r"(?<![a-z\d])(?P<letters>x{0,5}[sl]|m|[2-6]xl)(?:[码号]|(?![a-z\d]))"
    r"|(?<![\d.])(?P<number>\d{2,3}(?:\.5)?)码"
    r"|(?P<word>均码|加大码|特大码|[大中小]码|加大号|特大号|[特加]?[大中小]号(?![码字]))"
)
_SIZE_MARKS: Final = frozenset("slm码号")
"""Every size has one of these."""
_MEASURE: Final = (
    r"(?:件(?!套|事)|个(?!月|星期|礼拜|小时|人|字|工作日|钟|问题|东西|意思|说法)|双(?!十|1|面|肩|层)"
    r"|条(?!件)|套(?!路)|瓶|盒(?!子装)|包(?!邮|裹|装)|箱|袋|[支只本台张份顶副枚罐桶部床盏](?!有|要|能|分|来|次)"
    r"|块(?=[肥香皂蛋糕毛布砖饼地])|单(?!独))"
)
_QUANTITY: Final = re.compile(
    rf"(?<![第哪这那每\d.上下折])(?P<count>{NUMBER}|俩)(?P<measure>{_MEASURE})"
)
_TIMES: Final = re.compile(r"[x×*]\s?(?P<count>\d{1,3})(?![\d.a-z])")
_ONE_AFTER: Final = frozenset("买拍要来发少拿订退漏单差送加共")
"""Only behind these does 一个 count things; 换一个 or 给个 does not."""
_MOST: Final = 100_000


def find_bodies(text: str) -> Iterator[Entity]:
    """Yield heights in centimetres and weights in jin (half a kilogram)."""
    present = frozenset(text)
    if not _PAIR_STARTS.isdisjoint(present):
        for match in _PAIR.finditer(text):
            yield from _read_pair(match, text=text)
    if _BODY_MARKS.isdisjoint(present):
        return
    for pattern, read in _HEIGHTS:
        for match in pattern.finditer(text):
            yield from _height(read(match), match)
    for pattern, factor in _WEIGHTS:
        for match in pattern.finditer(text):
            number = parse_number(match["value"])
            yield from _weight(None if number is None else number * factor, match)


def find_sizes(text: str) -> Iterator[Entity]:
    """Yield sizes as shops write them: XL, 40码, 均码, 大号."""
    if _SIZE_MARKS.isdisjoint(text):
        return
    for match in _SIZE.finditer(text):
        if match["letters"] is not None:
            value = match["letters"].upper()
        elif match["number"] is not None:
            value = f"{match['number']}码"
        else:
            value = match["word"]
        yield Entity(
            kind=EntityKind.SIZE, value=value, start=match.start(), end=match.end()
        )


def find_quantities(text: str) -> Iterator[Entity]:
    """Yield how many pieces are meant: 两件 is 2, x3 is 3."""
    for match in _QUANTITY.finditer(text):
        count = 2.0 if match["count"] == "俩" else parse_number(match["count"])
        is_vague = match["count"] == "一" and text[match.start() - 1] not in _ONE_AFTER
        if count is not None and not is_vague:
            yield from _quantity(count, match)
    for match in _TIMES.finditer(text):
        yield from _quantity(parse_number(match["count"]), match)


def _read_pair(match: re.Match[str], *, text: str) -> Iterator[Entity]:
    """Yield height and weight of 165 110 or 165/55; a unit behind wins elsewhere."""
    height, weight = float(match["height"]), float(match["weight"])
    behind = text[match.end() : match.end() + 2]
    is_kilograms = behind.startswith(("kg", "公斤", "千克")) or (
        not behind.startswith("斤") and weight <= _KILOGRAM_LIMIT
    )
    jin = weight * 2 if is_kilograms else weight
    if not _JIN[0] <= jin <= _JIN[1]:
        return
    unit = next((u for u in ("kg", "公斤", "千克", "斤") if behind.startswith(u)), "")
    yield Entity(
        kind=EntityKind.HEIGHT_CM,
        value=as_plain(height),
        start=match.start("height"),
        end=match.end("height"),
    )
    yield Entity(
        kind=EntityKind.WEIGHT_JIN,
        value=as_plain(jin),
        start=match.start("weight"),
        end=match.end("weight") + len(unit),
    )


def _read_metres(match: re.Match[str]) -> float | None:
    """Return the centimetres of 1米65, 一米七 or 一米六五."""
    metre = int(DIGITS.get(match["metre"], match["metre"]))
    rest = "".join(str(DIGITS.get(digit, digit)) for digit in match["rest"])
    return metre * 100 + (int(rest) * 10 if len(rest) == 1 else int(rest))


def _read_decimal(match: re.Match[str]) -> float | None:
    """Return the centimetres of 1.65米."""
    return float(match["value"]) * 100


def _read_value(match: re.Match[str]) -> float | None:
    """Return a number that is centimetres already."""
    return parse_number(match["value"])


def _height(centimetres: float | None, match: re.Match[str]) -> Iterator[Entity]:
    """Yield a height when it is a person's."""
    if centimetres is not None and _CM[0] <= centimetres <= _CM[1]:
        yield Entity(
            kind=EntityKind.HEIGHT_CM,
            value=as_plain(round(centimetres, 1)),
            start=match.start(),
            end=match.end(),
        )


def _weight(jin: float | None, match: re.Match[str]) -> Iterator[Entity]:
    """Yield a weight when it is a person's."""
    if jin is not None and _JIN[0] <= jin <= _JIN[1]:
        yield Entity(
            kind=EntityKind.WEIGHT_JIN,
            value=as_plain(jin),
            start=match.start(),
            end=match.end(),
        )


def _quantity(count: float | None, match: re.Match[str]) -> Iterator[Entity]:
    """Yield a quantity when ``count`` is a whole number of pieces."""
    if count is not None and count == int(count) and 0 < count <= _MOST:
        yield Entity(
            kind=EntityKind.QUANTITY,
            value=int(count),
            start=match.start(),
            end=match.end(),
        )


_HEIGHTS: Final = (
    (_METRES, _read_metres),
    (_DECIMAL, _read_decimal),
    (_CENTIMETRES, _read_value),
    (_TALL, _read_value),
    (_HIGH, _read_value),
)
_WEIGHTS: Final = ((_KILOGRAMS, 2), (_JINS, 1), (_HEAVY, 1))
"""Patterns with what turns their number into jin."""
