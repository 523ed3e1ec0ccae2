"""Which types of tickets does a pack have, and how do they move?"""

from dataclasses import dataclass, field
from pathlib import Path

from bot.desk.ticket_types import (
    Phase,
    Priority,
    State,
    TicketType,
    Workflow,
    WorkingSpan,
)
from scripts_library.readers.durations import read_working_span
from scripts_library.readers.folders import note_once, read_file
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_EMPTY = Workflow(start="", reopened="", states={})
"""Stands in for a workflow that could not be read."""
_TYPE_REQUIRED = ("zh", "prefix", "priority", "first_answer")
_TYPE_OPTIONAL = ("plan", "call_back", "required")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """The content of ticket_types.yaml."""

    workflow: Workflow = _EMPTY
    types: dict[str, TicketType] = field(default_factory=dict)


def read_tickets(root: Path, *, report: Report) -> Tickets:
    """Return ticket_types.yaml of a pack."""
    value = read_file(root, "ticket_types", report=report)
    if value is None:
        return Tickets()
    fields = value.fields(required=("workflow", "types"))
    return Tickets(
        workflow=fields.read("workflow", _workflow, _EMPTY),
        types=fields.read("types", _types, {}),
    )


def _workflow(value: Value) -> Workflow:
    fields = value.fields(required=("start", "reopened", "states"))
    value.report.note_place("workflow", place=value.place)
    states: dict[str, State] = {}
    for state_id, key, state in fields.read("states", Value.entries, ()):
        note_once(key, "state", state_id)
        states[state_id] = _state(state_id, state)
    return Workflow(
        start=fields.text("start"),
        reopened=fields.text("reopened"),
        states=states,
    )


def _state(state_id: str, value: Value) -> State:
    fields = value.fields(required=("zh", "phase", "to"))
    return State(
        state_id=state_id,
        zh=fields.text("zh"),
        phase=fields.choice("phase", Phase, missing=Phase.OPEN),
        to=fields.read("to", Value.texts, ()),
    )


def _types(value: Value) -> dict[str, TicketType]:
    types: dict[str, TicketType] = {}
    prefixes: dict[str, str] = {}
    for type_id, key, ticket in value.entries():
        note_once(key, "ticket", type_id)
        types[type_id] = _type(type_id, ticket)
        prefix = types[type_id].prefix
        if prefix in prefixes:
            ticket.complain(f"prefix {prefix!r} belongs to {prefixes[prefix]} already")
        prefixes[prefix] = type_id
    return types


def _type(type_id: str, value: Value) -> TicketType:
    fields = value.fields(required=_TYPE_REQUIRED, optional=_TYPE_OPTIONAL)
    return TicketType(
        type_id=type_id,
        zh=fields.text("zh"),
        prefix=fields.read("prefix", _prefix, ""),
        priority=fields.choice("priority", Priority, missing=Priority.NORMAL),
        first_answer=fields.read("first_answer", read_working_span, WorkingSpan()),
        plan=fields.read("plan", read_working_span, None),
        call_back=fields.read("call_back", Value.text, None),
        required=fields.read("required", Value.texts, ()),
    )


def _prefix(value: Value) -> str:
    prefix = value.text()
    if prefix and not (prefix.isascii() and prefix.isalpha() and prefix.isupper()):
        value.complain(f"expected capital letters A-Z, found {prefix!r}")
    return prefix
