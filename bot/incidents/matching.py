"""Which incidents concern a turn?

What is known decides: the order's courier, items and where it goes, the item, its
category. Where a fact is not known, a turn is concerned only when the buyer names it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.catalogue.regions import provinces_meant, provinces_of
from bot.facts import Facts, Order, OrderState
from bot.incidents.values import Incident, IncidentRule, IncidentRules, Scope
from bot.utterances import Entity, EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a turn is about, as scopes ask for it; None and empty: not known."""

    text: str
    """Folded; what the buyer names counts."""
    places: tuple[str, ...] = ()
    """Where it goes and what the buyer names, each with its province."""
    courier: str | None = None
    items: frozenset[str] = frozenset()
    category: str | None = None
    order_state: OrderState | None = None


def subject_of(facts: Facts, *, text: str, entities: Iterable[Entity] = ()) -> Subject:
    """Return what is known of a turn, or of a follow-up, that scopes ask for."""
    item, order = facts.item, facts.order
    lines = () if order is None else order.lines
    items = {line.item_id for line in lines}
    if item is not None:
        items.add(item.item_id)
    return Subject(
        text=text,
        places=_places(order, entities),
        courier=None if order is None else order.courier,
        items=frozenset(items),
        category=None if item is None else item.category,
        order_state=None if order is None else order.state,
    )


def _places(order: Order | None, entities: Iterable[Entity]) -> tuple[str, ...]:
    """Return where an order goes and the places that are named, with their provinces."""
    named = [str(one.value) for one in entities if one.kind is EntityKind.PLACE]
    if order is not None:
        named += [place for place in (order.province, order.city) if place is not None]
    return tuple(
        dict.fromkeys(it for place in named for it in (place, *provinces_of(place)))
    )


def concerning(
    incidents: Iterable[Incident],
    subject: Subject,
    *,
    rules: IncidentRules,
    now: datetime,
) -> tuple[Incident, ...]:
    """Return the incidents that last now and that a subject is concerned by."""
    return tuple(
        one
        for one in incidents
        if one.is_running(now)
        and is_within(one.scope, subject)
        and not _is_past(one, subject, rules)
    )


def _is_past(incident: Incident, subject: Subject, rules: IncidentRules) -> bool:
    """Return whether an order is beyond what an incident of this kind can stop."""
    rule = rules.kinds.get(incident.kind)
    return rule is not None and subject.order_state in rule.not_for


def is_within(scope: Scope, subject: Subject) -> bool:
    """Return whether each list of a scope that is not empty fits."""
    return all(
        (
            not scope.couriers or _is_courier(scope.couriers, subject),
            not scope.provinces or _is_place(scope.provinces, subject),
            not scope.items or not subject.items.isdisjoint(scope.items),
            not scope.categories or _is_category(scope.categories, subject),
        )
    )


def incident_for(
    intent_id: str, incidents: Iterable[Incident], rules: IncidentRules
) -> Incident | None:
    """Return the incident, of those that concern a turn, that answers a wish."""
    for one in incidents:
        rule = rules.kinds.get(one.kind)
        if rule is not None and intent_id in rule.intents:
            return one
    return None


def rules_of(
    incidents: Iterable[Incident], rules: IncidentRules
) -> tuple[IncidentRule, ...]:
    """Return what the pack says of these incidents' kinds."""
    found = (rules.kinds.get(one.kind) for one in incidents)
    return tuple(rule for rule in found if rule is not None)


def withheld(incidents: Iterable[Incident], rules: IncidentRules) -> frozenset[str]:
    """Return the placeholders that must not be spoken of while incidents last."""
    return frozenset().union(*(it.withholds for it in rules_of(incidents, rules)))


def _is_courier(names: tuple[str, ...], subject: Subject) -> bool:
    if subject.courier is None:
        return any(name.lower() in subject.text for name in names)
    # 中通快递 and 中通 are one.
    return any(name in subject.courier or subject.courier in name for name in names)


def _is_place(names: tuple[str, ...], subject: Subject) -> bool:
    named = (*subject.places, subject.text)
    meant = {it for name in names for it in (name, *provinces_meant(name))}
    return any(name in place for name in meant for place in named)


def _is_category(names: tuple[str, ...], subject: Subject) -> bool:
    if subject.category is None:
        return any(name.lower() in subject.text for name in names)
    return subject.category in names
