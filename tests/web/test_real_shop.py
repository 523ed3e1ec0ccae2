"""The window and the real shop: what a buyer and an agent see of each other."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sqlalchemy import Connection

from connectors.base import Stoppable
from connectors.web_chat.identity import user_hash
from server.library import Library
from storage.repositories.conversations import agent_message, take_over
from storage.repositories.shops import ShopChanges, set_shop
from tests.databases import opened, sqlite_url
from tests.journeys.shop_floor import SECRET, SLUG, ShopFloor, open_shop
from tests.web.conftest import DESKTOP, PHONE, Window, looking_at
from tests.web.fake_shop import PICTURE, FakeShop, served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", name="floor")
async def _floor(
    built: bytes, library: Library, tmp_path: Path
) -> AsyncIterator[ShopFloor]:
    with opened(sqlite_url(tmp_path)) as database:
        async with open_shop(
            database, library, var=tmp_path, with_callback=False
        ) as floor:
            yield floor


@pytest_asyncio.fixture(loop_scope="module", name="buyer")
async def _buyer(chromium: Browser, floor: ShopFloor) -> AsyncIterator[Window]:
    origin = f"http://127.0.0.1:{floor.client.port}"
    async with looking_at(
        chromium, shop=FakeShop(), origin=origin, size=DESKTOP
    ) as window:
        await visit(window)
        yield window
        assert window.errors == []


async def visit(window: Window) -> None:
    await window.page.goto(f"{window.origin}/chat/{SLUG}")
    await window.online()


async def answer(floor: ShopFloor, *, person_id: int, text: str) -> None:
    """Let an agent take the only conversation over and write."""
    now = floor.clock()
    until = now + timedelta(hours=1)

    def unit(conn: Connection) -> None:
        take_over(
            conn,
            floor.shop_id,
            conversation_id=1,
            person_id=person_id,
            until=until,
            now=now,
        )
        agent_message(
            conn,
            floor.shop_id,
            conversation_id=1,
            person_id=person_id,
            text=text,
            until=until,
            now=now,
            deliver=False,
        )

    await floor.service.database.write(unit)


class TestRealShop:
    async def test_answers_and_shows_everything_again_after_a_reload(
        self, buyer: Window
    ) -> None:
        await buyer.say("你好，什么时候发货？")

        answer = buyer.log.locator(".row.assistant .bubble").first
        await expect(answer).to_be_visible()
        await expect(buyer.page.get_by_text("发送中")).to_have_count(0)
        said = await buyer.log.locator(".bubble").all_inner_texts()
        await buyer.page.reload()
        await expect(buyer.log.locator(".bubble")).to_have_text(said)

    async def test_takes_a_picture_and_shows_it(self, buyer: Window) -> None:
        await buyer.page.locator("input[type=file]").set_input_files(PICTURE)

        image = buyer.log.get_by_role("link", name="查看大图").locator("img")
        await expect(image).to_be_visible()
        width = await image.evaluate(
            "async (it) => (await it.decode(), it.naturalWidth)"
        )
        assert width == 480

    async def test_refuses_a_picture_that_is_none_in_words(self, buyer: Window) -> None:
        await buyer.page.locator("input[type=file]").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": b"not a picture"}
        )

        await expect(buyer.log).to_contain_text("这张图片打不开")

    async def test_hands_over_and_tells_the_place_in_the_queue(
        self, buyer: Window, floor: ShopFloor
    ) -> None:
        agent = await floor.put_on_duty()
        await buyer.page.get_by_role("button", name="转人工").click()
        await expect(buyer.page.get_by_text("您是下一位")).to_be_visible()

        await answer(floor, person_id=agent, text="您好，我是小林")

        await expect(buyer.page.get_by_text("人工客服为您服务")).to_be_visible()
        await expect(buyer.log.locator(".row.agent")).to_contain_text("您好，我是小林")

    async def test_says_honestly_when_nobody_is_there(
        self, buyer: Window, floor: ShopFloor
    ) -> None:
        floor.clock.move(hours=12)

        await buyer.page.get_by_role("button", name="转人工").click()

        notice = buyer.page.get_by_text("人工客服现在不在班")
        await expect(notice).to_contain_text("09:00上班")

    async def test_takes_a_rating(self, buyer: Window) -> None:
        await buyer.say("你好")
        await expect(buyer.log.locator(".row.assistant .bubble").first).to_be_visible()
        await buyer.page.get_by_label("更多").click()
        await buyer.page.get_by_text("结束并评价").click()

        await buyer.page.get_by_label("5 星").check()
        await buyer.page.get_by_role("button", name="提交评价").click()

        await expect(buyer.page.get_by_text("谢谢您的评价")).to_be_visible()

    async def test_knows_a_buyer_again_on_another_device_once_they_log_in(
        self, buyer: Window, floor: ShopFloor, chromium: Browser
    ) -> None:
        await buyer.say("匿名时问的")
        await expect(buyer.log.locator(".row.assistant .bubble").first).to_be_visible()
        proof = user_hash(SECRET.encode(), "lan")
        identify = f"Xiaoer.identify({{userId: 'lan', userHash: '{proof}'}})"
        await buyer.page.evaluate(identify)
        await expect(buyer.log.locator(".row.buyer .bubble")).to_have_text("匿名时问的")

        async with looking_at(
            chromium, shop=buyer.shop, origin=buyer.origin, size=PHONE
        ) as phone:
            await visit(phone)
            await phone.page.evaluate(identify)

            mine = phone.log.locator(".row.buyer .bubble")
            await expect(mine).to_have_text("匿名时问的")

    async def test_does_not_believe_a_wrong_proof(self, buyer: Window) -> None:
        await buyer.page.evaluate("Xiaoer.identify({userId: 'lan', userHash: 'ab'})")

        await expect(buyer.page.get_by_text("没能确认您的身份")).to_be_visible()


class TestOtherSite:
    @pytest_asyncio.fixture(loop_scope="module", name="site")
    async def _site(self, floor: ShopFloor, buyer: Window) -> AsyncIterator[str]:
        """A page of the shop's own, elsewhere, that has the tag."""
        fake = FakeShop()
        tag = f'<script src="{buyer.origin}/widget.js" data-shop="{SLUG}"></script>'
        fake.embedding = f"<body>{tag}</body>", "style-src 'none'"
        async with served(fake) as origin:
            yield origin

    async def test_that_the_shop_has_allowed_may_chat(
        self, buyer: Window, floor: ShopFloor, site: str
    ) -> None:
        settings = {"chat": {"origins": [site], "colour": "#0050b3"}}
        await floor.service.database.write(
            lambda conn: set_shop(
                conn, floor.shop_id, changes=ShopChanges(settings=settings)
            )
        )
        await floor.service.shops.refresh()
        await buyer.page.goto(f"{site}/embedding")
        await expect(buyer.launcher).to_have_css("background-color", "rgb(0, 80, 179)")

        await buyer.launcher.click()
        await buyer.online()
        await buyer.page.locator("input[type=file]").set_input_files(PICTURE)

        link = buyer.log.get_by_role("link", name="查看大图")
        await expect(link.locator("img")).to_be_visible()

    async def test_that_nobody_has_allowed_may_not(
        self, buyer: Window, site: str
    ) -> None:
        await buyer.page.goto(f"{site}/embedding")

        await buyer.launcher.click()

        await expect(buyer.page.get_by_text("还没有开通在线客服")).to_be_visible()


class TestBrokenLine:
    async def test_shows_nothing_anew_that_is_there(
        self, buyer: Window, floor: ShopFloor
    ) -> None:
        """The place that the window goes on from is one that the server knows."""
        for number in range(6):
            await buyer.say(f"你好{number}")
            own = buyer.log.locator(".row.assistant .bubble")
            await expect(own.nth(number)).to_be_visible()
        first = await buyer.log.locator(".row").first.element_handle()
        assert first is not None

        for socket in floor.service.connectors.values():
            if isinstance(socket, Stoppable):
                await socket.stop()
        await buyer.say("还在吗")

        await expect(buyer.page.get_by_text("发送中")).to_have_count(0)
        assert await first.evaluate("row => row.isConnected")
