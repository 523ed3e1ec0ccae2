"""Which order, and which last digits of its phone, does a buyer tell?"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

DIGITS: Final = 4
"""Of the receiver's phone: enough beside the number of the order, too few to call."""
_HIDDEN: Final = "*"
_LABEL: Final = r"(?:(?:手机|电话|联系电话|预留)?(?:号码?|电话)?(?:的)?(?:尾号|[后末最]后?(?:四|4)位(?:数字?|号码)?))"
_LABELLED: Final = re.compile(
    rf"{_LABEL}\s*(?:是|为|[:：,，])?\s*(?P<digits>\d{{{DIGITS}}})(?!\d)"
    rf"|(?<!\d)(?P<before>\d{{{DIGITS}}})(?=\s*(?:结尾|尾号))"
)
_BARE: Final = re.compile(
    rf"(?<![A-Za-z0-9.*_-])(?P<digits>\d{{{DIGITS}}})(?![A-Za-z0-9_-]|\s*[元块件个天点号年月斤度款码]|\.\d)"
)
_PHONE: Final = re.compile(rf"(?<!\d)1[3-9]\d{{5}}(?P<digits>\d{{{DIGITS}}})(?!\d)")
_MASKED_TAIL: Final = re.compile(rf"(?<=\*{{4}})(?P<digits>\d{{{DIGITS}}})(?!\d)")
_CODE: Final = r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*"
_ORDER: Final = re.compile(
    rf"订单(?:编?号)?(?:码)?\s*(?:是|为|[:：#])?\s*(?P<code>{_CODE})"
    rf"|(?P<before>{_CODE})\s*(?:(?:[这那]?[个笔])?的?订单|[这那][个笔]?单(?!号))"
)
"""The number of an order stands behind the word or before it: 202611200001这单."""
_WORD: Final = re.compile(_CODE)
_SHORTEST_ORDER: Final = 5
"""Characters of a code that is taken for an order without the word beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one turn tells of an order."""

    order_no: str | None = None
    is_labelled: bool = False
    """The buyer calls the number an order."""
    digits: str | None = field(default=None, repr=False)


def read_claim(text: str, *, is_asked: bool) -> Claim:
    """Return what a text tells of an order and its phone.

    Args:
        text: What the buyer wrote.
        is_asked: We have asked for it: bare numbers are what was asked for. Else only
            what the buyer calls an order, or the end of a phone number, counts.
    """
    text = _narrow(text)
    found = _LABELLED.search(text)
    if found is None and is_asked:
        found = _PHONE.search(text) or _BARE.search(_without_orders(text))
    digits = None
    if found is not None:
        digits = found.groupdict().get("digits") or found.groupdict().get("before")
    labelled = _labelled_order(text)
    order_no = labelled
    if order_no is None and is_asked:
        order_no = _longest_code(text, digits)
    return Claim(order_no=order_no, is_labelled=labelled is not None, digits=digits)


def hide_digits(text: str) -> str:
    """Return the text without any row of four digits that may be the end of a phone.

    For copies that are searched or logged, of buyers nobody vouches for: rather too much
    is hidden than too little, so whole phone numbers lose their end, too.
    """
    narrow = _narrow(text)
    spans = [
        span
        for pattern in (_LABELLED, _BARE, _PHONE, _MASKED_TAIL)
        for match in pattern.finditer(narrow)
        for span in map(match.span, match.groupdict())
        if span[0] >= 0
    ]
    for start, end in spans:
        text = text[:start] + _HIDDEN * (end - start) + text[end:]
    return text


def last_digits(phone: str) -> str:
    """Return the end of a phone that is compared."""
    return phone[-DIGITS:]


def _labelled_order(text: str) -> str | None:
    return next(filter(None, map(_code_of, _ORDER.finditer(text))), None)


def _code_of(match: "re.Match[str]") -> str | None:
    """Return the number that is called an order; no phone, and no figure: 买了2个订单."""
    code, before = match["code"], match["before"]
    if before is not None:
        is_like_one = len(before) >= _SHORTEST_ORDER and not _PHONE.fullmatch(before)
        code = before if is_like_one else None
    has_digit = code is not None and any(character.isdigit() for character in code)
    return code if has_digit else None


def _without_orders(text: str) -> str:
    """Return the text with what it calls an order blanked: 订单1001 尾号5678."""
    return _ORDER.sub(
        lambda match: match.group() if _code_of(match) is None else " " * len(match[0]),
        text,
    )


def _longest_code(text: str, digits: str | None) -> str | None:
    codes = [
        word
        for word in _WORD.findall(text)
        if len(word) >= _SHORTEST_ORDER
        and any(character.isdigit() for character in word)
        and word != digits
        and _PHONE.fullmatch(word) is None
    ]
    return max(codes, key=len, default=None)


def _narrow(text: str) -> str:
    """Return the text with full-width digits and letters as ASCII, same length."""
    if text.isascii():
        return text
    folded = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(
        new if len(new) == 1 else old for old, new in zip(text, folded, strict=True)
    )
