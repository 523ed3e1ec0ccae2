"""Which reply scripts does a pack have, and when do they fit?"""

import re
from datetime import date, time
from pathlib import Path
from typing import Final

from bot.bargaining.policy import RungKind
from bot.bargaining.situation import Outcome, Tactic
from bot.deciding.mood import Mood
from bot.facts import OrderState
from bot.incidents.values import IncidentKind
from bot.replying.pictures import MOST_PICTURES, is_picture_address
from bot.replying.snippets import ASK_PREFIX
from bot.scripts import (
    Asked,
    Attachment,
    Audience,
    Conditions,
    Duty,
    Hours,
    Script,
    Use,
)
from scripts_library.readers.asks import read_asks
from scripts_library.readers.folders import note_once, read_folder
from scripts_library.readers.phrases import read_phrases
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Fields, Value

_REQUIRED: Final = ("id", "intent", "variants")
_OPTIONAL: Final = (
    "use",
    "audience",
    "when",
    "phrases",
    "valid",
    "priority",
    "category",
    "tags",
    "code",
    "buttons",
    "pictures",
    "variables",
    "asks",
    "attach",
)
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
_HOURS: Final = re.compile(rf"(?:([1-7](?:[-,][1-7])*) )?{_CLOCK}-{_CLOCK}")


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
    return script_of(value, fields, script_id=script_id)


def read_script(value: Value, *, script_id: str) -> Script:
    """Return the script that stands under its id, as a shop's edits are kept."""
    fields = value.fields(required=_REQUIRED[1:], optional=_OPTIONAL)
    value.report.note_place("script", script_id, place=value.place)
    return script_of(value, fields, script_id=script_id)


def script_of(value: Value, fields: Fields, *, script_id: str) -> Script:
    """Return the script that these fields make."""
    intent_id = fields.text("intent")
    variables = fields.read("variables", _variables, ())
    variants = fields.read(
        "variants",
        lambda value: read_templates(
            value,
            "variant",
            script_id,
            extra=[f"{ASK_PREFIX}{name}" for name, _ in variables],
        ),
        (),
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
        audience=fields.choice("audience", Audience, missing=Audience.PACK),
        phrases=fields.read("phrases", read_phrases, None),
        valid_from=fields.read("valid", _first_day, None),
        valid_until=fields.read("valid", _last_day, None),
        category=fields.read("category", Value.texts, ()),
        tags=fields.read("tags", Value.texts, ()),
        code=fields.read("code", Value.text, ""),
        pictures=fields.read("pictures", _pictures, ()),
        variables=variables,
        attach=fields.read("attach", lambda value: value.choice(Attachment), None),
    )


def _pictures(value: Value) -> tuple[str, ...]:
    """Return addresses; no more than go out with one reply."""
    for item in value.items():
        address = str(item.node.value)
        if not is_picture_address(address):
            item.complain(f"no web address: {address!r}")
    pictures = value.texts()
    if len(pictures) > MOST_PICTURES:
        value.complain(f"more than {MOST_PICTURES} pictures")
    return pictures


def _variables(value: Value) -> tuple[tuple[str, str], ...]:
    return tuple((name, it.text()) for name, _, it in value.entries())


def _first_day(value: Value) -> date | None:
    return _days(value)[0]


def _last_day(value: Value) -> date | None:
    first, last = _days(value)
    if first is not None and last is not None and last < first:
        value.complain("valid: until lies before from")
    return last


def _days(value: Value) -> tuple[date | None, date | None]:
    fields = value.fields(required=(), optional=("from", "until"))
    return fields.read("from", _day, None), fields.read("until", _day, None)


def _day(value: Value) -> date | None:
    """Return a day, written as YAML's own date or as text."""
    try:
        return date.fromisoformat(str(value.node.value))
    except ValueError:
        value.complain("expected a day, such as 2026-11-11")
        return None


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
        value.complain("expected HH:MM-HH:MM, such as 09:00-23:00 or 1-5 09:00-18:00")
        return Hours(start=time.min, end=time.max)
    days, *clock = match.groups()
    start_hour, start_minute, end_hour, end_minute = map(int, clock)
    return Hours(
        start=time(start_hour, start_minute),
        end=time(end_hour, end_minute),
        weekdays=_weekdays(days),
    )


def _weekdays(written: str | None) -> tuple[int, ...]:
    """Return the days of ``1-5`` or ``1,3,6-7``; none: every day."""
    if written is None:
        return ()
    days: set[int] = set()
    for part in written.split(","):
        first, *others = map(int, part.split("-"))
        days.update(range(first, (others[-1] if others else first) + 1))
    return tuple(sorted(days))
