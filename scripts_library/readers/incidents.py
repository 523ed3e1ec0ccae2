"""What does each kind of incident mean in a trade?"""

from pathlib import Path
from typing import Final

from bot.facts import OrderState
from bot.incidents.values import IncidentKind, IncidentRule, IncidentRules
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_FILE: Final = "incidents"
_REQUIRED: Final = ("zh", "intents", "closing")
_OPTIONAL: Final = ("not_for", "withholds", "withheld_scripts")


def read_incidents(root: Path, *, report: Report) -> IncidentRules:
    """Return incidents.yaml of a pack; a pack without the file has no incidents."""
    if not (root / f"{_FILE}.yaml").exists():
        return IncidentRules()
    file = read_file(root, _FILE, report=report)
    if file is None:
        return IncidentRules()
    fields = file.fields(required=("kinds", "again"))
    return IncidentRules(
        kinds=fields.read("kinds", _kinds, {}),
        again=fields.read(
            "again", lambda value: read_templates(value, "incident", "again"), ()
        ),
    )


def _kinds(value: Value) -> dict[IncidentKind, IncidentRule]:
    kinds: dict[IncidentKind, IncidentRule] = {}
    for name, key, rule in value.entries():
        note_once(key, "incident kind", name)
        kinds[key.choice(IncidentKind)] = _rule(rule)
    return kinds


def _rule(value: Value) -> IncidentRule:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    return IncidentRule(
        zh=fields.text("zh"),
        intents=frozenset(fields.read("intents", Value.texts, ())),
        closing=fields.text("closing"),
        not_for=frozenset(fields.choices("not_for", OrderState)),
        withholds=frozenset(fields.read("withholds", Value.texts, ())),
        withheld_scripts=frozenset(fields.read("withheld_scripts", Value.texts, ())),
    )
