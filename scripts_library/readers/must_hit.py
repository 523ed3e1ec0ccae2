"""Which phrases must each intent be understood from, and which must it not be?"""

from pathlib import Path
from typing import Final

from bot.scripts import NearPhrase, Phrases
from scripts_library.readers.folders import note_once, read_file
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_FILE: Final = "phrases"
_LISTS: Final = ("must_hit", "must_not_hit")


def read_must_hit(root: Path, *, report: Report) -> dict[str, Phrases]:
    """Return the phrases by intent; a pack without the file is checked by none."""
    if not (root / f"{_FILE}.yaml").exists():
        return {}
    file = read_file(root, _FILE, report=report)
    phrases: dict[str, Phrases] = {}
    for intent_id, key, value in () if file is None else file.entries():
        note_once(key, "phrases", intent_id)
        fields = value.fields(required=(), optional=_LISTS)
        phrases[intent_id] = Phrases(
            must_hit=fields.read("must_hit", _hits, ()),
            must_not_hit=tuple(
                _near(item) for item in fields.read("must_not_hit", Value.items, ())
            ),
        )
    return phrases


def _hits(value: Value) -> tuple[str, ...]:
    for item in value.items():
        text = item.text()
        if text:
            note_once(item, "must_hit", text)
    return value.texts()


def _near(value: Value) -> NearPhrase:
    fields = value.fields(required=("text", "is"))
    near = NearPhrase(text=fields.text("text"), intent_id=fields.text("is"))
    value.report.note_place("must_not_hit", near.text, place=value.place)
    return near
