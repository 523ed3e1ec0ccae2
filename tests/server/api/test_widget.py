import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.api.widget import Keeping, Widget
from server.chat.service import DEFAULT_COLOUR, DEFAULT_POSITION
from server.shops import Shops
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.shops import ShopChanges, set_shop
from tests.journeys.shop_floor import ShopFloor

EVIL = "<script>alert(1)</script>"
SCRIPT = "窗口();" * 100
Client = TestClient[web.Request, web.Application]


@pytest.fixture(name="script")
def _script(tmp_path: Path) -> Path:
    path = tmp_path / "widget.js"
    path.write_text(SCRIPT, "utf-8")
    return path


@pytest.fixture(name="client")
async def _client(
    shops: Shops, shop: ShopRecord, script: Path
) -> AsyncIterator[Client]:
    widget = Widget(
        shops=shops,
        keeping=Keeping(message_days=30, picture_days=0),
        script=script,
    )
    app = web.Application()
    for route in widget.routes():
        app.router.add_route(route.method, route.path, route.handler)
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


async def change(database: Database, shops: Shops, changes: ShopChanges) -> None:
    shop_id = shops.by_slug("demo").record.shop_id
    await database.write(lambda conn: set_shop(conn, shop_id, changes=changes))
    await shops.refresh()


def build_anew(script: Path, content: str | None) -> None:
    """Replace what was built; None takes it away."""
    if content is None:
        script.unlink()
        return
    script.write_text(content, "utf-8")
    os.utime(script, ns=(1, 1))


class TestScript:
    async def test_is_packed_for_whoever_can_unpack_it(self, client: Client) -> None:
        packed = await client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
        plain = await client.get("/widget.js", headers={"Accept-Encoding": "identity"})

        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(await packed.read()) == SCRIPT.encode()
        assert "Content-Encoding" not in plain.headers
        assert await plain.read() == SCRIPT.encode()
        assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"

    async def test_may_be_used_by_any_page_and_is_what_it_says(
        self, client: Client
    ) -> None:
        response = await client.get("/widget.js")

        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "public, max-age=300"

    async def test_is_not_sent_again_to_whoever_has_it(self, client: Client) -> None:
        first = await client.get("/widget.js")

        again = await client.get(
            "/widget.js", headers={"If-None-Match": first.headers["ETag"]}
        )

        assert again.status == 304
        assert await again.read() == b""

    async def test_is_sent_anew_once_it_was_built_anew(
        self, client: Client, script: Path
    ) -> None:
        first = await client.get("/widget.js")
        build_anew(script, "新();")

        again = await client.get(
            "/widget.js",
            headers={
                "If-None-Match": first.headers["ETag"],
                "Accept-Encoding": "identity",
            },
        )

        assert again.status == 200
        assert await again.read() == "新();".encode()

    async def test_that_was_never_built_says_how_to(
        self, client: Client, script: Path
    ) -> None:
        build_anew(script, None)

        response = await client.get("/widget.js")

        assert response.status == 503
        assert "scripts/web" in await response.text()


class TestPage:
    async def test_allows_our_own_script_and_socket_only(self, client: Client) -> None:
        response = await client.get("/chat/demo", headers={"Host": "shop.example"})

        assert response.status == 200
        assert response.headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; "
            "connect-src 'self' ws://shop.example wss://shop.example; "
            "img-src 'self' blob:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        assert response.headers["X-Frame-Options"] == "DENY"
        assert 'data-shop="demo"' in await response.text()

    async def test_does_not_let_a_host_write_the_policy(self, client: Client) -> None:
        response = await client.get(
            "/chat/demo", headers={"Host": "a; script-src 'unsafe-inline'"}
        )

        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("path", ["/chat/demo", "/chat/demo/privacy"])
    async def test_a_name_is_text_and_never_markup(
        self, client: Client, database: Database, shops: Shops, path: str
    ) -> None:
        await change(database, shops, ShopChanges(name=EVIL))

        page = await (await client.get(path)).text()

        assert EVIL not in page
        assert "&lt;script&gt;alert(1)" in page

    @pytest.mark.parametrize("path", ["", "/privacy", "/look"])
    async def test_of_an_unknown_shop_is_none(
        self, floor: ShopFloor, path: str
    ) -> None:
        response = await floor.client.get(f"/chat/nobody{path}")

        assert response.status == 404
        assert (await response.json())["error"]["code"] == "not_found"


class TestLook:
    async def test_is_the_shops_own(
        self, client: Client, database: Database, shops: Shops
    ) -> None:
        before = await (await client.get("/chat/demo/look")).json()
        await change(
            database,
            shops,
            ShopChanges(settings={"chat": {"colour": "#123456", "position": "left"}}),
        )

        response = await client.get("/chat/demo/look")

        assert before["colour"] == DEFAULT_COLOUR
        assert before["position"] == DEFAULT_POSITION
        assert await response.json() == {
            "name": "小二演示店",
            "colour": "#123456",
            "position": "left",
        }
        assert response.headers["Access-Control-Allow-Origin"] == "*"


class TestPrivacy:
    async def test_says_who_what_how_long_and_which_rights(
        self, client: Client
    ) -> None:
        response = await client.get("/chat/demo/privacy")

        page = await response.text()
        assert "由您正在咨询的店铺「小二演示店」处理" in page
        assert "聊天文字：30 天，到期删除" in page
        assert "图片：不设期限，您可以随时要求删除" in page
        for words in ("自动回复", "转人工", "删除", "退订"):
            assert words in page

    async def test_its_policy_allows_its_own_style_only(self, client: Client) -> None:
        response = await client.get("/chat/demo/privacy")

        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy

    async def test_is_the_shops_own_where_it_has_one(
        self, client: Client, database: Database, shops: Shops
    ) -> None:
        own = "https://shop.example/privacy"
        await change(database, shops, ShopChanges(policies={"shop.privacy_url": own}))

        response = await client.get("/chat/demo/privacy", allow_redirects=False)

        assert response.status == 302
        assert response.headers["Location"] == own

    async def test_never_leads_to_something_that_runs(
        self, client: Client, database: Database, shops: Shops
    ) -> None:
        policies = {"shop.privacy_url": "javascript:alert(1)"}
        await change(database, shops, ShopChanges(policies=policies))

        response = await client.get("/chat/demo/privacy", allow_redirects=False)

        assert response.status == 200
