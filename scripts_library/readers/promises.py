"""What does a pack count as a promise?"""

from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.promises.kinds import DayEnd, PromiseKind, PromiseRules, Settling, TimeForm
from scripts_library.readers.durations import read_duration, read_working_span
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.patterns import read_patterns
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_FILE: Final = "promises"
_REQUIRED: Final = ("zh", "about", "says", "lead", "ticket", "apologies")
_OPTIONAL: Final = (
    "unless",
    "forms",
    "ends",
    "soon",
    "default",
    "needs_order",
    "kept_by",
    "void_by",
)


def read_promises(root: Path, *, report: Report) -> PromiseRules:
    """Return promises.yaml of a pack; without the file nothing is a promise."""
    if not (root / f"{_FILE}.yaml").exists():
        return PromiseRules()
    file = read_file(root, _FILE, report=report)
    if file is None:
        return PromiseRules()
    fields = file.fields(required=("kinds",), optional=("unless", "conditions", "soon"))
    kinds: list[PromiseKind] = []
    for kind_id, key, value in fields.read("kinds", Value.entries, ()):
        note_once(key, "promise", kind_id)
        kinds.append(_kind(kind_id, value))
    return PromiseRules(
        kinds=tuple(kinds),
        unless=fields.read("unless", read_patterns, ()),
        conditions=fields.read("conditions", read_patterns, ()),
        soon=fields.read("soon", read_patterns, ()),
    )


def _kind(kind_id: str, value: Value) -> PromiseKind:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    forms = fields.choices("forms", TimeForm)
    return PromiseKind(
        kind_id=kind_id,
        zh=fields.text("zh"),
        about=fields.text("about"),
        says=fields.read("says", read_patterns, ()),
        unless=fields.read("unless", read_patterns, ()),
        forms=frozenset(forms or TimeForm),
        ends=fields.choice("ends", DayEnd, missing=DayEnd.DAY),
        soon=fields.read("soon", read_working_span, None),
        default=fields.read("default", read_working_span, None),
        needs_order=fields.flag("needs_order", missing=False),
        kept_by=frozenset(fields.choices("kept_by", Settling)),
        void_by=frozenset(fields.choices("void_by", Settling)),
        lead=fields.read("lead", read_duration, timedelta()),
        ticket=fields.text("ticket"),
        apologies=fields.read(
            "apologies", lambda texts: read_templates(texts, "promise", kind_id), ()
        ),
    )
