"""Which words do several scripts share?"""

from pathlib import Path
from typing import Final

from bot.replying.snippets import is_snippet
from bot.replying.templates import placeholders
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.templates import check_template
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_NAME: Final = "snippets"


def read_snippets(root: Path, *, report: Report) -> dict[str, str]:
    """Return the shared words by name; a pack may do without."""
    if not (root / f"{_NAME}.yaml").exists():
        return {}
    file = read_file(root, _NAME, report=report)
    found: dict[str, str] = {}
    for name, key, value in () if file is None else file.entries():
        if note_once(key, "snippet", name):
            found[name] = read_snippet(value)
    return found


def read_snippet(value: Value) -> str:
    """Return shared words; they stand in scripts and hold no other shared words."""
    text = value.text()
    check_template(value, text)
    if any(map(is_snippet, placeholders(text))):
        value.complain("a snippet holds no snippet")
    return text
