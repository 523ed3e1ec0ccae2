"""Whether pictures come in safely, belong to whom sent them, and go out plainly."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from sqlalchemy import Connection

from server.chat.tokens import token_hash
from storage.repositories.devices import device
from storage.repositories.media import NewPicture, add_picture
from tests.connectors.web_chat.picture_files import bomb, opened, picture
from tests.journeys.shop_floor import SLUG
from tests.server.chat.conftest import Street

PICTURES = f"/api/v1/chat/{SLUG}/pictures"


async def send(
    street: Street, raw: bytes, *, token: str | None, **headers: str
) -> ClientResponse:
    given = {} if token is None else {"Authorization": f"Bearer {token}"}
    return await street.floor.client.post(
        PICTURES, data=io.BytesIO(raw), headers={**given, **headers}
    )


async def token_of(street: Street, **hello: Any) -> str:
    window = await street.come(**hello)
    token: str = window.frames[0]["token"]
    return token


async def stored_before(street: Street, token: str, *, size: int) -> None:
    """Let a picture of so many bytes be the buyer's already."""
    shop_id, now = street.floor.shop_id, street.floor.clock()
    old = NewPicture(
        name="0" * 32 + ".jpg",
        content_type="image/jpeg",
        size=size,
        width=1,
        height=1,
        sha256=b"",
    )

    def unit(conn: Connection) -> None:
        known = device(conn, shop_id, token_hash(token))
        assert known is not None
        add_picture(conn, shop_id, buyer_id=known.buyer_id, value=old, now=now)

    await street.floor.service.database.write(unit)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


