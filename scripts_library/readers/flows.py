"""Which flows does a pack have: what they ask, where they branch and how they end?"""

from dataclasses import fields as fields_of
from pathlib import Path
from typing import Final

import yaml

from bot.flows.authority import Authority
from bot.flows.flow import (
    OPEN_FOR,
    Ask,
    Branch,
    Corrections,
    End,
    Flow,
    FlowRules,
    Option,
    Slot,
    SlotKind,
    Step,
)
from bot.flows.hearing import NO_VALUE, YES_VALUE
from bot.replying.names import FLOW_PREFIX
from bot.utterances import EntityKind
from scripts_library.readers.durations import read_duration
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.templates import read_templates
from scripts_library.readers.words import read_words
from scripts_library.report import Report
from scripts_library.yaml_files import read_yaml
from scripts_library.yaml_nodes import Fields, Value

FOLDER: Final = "flows"
_RULES: Final = (
    "postage",
    "authority",
    "refusals",
    "approval",
    "approved",
    "rejected",
    "approved_texts",
    "rejected_texts",
    "corrections",
)
_FLOW: Final = ("opening", "reason", "starts_with", "open_for")
_ASK: Final = ("texts", "to", "without", "buttons")
_END: Final = (
    "texts",
    "answered",
    "ticket",
    "claim",
    "person",
    "goes_on",
    "reason",
)
_SLOT: Final = (
    "options",
    "kinds",
    "early",
    "marks",
    "words",
    "vague",
    "needed",
    "alike",
)
_OPTION: Final = ("words", "says", "intents")
_MOST_FEN: Final = 100_000_000
"""A million yuan: more is a slip of the pen."""


def read_flow_rules(root: Path, *, report: Report) -> FlowRules:
    """Return flows.yaml, what holds for all flows; a pack without the file has none."""
    if not (root / "flows.yaml").exists():
        return FlowRules()
    file = read_file(root, "flows", report=report)
    if file is None:
        return FlowRules()
    report.note_place("flow rules", place=file.place)
    fields = file.fields(required=(), optional=_RULES)
    amount = frozenset({f"{FLOW_PREFIX}amount"})
    return FlowRules(
        postage=fields.read("postage", _postage, {}),
        authority=fields.read("authority", _authority, Authority()),
        refusals=fields.read("refusals", read_words, ()),
        approval=fields.read("approval", Value.text, None),
        approved=fields.read("approved", Value.text, None),
        rejected=fields.read("rejected", Value.text, None),
        approved_texts=fields.read(
            "approved_texts",
            lambda value: read_templates(value, "approved", extra=amount),
            (),
        ),
        rejected_texts=fields.read(
            "rejected_texts",
            lambda value: read_templates(value, "rejected", extra=amount),
            (),
        ),
        corrections=fields.read("corrections", _corrections, Corrections()),
    )


def _corrections(value: Value) -> Corrections:
    fields = value.fields(
        required=(), optional=tuple(it.name for it in fields_of(Corrections))
    )
    new = frozenset({f"{FLOW_PREFIX}corrected"})
    return Corrections(
        phrases=fields.read("phrases", read_words, ()),
        denials=fields.read("denials", read_words, ()),
        pictures=fields.read("pictures", read_words, ()),
        texts=fields.read(
            "texts", lambda it: read_templates(it, "corrected", extra=new), ()
        ),
        picture_texts=fields.read(
            "picture_texts", lambda it: read_templates(it, "wrong picture"), ()
        ),
        late_texts=fields.read(
            "late_texts", lambda it: read_templates(it, "late picture"), ()
        ),
    )


def read_flows(root: Path, *, report: Report) -> dict[str, Flow]:
    """Return the flows of a pack by id; a pack without the folder has none."""
    flows: dict[str, Flow] = {}
    for path in sorted((root / FOLDER).glob("*.yaml")):
        file = read_yaml(path, root=root, report=report, kind=FOLDER)
        for flow_id, key, value in () if file is None else file.entries():
            if note_once(key, "flow", flow_id):
                flows[flow_id] = _flow(flow_id, value)
    return flows


def _postage(value: Value) -> dict[str, str]:
    postage = {}
    for reason, _, payer in value.entries():
        postage[reason] = payer.text()
        if postage[reason] not in {"shop", "buyer", "part"}:
            payer.complain(f"expected shop, buyer or part, found {postage[reason]!r}")
    return postage


def _authority(value: Value) -> Authority:
    fields = value.fields(required=(), optional=("assistant", "agent", "manager"))
    return Authority(
        assistant_fen=fields.read("assistant", _fen, 0),
        agent_fen=fields.read("agent", _fen, 0),
        manager_fen=fields.read("manager", _fen, None),
    )


def _fen(value: Value) -> int:
    return value.integer(at_least=0, at_most=_MOST_FEN)


