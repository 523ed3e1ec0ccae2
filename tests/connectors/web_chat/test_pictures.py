"""Whether the route of pictures is bounded before anything is decoded."""

import asyncio
import io
from collections.abc import AsyncIterator

from connectors.web_chat.limits import ChatLimits
from tests.connectors.edges import Edge, edge_of
from tests.connectors.web_chat.picture_files import picture

PICTURES = "/api/v1/chat/demo/pictures"
TOKEN = {"Authorization": "Bearer t-1"}


async def never_ending() -> AsyncIterator[bytes]:
    yield b"\x89PNG"
    await asyncio.Event().wait()


async def send(edge: Edge, raw: bytes, shop: str = "demo") -> tuple[int, str]:
    response = await edge.client.post(
        f"/api/v1/chat/{shop}/pictures", data=io.BytesIO(raw), headers=TOKEN
    )
    body = await response.json()
    return response.status, body.get("error", body).get("code", "")


class TestTake:
    async def test_one_that_does_not_arrive_is_given_up(self) -> None:
        limits = ChatLimits(picture_seconds=0.05)
        async with edge_of("web_chat", chat=limits) as edge:
            response = await edge.client.post(
                PICTURES, data=never_ending(), headers=TOKEN
            )

            assert response.status == 408
        assert edge.host.chat.pictures == []

    async def test_its_limits_are_settings(self) -> None:
        limits = ChatLimits(picture_bytes=1000, picture_pixels=100)
        async with edge_of("web_chat", chat=limits) as edge:
            answers = [
                await send(edge, raw)
                for raw in (
                    picture(size=(10, 10)),
                    picture(size=(10, 11)),
                    b"\0" * 1001,
                )
            ]

        assert answers == [(201, ""), (400, "invalid_field"), (413, "too_large")]

    async def test_one_address_may_send_so_many(self) -> None:
        async with edge_of("web_chat", chat=ChatLimits(new_per_address=1)) as edge:
            answers = [await send(edge, picture()) for _ in range(2)]

        assert [status for status, _ in answers] == [201, 429]

    async def test_who_has_written_is_not_counted_with_strangers(self) -> None:
        async with edge_of("web_chat", chat=ChatLimits(new_per_address=1)) as edge:
            edge.host.chat.is_writer = True
            answers = [await send(edge, picture()) for _ in range(3)]

        assert [status for status, _ in answers] == [201] * 3

    async def test_one_is_decoded_at_a_time_and_others_wait_a_little(self) -> None:
        slow = picture(size=(4000, 4000))
        async with edge_of("web_chat", chat=ChatLimits(decode_seconds=0.001)) as edge:
            answers = await asyncio.gather(*(send(edge, slow) for _ in range(3)))
            later = await send(edge, picture())

        assert sorted(status for status, _ in answers) == [201, 429, 429]
        assert later == (201, "")

    async def test_there_is_no_such_shop(self) -> None:
        async with edge_of("web_chat") as edge:
            assert await send(edge, picture(), shop="other") == (404, "not_found")
