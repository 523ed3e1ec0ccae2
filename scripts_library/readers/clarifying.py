"""How does a pack ask what a buyer meant, when it is not sure?"""

from pathlib import Path
from typing import Final

from bot.clarifying import FIRST, SECOND, ClarifyingTexts
from scripts_library.readers.folders import read_file
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_FILE: Final = "clarifying"
_NAMES: Final = ("one", "two", "yes", "no", "names")


def read_clarifying(root: Path, *, report: Report) -> ClarifyingTexts | None:
    """Return clarifying.yaml of a pack; without the file nobody is asked."""
    if not (root / f"{_FILE}.yaml").exists():
        return None
    file = read_file(root, _FILE, report=report)
    if file is None:
        return None
    fields = file.fields(required=_NAMES)
    return ClarifyingTexts(
        one=fields.read("one", lambda it: _questions(it, "one", FIRST), ()),
        two=fields.read("two", lambda it: _questions(it, "two", FIRST, SECOND), ()),
        yes=fields.text("yes"),
        no=fields.text("no"),
        names=fields.read("names", _intents, {}),
    )


def _questions(value: Value, name: str, *placeholders: str) -> tuple[str, ...]:
    """Return questions, each of which names everything that is asked about."""
    found = read_templates(value, _FILE, name, extra=placeholders)
    for item, template in zip(value.items(), found, strict=True):
        for placeholder in placeholders:
            if f"{{{placeholder}}}" not in template:
                item.complain(f"the question must name {{{placeholder}}}")
    return found


def _intents(value: Value) -> dict[str, str]:
    names: dict[str, str] = {}
    for intent_id, key, name in value.entries():
        key.report.note_place(_FILE, intent_id, place=key.place)
        names[intent_id] = name.text()
    return names
