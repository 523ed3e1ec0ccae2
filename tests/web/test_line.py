"""A bad line: nothing the buyer wrote is lost, and nothing arrives twice."""

import pytest
from playwright.async_api import expect

from tests.web.conftest import Window
from tests.web.fake_shop import PICTURE

pytestmark = pytest.mark.asyncio(loop_scope="module")


class TestBrokenLine:
    async def test_is_told_and_mended(self, window: Window) -> None:
        await window.visit()

        window.shop.is_down = True
        await window.shop.drop()
        await expect(window.page.get_by_text("网络断开了")).to_be_visible()
        window.shop.is_down = False

        await expect(window.page.get_by_text("网络断开了")).to_be_hidden()

    async def test_what_was_said_meanwhile_comes_once(self, window: Window) -> None:
        await window.visit()
        await window.shop.say("之前")
        await expect(window.log).to_contain_text("之前")

        window.shop.is_down = True
        await window.shop.drop()
        await window.shop.say("期间一")
        await window.shop.say("期间二")
        window.shop.is_down = False

        bubbles = window.log.locator(".bubble")
        await expect(bubbles).to_have_text(["之前", "期间一", "期间二"])

    async def test_what_was_written_meanwhile_goes_once(self, window: Window) -> None:
        await window.visit()
        window.shop.is_down = True
        await window.shop.drop()

        await window.say("断网时写的")
        await expect(window.log).to_contain_text("发送中")
        window.shop.is_down = False

        await expect(window.page.get_by_text("发送中")).to_have_count(0)
        assert window.shop.texts() == ["断网时写的"]
        assert len(window.shop.got("message")) == 1

    async def test_what_the_server_has_but_did_not_confirm_is_not_doubled(
        self, window: Window
    ) -> None:
        await window.visit()
        window.shop.is_deaf = True
        await window.say("收到了吗")
        await expect(window.log).to_contain_text("发送中")

        await window.shop.drop()

        await expect(window.page.get_by_text("发送中")).to_have_count(0)
        assert window.shop.texts() == ["收到了吗"]
        await expect(window.log.locator(".bubble")).to_have_text(["收到了吗"])

    async def test_what_was_not_sent_survives_the_page(self, window: Window) -> None:
        await window.visit()
        window.shop.is_down = True
        await window.shop.drop()
        await window.say("刷新前写的")
        await expect(window.log).to_contain_text("发送中")

        window.shop.is_down = False
        await window.page.reload()

        await expect(window.page.get_by_text("发送中")).to_have_count(0)
        await expect(window.log.locator(".bubble")).to_have_text(["刷新前写的"])
        assert window.shop.texts() == ["刷新前写的"]

    async def test_what_was_being_written_survives_the_page(
        self, window: Window
    ) -> None:
        await window.visit()
        await window.input.press_sequentially("写到一半")

        await window.page.reload()

        await expect(window.input).to_have_value("写到一半")
        await window.input.press("Enter")
        await window.page.reload()
        await expect(window.input).to_have_value("")


class TestRefusedMessage:
    async def test_in_a_hurry_it_goes_again_later(self, window: Window) -> None:
        await window.visit()
        window.shop.refusal = {
            "code": "rate_limited",
            "message": "too fast",
            "retry_after": 1,
        }

        await window.say("一下子好多条")

        await expect(window.page.get_by_text("发得有点快")).to_be_visible()
        await expect(window.page.get_by_text("发得有点快")).to_be_hidden()
        assert window.shop.texts() == ["一下子好多条"]

    async def test_for_good_it_can_only_be_removed(self, window: Window) -> None:
        await window.visit()
        window.shop.refusal = {"code": "invalid_field", "message": "text"}
        await window.say("不行的")

        await expect(window.log).to_contain_text("这条消息没能发出")
        await expect(window.page.get_by_role("button", name="重试")).to_have_count(0)
        await window.page.get_by_role("button", name="删除").click()

        await expect(window.log.locator(".bubble")).to_have_count(0)

    @pytest.mark.parametrize(
        ("code", "words"), [(4401, "没能确认您的身份"), (4404, "没有找到这家店铺")]
    )
    async def test_a_closed_door_is_told_in_words(
        self, window: Window, code: int, words: str
    ) -> None:
        await window.visit()

        await window.shop.drop(code=code)

        await expect(window.page.get_by_text(words)).to_be_visible()


class TestPictures:
    async def choose(self, window: Window, **more: object) -> None:
        files = {
            "name": "纸箱.png",
            "mimeType": "image/png",
            "buffer": PICTURE.read_bytes(),
            **more,
        }
        await window.page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]

    async def test_show_themselves_on_their_way_and_arrive(
        self, window: Window
    ) -> None:
        await window.visit()
        window.shop.may_upload.clear()

        await self.choose(window)
        await expect(window.log.locator("img[src^='blob:']")).to_be_visible()
        await expect(window.log.get_by_role("progressbar")).to_be_visible()
        await expect(window.log).to_contain_text("正在上传")
        window.shop.may_upload.set()

        await expect(window.log.get_by_role("link", name="查看大图")).to_be_visible()
        assert window.shop.uploads == [PICTURE.read_bytes()]
        [message] = window.shop.got("message")
        assert message["picture"] == "/media/one.png"

    async def test_from_another_site_arrive_too(self, window: Window) -> None:
        await window.embed(previews="blob:")
        await window.launcher.click()
        await window.online()

        await self.choose(window)

        image = window.log.get_by_role("link", name="查看大图").locator("img")
        await expect(image).to_have_attribute("src", f"{window.origin}/media/one.png")

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            ({"mimeType": "application/pdf"}, "只能发送 JPG"),
            ({"buffer": b""}, "是空的"),
            ({"buffer": bytes(8 * 1024 * 1024 + 1)}, "不能超过 8 MB"),
        ],
        ids=["kind", "empty", "size"],
    )
    async def test_that_cannot_go_are_refused_in_words(
        self, window: Window, file: dict[str, object], words: str
    ) -> None:
        await window.visit()

        await self.choose(window, **file)

        await expect(window.page.get_by_role("alert")).to_contain_text(words)
        assert window.shop.uploads == []

    async def test_that_did_not_arrive_can_be_sent_again(self, window: Window) -> None:
        await window.visit()
        window.shop.upload_status = 500
        await self.choose(window)
        await expect(window.log).to_contain_text("图片没传上去")

        window.shop.upload_status = 201
        await window.page.get_by_role("button", name="重试").click()

        await expect(window.log.get_by_role("link", name="查看大图")).to_be_visible()
        assert len(window.shop.got("message")) == 1

    @pytest.mark.parametrize(
        ("status", "words"),
        [(413, "不能超过 8 MB"), (415, "只能发送"), (400, "打不开")],
    )
    async def test_that_the_server_refuses_are_explained(
        self, window: Window, status: int, words: str
    ) -> None:
        await window.visit()
        window.shop.upload_status = status

        await self.choose(window)

        await expect(window.log).to_contain_text(words)
        await expect(window.page.get_by_role("button", name="重试")).to_have_count(0)
