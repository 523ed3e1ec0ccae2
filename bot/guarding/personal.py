"""Does a text hand out a person's number, card or address of mail?"""

import re
from collections.abc import Iterator
from typing import Final

from bot.guarding.figures import Span
from bot.guarding.folding import GuardText
from bot.guarding.rules import GuardSender, Verdict
from bot.guarding.verdicts import Finding, soften
from bot.replying.masking_fields import (
    is_bank_card,
    is_birth_date,
    is_identity_number,
    mask_bank_card,
    mask_email,
    mask_identity_number,
    mask_phone,
)

CATEGORY = "personal_data"
_SOURCE: Final = "个人信息保护法 第六条、第二十八条、第五十一条"
_LONG: Final = re.compile(r"(?<![\da-z])\d(?:[ -]?\d){14,18}x?(?![\da-z])")
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,64}@(?:[\w-]+\.)+[A-Za-z]{2,}"
)
_OF_ORDER: Final = re.compile(r"[单编号](?!.*[卡证])")
_CARD: Final = re.compile(r"62\d{14,17}|9558\d{15}|(?:4\d|5[1-5]|35)\d{14}")
_BEFORE: Final = 8
_NUMERALS: Final = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_SPELLED: Final = re.compile(r"[\d零〇一二三四五六七八九幺]{11,}")
"""A number of a telephone or more, in words or half in words: 一三八零零零零一一一一."""


def may_be_personal(text: str, folded: GuardText) -> bool:
    """Return whether a text can hold a number or an address at all: most cannot."""
    return (
        "@" in text
        or any(map(str.isdigit, text))
        or _SPELLED.search(folded.text) is not None
    )


def find_personal(
    text: str, folded: GuardText, *, sourced: tuple[Span, ...], sender: GuardSender
) -> Iterator[Finding]:
    """Yield personal data that stands in a text and is no fact of the shop's.

    Args:
        text: What is about to be sent.
        folded: The same, folded for reading amounts: digits are plain.
        sourced: Spans that came from facts, such as the shop's return address.
        sender: People are warned of phone numbers; nobody sends cards.
    """
    plain = _SPELLED.sub(_in_digits, folded.text)
    for match in _LONG.finditer(plain):
        start, end = folded.span(*match.span())
        kind = _kind(match)
        if kind is not None and not _is_sourced(start, end, sourced):
            yield _finding(kind, start, end, verdict=Verdict.BLOCK)
    for match in _MOBILE.finditer(plain):
        start, end = folded.span(*match.span())
        if not _is_sourced(start, end, sourced):
            masked = mask_phone(re.sub(r"\D", "", match.group()))
            yield _finding(
                ("phone_number", masked),
                start,
                end,
                verdict=soften(Verdict.REWRITE, sender),
            )
    if "@" not in text:
        return
    for match in _EMAIL.finditer(text):
        if not _is_sourced(*match.span(), sourced):
            masked = mask_email(match.group())
            verdict = soften(Verdict.REWRITE, sender)
            yield _finding(("email", masked), *match.span(), verdict=verdict)


def _in_digits(match: re.Match[str]) -> str:
    return match.group().translate(_NUMERALS)


def _kind(match: re.Match[str]) -> tuple[str, str] | None:
    """Return rule and masked form of a long number, None when it is no card."""
    compact = re.sub(r"[ -]", "", match.group())
    if is_identity_number(compact) and is_birth_date(compact[6:14]):
        return "identity_number", mask_identity_number(compact)
    before = match.string[max(0, match.start() - _BEFORE) : match.start()]
    is_card = re.search("[卡账帐]", before) is not None
    is_order = _OF_ORDER.search(before) is not None
    is_chinese = _CARD.fullmatch(compact) is not None
    if is_bank_card(compact) and (is_card or (is_chinese and not is_order)):
        return "bank_card", mask_bank_card(compact)
    return None


def _is_sourced(start: int, end: int, sourced: tuple[Span, ...]) -> bool:
    return any(first <= start and end <= last for first, last in sourced)


def _finding(
    kind: tuple[str, str], start: int, end: int, *, verdict: Verdict
) -> Finding:
    rule, masked = kind
    return Finding(
        category=CATEGORY,
        rule=rule,
        verdict=verdict,
        start=start,
        end=end,
        suggestion=f"不在聊天里写个人信息；要核对时写成 {masked}",
        replacement=masked,
        source=_SOURCE,
    )
