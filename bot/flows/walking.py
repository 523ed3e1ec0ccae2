"""Where does a flow stand, given what is known? The next question, or an end."""

from collections.abc import Mapping

from bot.flows.flow import ANY, DECLINED, UNKNOWN, Ask, Branch, End, Flow


def walk(
    flow: Flow, *, slots: Mapping[str, str], facts: Mapping[str, str]
) -> Ask | End:
    """Return the first step that needs something unknown, or the end.

    What is known decides alone, never which turn it was told in: a flow is always
    walked from its start, so that nothing is asked that is known, and a changed pack
    is followed from the next turn on.

    Args:
        flow: Checked by the loader: each way leads to an end.
        slots: What the buyer told; a declined one has the value ``DECLINED``.
        facts: What is known otherwise, by the names in ``bot.flows.facts``.

    Raises:
        LookupError: The flow was not checked: a step is missing, or a way runs in a ring.
    """
    step = flow.steps[flow.start]
    for _ in flow.steps:
        match step:
            case End():
                return step
            case Ask() if step.slot not in slots:
                return step
            case Ask():
                step = flow.steps[_after(step, slots[step.slot])]
            case Branch():
                value = slots.get(step.on, facts.get(step.on, UNKNOWN))
                known = UNKNOWN if value == DECLINED else value
                step = flow.steps[_chosen(step.to, known)]
    if isinstance(step, End):
        return step
    raise LookupError(f"flow {flow.flow_id} runs in a ring at {step.step_id}")


def _after(step: Ask, value: str) -> str:
    if value == DECLINED and step.without is not None:
        return step.without
    return _chosen(step.to, value)


def _chosen(ways: Mapping[str, str], value: str) -> str:
    return ways[value] if value in ways else ways[ANY]
