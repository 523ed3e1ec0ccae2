"""What does a pack say to buyers who have to show that an order is theirs?"""

from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Final

from bot.identity.state import IdentityTexts
from scripts_library.readers.folders import read_file
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Fields

_FILE: Final = "identity"
_NAMES: Final = tuple(field.name for field in dataclass_fields(IdentityTexts))


def read_identity(root: Path, *, report: Report) -> IdentityTexts | None:
    """Return identity.yaml of a pack; without the file nobody is asked."""
    if not (root / f"{_FILE}.yaml").exists():
        return None
    file = read_file(root, _FILE, report=report)
    if file is None:
        return None
    fields = file.fields(required=_NAMES)
    return IdentityTexts(**{name: _read(fields, name) for name in _NAMES})


def _read(fields: Fields, name: str) -> tuple[str, ...]:
    return fields.read(name, lambda value: read_templates(value, _FILE, name), ())
