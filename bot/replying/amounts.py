"""How do people write money, lists and spans of days?"""

from collections.abc import Iterable, Sequence

from bot.catalogue.shop_facts import DaySpan


def format_fen(fen: int) -> str:
    """Return an amount of fen as people write it: 5900 is 59元, 5990 is 59.9元."""
    yuan, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    if rest == 0:
        return f"{sign}{yuan}元"
    return f"{sign}{yuan}.{rest:02}".rstrip("0") + "元"


def format_days(days: DaySpan, *, unit: str = "天") -> str:
    """Return a span of days as people say it: 1-2天, 3天, 当天."""
    if days.last == 0:
        return "当天"
    first = max(days.first, 1)
    return f"{days.last}{unit}" if first == days.last else f"{first}-{days.last}{unit}"


def list_words(words: Sequence[str]) -> str:
    """Return words as a list of a sentence: 中通、圆通和顺丰."""
    if len(words) < 2:  # noqa: PLR2004 - a list has two
        return "".join(words)
    return "、".join(words[:-1]) + "和" + words[-1]


def number_steps(steps: Iterable[str]) -> str:
    """Return steps with their numbers, a single one as it is."""
    told = [step.rstrip("。；;.") for step in steps]
    if len(told) == 1:
        return told[0]
    return "；".join(f"{number}.{step}" for number, step in enumerate(told, start=1))
