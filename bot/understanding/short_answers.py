"""Does a short text consist of nothing but an answer? Yes, no, a number, a few words."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bot.utterances import EntityKind

LONGEST: Final = 30
"""Characters; a longer text says more than an answer."""


def _words(text: str) -> frozenset[str]:
    """Return the words of a line."""
    return frozenset(text.split())


YES: Final = _words(
    "嗯 恩 嗯呢 嗯啊 好 好的 好吧 好啊 好呀 好哒 好滴 好嘞 好哇 行 行吧 行啊 行的 中 成 得 可 可以 可以的 可以啊 可以呀"
    " 要 要的 要啊 需要 需要的 是 是的 是啊 是呀 是滴 对 对的 对啊 对呀 没错 当然 必须 必须的 同意"
    " ok okay yes 欧克 okk 1"
)
NO: Final = _words(
    "不 不用 不用了 不用啦 不要 不要了 不需要 不需要了 不必 不必了 不了 不是 不是的 没 没有 没有了 算了 算啦"
    " 先不 先不用 先不要 暂时不用 暂时不要 再说 再说吧 再看看 免了 别了 no nope"
)
_FILLERS: Final = _words(
    "我 我的 我是 我要 我想 我想要 您 你 你们 要 想 想要 就 就是 那 那就 那个 这个 这 的 了 吧 啊 呀 呢 哦 喔 噢 嘛 哈 啦 哒 滴 亲"
    " 嗯 恩 好 好的 是 是的 对 行 一下 帮我 帮忙 麻烦 麻烦了 麻烦你 麻烦您 辛苦 辛苦了 谢谢 谢谢你 谢谢您 谢谢了 请"
    " 换 换成 改 改成 选 拿 给我 穿 平时 平常 一般 大概 大约 差不多 左右 和 跟 加 在 到 寄到 发到 发 是在"
)
"""Words around an answer that add nothing to it; a question word is none of them."""
_LABELS: Final = {
    EntityKind.ORDER_NO: ("订单", "订单号", "订单编号", "单号", "编号"),
    EntityKind.TRACKING_NO: ("快递", "快递单号", "单号", "运单号", "物流单号"),
    EntityKind.PHONE: ("电话", "手机", "手机号", "号码"),
    EntityKind.HEIGHT_CM: ("身高", "高"),
    EntityKind.WEIGHT_JIN: ("体重", "重"),
    EntityKind.SIZE: ("码", "号", "尺码", "码数"),
    EntityKind.PLACE: ("省", "市", "区", "县", "这边", "那边", "收货", "地址"),
    EntityKind.QUANTITY: ("件", "个", "数量", "一共", "总共"),
}
"""What buyers write beside a value to say what it is."""
_CODE: Final = r"[a-z]{0,4}\d{6,24}(?:-\d{1,16})?"
_SHAPES: Final = {
    EntityKind.ORDER_NO: re.compile(_CODE),
    EntityKind.TRACKING_NO: re.compile(_CODE),
    EntityKind.SIZE: re.compile(r"[1-6]\d(?:\.5)?"),
    EntityKind.QUANTITY: re.compile(r"[1-9]\d{0,2}"),
}
"""How a value looks that stands alone and is taken for what was asked, whatever it
would be unasked."""
_SPACE: Final = frozenset(" ,，.。!！~～、;；:：\n…/-")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWords:
    """A list of a trade's words that answer one thing: colours, reasons."""

    zh: str
    """What they tell: 颜色, 原因."""
    words: frozenset[str]


def shape_of(text: str, kinds: Collection[EntityKind]) -> EntityKind | None:
    """Return which of the kinds a bare value was meant for; None when it is none."""
    bare = text.strip()
    return next(
        (kind for kind in kinds if kind in _SHAPES and _SHAPES[kind].fullmatch(bare)),
        None,
    )


def labels_of(kinds: Collection[EntityKind]) -> frozenset[str]:
    """Return the words that may stand beside values of these kinds."""
    return frozenset(label for kind in kinds for label in _LABELS.get(kind, ()))


def is_made_of(
    text: str,
    words: Collection[str],
    *,
    given: Collection[int] = (),
    labels: Collection[str] = (),
) -> bool:
    """Return whether a folded text is answer and fillers from end to end.

    Args:
        text: Folded.
        words: At least one of these must be in it, unless something is given.
        given: Positions that values cover.
        labels: More words that add nothing.
    """
    if not text or len(text) > LONGEST:
        return False
    fillers = _FILLERS.union(labels)
    longest = max(map(len, (*words, *fillers)))
    size = len(text) + 1
    reached = [True, *[False] * (size - 1)]
    """Whether the text up to a position is covered …"""
    told = [bool(given)] * size
    """… and whether an answer is in that."""
    for start in range(size - 1):
        if not reached[start]:
            continue
        for end in range(start + 1, min(size, start + longest + 1)):
            is_word = text[start:end] in words
            if (
                is_word
                or text[start:end] in fillers
                or _is_free(text, start, end, given)
            ):
                reached[end] = True
                told[end] = told[end] or told[start] or is_word
    return reached[-1] and told[-1]


def _is_free(text: str, start: int, end: int, given: Collection[int]) -> bool:
    """Return whether one character is a value's, or only keeps others apart."""
    return end == start + 1 and (start in given or text[start] in _SPACE)