class TestTake:
    async def test_it_is_stored_and_shown(self, street: Street) -> None:
        response = await send(street, picture("WEBP"), token=await token_of(street))
        body = await response.json()
        shown = await street.floor.client.get(body["picture"])

        assert response.status == 201
        assert (shown.status, shown.content_type) == (200, "image/jpeg")
        assert opened(await shown.read()).size == (8, 4)
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Security-Policy"] == (
            "default-src 'none'; sandbox"
        )
        assert shown.headers["Content-Disposition"] == "inline"
        assert "immutable" in shown.headers["Cache-Control"]

    async def test_its_file_is_whole_and_lies_in_the_shops_folder(
        self, street: Street
    ) -> None:
        response = await send(street, picture(), token=await token_of(street))
        name = (await response.json())["picture"].removeprefix("/media/")

        var = Path(street.floor.settings.var)
        folder = var / "media" / str(street.floor.shop_id) / name[:2]
        assert opened((folder / name).read_bytes()).size == (8, 4)
        assert names_in(folder) == [name]

    async def test_a_message_shows_it(self, street: Street) -> None:
        window = await street.come()
        token = window.frames[0]["token"]
        response = await send(street, picture(), token=token)
        address = (await response.json())["picture"]

        taken = await window.say("c1", picture=address)

        assert taken["type"] == "taken"
        while not window.messages():
            await window.next()
        assert window.messages()[0]["picture"] == address

    async def test_somebody_elses_cannot_be_named(self, street: Street) -> None:
        response = await send(street, picture(), token=await token_of(street))
        address = (await response.json())["picture"]
        other = await street.come("laptop")

        for wrong in (
            address,
            "/media/" + "0" * 32 + ".jpg",
            "https://evil.example/1.png",
            "/media/../../xiaoer.db",
        ):
            refused = await other.say("c1", picture=wrong)
            assert (refused["code"], refused["field"]) == ("invalid_field", "picture")

    async def test_it_comes_along_when_the_buyer_is_known(self, street: Street) -> None:
        window = await street.come()
        token = window.frames[0]["token"]
        response = await send(street, picture(), token=token)
        address = (await response.json())["picture"]
        await window.send("identify", **street.named("u1"))
        await window.until("reset")

        taken = await window.say("c1", picture=address)

        assert taken["type"] == "taken"

    async def test_a_named_buyer_may_begin_with_one(self, street: Street) -> None:
        window = await street.come(**street.named("u1"))
        token = window.frames[0]["token"]
        response = await send(street, picture(), token=token)
        address = (await response.json())["picture"]

        assert (await window.say("c1", picture=address))["type"] == "taken"

    @pytest.mark.parametrize("token", [None, "", "guessed", "a.b", "零"])
    async def test_without_a_token_of_ours_nothing_is_read(
        self, street: Street, token: str | None
    ) -> None:
        if token is not None and not token.isascii():
            token = token.encode().decode("latin-1")

        response = await send(street, picture(), token=token)

        assert response.status == 401
        assert (await response.json())["error"]["code"] == "wrong_token"

    @pytest.mark.parametrize(
        "raw", [b"", b"<svg/>", bomb(), picture(size=(64, 64))[:-30]]
    )
    async def test_what_is_no_picture_is_refused(
        self, street: Street, raw: bytes
    ) -> None:
        response = await send(street, raw, token=await token_of(street))

        assert response.status == 400
        assert (await response.json())["error"]["field"] == "picture"

    async def test_what_is_too_large_is_refused(self, street: Street) -> None:
        token = await token_of(street)
        raw = b"\0" * (8 * 1024 * 1024 + 1)

        async def chunks() -> Any:
            yield raw

        told = await send(street, raw, token=token)
        streamed = await street.floor.client.post(
            PICTURES, data=chunks(), headers={"Authorization": f"Bearer {token}"}
        )

        assert (told.status, streamed.status) == (413, 413)

    async def test_larger_than_other_bodies_may_be_is_fine(
        self, street: Street
    ) -> None:
        raw = picture(size=(900, 900), compress_level=0)
        assert len(raw) > 64 * 1024

        response = await send(street, raw, token=await token_of(street))

        assert response.status == 201

    async def test_a_flood_is_refused(self, street: Street) -> None:
        window = await street.come()
        token = window.frames[0]["token"]
        await window.say("c1", "在吗")
        answers = [await send(street, picture(), token=token) for _ in range(11)]

        assert [it.status for it in answers] == [201] * 10 + [429]
        assert int(answers[-1].headers["Retry-After"]) >= 1

    async def test_who_has_never_written_may_send_a_few(self, street: Street) -> None:
        window = await street.come()
        token = window.frames[0]["token"]
        answers = [await send(street, picture(), token=token) for _ in range(6)]
        await window.say("c1", "在吗")
        after = await send(street, picture(), token=token)

        assert [it.status for it in answers] == [201] * 5 + [429]
        assert int(answers[-1].headers["Retry-After"]) > 3600
        assert after.status == 201

    async def test_so_much_a_day_is_enough(self, street: Street) -> None:
        window = await street.come()
        token = window.frames[0]["token"]
        await window.say("c1", "在吗")
        await stored_before(street, token, size=32 * 1024 * 1024)

        refused = await send(street, picture(), token=token)
        street.floor.clock.move(days=1, minutes=1)
        taken = await send(street, picture(), token=token)

        assert (refused.status, taken.status) == (429, 201)
        assert int(refused.headers["Retry-After"]) > 3600

    async def test_side_by_side_they_are_as_few(self, street: Street) -> None:
        token = await token_of(street)

        answers = await asyncio.gather(
            *(send(street, picture(), token=token) for _ in range(8))
        )

        assert [it.status for it in answers].count(201) == 5
        folder = Path(street.floor.settings.var) / "media"
        assert len([it for it in folder.rglob("*") if it.is_file()]) == 5

    async def test_side_by_side_they_all_arrive(self, street: Street) -> None:
        token = await token_of(street)

        answers = await asyncio.gather(
            *(send(street, picture(), token=token) for _ in range(5))
        )

        assert len({(await it.json())["picture"] for it in answers}) == 5


class TestCors:
    async def test_an_allowed_page_may_read_the_answer_and_others_not(
        self, street: Street
    ) -> None:
        await street.set_shop(settings={"chat": {"origins": ["https://a.example"]}})
        token = await token_of(street)

        allowed = await send(street, b"", token=token, Origin="https://a.example")
        other = await send(street, b"", token=token, Origin="https://b.example")
        asked = await street.floor.client.options(
            PICTURES,
            headers={
                "Origin": "https://a.example",
                "Access-Control-Request-Method": "POST",
            },
        )

        name = "Access-Control-Allow-Origin"
        assert allowed.headers[name] == asked.headers[name] == "https://a.example"
        assert name not in other.headers
        assert asked.status == 204
        assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


class TestShow:
    @pytest.mark.parametrize(
        "name",
        [
            "0" * 32 + ".jpg",
            "0" * 32 + ".svg",
            "0" * 31 + ".jpg",
            "..%2F..%2Fxiaoer.db",
            "%00",
            "a" * 3000,
        ],
    )
    async def test_another_name_is_not_there(self, street: Street, name: str) -> None:
        response = await street.floor.client.get(f"/media/{name}")

        assert response.status == 404