def _flow(flow_id: str, value: Value) -> Flow:
    fields = value.fields(required=("zh", "ticket", "slots", "steps"), optional=_FLOW)
    slots = fields.read("slots", _slots, {})
    extra = frozenset(f"{FLOW_PREFIX}{name}" for name in _spoken(slots))
    steps: dict[str, Step] = {}
    for step_id, key, step in fields.read("steps", Value.entries, ()):
        note_once(key, "step", flow_id, step_id)
        steps[step_id] = _step(step_id, step, flow_id=flow_id, extra=extra)
    flow = Flow(
        flow_id=flow_id,
        zh=fields.text("zh"),
        ticket=fields.text("ticket"),
        start=next(iter(steps), ""),
        slots=slots,
        steps=steps,
        opening=fields.read(
            "opening", lambda one: read_templates(one, "opening", flow_id), ()
        ),
        reason=fields.read("reason", Value.text, None),
        starts_with=fields.read("starts_with", Value.text, None),
        open_for=fields.read("open_for", read_duration, OPEN_FOR),
    )
    if not steps:
        value.complain("a flow needs steps; the first one starts it")
    return flow


def _spoken(slots: dict[str, Slot]) -> list[str]:
    """Return the slots whose value a text may name: not the buyer's own words."""
    return [name for name, slot in slots.items() if slot.kind is not SlotKind.TEXT]


def _slots(value: Value) -> dict[str, Slot]:
    slots: dict[str, Slot] = {}
    for slot_id, _, slot in value.entries():
        fields = slot.fields(required=("zh", "kind"), optional=_SLOT)
        slots[slot_id] = Slot(
            slot_id=slot_id,
            zh=fields.text("zh"),
            kind=fields.choice("kind", SlotKind, missing=SlotKind.TEXT),
            options=fields.read("options", _options, ()),
            kinds=fields.choices("kinds", EntityKind),
            is_early=fields.flag("early", missing=False),
            marks=fields.read("marks", read_words, ()),
            words=fields.read("words", Value.texts, ()),
            vague=fields.read("vague", read_words, ()),
            alike=fields.read("alike", Value.texts, ()),
            is_needed=fields.flag("needed", missing=False),
        )
        _check_slot(slot, slots[slot_id])
    return slots


def _check_slot(value: Value, slot: Slot) -> None:
    """Report a slot that nothing can fill."""
    is_yes_no = slot.kind is SlotKind.YES_NO
    if (slot.kind is SlotKind.CHOICE) != bool(slot.options) and not is_yes_no:
        value.complain("options belong to a slot of kind choice, which needs them")
    named = {option.option_id for option in slot.options}
    if is_yes_no and not named <= {YES_VALUE, NO_VALUE}:
        value.complain("the options of a yes_no slot are called yes and no")
    if (slot.kind is SlotKind.ENTITY) != bool(slot.kinds):
        value.complain("kinds belong to a slot of kind entity, which needs them")


def _options(value: Value) -> tuple[Option, ...]:
    options = []
    for option_id, _, option in value.entries():
        fields = option.fields(required=("zh",), optional=_OPTION)
        options.append(
            Option(
                option_id=option_id,
                zh=fields.text("zh"),
                words=fields.read("words", Value.texts, ()),
                says=fields.read("says", read_words, ()),
                intents=fields.read("intents", Value.texts, ()),
            )
        )
        if not (options[-1].words or options[-1].says or options[-1].intents):
            option.complain("nothing says this: name words, says or intents")
    return tuple(options)


def _step(step_id: str, value: Value, *, flow_id: str, extra: frozenset[str]) -> Step:
    names = {name for name, _, _ in value.entries()}
    kinds = names & {"ask", "by", "end"}
    if len(kinds) != 1:
        value.complain("a step is one of: ask, by, end")
    if "ask" in names:
        return _ask(step_id, value, flow_id, extra)
    if "by" in names:
        fields = value.fields(required=("by", "to"))
        return Branch(
            step_id=step_id, on=fields.text("by"), to=fields.read("to", _ways, {})
        )
    return _end(step_id, value, flow_id, extra)


def _ask(step_id: str, value: Value, flow_id: str, extra: frozenset[str]) -> Ask:
    fields = value.fields(required=("ask",), optional=_ASK)
    return Ask(
        step_id=step_id,
        slot=fields.text("ask"),
        texts=_texts(fields, flow_id, step_id, extra),
        to=fields.read("to", _ways, {}),
        without=fields.read("without", Value.text, None),
        buttons=fields.read("buttons", Value.texts, ()),
    )


def _end(step_id: str, value: Value, flow_id: str, extra: frozenset[str]) -> End:
    fields = value.fields(required=("end",), optional=_END)
    return End(
        step_id=step_id,
        outcome=fields.text("end"),
        texts=_texts(fields, flow_id, step_id, extra),
        is_answered=fields.flag("answered", missing=False),
        ticket=fields.read("ticket", Value.text, None),
        is_claim=fields.flag("claim", missing=False),
        needs_person=fields.flag("person", missing=False),
        goes_on=fields.read("goes_on", Value.text, None),
        reason=fields.read("reason", Value.text, None),
    )


def _texts(
    fields: Fields, flow_id: str, step_id: str, extra: frozenset[str]
) -> tuple[str, ...]:
    return fields.read(
        "texts",
        lambda value: read_templates(value, "step", flow_id, step_id, extra=extra),
        (),
    )


def _ways(value: Value) -> dict[str, str]:
    """Return where each value leads; one name alone is where every value leads."""
    if isinstance(value.node, yaml.ScalarNode):
        return {"*": value.text()}
    return {name: step.text() for name, _, step in value.entries()}
