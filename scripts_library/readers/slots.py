"""How does the assistant ask for a fact that it lacks?"""

from pathlib import Path
from typing import Final

from bot.scripts import SlotQuestion
from bot.utterances import EntityKind
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_FILE: Final = "slots"
_REQUIRED: Final = ("zh", "facts", "texts")
_OPTIONAL: Final = ("kinds", "words")


def read_slots(root: Path, *, report: Report) -> dict[str, SlotQuestion]:
    """Return slots.yaml of a pack by id; a pack without the file asks for nothing."""
    if not (root / f"{_FILE}.yaml").exists():
        return {}
    file = read_file(root, _FILE, report=report)
    slots: dict[str, SlotQuestion] = {}
    for slot_id, key, value in () if file is None else file.entries():
        note_once(key, "slot", slot_id)
        slots[slot_id] = _slot(slot_id, value)
    return slots


def _slot(slot_id: str, value: Value) -> SlotQuestion:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    return SlotQuestion(
        slot_id=slot_id,
        zh=fields.text("zh"),
        facts=frozenset(fields.read("facts", Value.texts, ())),
        kinds=fields.choices("kinds", EntityKind),
        words=fields.read("words", Value.texts, ()),
        texts=fields.read(
            "texts", lambda found: read_templates(found, "slot_text", slot_id), ()
        ),
    )
