"""Which order numbers, tracking numbers and phone numbers does a text hold?"""

import re
from collections.abc import Iterator
from typing import Final

from bot.understanding.lexicon import CourierPattern
from bot.utterances import Entity, EntityKind

_PHONE: Final = re.compile(
    r"(?<![\da-z])(?:\+?86[ -]?)?(?P<mobile>1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![\da-z])"
    r"|(?<![\da-z])(?P<fixed>0\d{2,3}[ -]\d{7,8}|400[ -]?\d{3}[ -]?\d{4})(?![\d])"
)
_ORDER_LABEL: Final = re.compile(
    r"(?:订单编?号?|order)(?:号码|是|为)?[:： ]{0,2}(?P<number>[a-z0-9][a-z0-9-]{7,31})(?![a-z0-9])"
)
_TRACKING_LABEL: Final = re.compile(
    r"(?:运单号?|快递单?号?|物流单?号?|(?<!订)单号)(?:码|是|为)?[:： ]{0,2}(?P<number>[a-z0-9]{8,30})(?![a-z0-9])"
)
_CODE: Final = re.compile(
    r"(?<![a-z0-9])(?P<number>\d{6}-\d{12,16}|[a-z]{0,4}\d{8,28}[a-z]{0,3}(?:-\d-\d-?)?)(?![a-z0-9-])"
)
_RUN: Final = re.compile(r"[\da-z-]{4}")
"""Every identifier has such a run."""
_POSTAL: Final = frozenset("递流运寄邮包裹")
_ORDER_LENGTHS: Final = range(16, 22)
"""Digits of Taobao, Douyin and Kuaishou order numbers."""


class IdentifierFinder:
    """Finds numbers for one pack's couriers; immutable."""

    def __init__(self, couriers: tuple[CourierPattern, ...]) -> None:
        self._couriers = tuple(
            (courier.name, re.compile(courier.pattern)) for courier in couriers
        )

    def find(self, text: str) -> Iterator[Entity]:
        """Yield identifiers of a folded text; labelled ones come first."""
        if _RUN.search(text) is None:
            return
        for match in _ORDER_LABEL.finditer(text):
            yield _order(match["number"], *match.span("number"))
        for match in _TRACKING_LABEL.finditer(text):
            yield self._tracking(match["number"], *match.span("number"))
        for match in _PHONE.finditer(text):
            name = match.lastgroup
            yield Entity(
                kind=EntityKind.PHONE,
                value=re.sub(r"\D", "", match[name or 0]),
                start=match.start(),
                end=match.end(),
            )
        for match in _CODE.finditer(text):
            yield from self._code(match["number"], match.start(), text=text)

    def courier_of(self, number: str) -> str | None:
        """Return the first courier whose pattern the whole upper-case number matches."""
        upper = number.upper()
        return next(
            (name for name, pattern in self._couriers if pattern.fullmatch(upper)),
            None,
        )

    def _code(self, number: str, start: int, *, text: str) -> Iterator[Entity]:
        """Yield what an unlabelled code most likely is."""
        end = start + len(number)
        is_postal = bool(_POSTAL.intersection(text)) and "订单" not in text
        if "-" in number and number.replace("-", "").isdigit():
            yield _order(number, start, end)
        elif not number.isdigit() or self.courier_of(number) is not None or is_postal:
            yield self._tracking(number, start, end)
        elif len(number) in _ORDER_LENGTHS or "订单" in text:
            yield _order(number, start, end)
        elif len(number) >= 12:  # noqa: PLR2004 - the shortest courier numbers
            yield self._tracking(number, start, end)

    def _tracking(self, number: str, start: int, end: int) -> Entity:
        """Return the entity of a tracking number, with its courier when known."""
        return Entity(
            kind=EntityKind.TRACKING_NO,
            value=number.upper(),
            start=start,
            end=end,
            courier=self.courier_of(number),
        )


def _order(number: str, start: int, end: int) -> Entity:
    """Return the entity of an order number."""
    return Entity(kind=EntityKind.ORDER_NO, value=number.upper(), start=start, end=end)
