"""Which fixed texts of the assistant does a pack have?"""

from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any, Final

from bot.scripts import Texts
from scripts_library.readers.folders import read_file
from scripts_library.readers.templates import check_template, read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_NAMES: Final = tuple(field.name for field in dataclass_fields(Texts))
_BUTTONS: Final = "fallback_buttons"
_SUFFIX: Final = "marketing_suffix"


def read_texts(root: Path, *, report: Report) -> Texts:
    """Return texts.yaml of a pack; every text of the core must be there."""
    value = read_file(root, "texts", report=report)
    fields = {} if value is None else value.fields(required=_NAMES)
    found: dict[str, Any] = {
        name: _text(name, fields[name]) if name in fields else () for name in _NAMES
    }
    return Texts(**(found | {_SUFFIX: _suffix(fields)}))


def _text(name: str, value: Value) -> tuple[str, ...]:
    value.report.note_place("text", name, place=value.place)
    match name:
        case "fallback_buttons":
            return value.texts()
        case "marketing_suffix":
            return ()
        case _:
            return read_templates(value, "text", name)


def _suffix(fields: dict[str, Value]) -> str:
    if _SUFFIX not in fields:
        return ""
    suffix = fields[_SUFFIX].text()
    check_template(fields[_SUFFIX], suffix)
    return suffix
