"""Which patterns does an alternation stand for? ``甲.{0,4}乙|丙丁`` is two.

Each by itself is looked for only in a text that holds what it needs, and faster: most
begin with a plain word.
"""

import re
from typing import Final

_TOKEN: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
"""An escape, a class, or what opens, closes or divides."""
_BOUND: Final = re.compile(
    r"\(\?(?:P?<[A-Za-z_]|[aiLmsuxbefprVw]+[-:)]|P?[=&>]|\(|\|)|\\[1-9]"
)
"""Named groups, flags, references and conditions may reach beyond an alternative."""


def alternatives_of(pattern: str) -> tuple[str, ...]:
    """Return patterns that together match where a pattern does, itself when in doubt.

    Of two that match at one place, the pattern tells only the first one: whoever looks
    for all of them joins what overlaps.
    """
    if "|" not in pattern or _BOUND.search(pattern) is not None:
        return (pattern,)
    depth, begun = 0, 0
    parts: list[str] = []
    for token in _TOKEN.finditer(pattern):
        sign = token.group()
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append(pattern[begun : token.start()])
            begun = token.end()
    return (*parts, pattern[begun:])
