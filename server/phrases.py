"""May what a shop wrote in its facts be said? As no reply could say what the guard stops."""

from collections.abc import Iterator

from bot.bargaining.policy import Policy
from bot.catalogue.cards import ProductCard
from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import ShopFacts
from bot.guarding.guard import Guard
from bot.guarding.rules import GuardSender

Typed = ShopFacts | ProductCard | Promotion | Policy


def find_unsayable(value: Typed, guard: Guard) -> Iterator[tuple[str, str]]:
    """Yield the field and what is wrong of each text that could not leave the shop."""
    for field, text in _texts(value):
        reason = _objection(text, guard)
        if reason is not None:
            yield field, reason


def _objection(text: str, guard: Guard) -> str | None:
    if "{" in text or "}" in text:
        return "placeholders are not filled here"
    if not text.isprintable():
        return "has control characters"
    spans = ((0, len(text)),)
    verdict = guard.check(text, filled_spans=spans, sender=GuardSender.ASSISTANT)
    if verdict.is_sendable:
        return None
    found = verdict.findings[0]
    return f"{found.rule}: {found.suggestion}"


def _texts(value: Typed) -> Iterator[tuple[str, str]]:
    match value:
        case Promotion():
            yield "title", value.title
            yield "phrase", value.phrase
        case ProductCard():
            yield from _texts_of_card(value)
        case ShopFacts():
            yield from _texts_of_shop(value)
        case Policy(rungs=rungs):
            for place, rung in enumerate(rungs):
                yield f"rungs[{place}].name", rung.name


def _texts_of_card(card: ProductCard) -> Iterator[tuple[str, str]]:
    for name, told in card.attributes.items():
        yield "attributes", f"{name}：{told}"
    for field in ("compatible", "care", "installation"):
        for text in getattr(card, field):
            yield field, text
    for row in () if card.size_chart is None else card.size_chart.rows:
        yield "size_chart", "、".join((row.size, *row.measures))


def _texts_of_shop(facts: ShopFacts) -> Iterator[tuple[str, str]]:
    for field in ("return_address", "service_hours", "member_rules", "warehouse_city"):
        text = getattr(facts, field)
        if text is not None:
            yield field, text
    for courier in facts.couriers or ():
        yield "couriers", courier.name
    if facts.invoices is not None:
        yield "invoices", "，".join((*facts.invoices.kinds, facts.invoices.how))
