"""Which reply scripts does a pack have, and when do they fit?"""

import re
from datetime import time
from pathlib import Path
from typing import Final

from bot.bargaining.policy import RungKind
from bot.bargaining.situation import Outcome, Tactic
from bot.deciding.mood import Mood
from bot.facts import OrderState
from bot.incidents.values import IncidentKind
from bot.scripts import Asked, Attachment, Conditions, Duty, Hours, Script, Use
from scripts_library.readers.asks import read_asks
from scripts_library.readers.folders import note_once, read_folder
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_REQUIRED: Final = ("id", "intent", "variants")
_OPTIONAL: Final = ("use", "when", "priority", "buttons", "asks", "attach")
_OF_OFFERS: Final = ("outcome", "rung", "tactic")
_CONDITIONS: Final = (
    *_OF_OFFERS,
    "connector",
    "category",
    "item",
    "incident",
    "mood",
    "asked",
    "duty",
    "order_state",
    "hours",
)
_HIGHEST: Final = 1000
_CLOCK: Final = r"([01]\d|2[0-3]):([0-5]\d)"
_HOURS: Final = re.compile(rf"{_CLOCK}-{_CLOCK}")


def read_scripts(root: Path, *, report: Report) -> tuple[Script, ...]:
    """Return the scripts of a pack in the order of the files."""
    return tuple(
        _script(value)
        for file in read_folder(root, "scripts", report=report)
        for value in file.items()
    )


def _script(value: Value) -> Script:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    script_id = fields.text("id")
    if script_id:
        note_once(value, "script", script_id)
    intent_id = fields.text("intent")
    variants = fields.read(
        "variants", lambda value: read_templates(value, "variant", script_id), ()
    )
    use = fields.choice("use", Use, missing=Use.REPLY)
    conditions = fields.read("when", _conditions, Conditions())
    if (use is Use.OFFER) is not bool(conditions.outcome):
        value.complain("use: offer and when: {outcome: […]} belong together")
    return Script(
        script_id=script_id,
        intent_id=intent_id,
        variants=variants,
        use=use,
        conditions=conditions,
        priority=fields.read("priority", _priority, 0),
        buttons=fields.read("buttons", Value.texts, ()),
        asks=fields.read(
            "asks",
            lambda value: read_asks(value, intent_id=intent_id, variants=variants),
            (),
        ),
        attach=fields.read("attach", lambda value: value.choice(Attachment), None),
    )


def _conditions(value: Value) -> Conditions:
    fields = value.fields(required=(), optional=_CONDITIONS)
    return Conditions(
        outcome=fields.choices("outcome", Outcome),
        rung=fields.choices("rung", RungKind),
        tactic=fields.choices("tactic", Tactic),
        connector=fields.read("connector", Value.texts, ()),
        category=fields.read("category", Value.texts, ()),
        item=fields.read("item", Value.texts, ()),
        incident=fields.choices("incident", IncidentKind),
        mood=fields.choices("mood", Mood),
        asked=fields.choices("asked", Asked),
        duty=fields.choices("duty", Duty),
        order_state=fields.choices("order_state", OrderState),
        hours=tuple(map(_hours, fields.read("hours", Value.items, ()))),
    )


def _priority(value: Value) -> int:
    return value.integer(at_least=0, at_most=_HIGHEST)


def _hours(value: Value) -> Hours:
    match = _HOURS.fullmatch(value.text())
    if match is None:
        value.complain("expected HH:MM-HH:MM, such as 09:00-23:00")
        return Hours(start=time.min, end=time.max)
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    return Hours(start=time(start_hour, start_minute), end=time(end_hour, end_minute))
