"""Does a clause ask, deny, or both?"""

import re
from typing import Final

from bot.utterances import Polarity

_HARMLESS: Final = re.compile(
    r"不好意思|不错|没事|没关系|没问题|差不多|不过|不然|不但|不管|不仅|对不起|要不|不论|不如"
    r"|不客气|不知道?|不晓得|不懂|不太?清楚|不会吧|别的|别人|特别|分别|区别|级别|差别|性别|未来|无理由|无线|无人机|没准|不一会儿?|不久"
)
"""Words with a negator in them that deny nothing the buyer wants."""
_DOUBLE: Final = re.compile(
    r"不得不|不能不|(?<!是)不是(?:不|没有?)|没有?不|不会不|不可不|非.{1,4}不可|不.{0,2}不行"
)
_CHOICE: Final = re.compile(
    r"(?P<verb>[\u4e00-\u9fff])(?:不|没)(?P=verb)|(?P<pair>[\u4e00-\u9fff])不(?P=pair)|有没|有木有|[能会可]不[能会可]|是不|要不要"
)
"""V-not-V: a question, not a denial: 能不能, 退不退, 有没有."""
_NEGATOR: Final = re.compile(r"不|没|木有|别|无法|甭|未|勿|拒绝|拒收|莫")
_DENYING: Final = frozenset("不没木别无甭未勿拒莫")
"""Without one of these neither a negator nor a choice nor a double negation is found."""
_QUESTION: Final = re.compile(
    r"[?？]|[吗么嘛][啊呀]?$|吗|呢$|怎么|怎样|咋|什么|甚么|啥|几[天时个点件号多块钱]|多少|多久|多大|多长|多重|多高"
    r"|哪|谁|为何|为什么|凭什么|如何|是否|是不是|还是|有没有|何时|难道"
)
_ASKING: Final = frozenset("?？吗么嘛呢怎咋什甚啥几多哪谁为凭如是还有何难")
"""How each alternative of ``_QUESTION`` begins."""
_AFTER: Final = 3
"""Characters behind a negator taken as what it denies."""
DENIED_START: Final = re.compile(
    r"^(?:我|这|也)?(?:不是|并不是|并非|不是说|没说|不用|不必|不问|不求|不为|不催|没催)(?!吧|吗|的$)"
)
"""How a clause begins that is corrected by the next one: 不是要退，是想换."""
CORRECTION_START: Final = re.compile(
    r"^(?:我)?(?:而是|就?是|只是?|光|单|想|要|就?想|就?要|[就只]问)"
    r"|(?:就行|就好|就可以|就成|即可)了?$"
)
"""How the clause begins, or ends, that says what is meant: 不用赔，换一个就行."""


def read_polarity(text: str) -> Polarity:
    """Return which way one folded clause points."""
    return polarity_of(text, negations=len(find_denied(text)))


def polarity_of(text: str, *, negations: int) -> Polarity:
    """Return which way a folded clause points in which so many negators deny something.

    An even number of them asserts again.
    """
    if negations % 2 == 1:
        return Polarity.NEGATED_QUESTION if _asks(text) else Polarity.NEGATED
    return Polarity.QUESTION if _asks(text) else Polarity.PLAIN


def find_denied(text: str) -> tuple[str, ...]:
    """Return what each negator in ``text`` denies: the few characters behind it."""
    if _DENYING.isdisjoint(text):
        return ()
    cleared = _blank(_CHOICE, _blank(_DOUBLE, _blank(_HARMLESS, text)))
    return tuple(
        text[match.end() : match.end() + _AFTER] for match in _NEGATOR.finditer(cleared)
    )


def _asks(text: str) -> bool:
    """Tell whether a folded clause is a question."""
    if _DENYING.isdisjoint(text):
        return not _ASKING.isdisjoint(text) and _QUESTION.search(text) is not None
    asserted = _blank(_DOUBLE, text)
    return bool(_QUESTION.search(asserted) or _CHOICE.search(asserted))


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """Return ``text`` with every match blanked, so that lengths stay."""
    return pattern.sub(lambda match: " " * len(match.group()), text)
