"""What every connector must do; the table says how to provoke it in each."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from aiohttp import ClientResponse

from bot.errors import DeliveryFailedError, DeliveryRejectedError
from connectors.registry import CONNECTORS, pictureless
from tests.connectors.edges import SHOP, Edge, edge_of, fault_of, message_bytes
from tests.connectors.platforms import FakePlatform, serving
from tests.factories import make_account, make_outgoing

Call = Callable[[Edge], Awaitable[ClientResponse]]
MESSAGES = f"{SHOP}/messages"
PICTURE = "https://shop.example/1.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provocation:
    """The requests by which a platform's system would say these things."""

    text: Call
    bad_signature: Call
    too_large: Call
    unsupported_content: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The platform's answers to a delivery that mean these things."""

    accepted: Callable[[], FakePlatform]
    rejected: Callable[[], FakePlatform]
    timed_out: Callable[[], FakePlatform]


CALLED: dict[str, Provocation] = {
    "signed_http": Provocation(
        text=lambda edge: edge.say(),
        bad_signature=lambda edge: edge.call(
            "POST", MESSAGES, body=message_bytes(), secret=b"other"
        ),
        too_large=lambda edge: edge.call("POST", MESSAGES, body=b" " * 65_537),
        unsupported_content=lambda edge: edge.call(
            "POST",
            MESSAGES,
            body=message_bytes(text=None, video_url="https://a/1.mp4"),
        ),
    ),
}
"""The connectors that a platform calls."""

CALLING: dict[str, Answers] = {
    "signed_http": Answers(
        accepted=FakePlatform,
        rejected=lambda: FakePlatform(status=410),
        timed_out=lambda: FakePlatform(is_silent=True),
    ),
}
"""The connectors that call a platform."""

ONLY_READ = {"terminal"}
"""The connectors whose buyers read what is stored; nobody calls anybody."""

BY_SOCKET = {"web_chat"}
"""The connectors whose buyers write and read over a socket of ours (web_chat/)."""


class TestTables:
    def test_every_connector_stands_in_them(self) -> None:
        assert CALLED.keys() | CALLING.keys() | ONLY_READ | BY_SOCKET == (
            CONNECTORS.keys()
        )

    def test_none_is_both_read_and_called(self) -> None:
        assert not (ONLY_READ | BY_SOCKET) & (CALLED.keys() | CALLING.keys())


class TestEveryConnector:
    @pytest.mark.parametrize("name", CONNECTORS)
    async def test_bears_the_name_it_is_registered_by(self, name: str) -> None:
        async with edge_of(name) as edge:
            connector = edge.connector

        assert connector.name == name

    @pytest.mark.parametrize("name", CONNECTORS)
    async def test_describes_each_of_its_routes(self, name: str) -> None:
        async with edge_of(name) as edge:
            routes = edge.connector.routes(edge.host)

        assert all(route.summary and route.role and route.replies for route in routes)
        assert len({(route.method, route.path) for route in routes}) == len(routes)

    @pytest.mark.parametrize("name", CONNECTORS)
    async def test_says_whether_its_buyers_see_pictures(self, name: str) -> None:
        async with edge_of(name) as edge:
            connector = edge.connector

        assert isinstance(connector.shows_pictures, bool)
        assert (name in pictureless({name: connector})) is not connector.shows_pictures


