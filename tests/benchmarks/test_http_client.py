import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from benchmarks.echo import make_app
from benchmarks.http_client import Connection, sign, signed_post
from benchmarks.processes import HOST
from connectors.signed_http import signature

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
Serve = Callable[[Callable[[Reader, Writer], Awaitable[None]]], Awaitable[int]]


@pytest.fixture
async def echo_port() -> AsyncIterator[int]:
    runner = web.AppRunner(make_app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    yield int(runner.addresses[0][1])
    await runner.cleanup()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[asyncio.Server] = []

    async def start(handle: Callable[[Reader, Writer], Awaitable[None]]) -> int:
        server = await asyncio.start_server(handle, HOST, 0)
        servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    yield start
    for server in servers:
        server.close()


class TestSign:
    def test_agrees_with_the_connector(self) -> None:
        ours = sign(b"secret", timestamp="1700000000", body="你好".encode())

        theirs = signature.sign(
            b"secret", timestamp="1700000000", payload="你好".encode()
        )
        assert ours == theirs


class TestExchange:
    async def test_one_connection_carries_many_requests(self, echo_port: int) -> None:
        connection = await Connection.open(HOST, echo_port)

        answers = [
            await connection.exchange(
                signed_post("/x", b'{"n": %d}' % number, secret=b"s")
            )
            for number in range(3)
        ]
        connection.close()

        assert [a.status for a in answers] == [200, 200, 200]
        assert [a.body for a in answers] == [b'{"n": 0}', b'{"n": 1}', b'{"n": 2}']

    async def test_an_answer_in_pieces_is_put_together(self, serve: Serve) -> None:
        async def handle(reader: Reader, writer: Writer) -> None:
            await reader.readuntil(b"\r\n\r\n")
            for piece in (b"HTTP/1.1 202 Accepted\r\nContent-Le", b"ngth: 2\r\n\r\n{"):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            writer.write(b"}")
            await writer.drain()
            writer.close()

        connection = await Connection.open(HOST, await serve(handle))

        answer = await connection.exchange(signed_post("/x", b"", secret=b"s"))

        assert (answer.status, answer.body) == (202, b"{}")

    async def test_a_server_that_goes_away_is_an_error(self, serve: Serve) -> None:
        async def handle(reader: Reader, writer: Writer) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.close()

        connection = await Connection.open(HOST, await serve(handle))

        with pytest.raises(ConnectionError, match="lost"):
            await connection.exchange(signed_post("/x", b"", secret=b"s"))

    async def test_connection_close_is_obeyed(self, serve: Serve) -> None:
        async def handle(reader: Reader, writer: Writer) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(
                b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            )
            await writer.drain()
            writer.close()

        connection = await Connection.open(HOST, await serve(handle))

        answer = await connection.exchange(signed_post("/x", b"", secret=b"s"))

        assert answer.status == 200
        assert not connection.is_open

    async def test_a_closed_connection_cannot_be_used(self, echo_port: int) -> None:
        connection = await Connection.open(HOST, echo_port)
        connection.close()

        with pytest.raises(ConnectionError, match="closed"):
            await connection.exchange(signed_post("/x", b"{}", secret=b"s"))
