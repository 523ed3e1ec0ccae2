"""How does personal data look in logs and searchable copies?

The forms follow the masking standard the product keeps: mobile ``138****5678``, landline
area code and last two, identity card first three and last two, bank card last four,
e-mail first character and domain, contact ids by their first character, names by their
surname, addresses down to the district. Digits are found in any width; what is not masked
stays as it was written. Order and tracking numbers are left alone here: single fields are
masked by the functions of :mod:`bot.replying.masking_fields`.
"""

import re
import unicodedata
from collections.abc import Callable

from bot.replying.masking_fields import (
    COMPOUND_SURNAMES,
    SURNAMES,
    is_bank_card,
    is_birth_date,
    is_identity_number,
    mask_bank_card,
    mask_identity_number,
    mask_name,
)

__all__ = ["is_bank_card", "is_identity_number", "mask_personal"]

_SHORTEST_NAME = 2
"""Characters; a name of one would be found in any text."""
_Match = re.Match[str]
_Mask = Callable[[_Match], str]

_FOREIGN = re.compile(r"[^\x00-\x7f一-鿿　-〟，。！？：；（）～＊…“”‘’—]")
_ONE, _SECOND = "1一幺壹", "3-9三四五六七八九叁肆伍陆柒捌玖"
_DIGIT = "[0-9〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
"""A digit as people write it to get past a filter."""
_BETWEEN = r"[ .·_/\u3000\u200b-\u200d\ufeff-]"
"""What people put between the digits of a phone number."""
_TELLING = re.compile(
    rf"[\dA-Za-z省区市州县旗收姓联栋幢]|[{_ONE}]{_BETWEEN}{{0,2}}[{_SECOND}]"
)
"""No pattern below matches a text without one of these; most replies have none."""

_EMAIL = re.compile(
    r"(?<![\w.+-])([A-Za-z0-9])(?P<hidden>[\w.+-]{0,64})@(?:[\w-]+\.)+[A-Za-z]{2,}"
)
_DIGITS = re.compile(r"(?<!\d)(?P<hidden>\d(?:[ -]?\d){14,18}[Xx]?)(?!\d)")
_MOBILE = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d"
    rf"(?P<hidden>{_BETWEEN}?\d{{4}}{_BETWEEN}?)\d{{4}}(?!\d)"
)
_ODD_MOBILE = re.compile(
    rf"(?<!{_DIGIT})(?<!{_DIGIT}{_BETWEEN})(?P<hidden>[{_ONE}](?:"
    rf"[{_SECOND}]{_DIGIT}(?:{_BETWEEN}?{_DIGIT}{{4}}){{2}}"
    rf"|(?P<gap>{_BETWEEN}{{1,2}})[{_SECOND}](?:(?P=gap){_DIGIT}){{9}}(?!(?P=gap){_DIGIT})"
    rf"))(?!{_DIGIT})"
)
"""In Chinese digits, or with a gap after each digit; a longer row of digits is none."""
_LANDLINE = re.compile(
    r"(?<![\d.-])\(?0(?:10|2\d|[3-9]\d{2})(?:\)|[ -])?(?P<hidden>\d{5,6})\d{2}(?![\d.])"
)
_PICTURE = r"[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]"
"""An emoji or another little picture."""
_CONTACT = re.compile(
    rf"(?:[微薇威徽](?:\s|{_PICTURE}){{0,3}}信|[薇威徽微](?={_PICTURE})"
    r"|加(?:我|个|下|一下)?(?:[微薇威徽]|[VvQq](?![A-Za-z0-9]))"
    rf"|(?<![A-Za-z0-9])(?:[VvWw]{_PICTURE}{{0,3}}[Xx]|[Qq]{{2}}"
    r"|[Ww][Ee][Ii]\s?[Xx][Ii][Nn]|[Ww][Ee][Cc][Hh][Aa][Tt])"
    rf"|[Vv]{_PICTURE}{{0,3}}信|扣扣)(?:号码|号)?"
    rf"\s?{_PICTURE}{{0,4}}(?:是|为|[:：])?\s?{_PICTURE}{{0,4}}"
    r"[A-Za-z0-9](?P<hidden>[A-Za-z0-9_-]{4,19})(?![A-Za-z0-9_-])"
)
_PASSPORT = re.compile(
    r"(?:护照|通行证)[^A-Za-z\d*]{0,8}[A-Za-z]{1,2}(?P<hidden>\d{5,6})\d{2}(?![A-Za-z\d])"
)
_PASSPORT_BEFORE = re.compile(
    r"(?<![A-Za-z\d])[A-Za-z]{1,2}(?P<hidden>\d{5,6})\d{2}"
    r"(?=[^A-Za-z\d*，。,;；]{0,6}(?:护照|通行证))"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]"
    r"(?P<hidden>[·\s]?[A-HJ-NP-Z0-9]{4,5})[A-HJ-NP-Z0-9](?![A-Za-z0-9])"
)
_NAME = re.compile(
    r"(?:收[件货]人|联系人|姓名)(?:姓名)?(?:\s*[:：]\s*|\s+|是|为|叫)"
    rf"(?P<hidden>(?:{'|'.join(COMPOUND_SURNAMES)}|[{SURNAMES}])[一-鿿]{{1,2}})"
    r"(?=[\s,，。;；、.\d（(]|$|电话|手机|地址|收)"
)