class TestCalledConnector:
    @pytest.mark.parametrize("name", CALLED)
    async def test_a_text_is_received_before_it_is_acknowledged(
        self, name: str
    ) -> None:
        async with edge_of(name) as edge:
            response = await CALLED[name].text(edge)

        assert 200 <= response.status < 300
        (message,) = edge.host.messages
        assert (message.connector, message.shop, message.text) == (name, "demo", "在吗")

    @pytest.mark.parametrize("name", CALLED)
    async def test_a_duplicate_is_acknowledged_and_received_once(
        self, name: str
    ) -> None:
        async with edge_of(name) as edge:
            first = await CALLED[name].text(edge)
            second = await CALLED[name].text(edge)

        assert first.status == second.status
        assert len(edge.host.messages) == 1

    @pytest.mark.parametrize("name", CALLED)
    async def test_a_flood_is_not_acknowledged(self, name: str) -> None:
        async with edge_of(name) as edge:
            edge.host.is_flooded = True
            response = await CALLED[name].text(edge)

        assert response.status == 429
        assert int(response.headers["Retry-After"]) >= 1

    @pytest.mark.parametrize(
        ("provoke", "status"),
        [
            (lambda table: table.bad_signature, 401),
            (lambda table: table.too_large, 413),
            (lambda table: table.unsupported_content, 400),
        ],
        ids=["bad_signature", "too_large", "unsupported_content"],
    )
    @pytest.mark.parametrize("name", CALLED)
    async def test_anything_else_is_refused_with_a_reason(
        self, name: str, provoke: Callable[[Provocation], Call], status: int
    ) -> None:
        async with edge_of(name) as edge:
            response = await provoke(CALLED[name])(edge)
            fault = await fault_of(response)

        assert response.status == status
        assert fault["message"]
        assert edge.host.messages == []


class TestCallingConnector:
    @pytest.mark.parametrize("name", CALLING)
    async def test_a_delivery_that_the_platform_takes_is_done(self, name: str) -> None:
        platform = CALLING[name].accepted()

        await self.send(name, platform)

        assert len(platform.received) == 1

    @pytest.mark.parametrize("name", CALLING)
    async def test_pictures_go_out_with_the_text_where_they_are_shown(
        self, name: str
    ) -> None:
        platform = CALLING[name].accepted()

        shows = await self.send(name, platform, attachments=(PICTURE,))

        (delivered,) = platform.received
        assert (PICTURE.encode() in delivered.body) is shows

    @pytest.mark.parametrize("name", CALLING)
    async def test_a_no_is_told_apart(self, name: str) -> None:
        with pytest.raises(DeliveryRejectedError) as caught:
            await self.send(name, CALLING[name].rejected())

        assert caught.value.connector == name
        assert caught.value.code
        assert caught.value.reason

    @pytest.mark.parametrize("name", CALLING)
    async def test_a_time_out_may_work_later(self, name: str) -> None:
        with pytest.raises(DeliveryFailedError) as caught:
            await self.send(name, CALLING[name].timed_out(), timeout_seconds=0.05)

        assert caught.value.connector == name

    @pytest.mark.parametrize("name", CALLING)
    async def test_is_polled_only_where_there_is_nobody_to_call(
        self, name: str
    ) -> None:
        reachable = make_account(callback_url="http://127.0.0.1:1/")

        async with edge_of(name) as edge:
            assert not edge.connector.is_polled(reachable)
            assert edge.connector.is_polled(make_account(callback_url=None))

    async def send(
        self,
        name: str,
        platform: FakePlatform,
        *,
        timeout_seconds: float = 5.0,
        attachments: tuple[str, ...] = (),
    ) -> bool:
        """Send one message; return whether the connector shows pictures."""
        async with (
            serving(platform),
            edge_of(name, timeout_seconds=timeout_seconds) as edge,
        ):
            await edge.connector.send(
                make_outgoing(connector=name, attachments=attachments),
                shop=make_account(callback_url=platform.address),
            )
            return edge.connector.shows_pictures


class TestReadConnector:
    @pytest.mark.parametrize("name", sorted(ONLY_READ))
    async def test_nobody_calls_it(self, name: str) -> None:
        async with edge_of(name) as edge:
            assert edge.connector.routes(edge.host) == ()

    @pytest.mark.parametrize("name", sorted(ONLY_READ | BY_SOCKET))
    async def test_it_is_read_by_the_buyers_side(self, name: str) -> None:
        async with edge_of(name) as edge:
            assert edge.connector.is_polled(make_account())

    @pytest.mark.parametrize("name", sorted(ONLY_READ | BY_SOCKET))
    async def test_it_refuses_to_send(self, name: str) -> None:
        async with edge_of(name) as edge:
            with pytest.raises(DeliveryRejectedError) as caught:
                await edge.connector.send(make_outgoing(), shop=make_account())

        assert (caught.value.connector, caught.value.code) == (name, "not_reachable")
