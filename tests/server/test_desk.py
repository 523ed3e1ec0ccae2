from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.errors import IllegalTransitionError, NotFoundError, StaleStateError
from storage.queries.tickets import TicketRecord
from storage.repositories.intake import ensure_buyers
from storage.repositories.tickets import Move, open_ticket
from tests.databases import make_ticket_action
from tests.journeys.shop_floor import ShopFloor


async def open_one(floor: ShopFloor, ticket_type: str = "logistics") -> str:
    """Open a ticket of a buyer and return its number."""
    pair = ("signed_http", "b-1")

    def unit(connection: Connection) -> str:
        buyers = ensure_buyers(
            connection,
            floor.shop_id,
            names={pair: None},
            now=floor.clock(),
        )
        return open_ticket(
            connection,
            floor.shop_id,
            action=make_ticket_action(ticket_type=ticket_type),
            buyer_id=buyers[pair],
            conversation_id=None,
            now=floor.clock(),
        ).number

    return await floor.service.database.write(unit)


async def move(
    floor: ShopFloor, number: str, to: str, *, expected_version: int | None = None
) -> TicketRecord:
    desk = floor.desk()
    return await floor.service.database.write(
        lambda connection: desk.move(
            connection,
            Move(number=number, to=to, by=None),
            now=floor.clock(),
            expected_version=expected_version,
        )
    )


class TestMove:
    async def test_a_solved_ticket_is_called_back(self, floor: ShopFloor) -> None:
        number = await open_one(floor)

        await move(floor, number, "in_progress")
        solved = await move(floor, number, "solved")

        (call_back,) = await floor.follow_ups()
        assert (call_back.plan_id, call_back.ticket_id) == (
            "call_back",
            solved.ticket_id,
        )
        assert call_back.due_at == floor.clock() + timedelta(hours=2)

    async def test_a_ticket_solved_again_is_called_back_again(
        self, floor: ShopFloor
    ) -> None:
        number = await open_one(floor)

        await floor.move_ticket(number, "in_progress", "solved", "in_progress")
        await floor.move_ticket(number, "solved")

        states = [it.state.value for it in await floor.follow_ups()]
        assert states == ["cancelled", "planned"]

    async def test_other_moves_call_nobody(self, floor: ShopFloor) -> None:
        number = await open_one(floor)

        await floor.move_ticket(number, "in_progress", "waiting", "closed")

        assert await floor.follow_ups() == []

    async def test_refuses_what_the_workflow_forbids(self, floor: ShopFloor) -> None:
        number = await open_one(floor)

        with pytest.raises(IllegalTransitionError):
            await move(floor, number, "closed")

        assert await floor.events(number) == ["opened"]

    async def test_refuses_to_solve_without_the_facts_its_type_needs(
        self, floor: ShopFloor
    ) -> None:
        await floor.tell("PUT", "/orders/o-1", buyer_id="b-1", state="completed")
        await floor.tell(
            "POST",
            "/reviews",
            review_id="r-1",
            order_id="o-1",
            stars=1,
            created_at=floor.clock().isoformat(),
        )
        (opened,) = await floor.tickets("review")
        await move(floor, opened.number, "in_progress")

        with pytest.raises(IllegalTransitionError) as caught:
            await move(floor, opened.number, "solved")

        assert caught.value.missing == ("cause",)

    async def test_refuses_a_move_of_what_has_changed_meanwhile(
        self, floor: ShopFloor
    ) -> None:
        number = await open_one(floor)
        seen = await move(floor, number, "accepted")
        await move(floor, number, "in_progress", expected_version=seen.version)

        with pytest.raises(StaleStateError):
            await move(floor, number, "waiting", expected_version=seen.version)

    async def test_does_not_know_another_number(self, floor: ShopFloor) -> None:
        with pytest.raises(NotFoundError):
            await move(floor, "WL-9", "accepted")

    async def test_waiting_for_the_buyer_moves_the_due_time_on(
        self, floor: ShopFloor
    ) -> None:
        number = await open_one(floor)
        before = await move(floor, number, "in_progress")
        await move(floor, number, "waiting")

        floor.clock.move(hours=1)
        after = await move(floor, number, "in_progress")

        moved = floor.desk()._shift(
            before.first_answer_due_at,
            floor.clock() - timedelta(hours=1),
            floor.clock(),
        )
        assert after.first_answer_due_at == moved
        assert moved > before.first_answer_due_at


class TestRecordCause:
    async def test_a_bad_review_is_contacted_once_in_its_window(
        self, floor: ShopFloor
    ) -> None:
        await floor.tell("PUT", "/orders/o-1", buyer_id="b-1", state="signed")
        await floor.tell(
            "POST",
            "/reviews",
            review_id="r-1",
            order_id="o-1",
            stars=2,
            created_at=floor.clock().isoformat(),
        )
        (opened,) = await floor.tickets("review")

        await floor.record_cause(opened.number, "尺码偏小")
        await floor.record_cause(opened.number, "尺码偏小，已核实")

        contacts = [
            it for it in await floor.follow_ups() if it.plan_id == "review_contact"
        ]
        assert [it.due_at.hour for it in contacts] == [12]  # 20:00 in the shop

    async def test_another_ticket_has_its_cause_and_no_contact(
        self, floor: ShopFloor
    ) -> None:
        number = await open_one(floor)

        await floor.record_cause(number, "分拣错误")

        assert await floor.events(number) == ["opened", "cause"]
        assert await floor.follow_ups() == []
