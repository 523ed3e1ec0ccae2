"""Three buyers, a real process, and a power cut in the middle of their talk."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sqlalchemy import text

from benchmarks.databases import open_engine
from benchmarks.processes import (
    Installation,
    Running,
    free_port,
    install,
    start_server,
    train,
    wait_until_ready,
)
from connectors.signed_http.signature import signed_headers
from connectors.web_chat.identity import user_hash
from tests.web.conftest import DESKTOP, PHONE, Window, looking_at
from tests.web.fake_shop import PICTURE, FakeShop

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
SETTINGS: dict[str, dict[str, Any]] = {
    "conversation": {"quiet_gap_seconds": 0.1},
    "logging": {"level": "warning"},
}
_SAID = """
    SELECT messages.id FROM messages
    WHERE conversation_id = (
        SELECT conversation_id FROM messages WHERE text = :text ORDER BY id LIMIT 1
    ) ORDER BY id
"""


@dataclass(slots=True)
class Premises:
    """A process that can be killed and started again at the same address."""

    installation: Installation
    port: int
    running: Running

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def cut_power(self) -> None:
        await asyncio.to_thread(self.running.kill)

    async def start(self) -> None:
        self.running = await asyncio.to_thread(_started, self.installation, self.port)

    def tell_item(self) -> None:
        """Tell an item that may be bargained for."""
        body = {"title": "加厚纸箱", "list_fen": 6990, "floor_fen": 5990, "stock": 9}
        payload = json.dumps(body).encode()
        shop = self.installation.shop
        request = Request(  # noqa: S310 - our own server
            f"{self.origin}/api/v1/shops/{shop}/items/i1", data=payload, method="PUT"
        )
        secret = self.installation.secret
        headers = signed_headers(secret, now=datetime.now(UTC), payload=payload)
        for name, value in headers.items():
            request.add_header(name, value)
        with urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
            assert answer.status == 200

    def stored(self, said: str) -> list[int]:
        """Return the ids of all messages beside the one that says this."""
        engine = open_engine(self.installation.database_url)
        with engine.connect() as conn:
            ids = conn.execute(text(_SAID), {"text": said}).scalars().all()
        engine.dispose()
        return list(ids)


def _started(installation: Installation, port: int) -> Running:
    running = start_server(installation, port=port)
    wait_until_ready(running)
    return running


@pytest_asyncio.fixture(loop_scope="module", name="premises")
async def _premises(built: bytes, tmp_path: Path) -> AsyncIterator[Premises]:
    def begin() -> Premises:
        installation = install(tmp_path / "shop", settings=SETTINGS)
        train(installation)
        port = free_port()
        return Premises(
            installation=installation, port=port, running=_started(installation, port)
        )

    premises = await asyncio.to_thread(begin)
    await asyncio.to_thread(premises.tell_item)
    yield premises
    await asyncio.to_thread(premises.running.stop)


async def say(window: Window, words: str) -> None:
    """Say something and wait until it is answered."""
    answers = window.log.locator(".row.assistant .bubble")
    before = await answers.count()
    await window.say(words)
    await expect(answers.nth(before)).to_be_visible()


async def shown(window: Window) -> list[int]:
    ids = await window.log.locator(".row[data-id]").evaluate_all(
        "rows => rows.map(row => Number(row.dataset.id))"
    )
    return list(ids)


async def everything_arrived(window: Window, premises: Premises, said: str) -> None:
    """Wait until the page shows what is stored: each message once, in order."""
    await expect(window.page.get_by_text("发送中")).to_have_count(0, timeout=40_000)
    async with asyncio.timeout(40):
        while await shown(window) != await asyncio.to_thread(premises.stored, said):
            pass


class TestPowerCut:
    async def test_loses_nothing_and_shows_nothing_twice(
        self, premises: Premises, chromium: Browser
    ) -> None:
        async with AsyncExitStack() as stack:
            bargainer, complainer, stranger = [
                await stack.enter_async_context(
                    looking_at(
                        chromium, shop=FakeShop(), origin=premises.origin, size=size
                    )
                )
                for size in (DESKTOP, PHONE, PHONE)
            ]
            everybody = (bargainer, complainer, stranger)
            for window in everybody:
                await window.page.goto(
                    f"{premises.origin}/chat/{premises.installation.shop}"
                )
                await window.online()

            # Side by side: one bargains, one complains with a picture, one just asks.
            await bargainer.page.evaluate("Xiaoer.show({itemId: 'i1'})")
            await asyncio.gather(
                say(bargainer, "能便宜点吗"),
                say(complainer, "都三天了还没发货，我要投诉"),
                say(stranger, "你好，在吗"),
            )
            await complainer.page.locator("input[type=file]").set_input_files(PICTURE)
            picture = complainer.log.get_by_role("link", name="查看大图").locator("img")
            await expect(picture).to_be_visible()
            await bargainer.say("再便宜点吧")

            await premises.cut_power()
            await expect(bargainer.page.get_by_text("网络断开了")).to_be_visible()
            for window in everybody:
                await window.say("断电时写的一句")
                await expect(window.page.get_by_text("发送中").last).to_be_visible()
            await premises.start()

            firsts = ("能便宜点吗", "都三天了还没发货，我要投诉", "你好，在吗")
            for window, first in zip(everybody, firsts, strict=True):
                own = window.log.locator(".row.buyer .bubble")
                await expect(window.page.get_by_text("发送中")).to_have_count(
                    0, timeout=40_000
                )
                await expect(own.get_by_text("断电时写的一句")).to_have_count(1)
                await say(window, "人呢")
                await everything_arrived(window, premises, first)
            await expect(picture).to_be_visible()

            # The stranger logs in: the same conversation, still everything once.
            proof = user_hash(premises.installation.secret, "lan")
            await stranger.page.evaluate(
                f"Xiaoer.identify({{userId: 'lan', userHash: '{proof}'}})"
            )
            await say(stranger, "我登录了")
            await everything_arrived(stranger, premises, "你好，在吗")
            assert [window.errors for window in everybody] == [[], [], []]
