"""Which fixed texts of the assistant does a pack have?"""

from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any, Final

from bot.scripts import Texts
from scripts_library.readers.folders import read_file
from scripts_library.readers.templates import check_template, read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Fields, Value

_NAMES: Final = tuple(field.name for field in dataclass_fields(Texts))


def read_texts(root: Path, *, report: Report) -> Texts:
    """Return texts.yaml of a pack; every text of the core must be there."""
    value = read_file(root, "texts", report=report)
    fields = Fields({}) if value is None else value.fields(required=_NAMES)
    found: dict[str, Any] = {name: _text(name, fields) for name in _NAMES}
    return Texts(**found)


def _text(name: str, fields: Fields) -> tuple[str, ...] | str:
    match name:
        case "fallback_buttons":
            return fields.read(name, _offered, ())
        case "marketing_suffix":
            return fields.read(name, _suffix, "")
        case _:
            return fields.read(
                name, lambda value: read_templates(value, "text", name), ()
            )


def _offered(value: Value) -> tuple[str, ...]:
    value.report.note_place("text", "fallback_buttons", "0", place=value.place)
    return value.texts()


def _suffix(value: Value) -> str:
    suffix = value.text()
    check_template(value, suffix)
    value.report.note_place("text", "marketing_suffix", "0", place=value.place)
    return suffix
