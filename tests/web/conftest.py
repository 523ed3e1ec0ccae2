"""Fixtures of the chat window in a browser: Chromium, a page, a shop that plays along."""

import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, async_playwright

from server.api.widget import Keeping, Widget
from server.library import Library, load_library
from server.settings import Settings
from server.shops import Shops
from storage.database import Database
from tests.databases import make_shop, opened, sqlite_url
from tests.web.fake_shop import FakeShop, application

_ROOT = Path(__file__).parents[2]
_CHROMIUM = shutil.which("chromium")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The chat window in a browser, as a buyer sees it."""

    page: Page
    shop: FakeShop
    origin: str
    errors: list[str]
    """What the browser complained of."""
    asked: list[str]
    """Every address the page has asked for."""

    @property
    def input(self) -> Locator:
        return self.page.get_by_label("输入消息")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher")

    async def visit(self) -> None:
        """Show the shop's chat page, and wait until it is connected."""
        await self.page.goto(f"{self.origin}/chat/demo")
        await self.online()

    async def online(self) -> None:
        await self.page.get_by_text("自动客服为您服务").wait_for()

    async def embed(self, attributes: str = "", *, previews: str = "") -> None:
        """Show a page of another site that has the tag, under a strict policy."""
        policy = (
            f"default-src 'none'; script-src {self.origin}; style-src 'none'; "
            f"connect-src {self.origin} {self.origin.replace('http', 'ws')}; "
            f"img-src {self.origin} {previews}"
        )
        tag = f'<script src="{self.origin}/widget.js" data-shop="demo" {attributes}>'
        self.shop.embedding = f"<head>{tag}</script></head><body>店铺</body>", policy
        # The same machine under another name is another origin.
        foreign = self.origin.replace("127.0.0.1", "localhost")
        await self.page.goto(f"{foreign}/embedding")
        await self.launcher.wait_for()

    async def say(self, text: str) -> None:
        """Type a text and press Enter."""
        await self.input.fill(text)
        await self.input.press("Enter")


@pytest.fixture(scope="session", name="library")
def _library() -> Library:
    return load_library(None, var_path=Path("var"))


@pytest.fixture(scope="session", name="built")
def _built() -> bytes:
    """The built script; nothing is built when nothing has changed."""
    subprocess.run([str(_ROOT / "scripts/web")], check=True, cwd=_ROOT)  # noqa: S603 - our own script
    return (_ROOT / "web/dist/widget.js").read_bytes()


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="chromium")
async def _chromium() -> AsyncIterator[Browser]:
    if _CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module", name="shop")
async def _shop() -> FakeShop:
    return FakeShop()


@pytest_asyncio.fixture(loop_scope="module", name="origin")
async def _origin(
    shop: FakeShop, built: bytes, library: Library, tmp_path: Path
) -> AsyncIterator[str]:
    with opened(sqlite_url(tmp_path)) as database:
        routes = (await _widget(database, library)).routes()
        async with TestServer(application(shop, routes)) as server:
            yield f"http://127.0.0.1:{server.port}"


async def _widget(database: Database, library: Library) -> Widget:
    make_shop(database, slug="demo")
    shops = Shops(database=database, library=library, settings=Settings())
    await shops.refresh()
    return Widget(shops=shops, keeping=Keeping())


@asynccontextmanager
async def looking_at(
    chromium: Browser, *, shop: FakeShop, origin: str, size: dict[str, int]
) -> AsyncIterator[Window]:
    """A fresh browser profile, looking through a screen of this size."""
    context = await chromium.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    page.set_default_timeout(10_000)
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console", lambda said: errors.append(said.text) if _is_ours(said) else None
    )
    window = Window(page=page, shop=shop, origin=origin, errors=errors, asked=asked)
    yield window
    await context.close()


def _is_ours(said: Any) -> bool:
    """Return whether a line of the console is a complaint about our own doing."""
    is_network = "Failed to load resource" in said.text or "WebSocket" in said.text
    return said.type == "error" and not is_network


@pytest_asyncio.fixture(loop_scope="module", name="window")
async def _window(
    chromium: Browser, shop: FakeShop, origin: str
) -> AsyncIterator[Window]:
    async with looking_at(chromium, shop=shop, origin=origin, size=DESKTOP) as window:
        yield window
        assert window.errors == []


@pytest_asyncio.fixture(loop_scope="module", name="phone")
async def _phone(
    chromium: Browser, shop: FakeShop, origin: str
) -> AsyncIterator[Window]:
    async with looking_at(chromium, shop=shop, origin=origin, size=PHONE) as window:
        yield window
        assert window.errors == []
