"""Does every flow of a pack lead to an end, over things that exist?"""

from collections.abc import Collection, Iterator

from bot.errors import Problem
from bot.flows.facts import FACTS
from bot.flows.flow import (
    ANY,
    UNKNOWN,
    Ask,
    Branch,
    End,
    Flow,
    SlotKind,
    Step,
    followers,
)
from bot.flows.hearing import NO_VALUE, YES_VALUE
from bot.scripts import Pack
from scripts_library.report import Origins


def check_flows(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Yield a problem for each thing that a flow needs and nothing has."""
    for intent in pack.intents.values():
        if intent.flow is not None and intent.flow not in pack.flows:
            place = origins.of("intent", intent.intent_id)
            yield place.problem(f"unknown flow {intent.flow!r}")
    for flow in pack.flows.values():
        for reason in _needs_of_flow(flow, pack):
            yield origins.of("flow", flow.flow_id).problem(reason)
        for step in flow.steps.values():
            place = origins.of("step", flow.flow_id, step.step_id)
            for reason in _needs_of_step(step, flow, pack):
                yield place.problem(reason)
    yield from _needs_of_rules(pack, origins)


def _needs_of_flow(flow: Flow, pack: Pack) -> Iterator[str]:
    yield from _unknown("ticket type", (flow.ticket,), pack.ticket_types)
    yield from _reasons((flow.reason,), pack)
    begins = () if flow.starts_with is None else (flow.starts_with,)
    yield from _unknown("slot", begins, flow.slots)
    for slot in flow.slots.values():
        yield from _unknown("intent", slot.alike, pack.intents)
        yield from _unknown("answer words", slot.words, pack.answer_words)
        for option in slot.options:
            yield from _unknown("answer words", option.words, pack.answer_words)
            yield from _unknown("intent", option.intents, pack.intents)
    if _has_ring(flow):
        yield "its steps run in a ring"
    if flow.flow_id in _gone_on(flow, pack):
        yield "the flows that go on with it lead back to it"


def _needs_of_step(step: Step, flow: Flow, pack: Pack) -> Iterator[str]:
    yield from _unknown("step", followers(step), flow.steps)
    match step:
        case Ask():
            yield from _unknown("slot", (step.slot,), flow.slots)
            if step.slot in flow.slots:
                yield from _uncovered(step.to, _values(flow, step.slot))
            if not step.texts:
                yield "nothing asks for it: texts are missing"
        case Branch():
            known = step.on in FACTS or step.on in flow.slots
            if not known:
                yield f"unknown fact or slot {step.on!r}: facts are {', '.join(FACTS)}"
            else:
                yield from _uncovered(step.to, _branches(flow, step.on))
        case End():
            yield from _needs_of_end(step, pack)


def _needs_of_end(step: End, pack: Pack) -> Iterator[str]:
    if step.ticket is not None:
        yield from _unknown("ticket type", (step.ticket,), pack.ticket_types)
    if step.goes_on is not None:
        yield from _unknown("flow", (step.goes_on,), pack.flows)
    yield from _reasons((step.reason,), pack)
    said = (bool(step.texts), step.is_answered, step.goes_on is not None)
    if sum(said) != 1:
        yield "an end has one of: texts, answered, goes_on"
    if step.is_claim and pack.flow_rules.approval is None:
        yield "a claim waits for approval: flows.yaml names no state under approval"


def _needs_of_rules(pack: Pack, origins: Origins) -> Iterator[Problem]:
    rules = pack.flow_rules
    place = origins.of("flow rules")
    states = (rules.approval, rules.approved, rules.rejected)
    if len({state is None for state in states}) > 1:
        yield place.problem("approval, approved and rejected belong together")
    for state in states:
        if state is not None:
            for reason in _unknown("state", (state,), pack.workflow.states):
                yield place.problem(reason)
    if rules.approval is not None and not (
        rules.approved_texts and rules.rejected_texts
    ):
        yield place.problem("approved_texts and rejected_texts are missing")


def _reasons(names: Collection[str | None], pack: Pack) -> Iterator[str]:
    """Yield reasons of which nobody has said who pays the postage."""
    for name in names:
        if name is not None and name not in pack.flow_rules.postage:
            yield f"unknown reason {name!r}: flows.yaml has no postage for it"


def _values(flow: Flow, slot_id: str) -> tuple[str, ...]:
    """Return the values of a slot; none for one with too many to name."""
    slot = flow.slots[slot_id]
    if slot.kind is SlotKind.CHOICE:
        return tuple(option.option_id for option in slot.options)
    return (YES_VALUE, NO_VALUE) if slot.kind is SlotKind.YES_NO else ()


def _branches(flow: Flow, name: str) -> tuple[str, ...]:
    """Return the values that a branch may have; a slot may be unknown there."""
    return FACTS[name] if name in FACTS else (*_values(flow, name), UNKNOWN)


def _uncovered(ways: Collection[str], values: tuple[str, ...]) -> Iterator[str]:
    """Yield values that lead nowhere, and ways that no value takes."""
    if ANY not in ways:
        missing = [value for value in values if value not in ways]
        if missing or not values:
            names = ", ".join(missing) or "other values"
            yield f"no way for {names}: name them, or * for all others"
    for way in ways:
        if way != ANY and way not in values:
            yield f"no value {way!r}: one of {', '.join(values) or ANY}"


def _has_ring(flow: Flow) -> bool:
    """Return whether some way comes back to where it was."""
    done: set[str] = set()

    def is_ring(step_id: str, path: frozenset[str]) -> bool:
        if step_id in path:
            return True
        if step_id in done or step_id not in flow.steps:
            return False
        ring = any(
            is_ring(after, path | {step_id}) for after in followers(flow.steps[step_id])
        )
        done.add(step_id)
        return ring

    return is_ring(flow.start, frozenset())


def _gone_on(flow: Flow, pack: Pack) -> set[str]:
    """Return the flows that may take over from a flow, directly or later."""
    found: set[str] = set()
    waiting = [flow]
    while waiting:
        for step in waiting.pop().steps.values():
            name = step.goes_on if isinstance(step, End) else None
            if name is not None and name in pack.flows and name not in found:
                found.add(name)
                waiting.append(pack.flows[name])
    return found


def _unknown(
    kind: str, names: Collection[str], known: Collection[str]
) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"unknown {kind} {name!r}"
