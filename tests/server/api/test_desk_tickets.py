"""What people do with tickets over HTTP."""

from typing import Any

import pytest

from storage.queries.tickets import TicketRecord
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague

LOST = "快递一直不动，是不是丢件了"


@pytest.fixture(name="ticket")
async def _ticket(floor: ShopFloor) -> TicketRecord:
    await floor.put_on_duty()
    await floor.tell("PUT", "/orders/o-1", buyer_id="buyer-1", state="shipped")
    await floor.say("buyer-1", LOST, order_id="o-1")
    (ticket, *_) = await floor.tickets()
    return ticket


def of(ticket: TicketRecord, path: str = "") -> str:
    return f"/tickets/{ticket.number}{path}"


class TestList:
    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({}, 1),
            ({"phase": "open"}, 1),
            ({"phase": "closed"}, 0),
            ({"assignee": "nobody"}, 1),
            ({"assignee": "me"}, 0),
            ({"assignee": "lan"}, 0),
            ({"order_id": "o-1"}, 1),
            ({"order_id": "o-2"}, 0),
            ({"breached": "true"}, 0),
            ({"breached": "false"}, 1),
        ],
    )
    async def test_can_be_narrowed(
        self, lan: Colleague, ticket: TicketRecord, query: dict[str, str], count: int
    ) -> None:
        answer = await lan.get("/tickets", **query)

        assert len(answer.body["items"]) == count

    async def test_by_type(self, lan: Colleague, ticket: TicketRecord) -> None:
        answer = await lan.get("/tickets", type=ticket.ticket_type)

        assert [it["number"] for it in answer.body["items"]] == [ticket.number]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"type": "nonsense"}, "type"),
            ({"phase": "half"}, "phase"),
            ({"assignee": "nobody-here"}, "assignee"),
            ({"breached": "maybe"}, "breached"),
            ({"after": "x"}, "after"),
        ],
    )
    async def test_a_wrong_query_is_named(
        self, lan: Colleague, query: dict[str, str], field: str
    ) -> None:
        answer = await lan.get("/tickets", **query)

        assert (answer.status, answer.field) == (400, field)

    async def test_pages_by_cursor(
        self, lan: Colleague, floor: ShopFloor, ticket: TicketRecord
    ) -> None:
        for number in range(3):
            await floor.say(f"b{number}", LOST)
        whole = [one.number for one in await floor.tickets()]

        first = await lan.get("/tickets", limit=2)
        rest = await lan.get("/tickets", after=first.body["next"])

        pages = [*first.body["items"], *rest.body["items"]]
        assert [one["number"] for one in pages] == whole
        assert rest.body["next"] is None


class TestShow:
    async def test_has_its_history_and_where_it_may_go(
        self, lan: Colleague, ticket: TicketRecord
    ) -> None:
        answer = await lan.get(of(ticket))

        assert answer.body["ticket"]["version"] == ticket.version
        assert answer.body["ticket"]["moves"]
        assert answer.body["events"][0]["kind"] == "opened"

    async def test_there_is_no_other(self, lan: Colleague) -> None:
        answer = await lan.get("/tickets/XX-000001")

        assert (answer.status, answer.code) == (404, "not_found")


class TestChange:
    @pytest.mark.parametrize(
        ("path", "body", "kind"),
        [
            ("/assign", {"to": "lan"}, "assigned"),
            ("/assign", {"to": None}, "assigned"),
            ("/cause", {"cause": "仓库漏发"}, "cause"),
            ("/first-answer", {"note": "已电话说明"}, "first_answer"),
            ("/plan", {}, "planned"),
        ],
    )
    async def test_is_in_the_history_with_who_did_it(
        self,
        lan: Colleague,
        ticket: TicketRecord,
        path: str,
        body: dict[str, Any],
        kind: str,
    ) -> None:
        answer = await lan.post(of(ticket, path), version=ticket.version, **body)

        assert answer.status == 200, answer.body
        assert answer.body["ticket"]["version"] == ticket.version + 1
        last = answer.body["events"][-1]
        assert (last["kind"], last["user"]) == (kind, "lan")

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/assign", {"to": "lan"}),
            ("/cause", {"cause": "仓库漏发"}),
            ("/first-answer", {}),
            ("/plan", {}),
            ("/move", {"to": "processing"}),
        ],
    )
    async def test_of_an_old_version_is_refused(
        self, lan: Colleague, ticket: TicketRecord, path: str, body: dict[str, Any]
    ) -> None:
        answer = await lan.post(of(ticket, path), version=ticket.version - 1, **body)
        after = await lan.get(of(ticket))

        assert (answer.status, answer.code) == (409, "stale")
        assert after.body["ticket"]["version"] == ticket.version

    async def test_moves_along_the_workflow_only(
        self, lan: Colleague, ticket: TicketRecord
    ) -> None:
        shown = await lan.get(of(ticket))
        to = shown.body["ticket"]["moves"][0]

        moved = await lan.post(of(ticket, "/move"), version=ticket.version, to=to)
        nowhere = await lan.post(
            of(ticket, "/move"), version=ticket.version + 1, to="nirvana"
        )

        assert moved.body["ticket"]["state"] == to
        assert (nowhere.status, nowhere.code) == (409, "illegal_transition")

    async def test_a_note_needs_no_version(
        self, lan: Colleague, ticket: TicketRecord
    ) -> None:
        answer = await lan.post(of(ticket, "/notes"), text="买家电话13812345678")

        assert answer.body["events"][-1]["note"] == "买家电话138****5678"

    async def test_the_buyers_name_is_masked_in_notes(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        await floor.tell("PUT", "/orders/o-1", buyer_id="b-7", state="shipped")
        await floor.say("b-7", LOST, order_id="o-1", buyer_name="莫秋水")
        (ticket, *_) = await floor.tickets()

        answer = await lan.post(of(ticket, "/notes"), text="莫秋水还没有回电")

        assert answer.body["events"][-1]["note"] == "莫*水还没有回电"

    async def test_to_a_stranger_is_refused(
        self, lan: Colleague, ticket: TicketRecord
    ) -> None:
        answer = await lan.post(
            of(ticket, "/assign"), version=ticket.version, to="stranger"
        )

        assert (answer.status, answer.field) == (400, "to")
