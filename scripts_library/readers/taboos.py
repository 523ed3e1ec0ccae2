"""What should no reply of a trade say?"""

from pathlib import Path
from typing import Final

from bot.replying.taboos import Taboo
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.patterns import read_patterns
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_FILE: Final = "taboos"
_REQUIRED: Final = ("zh", "patterns", "instead")
_OPTIONAL: Final = ("unless", "claims")


def read_taboos(root: Path, *, report: Report) -> tuple[Taboo, ...]:
    """Return taboos.yaml of a pack; a pack without the file has none."""
    if not (root / f"{_FILE}.yaml").exists():
        return ()
    file = read_file(root, _FILE, report=report)
    found: list[Taboo] = []
    for name, key, value in () if file is None else file.entries():
        note_once(key, "taboo", name)
        found.append(_taboo(name, value))
    return tuple(found)


def _taboo(name: str, value: Value) -> Taboo:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    return Taboo(
        taboo=name,
        zh=fields.text("zh"),
        patterns=fields.read("patterns", read_patterns, ()),
        instead=fields.text("instead"),
        unless=fields.read("unless", read_patterns, ()),
        is_claim=fields.flag("claims", missing=False),
    )
