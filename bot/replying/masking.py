"""How does personal data look in logs and searchable copies?

The forms follow the masking standard the product keeps: mobile ``138****5678``, landline
area code and last two, identity card first three and last two, bank card last four,
e-mail first character and domain, contact ids by their first character, addresses down to
the district. Digits are found in any width; what is not masked stays as it was written.
"""

import re
import unicodedata
from collections.abc import Callable

import regex

_Pattern = re.Pattern[str] | regex.Pattern[str]
_Match = re.Match[str] | regex.Match[str]
_Mask = Callable[[_Match], str]

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: weights of the first seventeen digits."""
_ID_CHECKS = "10X98765432"

_FOREIGN = re.compile(r"[^\x00-\x7f一-鿿]")
_TELLING = re.compile(r"[\dA-Za-z省区市州县旗]")
"""No pattern below matches a text without one of these; most replies have none."""

_EMAIL = re.compile(r"(?<![\w.+-])([A-Za-z0-9])[\w.+-]*@((?:[\w-]+\.)+[A-Za-z]{2,})")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){14,18}[Xx]?(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(\+?86[ -]?)?(1[3-9]\d)([ -]?)\d{4}([ -]?)(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<![\d-])(0\d{2,3})([ -])\d{5,6}(\d{2})(?!\d)")
_CONTACT = regex.compile(
    r"(?<=(?:微信|薇信|[VvWw][Xx]|[Vv]信|[Qq]{2})(?:号码|号)?\s?(?:是|为|[:：])?\s?)"
    r"([A-Za-z0-9])[A-Za-z0-9_-]{4,19}(?![A-Za-z0-9_-])"
)
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z])"
    r"[·\s]?[A-HJ-NP-Z0-9]{4,5}([A-HJ-NP-Z0-9])(?![A-Za-z0-9])"
)
_ADDRESS = re.compile(
    r"((?:[一-鿿]{2,8}?(?:省|自治区|市|州|区|县|旗)){1,3})"
    r"[一-鿿\w-]{0,16}?(?:路|街|道|巷|弄|镇|乡|村|小区|花园|大厦|广场)"
    r"(?:[一-鿿]{0,12}?[\w-]{1,8}(?:号楼|单元|号|栋|幢|楼|层|室))+"
)


def mask_personal(text: str) -> str:
    """Return the text with phone, card and identity numbers and the like masked.

    The result can be masked again without a change.
    """
    folded = _narrow(text)
    if _TELLING.search(folded) is None:
        return text
    for pattern, mask in _STEPS:
        masked = _replace(text, folded, pattern, mask)
        if masked is not text:
            text, folded = masked, _narrow(masked)
    return text


def _narrow(text: str) -> str:
    """Return the text with full-width and other digits as ASCII, same length."""
    return text if text.isascii() else _FOREIGN.sub(_narrow_character, text)


def _narrow_character(found: re.Match[str]) -> str:
    folded = unicodedata.normalize("NFKC", found[0])
    return folded if len(folded) == 1 else found[0]


def _replace(
    text: str,
    folded: str,
    pattern: _Pattern,
    mask: _Mask,
) -> str:
    """Replace each match in ``folded`` in the text at the same positions."""
    pieces = []
    done = 0
    for match in pattern.finditer(folded):
        masked = mask(match)
        if masked != match.group():
            pieces += [text[done : match.start()], masked]
            done = match.end()
    if not pieces:
        return text
    return "".join([*pieces, text[done:]])


def _mask_email(match: _Match) -> str:
    return f"{match[1]}***@{match[2]}"


def _mask_long_number(match: _Match) -> str:
    """Mask an identity or bank card number; leave any other number."""
    compact = re.sub(r"[ -]", "", match.group())
    if is_identity_number(compact):
        return f"{compact[:3]}{'*' * 13}{compact[-2:]}"
    if is_bank_card(compact):
        return f"{'*' * (len(compact) - 4)}{compact[-4:]}"
    return match.group()


def _mask_mobile(match: _Match) -> str:
    prefix = match[1] if match[1] is not None else ""
    return f"{prefix}{match[2]}****{match[5]}"


def _mask_landline(match: _Match) -> str:
    return f"{match[1]}{match[2]}******{match[3]}"


def _mask_contact(match: _Match) -> str:
    return f"{match[1]}***"


def _mask_plate(match: _Match) -> str:
    return f"{match[1]}****{match[2]}"


def _mask_address(match: _Match) -> str:
    return f"{match[1]}***"


_STEPS: tuple[tuple[_Pattern, _Mask], ...] = (
    (_EMAIL, _mask_email),
    (_DIGITS, _mask_long_number),
    (_MOBILE, _mask_mobile),
    (_LANDLINE, _mask_landline),
    (_CONTACT, _mask_contact),
    (_PLATE, _mask_plate),
    (_ADDRESS, _mask_address),
)


def is_identity_number(digits: str) -> bool:
    """Return whether these are 18 characters of an identity card with its checksum."""
    if re.fullmatch(r"[0-9]{17}[0-9Xx]", digits) is None:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False)
    )
    return _ID_CHECKS[total % 11] == digits[-1].upper()


def is_bank_card(digits: str) -> bool:
    """Return whether these are 16 to 19 digits that pass the Luhn check."""
    if re.fullmatch(r"[0-9]{16,19}", digits) is None:
        return False
    doubled = [
        sum(divmod(int(digit) * (1 + position % 2), 10))
        for position, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0
