"""How are scripts and intents written as entries? The inverse of the pack's readers."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bot.scripts import (
    Ask,
    Audience,
    Conditions,
    Hours,
    Intent,
    PhraseRule,
    Script,
    Use,
)


def script_entry(script: Script) -> dict[str, Any]:
    """Return a script as the pack's YAML would say it, without its id and defaults."""
    entry: dict[str, Any] = {
        "intent": script.intent_id,
        "use": None if script.use is Use.REPLY else script.use.value,
        "audience": (
            None if script.audience is Audience.PACK else script.audience.value
        ),
        "when": _conditions(script.conditions),
        "phrases": _phrases(script.phrases),
        "valid": _without_empty(
            {
                "from": _day(script.valid_from),
                "until": _day(script.valid_until),
            }
        ),
        "priority": script.priority,
        "category": list(script.category),
        "tags": list(script.tags),
        "code": script.code,
        "buttons": list(script.buttons),
        "pictures": list(script.pictures),
        "attach": None if script.attach is None else script.attach.value,
        "variables": dict(script.variables),
        "asks": [_ask(ask, script.intent_id) for ask in script.asks],
        "variants": list(script.variants),
    }
    return _without_empty(entry)


def intent_entry(intent: Intent) -> dict[str, Any]:
    """Return an intent as the pack's YAML would say it, without its id and defaults."""
    entry: dict[str, Any] = {
        "zh": intent.zh,
        "risk": intent.risk.value,
        "effects": sorted(it.value for it in intent.effects),
        "urgency": intent.urgency,
        "facts_needed": list(intent.facts_needed),
        "ticket": intent.ticket,
        "follow_up": intent.follow_up,
        "followed_by": list(intent.followed_by),
        "tactic": None if intent.tactic is None else intent.tactic.value,
        "flow": intent.flow,
        "phrases": list(intent.phrases),
        "unless": list(intent.unless),
    }
    return _without_empty(entry)


def _conditions(conditions: Conditions) -> dict[str, Any]:
    found = {
        field.name: [_plain(one) for one in getattr(conditions, field.name)]
        for field in fields(conditions)
    }
    return _without_empty(found)


def _plain(value: Hours | str) -> str:
    return _hours(value) if isinstance(value, Hours) else str(value)


def _hours(hours: Hours) -> str:
    span = f"{hours.start:%H:%M}-{hours.end:%H:%M}"
    if not hours.weekdays:
        return span
    return f"{','.join(map(str, hours.weekdays))} {span}"


def _phrases(rule: PhraseRule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return _without_empty(
        {
            "contains": list(rule.contains),
            "all": list(rule.all),
            "none": list(rule.none),
            "pattern": rule.pattern,
        }
    )


def _ask(ask: Ask, intent_id: str) -> dict[str, Any]:
    return _without_empty(
        {
            "kinds": [kind.value for kind in ask.kinds],
            "words": list(ask.words),
            "yes_no": ask.is_yes_no,
            "continues": None if ask.continues == intent_id else ask.continues,
            "says": list(ask.says),
        }
    )


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def _without_empty(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said; 0, false and nothing are what the reader takes for missing."""
    return {name: value for name, value in entry.items() if value}
