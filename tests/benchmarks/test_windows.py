"""Whether the generator of open windows understands frames however they arrive."""

import asyncio
import json

import pytest

from benchmarks.windows import Window


class Line(asyncio.WriteTransport):
    """A connection that remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data


def frame(**fields: object) -> bytes:
    payload = json.dumps(fields).encode()
    if len(payload) < 126:
        return bytes([0x81, len(payload)]) + payload
    return bytes([0x81, 126]) + len(payload).to_bytes(2, "big") + payload


ARRIVING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    + frame(type="welcome", token="t-1")
    + b"\x89\x00"
    + frame(type="messages", messages=[{"client_id": "c" * 200}])
)


class TestWindow:
    @pytest.mark.parametrize("step", [1, 7, 1000])
    async def test_pieces_make_the_same_frames(self, step: int) -> None:
        window = Window(port=1, shop="demo", token=None)
        window.frames = asyncio.Queue()
        welcome = window.welcome = asyncio.get_running_loop().create_future()
        line = Line()

        window.connection_made(line)
        for start in range(0, len(ARRIVING), step):
            window.data_received(ARRIVING[start : start + step])

        assert await welcome == "t-1"
        assert window.frames.get_nowait()["type"] == "messages"
        assert window.frames.empty()
        assert line.written.startswith(b"GET /ws/chat?shop=demo ")
        assert b'"hello"' in line.written

    async def test_a_refusal_is_told(self) -> None:
        window = Window(port=1, shop="demo", token=None)
        welcome = window.welcome = asyncio.get_running_loop().create_future()
        window.connection_made(Line())

        window.data_received(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")

        with pytest.raises(ConnectionError):
            await welcome
