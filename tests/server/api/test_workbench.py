import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.api.workbench import Workbench
from server.errors import errors_as_json

Client = TestClient[web.Request, web.Application]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    return tmp_path


@pytest.fixture(name="client")
async def _client(folder: Path) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[errors_as_json])
    for route in Workbench(folder=folder).routes():
        app.router.add_route(route.method, route.path, route.handler)
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


class TestPage:
    async def test_lets_in_no_script_and_no_style_but_our_files(
        self, client: Client, folder: Path
    ) -> None:
        (folder / "index.html").write_text("<p>页面", "utf-8")

        page = await client.get("/workbench")

        policy = page.headers["Content-Security-Policy"]
        assert (page.status, await page.text()) == (200, "<p>页面")
        assert "unsafe" not in policy
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert page.headers["Cache-Control"] == "no-cache"

    async def test_says_what_to_do_when_it_is_not_built(self, client: Client) -> None:
        page = await client.get("/workbench")

        assert (page.status, "scripts/web" in await page.text()) == (503, True)


class TestAsset:
    async def test_is_kept_for_ever_and_packed(
        self, client: Client, folder: Path
    ) -> None:
        (folder / "assets/index-a1.js").write_bytes(b"go();" * 99)

        file = await client.get(
            "/workbench/assets/index-a1.js", headers={"Accept-Encoding": "gzip"}
        )

        assert "immutable" in file.headers["Cache-Control"]
        assert gzip.decompress(await file.read()) == b"go();" * 99

    @pytest.mark.parametrize(
        "name", ["gone.js", "..%2Findex.html", "index.html", ".js"]
    )
    async def test_nothing_else_is_given_away(
        self, client: Client, folder: Path, name: str
    ) -> None:
        (folder / "index.html").write_text("page", "utf-8")

        file = await client.get(f"/workbench/assets/{name}")

        assert file.status == 404
