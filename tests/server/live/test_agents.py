"""Whether desks are told everything that happens in their shop, once, resumed too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import (
    ClientWebSocketResponse,
    WSMessage,
    WSMsgType,
    WSServerHandshakeError,
    web,
)
from aiohttp.test_utils import TestClient, TestServer

from bot.messages import Sender
from server.api.access import SignedIn
from server.auth.middleware import Gate
from server.errors import errors_as_json
from server.live.agents import (
    ENDED,
    NOT_UNDERSTOOD,
    TOO_MANY,
    TOO_SLOW,
    AgentParts,
    Agents,
    Desk,
)
from server.live.presence import Presence
from storage.repositories.sessions import end_sessions_of
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.api.colleagues import Colleague, employ

PHONE = "13812345678"


@pytest.fixture(name="lan")
async def _lan(floor: ShopFloor) -> Colleague:
    return await employ(floor, "lan")


async def told(socket: ClientWebSocketResponse, count: int) -> list[dict[str, Any]]:
    """Return the next changes, other frames left out."""
    changes: list[dict[str, Any]] = []
    while len(changes) < count:
        frame = await socket.receive_json(timeout=5)
        if frame["type"] == "change":
            changes.append(frame)
    return changes


async def frame_of(socket: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """Return the next frame of a kind, others left out."""
    while True:
        frame: dict[str, Any] = await socket.receive_json(timeout=5)
        if frame["type"] == kind:
            return frame


async def close_code(socket: ClientWebSocketResponse) -> int | None:
    """Read until the server closes; return its code."""
    async with asyncio.timeout(5):
        async for _ in socket:
            pass
    return socket.close_code


def names(changes: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(change["stream"], change["id"]) for change in changes]


class TestDesk:
    async def test_is_told_of_messages_masked(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        socket = await lan.open_desk()
        ready = await frame_of(socket, "ready")
        said = await floor.say("b1", f"你好，电话{PHONE}")

        change, *_ = await told(socket, 2)

        assert ready["people"] == ["lan"]
        assert (change["stream"], change["kind"]) == ("messages", "buyer")
        assert change["conversation_id"] == said["conversation_id"]
        assert change["summary"]["text"] == "你好，电话138****5678"
        await socket.close()

    async def test_is_told_of_take_overs_and_tickets(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        said = await floor.say("b1", "快递一直不动，是不是丢件了，你们管不管")
        socket = await lan.open_desk()
        await frame_of(socket, "ready")
        path = f"/conversations/{said['conversation_id']}"
        version = (await lan.get(path)).body["conversation"]["version"]
        (ticket, *_) = await floor.tickets()

        await lan.post(f"{path}/take-over", version=version)
        (taken,) = await told(socket, 1)
        await lan.post(f"/tickets/{ticket.number}/notes", text="在查")
        (noted,) = await told(socket, 1)

        assert (taken["kind"], taken["summary"]["served_by"]) == ("taken_over", "lan")
        assert (noted["kind"], noted["summary"]["number"]) == ("noted", ticket.number)
        await socket.close()

    async def test_goes_on_where_it_broke_without_loss_or_repeat(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        socket = await lan.open_desk()
        ready = await frame_of(socket, "ready")
        await floor.say("b1", "你好")
        before = await told(socket, 2)
        await socket.close()
        await floor.say("b2", "你好")
        await floor.say("b3", "你好")

        resumed = await lan.open_desk(before[0]["cursor"])
        after = await told(resumed, 2)
        whole = await lan.open_desk(ready["cursor"])
        everything = await told(whole, 3)

        assert names(before)[0] not in names(after)
        assert names(after)[0] == names(before)[1]
        assert names(everything)[:2] == names(before)
        ids = [change["id"] for change in everything]
        assert ids == sorted(set(ids))
        await resumed.close()
        await whole.close()

    async def test_a_desk_that_was_far_behind_gets_everything_once(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        for number in range(6):
            await floor.say(f"b{number}", "你好")
        total = sum([len(await floor.messages(number)) for number in range(1, 7)])

        socket = await lan.open_desk("m0.e0.t0")
        changes = await told(socket, total)
        await floor.say("b0", "在吗")
        (newest, *_) = await told(socket, 1)

        assert len(set(names(changes))) == total
        assert newest["summary"]["text"] == "在吗"
        await socket.close()

    async def test_another_shops_news_are_not_told(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        socket = await lan.open_desk()
        await frame_of(socket, "ready")
        floor.service.typing.tell(floor.shop_id + 1, 1, Sender.BUYER)
        floor.service.typing.tell(floor.shop_id, 7, Sender.AGENT)
        floor.service.typing.tell(floor.shop_id, 8, Sender.BUYER)

        hint = await frame_of(socket, "typing")

        assert (hint["conversation_id"], hint["sender"]) == (8, "buyer")
        await socket.close()

    async def test_sees_who_comes_and_goes(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        mei = await employ(floor, "mei")
        socket = await lan.open_desk()
        await frame_of(socket, "ready")

        other = await mei.open_desk()
        came = await frame_of(socket, "presence")
        await other.close()
        went = await frame_of(socket, "presence")

        assert (came["people"], went["people"]) == (["lan", "mei"], ["lan"])
        await socket.close()


class TestStop:
    async def test_a_server_that_stops_says_so(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        socket = await lan.open_desk()
        await frame_of(socket, "ready")

        await floor.service.desk.stop()

        assert await close_code(socket) == 1001


class TestRefused:
    async def test_another_origin(self, lan: Colleague) -> None:
        with pytest.raises(WSServerHandshakeError) as refused:
            await lan.open_desk(Origin="https://evil.example")

        assert refused.value.status == 403

    async def test_nobody_signed_in(self, floor: ShopFloor, lan: Colleague) -> None:
        stranger = Colleague(
            client=floor.client, token="made up", person_id=0, user="stranger"
        )

        with pytest.raises(WSServerHandshakeError) as refused:
            await stranger.open_desk()

        assert refused.value.status == 401

    async def test_no_socket_at_all(self, lan: Colleague) -> None:
        answer = await lan.ask("GET", f"/ws/desk/{SLUG}", desk="")

        assert answer.status == 400

    @pytest.mark.parametrize(
        "cursor", ["", "garbage", "m1.e1", "m1.e1.t-1", "m1.e1.t" + "9" * 30, 7]
    )
    async def test_a_cursor_that_is_none(self, lan: Colleague, cursor: Any) -> None:
        socket = await lan.open_desk(cursor)

        error = await frame_of(socket, "error")

        assert error["code"] == "invalid_hello"
        assert await close_code(socket) == NOT_UNDERSTOOD

    async def test_anything_but_a_ping_after_hello(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        socket = await lan.open_desk()
        await frame_of(socket, "ready")

        await socket.send_json({"type": "ping"})
        await floor.say("b1", "你好")
        await told(socket, 1)
        await socket.send_str("x" * 100)

        assert await close_code(socket) == NOT_UNDERSTOOD

    async def test_a_huge_frame(self, lan: Colleague) -> None:
        socket = await lan.open_desk()
        await frame_of(socket, "ready")

        await socket.send_str("x" * 20_000)
        code = await close_code(socket)

        assert code == 1009

    async def test_too_many_desks_of_one_person(self, lan: Colleague) -> None:
        desks = [await lan.open_desk() for _ in range(20)]
        for desk in desks:
            await frame_of(desk, "ready")

        one_more = await lan.open_desk()

        assert await close_code(one_more) == TOO_MANY
        for desk in desks:
            await desk.close()


@asynccontextmanager
async def quickly_checked(
    floor: ShopFloor,
) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """Serve desks whose login is looked at again almost at once."""
    service = floor.service
    gate = Gate(auth=service.auth, shops=service.shops)
    app = web.Application(middlewares=[errors_as_json, gate.check])
    parts = AgentParts(
        database=service.database,
        feed=service.feed,
        typing=service.typing,
        presence=Presence(),
        sessions=service.auth.sessions,
        check_seconds=0.02,
    )
    for route in Agents(parts).routes():
        gate.add(app.router.add_route(route.method, route.path, route.handler), route)
    async with TestClient(TestServer(app)) as client:
        yield client


class TestLogin:
    async def test_a_desk_ends_with_its_login(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        async with quickly_checked(floor) as client:
            here = Colleague(
                client=client, token=lan.token, person_id=lan.person_id, user="lan"
            )
            socket = await here.open_desk()
            await frame_of(socket, "ready")

            await floor.service.database.write(
                lambda connection: end_sessions_of(connection, lan.person_id)
            )

            error = await frame_of(socket, "error")
            assert error["code"] == "not_signed_in"
            message = await socket.receive(timeout=5)
            assert message.type in {WSMsgType.CLOSE, WSMsgType.CLOSED}
            assert socket.close_code == ENDED


class StuckSocket:
    """A socket whose other side says hello and then takes nothing."""

    def __init__(self) -> None:
        self.closed_with: int | None = None

    async def receive(self) -> WSMessage:
        return WSMessage(WSMsgType.TEXT, '{"type":"hello"}', None)

    async def send_str(self, _text: str) -> None:
        await asyncio.Event().wait()

    async def close(self, *, code: int, message: bytes) -> bool:
        self.closed_with = code
        return True

    def __aiter__(self) -> "StuckSocket":
        return self

    async def __anext__(self) -> WSMessage:
        await asyncio.Event().wait()
        raise StopAsyncIteration


class TestSlow:
    async def test_a_desk_that_takes_nothing_is_closed(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        service = floor.service
        stuck = StuckSocket()
        parts = AgentParts(
            database=service.database,
            feed=service.feed,
            typing=service.typing,
            presence=Presence(),
            sessions=service.auth.sessions,
            send_seconds=0.02,
        )
        person = SignedIn(person_id=lan.person_id, user="lan", session_id=1)
        socket: Any = stuck

        async with asyncio.timeout(5):
            await Desk(socket, parts, person=person, shop_id=floor.shop_id).run()

        assert stuck.closed_with == TOO_SLOW
