"""Which intents does a pack have, and what do they do?"""

from pathlib import Path

from bot.scripts import Effect, Intent, Risk
from scripts_library.readers.folders import note_once, read_folder
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_REQUIRED = ("zh", "risk")
_OPTIONAL = ("effects", "urgency", "facts_needed", "ticket", "follow_up")
_MOST_URGENT = 9


def read_intents(root: Path, *, report: Report) -> dict[str, Intent]:
    """Return the intents of a pack by id, in the order of the files."""
    intents: dict[str, Intent] = {}
    for file in read_folder(root, "intents", report=report):
        for intent_id, key, value in file.entries():
            if note_once(key, "intent", intent_id):
                intents[intent_id] = _intent(intent_id, value)
    return intents


def _intent(intent_id: str, value: Value) -> Intent:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    lists = {
        name: fields[name].items() if name in fields else ()
        for name in ("effects", "facts_needed")
    }
    return Intent(
        intent_id=intent_id,
        zh=fields["zh"].text() if "zh" in fields else "",
        risk=fields["risk"].choice(Risk) if "risk" in fields else Risk.HUMAN,
        effects=frozenset(effect.choice(Effect) for effect in lists["effects"]),
        urgency=(
            fields["urgency"].integer(at_least=0, at_most=_MOST_URGENT)
            if "urgency" in fields
            else 0
        ),
        facts_needed=tuple(fact.text() for fact in lists["facts_needed"]),
        ticket=fields["ticket"].text() if "ticket" in fields else None,
        follow_up=fields["follow_up"].text() if "follow_up" in fields else None,
    )
