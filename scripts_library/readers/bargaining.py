"""By which words does a trade tell asks apart, and who changes an order?"""

from dataclasses import fields as fields_of
from pathlib import Path
from typing import Final

from bot.bargaining.asks import AskWords
from bot.scripts import BargainingContent
from scripts_library.readers.folders import read_file
from scripts_library.readers.templates import read_templates
from scripts_library.readers.words import read_words
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_FILE: Final = "bargaining"
_OPTIONAL: Final = ("ticket", "instead", "keeps", "kept_texts")
_NAMES: Final = tuple(field.name for field in fields_of(AskWords))


def read_bargaining(root: Path, *, report: Report) -> BargainingContent:
    """Return bargaining.yaml; a pack without the file has no words and no ticket."""
    if not (root / f"{_FILE}.yaml").exists():
        return BargainingContent()
    value = read_file(root, _FILE, report=report)
    if value is None:
        return BargainingContent()
    value.report.note_place(_FILE, place=value.place)
    fields = value.fields(required=("words",), optional=_OPTIONAL)
    return BargainingContent(
        words=fields.read("words", _words, AskWords()),
        ticket=fields.read("ticket", Value.text, None),
        instead=fields.read("instead", Value.text, ""),
        keeps=fields.read("keeps", Value.text, None),
        kept_texts=fields.read(
            "kept_texts", lambda it: read_templates(it, _FILE, "kept_texts"), ()
        ),
    )


def _words(value: Value) -> AskWords:
    fields = value.fields(required=(), optional=_NAMES)
    return AskWords(**{name: fields.read(name, read_words, ()) for name in _NAMES})
