"""A picture that came as a link in the words, not as one of the message's own."""

import re
from typing import Final

_LINK: Final = re.compile(
    r"https?://[A-Za-z0-9][^\s<>\"\u2e80-\uffff]{0,2000}?"
    r"\.(?:jpe?g|png|webp|gif|bmp|heic)(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def picture_links(text: str) -> tuple[str, ...]:
    """Return the addresses of pictures in a text, each once.

    Cards and bridges of platforms hand pictures over so. Words that only stand for one,
    ``[图片]`` say, are none: nobody could look at it.
    """
    return tuple(dict.fromkeys(match[0] for match in _LINK.finditer(text)))
