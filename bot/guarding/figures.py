"""Which figures does a text name, in digits or in Chinese numerals with a unit?

A figure is what a buyer could hold the shop to: an amount, a discount, a length of time, a
date, a measure. Numerals without such a unit (一起, 第一时间, 十分抱歉) are words.
"""

import re

_DIGITS = r"\d①-⑳⑴-⒛⓪❶-➓㈠-㈩Ⅰ-ⅿ½⅓⅔¼¾"
_DIGIT_FIGURE = rf"[{_DIGITS}](?:[.,:：/~-]?[{_DIGITS}])*[%％‰]?"
_NUMERALS = "零〇一二两兩三四五六七八九十百千万萬亿億壹贰貳叁參肆伍陆陸柒捌玖拾佰仟廿"
_NUMBER = rf"[{_NUMERALS}]+(?:点[{_NUMERALS}]+)?"

_MONEY = r"元|圆|块(?!儿)|毛(?![绒衫巾衣线病笔不])|角钱|分钱"
_SHARE = r"折(?![伞叠])|倍|个百分点|个点|成(?=新|左右|以上|的?(?:价|优惠|折扣))"
_SPAN = (
    r"秒|分钟|刻钟|个?(?:小时|钟头|星期|礼拜|工作日|自然日)|个月|天|日|周|月|年|季度"
    r"|号(?=[前发到左以晚早之])"
)
_CLOCK = rf"点(?=[钟半前后整之{_NUMERALS}])"
_MEASURE = "厘米|公分|毫米|米|公斤|千克|斤|克|英?寸|毫升|升"

_LIMIT_BEFORE = "(?:(?<=[需要快多晚少约过还有长仅再等隔])|(?<=不到))"
_VAGUE = (
    # A day that is no deadline: 祝您愉快的一天, 这两天单子多, 一块发, 多放一点.
    r"(?<=[这前近那过头])两[天日]"
    r"|四周(?![内后左之时])"
    rf"|一块(?![钱{_NUMERALS}])"
    r"|一(?:天|日|周|月|年|秒)(?![内后之以左就可能到])"
)
_CHINESE_FIGURE = (
    rf"{_LIMIT_BEFORE}一(?:天|日|周|月|年|秒)"
    rf"|(?!{_VAGUE}){_NUMBER}(?:{_MONEY}|{_SHARE}|{_SPAN}|{_CLOCK}|{_MEASURE})"
)
_FREE_FIGURE = (
    rf"百分之{_NUMBER}|半价|对折|半(?:个?小时|个月|年|个钟头|个工作日)"
    rf"|(?:(?<=[上下中]午)|(?<=早上|晚上|凌晨|今晚|明早)){_NUMBER}点|[俩仨](?={_SPAN})"
    rf"|买{_NUMBER}件?[送赠免]{_NUMBER}|满{_NUMBER}件?[减送赠包]"
)
_FIGURE = re.compile(rf"{_DIGIT_FIGURE}|{_FREE_FIGURE}|{_CHINESE_FIGURE}")
_NUMBER_SIGN = re.compile(rf"[{_DIGITS}{_NUMERALS}半对俩仨]")

Span = tuple[int, int]


def find_figures(text: str) -> list[Span]:
    """Return start and end of each figure in the text, in order."""
    return [match.span() for match in _FIGURE.finditer(text)]


def find_unsourced(text: str, *, sourced: tuple[Span, ...]) -> list[Span]:
    """Return the figures whose number does not stand wholly in sourced spans.

    Args:
        text: The outgoing text.
        sourced: Spans that came from facts or are fixed terms.
    """
    return [span for span in find_figures(text) if not is_sourced(text, span, sourced)]


def is_sourced(text: str, span: Span, sourced: tuple[Span, ...]) -> bool:
    """Return whether each number sign of a figure stands in a sourced span."""
    start, end = span
    if not sourced:
        return _NUMBER_SIGN.search(text, start, end) is None
    return all(
        any(first <= start + offset < last for first, last in sourced)
        for offset, sign in enumerate(text[start:end])
        if _NUMBER_SIGN.match(sign)
    )
