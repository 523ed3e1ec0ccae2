"""Can every state of a ticket be reached, and does every way end?"""

from collections.abc import Iterator

from bot.desk.ticket_types import Phase, Workflow
from bot.errors import Problem
from bot.scripts import Pack
from scripts_library.report import Origins


def lint_workflow(pack: Pack, *, origins: Origins) -> Iterator[Problem]:
    """Yield states that nothing leads to, and states that no way leads out of."""
    workflow = pack.workflow
    reached = _reachable(workflow, workflow.start)
    for state in workflow.states.values():
        place = origins.of("state", state.state_id)
        if state.state_id not in reached:
            yield place.problem(
                f"state {state.state_id!r} cannot be reached from {workflow.start!r}"
            )
        if not _can_close(workflow, state.state_id):
            yield place.problem(
                f"no way leads from {state.state_id!r} to a closed state"
            )
    yield from _missing_phases(workflow, origins)


def _reachable(workflow: Workflow, start: str) -> frozenset[str]:
    """Return the states that can follow ``start``, itself included."""
    reached = {start}
    waiting = [start]
    while waiting:
        state = workflow.states.get(waiting.pop())
        following = () if state is None else state.to
        waiting.extend(name for name in following if name not in reached)
        reached.update(following)
    return frozenset(reached)


def _can_close(workflow: Workflow, start: str) -> bool:
    return any(
        workflow.states[name].phase is Phase.CLOSED
        for name in _reachable(workflow, start)
        if name in workflow.states
    )


def _missing_phases(workflow: Workflow, origins: Origins) -> Iterator[Problem]:
    """Yield phases that no state has: the program moves tickets to them by itself."""
    phases = {state.phase for state in workflow.states.values()}
    for phase in Phase:
        if phase not in phases:
            yield origins.of("workflow").problem(f"no state has the phase {phase}")