_UNIT = (
    r"(?:(?:\d{1,5}[A-Za-z]?|[A-Za-z]\d{0,3}|[一二三四五六七八九十百]{1,4})"
    r"(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|组|户|期)"
    r"|\d{1,4}(?:-\d{1,4}){1,3})"
)
_STREET = r"(?:路|街|道|巷|弄|里|镇|乡|村|庄|区|花园|家园|公寓|大厦|广场|苑|城|府)"
_HOUSE = re.compile(
    rf"{_STREET}{_UNIT}(?:[一-鿿A-Za-z]{{0,12}}?{_UNIT})*"
    r"(?:\d{3,4}(?![\d元块个件天号月]))?"
)
_ROOM = re.compile(
    r"(?P<hidden>(?:\d{1,4}|[A-Za-z]|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢)"
    r"(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})单元)?"
    r"(?:\d{3,4}室?(?![\d元块个件天])|[一二三四五六七八九十\d]{1,4}室))"
)
_GAP = re.compile(r"[^一-鿿A-Za-z\d-]")
"""What an address does not go across."""
_REGION = re.compile(r"(?<=[一-鿿]{2})(?<![小社园地景市厂校片辖])[省市州区县旗]")
_LONGEST_LINE = 30

_OF_CARD = re.compile(r"[卡账帐证]")
_OF_ORDER = re.compile(r"[单编]")
_BEFORE = 8
"""Characters before a long number that may say what it is."""
_CHINESE_CARD = re.compile(r"62\d{14,17}|9558\d{15}|(?:4\d|5[1-5]|35)\d{14}")


def mask_personal(text: str, *, name: str | None = None) -> str:
    """Return the text with phone, card and identity numbers and the like masked.

    The result can be masked again without a change.

    Args:
        text: What was written.
        name: Of the buyer, where it is known; masked wherever it stands.
    """
    if name is not None and len(name) >= _SHORTEST_NAME and name in text:
        text = text.replace(name, mask_name(name))
    while True:
        # What one round leaves may be found by the next; each hides at least a character.
        masked = _mask_once(text)
        if masked is text:
            return text
        text = masked


def _mask_once(text: str) -> str:
    """Return the text after every pattern was tried; itself when none was found."""
    folded = _narrow(text)
    if _TELLING.search(folded) is None:
        return text
    for needed, step in _STEPS:
        if needed.search(folded) is None:
            continue
        masked = step(text, folded)
        if masked is not text:
            text, folded = masked, _narrow(masked)
    return text


def _narrow(text: str) -> str:
    """Return the text with full-width and other digits as ASCII, same length."""
    return text if text.isascii() else _FOREIGN.sub(_narrow_character, text)


