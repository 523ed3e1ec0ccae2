"""Is every flow of a pack well written: reachable, with variants that can leave?"""

from collections.abc import Iterator

from bot.errors import Problem
from bot.flows.flow import Ask, Branch, End, Flow, followers
from bot.guarding.guard import Guard
from bot.guarding.rules import GuardSender
from bot.replying.names import TICKET_PLACEHOLDERS
from bot.replying.render import placeholders
from bot.scripts import Pack
from scripts_library.linting.texts import objections
from scripts_library.report import Origins

FlowTexts = tuple[tuple[str, ...], tuple[str, ...]]
"""What the texts belong to, and the texts."""


def lint_flows(pack: Pack, *, origins: Origins, least: int) -> Iterator[Problem]:
    """Yield steps that nothing leads to, and texts that are too few or may not leave."""
    guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
    for flow in pack.flows.values():
        for step_id in flow.steps.keys() - _reached(flow):
            place = origins.of("step", flow.flow_id, step_id)
            yield place.problem(f"step {step_id!r} cannot be reached")
        for slot_id in flow.slots.keys() - _asked(flow):
            place = origins.of("flow", flow.flow_id)
            yield place.problem(f"slot {slot_id!r} is never used")
    for key, texts in flow_texts(pack):
        yield from _lint_texts(key, texts, origins, guard, least)


def _lint_texts(
    key: tuple[str, ...],
    texts: tuple[str, ...],
    origins: Origins,
    guard: Guard,
    least: int,
) -> Iterator[Problem]:
    place = origins.of(*key, "0")
    if len(texts) < least:
        yield place.problem(f"{key[-1]!r} has {len(texts)} variants, needs {least}")
    if key[0] == "step" and not any(map(_is_plain, texts)):
        yield place.problem(f"{key[-1]!r} needs a variant without facts")
    for index, text in enumerate(texts):
        for reason in objections(guard, text, GuardSender.ASSISTANT):
            yield origins.of(*key, str(index)).problem(reason)


def flow_texts(pack: Pack) -> Iterator[FlowTexts]:
    """Yield everything that flows say."""
    for flow in pack.flows.values():
        if flow.opening:
            yield ("opening", flow.flow_id), flow.opening
        for step in flow.steps.values():
            if isinstance(step, Ask | End) and step.texts:
                yield ("step", flow.flow_id, step.step_id), step.texts
    rules = pack.flow_rules
    if rules.approved_texts:
        yield ("approved",), rules.approved_texts
    if rules.rejected_texts:
        yield ("rejected",), rules.rejected_texts


def _is_plain(text: str) -> bool:
    """Return whether a text can be said whatever is known: of its own values only."""
    return all(
        name in TICKET_PLACEHOLDERS or name.startswith(("flow.", "buyer.name"))
        for name in placeholders(text)
    )


def _reached(flow: Flow) -> set[str]:
    reached: set[str] = set()
    waiting = [flow.start]
    while waiting:
        step_id = waiting.pop()
        if step_id in reached or step_id not in flow.steps:
            continue
        reached.add(step_id)
        waiting.extend(followers(flow.steps[step_id]))
    return reached


def _asked(flow: Flow) -> set[str | None]:
    asked = {step.slot for step in flow.steps.values() if isinstance(step, Ask)}
    used = {step.on for step in flow.steps.values() if isinstance(step, Branch)}
    return {*asked, *used, flow.starts_with}
