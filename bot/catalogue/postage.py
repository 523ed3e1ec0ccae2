"""What does postage to a province cost?"""

from dataclasses import dataclass

from bot.catalogue.shop_facts import PostageRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Postage:
    """What one order pays for postage."""

    fen: int
    """0 is free."""
    free_from_fen: int | None
    """Orders of this amount and above are free there; None: none is."""


def postage(
    rules: PostageRules, province: str, *, amount_fen: int | None = None
) -> Postage | None:
    """Return what postage to a province costs.

    Args:
        rules: Of the shop.
        province: Its short name.
        amount_fen: What the order comes to; None: not known, so that no threshold is
            reached but one of 0.

    Returns:
        None when the rules say nothing of it.
    """
    free_from = None if province in rules.not_free_in else rules.free_from_fen
    fen = rules.fen_by_province.get(province, rules.default_fen)
    amount = 0 if amount_fen is None else amount_fen
    if free_from is not None and amount >= free_from:
        fen = 0
    return None if fen is None else Postage(fen=fen, free_from_fen=free_from)
