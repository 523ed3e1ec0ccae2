"""Tickets move as their workflow says, and are due in working time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.desk.ticket_types import (
    Phase,
    Priority,
    State,
    TicketType,
    Workflow,
    WorkingSpan,
)
from bot.desk.tickets import check_move, due_after_waiting, due_times
from bot.desk.working_time import WorkingCalendar
from bot.errors import IllegalTransitionError

WORKFLOW = Workflow(
    start="new",
    reopened="again",
    states={
        "new": State(state_id="new", zh="新建", phase=Phase.OPEN, to=("done", "asked")),
        "asked": State(state_id="asked", zh="等买家", phase=Phase.WAITING, to=("new",)),
        "done": State(state_id="done", zh="已解决", phase=Phase.SOLVED, to=("end",)),
        "end": State(state_id="end", zh="关闭", phase=Phase.CLOSED, to=()),
    },
)
CALENDAR = WorkingCalendar()


def make_type(
    *, required: tuple[str, ...] = (), plan: WorkingSpan | None = None
) -> TicketType:
    return TicketType(
        type_id="complaint",
        zh="投诉",
        prefix="TS",
        priority=Priority.HIGH,
        first_answer=WorkingSpan(minutes=60),
        plan=plan,
        required=required,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def move(
    current: str,
    to: str,
    *,
    required: tuple[str, ...] = (),
    recorded: dict[str, str] | None = None,
) -> State:
    return check_move(
        WORKFLOW,
        number="TS-000001",
        current=current,
        to=to,
        ticket_type=make_type(required=required),
        recorded={} if recorded is None else recorded,
    )


class TestCheckMove:
    def test_returns_the_state_it_moves_to(self) -> None:
        assert move("new", "done").phase is Phase.SOLVED

    @pytest.mark.parametrize(
        ("current", "to"),
        [("new", "end"), ("end", "new"), ("new", "nowhere"), ("gone", "new")],
    )
    def test_refuses_what_the_workflow_does_not_know(
        self, current: str, to: str
    ) -> None:
        with pytest.raises(IllegalTransitionError) as caught:
            move(current, to)

        assert (caught.value.current, caught.value.requested) == (current, to)
        assert caught.value.ticket == "TS-000001"
        assert caught.value.missing == ()

    @pytest.mark.parametrize("recorded", [{}, {"cause": " "}])
    def test_a_required_fact_must_be_recorded_before_it_is_solved(
        self, recorded: dict[str, str]
    ) -> None:
        with pytest.raises(IllegalTransitionError, match="needs cause") as caught:
            move("new", "done", required=("cause",), recorded=recorded)

        assert caught.value.missing == ("cause",)

    def test_a_recorded_fact_lets_it_pass(self) -> None:
        state = move("new", "done", required=("cause",), recorded={"cause": "漏发"})

        assert state.state_id == "done"

    def test_waiting_needs_no_facts(self) -> None:
        assert move("new", "asked", required=("cause",)).phase is Phase.WAITING


class TestDueTimes:
    def test_counts_working_time(self) -> None:
        due = due_times(
            make_type(plan=WorkingSpan(days=2)),
            opened_at=at("2026-11-20 17:30"),
            calendar=CALENDAR,
        )

        assert due.first_answer_at == at("2026-11-23 09:30")
        assert due.plan_at == at("2026-11-24 17:30")

    def test_a_type_without_a_plan_has_no_second_time(self) -> None:
        due = due_times(
            make_type(), opened_at=at("2026-11-20 10:00"), calendar=CALENDAR
        )

        assert due.plan_at is None


class TestDueAfterWaiting:
    def test_the_clock_stands_still_while_the_buyer_is_asked(self) -> None:
        due = due_after_waiting(
            at("2026-11-23 11:00"),
            waited_from=at("2026-11-23 10:00"),
            waited_until=at("2026-11-24 10:00"),
            calendar=CALENDAR,
        )

        assert due == at("2026-11-24 11:00")

    def test_a_breach_is_not_undone(self) -> None:
        due_at = at("2026-11-23 09:30")

        due = due_after_waiting(
            due_at,
            waited_from=at("2026-11-23 10:00"),
            waited_until=at("2026-11-23 10:00") + timedelta(days=3),
            calendar=CALENDAR,
        )

        assert due == due_at
