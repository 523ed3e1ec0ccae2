"""Whether the socket keeps to its protocol, whatever the other side does."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import InvalidPayloadError, RateLimitedError
from connectors.chat import ChatStatus, Sound, Window
from connectors.web_chat import wire
from connectors.web_chat.identity import user_hash
from connectors.web_chat.limits import ChatLimits, Doorman, Pace, PerMinute
from tests.connectors.chat_host import SHOP
from tests.connectors.edges import Edge, edge_of
from tests.connectors.web_chat.windows import window_of

GARBAGE = (
    "",
    "{",
    "null",
    "[]",
    "1",
    '"hello"',
    "{}",
    '{"type": "hello", "more": 1}',
    '{"type": "nothing"}',
    '{"type": "hello", "after": -1}',
    '{"type": "hello", "after": "1"}',
    '{"type": "hello", "token": ["a"]}',
    '{"type": "hello", "token": "\\u0000"}',
    '{"type": "history"}',
    "[" * 5000,
)


@pytest.fixture(name="edge")
async def _edge() -> AsyncIterator[Edge]:
    async with edge_of("web_chat") as edge:
        yield edge


class TestHello:
    @pytest.mark.parametrize("frame", GARBAGE)
    async def test_garbage_ends_the_socket(self, edge: Edge, frame: str) -> None:
        async with window_of(edge.client) as window:
            await window.socket.send_str(frame)

            assert await window.closed() == 4400
        assert window.frames[-1]["code"] == "not_understood"
        assert "Traceback" not in str(window.frames)

    async def test_bytes_end_it(self, edge: Edge) -> None:
        async with window_of(edge.client) as window:
            await window.socket.send_bytes(b"\x00\xff")

            assert await window.closed() == 4400

    async def test_anything_else_first_ends_it(self, edge: Edge) -> None:
        async with window_of(edge.client) as window:
            await window.send("message", id="c1", text="在吗")

            assert await window.closed() == 4400
        assert edge.host.messages == []

    async def test_a_second_hello_ends_it(self, edge: Edge) -> None:
        async with window_of(edge.client) as window:
            await window.hello()
            await window.send("hello")

            assert await window.closed() == 4400

    async def test_a_frame_that_is_too_large_ends_it(self, edge: Edge) -> None:
        async with window_of(edge.client) as window:
            await window.hello()
            await window.socket.send_str("x" * 16_385)

            assert await window.closed() == 1009

    async def test_silence_ends_it(self) -> None:
        limits = ChatLimits(hello_seconds=0.05)
        async with (
            edge_of("web_chat", chat=limits) as edge,
            window_of(edge.client) as window,
        ):
            assert await window.closed() == 4408

    async def test_no_such_shop(self, edge: Edge) -> None:
        async with window_of(edge.client, shop="other") as window:
            assert await window.closed() == 4404

    async def test_an_error_of_ours_tells_nothing(self, edge: Edge) -> None:
        edge.host.chat.is_broken = True
        async with window_of(edge.client) as window:
            await window.send("hello")

            assert await window.closed() == 1011
        assert "secret" not in str(window.frames)

    async def test_a_plain_request_is_no_socket(self, edge: Edge) -> None:
        response = await edge.client.get("/ws/chat?shop=demo")

        assert response.status == 400
        assert "Traceback" not in await response.text()


class TestOrigin:
    @pytest.mark.parametrize(
        "origin",
        [
            None,
            "null",
            "https://evil.example",
            "https://shop.example.evil.example",
            "https://shop.example:8443",
            "http://shop.example",
            "file://",
            "https://[",
        ],
    )
    async def test_a_page_that_was_not_allowed_is_refused(
        self, edge: Edge, origin: str | None
    ) -> None:
        async with window_of(edge.client, origin=origin) as window:
            assert await window.closed() == 4403

    @pytest.mark.parametrize("origin", ["", "https://shop.example"])
    async def test_our_own_page_and_an_allowed_one_are_let_in(
        self, edge: Edge, origin: str
    ) -> None:
        async with window_of(edge.client, origin=origin) as window:
            assert (await window.hello())["shop"]["name"] == "小二演示店"


class TestFrames:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"text": ""}, "text"),
            ({"text": " \n"}, "text"),
            ({"text": "长" * 5001}, "text"),
            ({"text": 1}, "text"),
            ({}, "text"),
            ({"text": "a", "item_id": "x" * 129}, "item_id"),
            ({"text": "a", "order_id": "a\x00"}, "order_id"),
            ({"text": "a", "more": 1}, "more"),
            ({"text": "a", "picture": ["a"]}, "picture"),
        ],
    )
    async def test_a_wrong_field_is_refused_and_the_socket_goes_on(
        self, edge: Edge, fields: dict[str, object], field: str
    ) -> None:
        async with window_of(edge.client) as window:
            await window.hello()
            await window.send("message", id="c1", **fields)
            refused = await window.until("refused")
            taken = await window.say("c2", "在吗")

        assert (refused["client_id"], refused["code"]) == ("c1", "invalid_field")
        assert refused["field"] == field
        assert taken["type"] == "taken"

    async def test_controls_are_taken_out_and_scripts_stay_text(
        self, edge: Edge
    ) -> None:
        async with window_of(edge.client) as window:
            await window.hello()
            await window.say("c1", "a\x00b\x1b[31m\n<b>")

        assert edge.host.chat.drafts[0].text == "ab[31m\n<b>"

    async def test_a_flood_is_told_when_to_come_again(self, edge: Edge) -> None:
        edge.host.chat.is_flooded = True
        async with window_of(edge.client) as window:
            await window.hello()
            refused = await window.say("c1", "在吗")

        assert (refused["code"], refused["retry_after"]) == ("rate_limited", 2)

    async def test_frames_without_end_end_the_socket(self, edge: Edge) -> None:
        async with window_of(edge.client) as window:
            await window.hello()
            for _ in range(201):
                await window.send("typing")

            assert await window.closed() == 4429
        assert edge.host.chat.typed == 1

    async def test_a_message_that_commits_late_is_shown_once(self, edge: Edge) -> None:
        host = edge.host.chat
        async with window_of(edge.client) as window:
            host.say("一", message_id=10)
            await window.hello(after=0)
            await window.until("status")
            host.say("二", message_id=9)
            await window.until_text("二")
            host.tell(Sound.MESSAGE, 9)
            host.say("三", message_id=11)
            await window.until_text("三")

        assert window.texts() == ["一", "二", "三"]

    async def test_a_status_is_told_when_it_is_another_one(self, edge: Edge) -> None:
        host = edge.host.chat
        async with window_of(edge.client) as window:
            await window.hello()
            await window.until("status", phase="assistant")
            host.tell(Sound.STATUS)
            host.now = ChatStatus(phase=Window.WAITING, position=2, is_staffed=True)
            host.tell(Sound.STATUS)
            await window.until("status", phase="waiting", position=2)

        assert [it["type"] for it in window.frames].count("status") == 2

    async def test_nobody_hears_anything_after_leaving(self, edge: Edge) -> None:
        async with window_of(edge.client) as window:
            await window.hello()
            await window.until("status")
        async with asyncio.timeout(5):
            _ = await edge.host.chat.is_alone.wait()

    async def test_a_stop_asks_to_come_again(self, edge: Edge) -> None:
        async with window_of(edge.client) as window:
            await window.hello()
            await window.until("status")
            stopping = asyncio.create_task(edge.connector.stop())  # type: ignore[attr-defined]  # of this connector

            assert await window.closed() == 1001
            await stopping


class TestSlowReader:
    async def test_it_is_given_up_and_harms_nobody(self) -> None:
        limits = ChatLimits(send_seconds=0.1)
        async with edge_of("web_chat", chat=limits) as edge:
            host = edge.host.chat
            reader, writer = await slow_reader(edge)
            async with window_of(edge.client) as other, asyncio.timeout(20):
                await other.hello()
                await other.until("status")
                while len(host.hearing) == 2:
                    host.say("长" * 100_000)
                    await other.until("messages")
                await other.say("c1", "我还在")
            assert len(host.hearing) <= 1
            writer.close()
            assert reader is not None


async def slow_reader(
    edge: Edge,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a socket by hand that says hello and then reads nothing."""
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)  # noqa: FBT003 - the socket's own signature
    loop = asyncio.get_running_loop()
    await loop.sock_connect(raw, (edge.client.host, edge.client.port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=1024)
    hello = json.dumps({"type": "hello", "after": 0}).encode()
    writer.write(
        b"GET /ws/chat?shop=demo HTTP/1.1\r\n"
        b"Host: shop\r\nOrigin: https://shop.example\r\n"
        b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        + bytes([0x81, 0x80 | len(hello)])
        + b"\0\0\0\0"
        + hello
    )
    async with asyncio.timeout(5):
        _ = await edge.host.chat.is_watched.wait()
    return reader, writer


class TestDoorman:
    async def test_too_many_of_one_address_are_refused(self) -> None:
        limits = ChatLimits(sockets_per_address=1)
        async with edge_of("web_chat", chat=limits) as edge:
            async with window_of(edge.client) as first:
                await first.hello()
                async with window_of(edge.client) as second:
                    assert await second.closed() == 4429
            async with asyncio.timeout(5):
                _ = await edge.host.chat.is_alone.wait()
            async with window_of(edge.client) as third:
                assert await third.hello()

    def test_zero_is_no_limit_of_an_address(self) -> None:
        doorman = Doorman(ChatLimits(sockets=3, sockets_per_address=0))

        assert [doorman.let_in("a") for _ in range(4)] == [True, True, True, False]
        doorman.let_out("a")
        assert doorman.let_in("b")


class TestPerMinute:
    def test_one_address_does_not_stand_in_anothers_way(self) -> None:
        counts = PerMinute(2)
        for _ in range(2):
            counts.check("a", at=100.0)

        with pytest.raises(RateLimitedError) as caught:
            counts.check("a", at=130.0)

        counts.check("b", at=130.0)
        assert caught.value.retry_after == timedelta(seconds=30)
        counts.check("a", at=160.0)

    def test_zero_is_no_limit(self) -> None:
        counts = PerMinute(0)

        for _ in range(1000):
            counts.check("a", at=0.0)

    async def test_too_many_new_buyers_of_one_address_are_told_to_wait(self) -> None:
        async with edge_of("web_chat", chat=ChatLimits(new_per_address=1)) as edge:
            edge.host.chat.is_new = True
            async with window_of(edge.client) as first, window_of(edge.client) as other:
                await first.hello()
                await other.hello()
                taken = await first.say("c1", "在吗")
                refused = await other.say("c1", "在吗")

        assert (taken["type"], refused["code"]) == ("taken", "rate_limited")
        assert 1 <= refused["retry_after"] <= 60

    async def test_a_named_buyer_is_not_counted_with_strangers(self) -> None:
        async with edge_of("web_chat", chat=ChatLimits(new_per_address=1)) as edge:
            edge.host.chat.is_new = True
            async with window_of(edge.client) as first, window_of(edge.client) as other:
                await first.hello()
                await first.say("c1", "在吗")
                await other.hello(user_id="u1", user_hash=user_hash(SHOP.secret, "u1"))
                taken = await other.say("c1", "在吗")

        assert taken["type"] == "taken"

    async def test_who_is_counted_is_told_by_the_program(self) -> None:
        addresses = iter(["a", "b", "a"])
        async with (
            edge_of(
                "web_chat",
                chat=ChatLimits(sockets_per_address=1),
                address=lambda _: next(addresses),
            ) as edge,
            window_of(edge.client) as first,
            window_of(edge.client) as other,
        ):
            await first.hello()
            await other.hello()
            async with window_of(edge.client) as third:
                assert await third.closed() == 4429


class TestPace:
    def test_it_forgets_what_was_long_ago(self) -> None:
        pace = Pace()

        assert all(pace.allows(100.0) for _ in range(200))
        assert not pace.allows(101.0)
        assert pace.allows(110.0)


class TestParse:
    @given(st.binary(max_size=200))
    def test_any_bytes_are_a_frame_or_refused(self, raw: bytes) -> None:
        with suppress(InvalidPayloadError):
            wire.parse(raw, text_limit=100)

    @settings(suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.dictionaries(
            st.sampled_from(["type", "id", "text", "stars", "user_id", "after"]),
            st.one_of(
                st.none(),
                st.integers(),
                st.text(),
                st.sampled_from(["hello", "message", "rating", "history"]),
            ),
        )
    )
    def test_any_object_is_a_frame_or_refused(self, body: dict[str, object]) -> None:
        raw = json.dumps(body).encode()
        with suppress(InvalidPayloadError):
            wire.parse(raw, text_limit=100)
