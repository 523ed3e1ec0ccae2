"""Personal data is shown, copied and removed only as somebody answers for it."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from server.api.desk.personal import Personal
from server.api.desk.revealing import Revealing
from storage.queries.audit import audit
from storage.queries.exporting import everything_of
from storage.repositories.buyers import set_contact
from storage.repositories.people import add_person, grant
from storage.states import Role
from storage.tables import BuyerRow, MessageRow, RevealRow, table_of
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.api.desk.signing_in import Client, signed_in_as

DESK = f"/api/v1/desk/{SLUG}"
PHONE = "13800005678"
ADDRESS = "浙江省杭州市西湖区文三路123号"
REASON = {"reason": "核对收货信息"}


@pytest.fixture(name="person")
async def _person(floor: ShopFloor) -> int:
    def unit(conn: Connection) -> int:
        person_id = add_person(conn, user="lan", password_hash="-", now=floor.clock())
        grant(conn, floor.shop_id, person_id=person_id, role=Role.AGENT)
        return person_id

    return await floor.service.database.write(unit)


@pytest.fixture(name="buyer")
async def _buyer(floor: ShopFloor) -> int:
    """A buyer with a phone and an address who has written once."""
    await floor.say("b1", f"我电话{PHONE}，送到{ADDRESS}", buyer_name="王小明")

    def unit(conn: Connection) -> int:
        table = table_of(BuyerRow)
        statement = select(table.c.id).where(table.c.shop_id == floor.shop_id)
        buyer_id = int(conn.execute(statement).scalar_one())
        set_contact(
            conn, floor.shop_id, buyer_id=buyer_id, phone=PHONE, address=ADDRESS
        )
        return buyer_id

    return await floor.service.database.write(unit)


def serve(
    floor: ShopFloor, person: int, role: Role
) -> AbstractAsyncContextManager[Client]:
    service = floor.service
    personal = Personal(
        database=service.database,
        settings=service.settings,
        changed=service.forget,
        clock=floor.clock,
    )
    revealing = Revealing(database=service.database, clock=floor.clock)
    routes = (*revealing.routes(), *personal.routes())
    return signed_in_as(floor, routes, person_id=person, role=role)


@pytest.fixture(name="agent")
async def _agent(floor: ShopFloor, person: int) -> AsyncIterator[Client]:
    async with serve(floor, person, Role.AGENT) as client:
        yield client


@pytest.fixture(name="manager")
async def _manager(floor: ShopFloor, person: int) -> AsyncIterator[Client]:
    async with serve(floor, person, Role.MANAGER) as client:
        yield client


@pytest.fixture(name="admin")
async def _admin(floor: ShopFloor, person: int) -> AsyncIterator[Client]:
    async with serve(floor, person, Role.ADMIN) as client:
        yield client


async def post(client: Client, path: str, body: object) -> tuple[int, dict[str, Any]]:
    response = await client.post(f"{DESK}{path}", json=body)
    answer: dict[str, Any] = await response.json()
    return response.status, answer


async def get(client: Client, path: str) -> dict[str, Any]:
    response = await client.get(f"{DESK}{path}")
    answer: dict[str, Any] = await response.json()
    assert response.status == 200, answer
    return answer


def looks(floor: ShopFloor) -> list[tuple[str, str]]:
    table = table_of(RevealRow)
    statement = select(table.c.field, table.c.reason).where(
        table.c.shop_id == floor.shop_id
    )
    found = floor.service.database.read_now(lambda conn: conn.execute(statement).all())
    return [(row.field, row.reason) for row in found]


class TestReveal:
    @pytest.mark.parametrize(
        ("field", "value"), [("phone", PHONE), ("address", ADDRESS)]
    )
    async def test_shows_the_whole_and_writes_down_who_looked(
        self, floor: ShopFloor, agent: Client, buyer: int, field: str, value: str
    ) -> None:
        status, answer = await post(
            agent, f"/buyers/{buyer}/reveal", {"field": field, **REASON}
        )

        assert (status, answer) == (200, {"field": field, "value": value})
        assert looks(floor) == [(field, "核对收货信息")]

    async def test_shows_a_whole_message(
        self, floor: ShopFloor, agent: Client, buyer: int
    ) -> None:
        table = table_of(MessageRow)
        statement = select(table.c.id).where(table.c.shop_id == floor.shop_id)
        message = floor.service.database.read_now(
            lambda conn: conn.scalars(statement.order_by(table.c.id)).first()
        )

        status, answer = await post(agent, f"/messages/{message}/reveal", REASON)

        assert status == 200
        assert PHONE in answer["value"]
        assert looks(floor) == [(f"message:{message}", "核对收货信息")]

    @pytest.mark.parametrize(
        "body",
        [
            {"field": "phone"},
            {"field": "phone", "reason": ""},
            {"field": "phone", "reason": "  　 "},
            {"field": "phone", "reason": "看\u0000看核对地址"},
            {"field": "phone", "reason": "。"},
            {"field": "phone", "reason": "核对12345。。。"},
            {"field": "phone", "reason": "abc"},
            {"field": "phone", "reason": "长" * 201},
        ],
    )
    async def test_without_a_reason_nothing_is_shown(
        self, floor: ShopFloor, agent: Client, buyer: int, body: dict[str, str]
    ) -> None:
        status, answer = await post(agent, f"/buyers/{buyer}/reveal", body)

        assert status == 400
        assert answer["error"]["field"] == "reason"
        assert PHONE not in json.dumps(answer)
        assert looks(floor) == []

    @pytest.mark.parametrize("field", ["name", "secret", "", "phone_enc"])
    async def test_only_phone_and_address_are_fields(
        self, agent: Client, buyer: int, field: str
    ) -> None:
        status, answer = await post(
            agent, f"/buyers/{buyer}/reveal", {"field": field, **REASON}
        )

        assert (status, answer["error"]["field"]) == (400, "field")

    @pytest.mark.parametrize("buyer_id", ["0", "999", "x", "-1", "9" * 30])
    async def test_who_is_not_there_leaves_no_look(
        self, floor: ShopFloor, agent: Client, buyer_id: str
    ) -> None:
        status, _ = await post(
            agent, f"/buyers/{buyer_id}/reveal", {"field": "phone", **REASON}
        )

        assert status == 404
        assert looks(floor) == []

    async def test_a_message_that_is_not_there_is_not_found(
        self, agent: Client
    ) -> None:
        status, _ = await post(agent, "/messages/999/reveal", REASON)

        assert status == 404

    async def test_managers_see_who_looked_newest_first(
        self, agent: Client, manager: Client, buyer: int
    ) -> None:
        for field in ("phone", "address", "phone"):
            await post(agent, f"/buyers/{buyer}/reveal", {"field": field, **REASON})

        first = await get(manager, "/reveals?limit=2")
        second = await get(manager, f"/reveals?limit=2&after={first['next']}")

        assert [it["field"] for it in first["items"]] == ["phone", "address"]
        assert [it["field"] for it in second["items"]] == ["phone"]
        assert second["next"] is None
        assert first["items"][0]["user"] == "lan"

    async def test_agents_do_not(self, agent: Client) -> None:
        response = await agent.get(f"{DESK}/reveals")

        assert response.status == 403

    @pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=0"])
    async def test_a_page_must_be_one(self, manager: Client, query: str) -> None:
        response = await manager.get(f"{DESK}/reveals?{query}")

        assert response.status == 400


class TestLiftOptOut:
    async def test_without_a_newer_consent_it_is_refused(
        self, floor: ShopFloor, manager: Client, buyer: int
    ) -> None:
        await floor.tell("PUT", "/buyers/b1/consent", marketing=True, source="app")
        floor.clock.move(minutes=1)
        await floor.say("b1", "退订")

        status, answer = await post(manager, f"/buyers/{buyer}/lift-opt-out", REASON)

        assert status == 403
        assert "no consent since" in answer["error"]["message"]

    async def test_a_newer_consent_alone_lifts_nothing_a_manager_does(
        self, floor: ShopFloor, manager: Client, buyer: int
    ) -> None:
        await floor.say("b1", "退订")
        floor.clock.move(minutes=1)
        await floor.tell("PUT", "/buyers/b1/consent", marketing=True, source="app")
        before = await get(manager, f"/buyers/{buyer}/consents")

        status, after = await post(manager, f"/buyers/{buyer}/lift-opt-out", REASON)

        assert before["opted_out_at"] is not None
        assert before["words"] == "退订"
        assert (status, after["opted_out_at"]) == (200, None)
        assert [(it["purpose"], it["is_given"]) for it in after["items"]] == [
            ("contact", True),
            ("marketing", True),
            ("contact", False),
        ]
        records = floor.service.database.read_now(
            lambda conn: audit(conn, floor.shop_id)
        )
        assert records[0].action == "opt_out.lifted"
        assert records[0].data["reason"] == "核对收货信息"

    async def test_service_messages_work_again(
        self, floor: ShopFloor, manager: Client, buyer: int
    ) -> None:
        await floor.say("b1", "退订")
        floor.clock.move(minutes=1)
        await floor.tell("PUT", "/buyers/b1/consent", marketing=True, source="app")
        await post(manager, f"/buyers/{buyer}/lift-opt-out", REASON)

        await floor.tell("PUT", "/orders/A1", buyer_id="b1", state="unpaid")
        floor.platform.received.clear()
        floor.clock.move(days=1)
        await floor.tick()

        assert len(floor.platform.texts()) == 1

    async def test_who_never_opted_out_is_not_found(
        self, manager: Client, buyer: int
    ) -> None:
        for buyer_id in (buyer, 999):
            status, _ = await post(manager, f"/buyers/{buyer_id}/lift-opt-out", REASON)

            assert status == 404

    async def test_agents_may_not(self, agent: Client, buyer: int) -> None:
        response = await agent.post(f"{DESK}/buyers/{buyer}/lift-opt-out", json=REASON)

        assert response.status == 403

    async def test_consents_of_nobody_are_not_found(self, agent: Client) -> None:
        response = await agent.get(f"{DESK}/buyers/999/consents")

        assert response.status == 404


class TestExport:
    async def test_it_is_a_zip_of_everything_and_stays_nowhere(
        self, floor: ShopFloor, admin: Client, buyer: int, tmp_path: Path
    ) -> None:
        response = await admin.post(f"{DESK}/buyers/{buyer}/export", json=REASON)
        archive = zipfile.ZipFile(io.BytesIO(await response.read()))

        assert response.status == 200
        assert set(archive.namelist()) == {"buyer.json", "buyer.html"}
        body = json.loads(archive.read("buyer.json"))
        assert body["buyers"][0]["phone"] == PHONE
        assert PHONE in archive.read("buyer.html").decode()
        assert list((tmp_path / "exports").iterdir()) == []

    async def test_it_is_written_down(
        self, floor: ShopFloor, admin: Client, buyer: int
    ) -> None:
        await admin.post(f"{DESK}/buyers/{buyer}/export", json=REASON)

        records = floor.service.database.read_now(
            lambda conn: audit(conn, floor.shop_id)
        )
        assert records[0].action == "buyer.exported"

    async def test_nobody_is_not_found(self, admin: Client) -> None:
        response = await admin.post(f"{DESK}/buyers/999/export", json=REASON)

        assert response.status == 404

    async def test_managers_may_not(self, manager: Client, buyer: int) -> None:
        response = await manager.post(f"{DESK}/buyers/{buyer}/export", json=REASON)

        assert response.status == 403


class TestForget:
    async def test_the_buyers_id_confirms_it(
        self, floor: ShopFloor, admin: Client, buyer: int
    ) -> None:
        status, answer = await post(admin, f"/buyers/{buyer}/forget", {"confirm": "b1"})

        assert status == 200
        assert answer["messages"] >= 1
        data = floor.service.database.read_now(
            lambda conn: [
                text
                for (text,) in conn.execute(
                    select(table_of(MessageRow).c.text).where(
                        table_of(MessageRow).c.shop_id == floor.shop_id
                    )
                )
            ]
        )
        assert set(data) == {""}

    async def test_the_next_message_is_of_a_new_buyer_at_once(
        self, floor: ShopFloor, admin: Client, buyer: int
    ) -> None:
        await post(admin, f"/buyers/{buyer}/forget", {"confirm": "b1"})

        await floor.say("b1", "在吗")

        data = floor.service.database.read_now(
            lambda conn: everything_of(conn, floor.shop_id, buyer_ref="b1")
        )
        assert data.of("messages")[0]["text"] == "在吗"
        assert data.of("buyers")[0]["id"] != buyer

    @pytest.mark.parametrize("confirm", ["", "B1", "yes"])
    async def test_anything_else_removes_nothing(
        self, floor: ShopFloor, admin: Client, buyer: int, confirm: str
    ) -> None:
        status, answer = await post(
            admin, f"/buyers/{buyer}/forget", {"confirm": confirm}
        )

        assert (status, answer["error"]["field"]) == (400, "confirm")
        data = floor.service.database.read_now(
            lambda conn: everything_of(conn, floor.shop_id, buyer_ref="b1")
        )
        assert data.of("buyers")[0]["phone"] == PHONE

    async def test_managers_may_not(self, manager: Client, buyer: int) -> None:
        response = await manager.post(
            f"{DESK}/buyers/{buyer}/forget", json={"confirm": "b1"}
        )

        assert response.status == 403
