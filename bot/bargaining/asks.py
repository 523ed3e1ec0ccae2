"""What does a bargaining buyer ask for? Figures and words of one turn, in fen.

How the words are read:

* ``280行不行``, ``卖50我就拍``: a price. Of several amounts the last one that is not the
  list price is asked for (55太贵了，50行不行). With a quantity it is the price of all
  pieces, unless each piece is named (两件，一件45) or it is not more than one piece costs
  (50行我就买两个).
* ``打八折``: that share of the list price; ``便宜10%``: the list price less that share.
* ``少10块``: off the list price; with a word such as 再 off what is on the table, which
  is the open offer's price, else the list price.
* ``抹个零``, ``凑整``: the price on the table without its last odd part, that is with its
  lowest digit that is not 0 (in fen) made 0: 299元 is 290元, 59.9元 is 59元. A price with
  one such digit only (50元) has no odd part, and the words are a plain ask.
* ``包邮``: free postage; with a price, that price with postage in it.
* ``行，52就52``, ``那就按您说的``: the offer on the table is taken. Another figure than its
  price, or a word of refusal or of less beside it, makes it an ask like any other.
* No figure: a plain ask.

A share that is no whole fen is rounded up: an ask is never read as lower than it was.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from bot.understanding.numerals import NUMBER, parse_number
from bot.utterances import Entity, EntityKind, Understanding

_MOST_PIECES: Final = 1000
_PERCENT: Final = re.compile(
    rf"(?P<western>\d{{1,2}}(?:\.\d)?)\s?%|百分之(?P<chinese>{NUMBER})"
)
_BARE: Final = re.compile(
    r"(?<![\d.a-z])(?P<whole>\d{1,6}(?:\.\d{1,2})?)"
    r"(?![\d.%a-z折件个双条套天号楼岁斤码月年点分])"
)
_BETWEEN: Final = r"(?:了|个|点|你|您|价|他|她|掉)?(?:¥|\$)?\s?$"
"""What may stand between a word such as 便宜 and the amount."""
_LONGEST_ACCEPTANCE: Final = 20
"""Characters; a longer text has more in it than a yes."""
_ASKING: Final = ("?", "？", "吗", "呢", "么")
_NOT_AFTER: Final = "(?<![至最不])"
"""至少50 is no 少50."""


class AskKind(StrEnum):
    """What is asked for."""

    PLAIN = "plain"
    LAST_PRICE = "last_price"
    PRICE = "price"
    OFF = "off"
    SHARE = "share"
    ROUND_DOWN = "round_down"
    FREE_POSTAGE = "free_postage"
    GIFT = "gift"
    QUANTITY = "quantity"
    ACCEPT = "accept"
    """Nothing more: the offer on the table is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWords:
    """The words of a trade by which asks are told apart; folded, lower case."""

    less: tuple[str, ...] = ()
    """Before an amount: so much less."""
    again: tuple[str, ...] = ()
    """Off what is on the table rather than off the list price."""
    each: tuple[str, ...] = ()
    """Before an amount: the price of one piece."""
    round_down: tuple[str, ...] = ()
    free_postage: tuple[str, ...] = ()
    gift: tuple[str, ...] = ()
    last_price: tuple[str, ...] = ()
    consent: tuple[str, ...] = ()
    """Before the price on the table they take the offer: 好的, 那就."""
    accept: tuple[str, ...] = ()
    """Without any figure they take it: 按您说的, 成交."""
    refuse: tuple[str, ...] = ()
    """Beside either, nothing is taken: 不, 贵."""
    keep: tuple[str, ...] = ()
    """Say that the buyer pays later, or wants it kept for them: 帮我留着."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What lies on the table when the buyer asks."""

    list_fen: int
    """Of one piece."""
    offer_fen: int | None = None
    """What one order of ``offer_quantity`` pieces costs by the open offer."""
    offer_quantity: int = 1

    def price_of(self, quantity: int) -> int:
        """Return what so many pieces cost as things stand."""
        if self.offer_fen is not None and quantity == self.offer_quantity:
            return self.offer_fen
        return self.list_fen * quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One ask."""

    kind: AskKind
    quantity: int = 1
    price_fen: int | None = None
    """What all pieces together shall cost; None: no figure."""
    with_postage: bool = False
    """Postage is to be in it."""

    @property
    def names_figure(self) -> bool:
        """Return whether a price, a share or a quantity was named."""
        return self.price_fen is not None or self.kind is AskKind.QUANTITY


def read_ask(understanding: Understanding, *, words: AskWords, table: Table) -> Ask:
    """Return what a turn asks for.

    Args:
        understanding: Of the turn: folded text and entities.
        words: Of the pack.
        table: What is on the table.
    """
    text = understanding.folded.text
    entities = _folded(understanding)
    if _is_accepted(text, entities, words, table):
        return Ask(kind=AskKind.ACCEPT, quantity=table.offer_quantity)
    quantity = _quantity(entities)
    with_postage = _has(text, words.free_postage)
    found = (
        _share(text, entities, words, table, quantity)
        or _amount(text, entities, words, table, quantity)
        or _odd_part(text, words, table, quantity)
    )
    if found is not None:
        kind, price = found
        return Ask(
            kind=kind,
            quantity=quantity,
            price_fen=max(0, price),
            with_postage=with_postage,
        )
    return Ask(kind=_wordy(text, words, quantity), quantity=quantity)


def drop_odd_part(fen: int) -> int | None:
    """Return an amount without its lowest digit that is not 0; None: it has one only."""
    unit = 1
    while fen > 0 and fen % (unit * 10) == 0:
        unit *= 10
    rounded = fen - fen % (unit * 10)
    return rounded if rounded > 0 else None


def _is_accepted(
    text: str, entities: tuple[Entity, ...], words: AskWords, table: Table
) -> bool:
    """Return whether the offer on the table is taken as it is: 行，52就52."""
    if table.offer_fen is None or len(text) > _LONGEST_ACCEPTANCE:
        return False
    if _has(text, (*words.refuse, *words.less, *words.again, *_ASKING)):
        return False
    amounts = {fen for fen, _ in _amounts(text, entities)}
    if not amounts:
        return _has(text, words.accept)
    return amounts == {table.offer_fen} and _has(text, (*words.consent, *words.accept))


def _folded(understanding: Understanding) -> tuple[Entity, ...]:
    """Return the entities at their places in the folded text."""
    places = understanding.folded.positions
    return tuple(
        Entity(
            kind=one.kind,
            value=one.value,
            start=bisect_left(places, one.start),
            end=bisect_left(places, one.end),
        )
        for one in understanding.entities
    )


def _quantity(entities: tuple[Entity, ...]) -> int:
    numbers = [
        int(one.value)
        for one in entities
        if one.kind is EntityKind.QUANTITY and 1 <= float(one.value) <= _MOST_PIECES
    ]
    return max(numbers, default=1)


def _share(
    text: str,
    entities: tuple[Entity, ...],
    words: AskWords,
    table: Table,
    quantity: int,
) -> tuple[AskKind, int] | None:
    """Return the price that a discount or a percentage of the list price leaves."""
    whole = table.list_fen * quantity
    for one in reversed(entities):
        if one.kind is EntityKind.DISCOUNT:
            # 0.8 as it was written, not as it is in binary.
            return AskKind.SHARE, _ceiling(whole * Fraction(str(one.value)))
    match = _PERCENT.search(text)
    if match is None:
        return None
    number = parse_number(match["western"] or match["chinese"])
    if number is None or not 0 < number < 100:  # noqa: PLR2004 - per cent
        return None
    share = Fraction(str(number)) / 100
    left = 1 - share if _stands_before(text, match.start(), words.less) else share
    return AskKind.SHARE, _ceiling(whole * left)


def _amount(
    text: str,
    entities: tuple[Entity, ...],
    words: AskWords,
    table: Table,
    quantity: int,
) -> tuple[AskKind, int] | None:
    """Return the price that is named, or left when the named amount is taken off."""
    for fen, start in reversed(_amounts(text, entities)):
        if fen == 0 or fen in {table.list_fen, table.list_fen * quantity}:
            continue
        if _stands_before(text, start, words.less):
            is_more = _has(text, words.again)
            whole = table.list_fen * quantity
            base = table.price_of(quantity) if is_more else whole
            return AskKind.OFF, base - fen
        is_each = fen <= table.list_fen or _stands_before(text, start, words.each)
        return AskKind.PRICE, fen * quantity if is_each else fen
    return None


def _amounts(text: str, entities: tuple[Entity, ...]) -> list[tuple[int, int]]:
    """Return (fen, folded position) of each amount, in order.

    A number without a unit counts when nothing else is known of it: 54卖不卖.
    """
    named = [
        (int(one.value), one.start)
        for one in entities
        if one.kind is EntityKind.AMOUNT_FEN
    ]
    taken = [(one.start, one.end) for one in entities]
    bare = [
        (round(Fraction(match["whole"]) * 100), match.start())
        for match in _BARE.finditer(text)
        if all(match.end() <= start or end <= match.start() for start, end in taken)
    ]
    return sorted((*named, *bare), key=lambda it: it[1])


def _odd_part(
    text: str, words: AskWords, table: Table, quantity: int
) -> tuple[AskKind, int] | None:
    if not _has(text, words.round_down):
        return None
    rounded = drop_odd_part(table.price_of(quantity))
    return None if rounded is None else (AskKind.ROUND_DOWN, rounded)


def _wordy(text: str, words: AskWords, quantity: int) -> AskKind:
    """Return what is asked for without a figure."""
    if quantity > 1:
        return AskKind.QUANTITY
    for kind, known in (
        (AskKind.FREE_POSTAGE, words.free_postage),
        (AskKind.GIFT, words.gift),
        (AskKind.LAST_PRICE, words.last_price),
    ):
        if _has(text, known):
            return kind
    return AskKind.PLAIN


def _stands_before(text: str, position: int, words: tuple[str, ...]) -> bool:
    if not words:
        return False
    pattern = rf"{_NOT_AFTER}(?:{'|'.join(map(re.escape, words))}){_BETWEEN}"
    return re.search(pattern, text[:position]) is not None


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _ceiling(value: Fraction) -> int:
    return -int(-value // 1)