def _narrow_character(found: _Match) -> str:
    folded = unicodedata.normalize("NFKC", found[0])
    return folded if len(folded) == 1 else found[0]


def _replace(text: str, folded: str, pattern: re.Pattern[str], mask: _Mask) -> str:
    """Replace what each match in ``folded`` hides, in the text at the same place."""
    pieces = []
    done = 0
    for match in pattern.finditer(folded):
        masked = mask(match)
        if masked == match["hidden"]:
            continue
        start, end = match.span("hidden")
        pieces += [
            text[done : match.start()],
            folded[match.start() : start],
            masked,
            folded[end : match.end()],
        ]
        done = match.end()
    if not pieces:
        return text
    return "".join([*pieces, text[done:]])


def _mask_odd_mobile(match: _Match) -> str:
    """Return ``138****5678`` in the digits that were written."""
    digits = re.sub(_BETWEEN, "", match["hidden"])
    return f"{digits[:3]}****{digits[-4:]}"


def _mask_long_number(match: _Match) -> str:
    """Mask an identity or bank card number; leave any other number."""
    compact = match["hidden"].replace(" ", "").replace("-", "")
    before = match.string[max(0, match.start() - _BEFORE) : match.start()]
    is_card = _OF_CARD.search(before) is not None
    if is_identity_number(compact) and (is_card or is_birth_date(compact[6:14])):
        return mask_identity_number(compact)
    if not is_bank_card(compact):
        return match["hidden"]
    is_order = _OF_ORDER.search(before) is not None
    if is_card or (not is_order and _CHINESE_CARD.fullmatch(compact)):
        return mask_bank_card(compact)
    return match["hidden"]


def _mask_houses(text: str, folded: str) -> str:
    """Hide street and house of each address; what stands before its district stays."""
    pieces = []
    done = 0
    for match in _HOUSE.finditer(folded):
        start = max(done, match.start() - _LONGEST_LINE)
        for gap in _GAP.finditer(folded, start, match.start()):
            start = gap.end()
        regions = list(_REGION.finditer(folded, start, match.start() + 1))
        if regions:
            pieces += [text[done : regions[-1].end()], "***"]
            done = match.end()
    if not pieces:
        return text
    return "".join([*pieces, text[done:]])


_Step = Callable[[str, str], str]


def _step(pattern: re.Pattern[str], mask: _Mask) -> _Step:
    return lambda text, folded: _replace(text, folded, pattern, mask)


_STEPS: tuple[tuple[re.Pattern[str], _Step], ...] = (
    (re.compile("@"), _step(_EMAIL, lambda _: "***")),
    (re.compile(r"\d[\d -]{13}"), _step(_DIGITS, _mask_long_number)),
    (re.compile(r"1[3-9]\d"), _step(_MOBILE, lambda _: "****")),
    (
        re.compile(rf"[{_ONE}]{_BETWEEN}{{0,2}}[{_SECOND}]"),
        _step(_ODD_MOBILE, _mask_odd_mobile),
    ),
    (re.compile("护照|通行证"), _step(_PASSPORT, lambda it: "*" * len(it["hidden"]))),
    (
        re.compile("护照|通行证"),
        _step(_PASSPORT_BEFORE, lambda it: "*" * len(it["hidden"])),
    ),
    (re.compile(r"0\d\d"), _step(_LANDLINE, lambda _: "******")),
    (
        re.compile(r"[微薇威徽加]|[VvWw]|[Qq]{2}|扣扣"),
        _step(_CONTACT, lambda _: "***"),
    ),
    (re.compile(r"[一-鿿][A-HJ-NP-Z]"), _step(_PLATE, lambda _: "****")),
    (re.compile(r"收|姓名|联系人"), _step(_NAME, lambda it: mask_name(it["hidden"]))),
    (re.compile(r"[省市州区县旗]"), _mask_houses),
    (re.compile(r"[栋幢]|号楼"), _step(_ROOM, lambda _: "***")),
)
"""What a text must have for a step to be worth its while, and the step."""
