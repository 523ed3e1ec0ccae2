"""The window in a page: the button, the keyboard, the screen reader, the policies."""

import gzip

import pytest
from playwright.async_api import expect

from tests.web.conftest import Window

pytestmark = pytest.mark.asyncio(loop_scope="module")
LARGEST = 20 * 1024


class TestScript:
    async def test_weighs_at_most_20_kilobytes(self, built: bytes) -> None:
        size = len(gzip.compress(built))

        assert size <= LARGEST, size


class TestEmbedding:
    async def test_works_under_a_policy_that_allows_no_style_at_all(
        self, window: Window
    ) -> None:
        await window.embed()
        await window.launcher.click()
        await window.online()
        await window.say("在吗")

        await expect(window.log).to_contain_text("在吗")
        panel = window.page.get_by_role("dialog")
        box = await panel.bounding_box()
        assert box is not None
        assert box["width"] == 392  # the styles are there

    async def test_asks_nobody_but_the_server(self, window: Window) -> None:
        await window.embed()
        await window.launcher.click()
        await window.online()
        await window.shop.say("看图", picture="/media/one.png")
        await expect(window.log.locator("img")).to_be_visible()

        hosts = {address.split("/")[2] for address in window.asked}

        port = window.origin.rsplit(":", 1)[1]
        assert hosts == {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def test_says_nothing_before_the_buyer_opens_it(self, window: Window) -> None:
        await window.embed()

        assert window.shop.sockets == set()
        assert await window.page.evaluate("Object.keys(localStorage)") == []

    async def test_takes_colour_and_side_from_the_tag(self, window: Window) -> None:
        window.shop.colour, window.shop.position = "#00ff00", "right"
        await window.embed('data-colour="#0050b3" data-position="left"')
        await window.launcher.click()
        await window.online()
        await window.page.get_by_label("关闭聊天窗口").click()

        await expect(window.launcher).to_have_css("background-color", "rgb(0, 80, 179)")
        box = await window.launcher.bounding_box()
        assert box is not None
        assert box["x"] == 20

    async def test_takes_colour_and_side_from_the_shop(self, window: Window) -> None:
        window.shop.colour, window.shop.position = "#ffd400", "left"
        await window.embed()
        await window.launcher.click()
        await window.online()
        await window.page.get_by_label("关闭聊天窗口").click()

        await expect(window.launcher).to_have_css(
            "background-color", "rgb(255, 212, 0)"
        )
        await expect(window.launcher).to_have_css("color", "rgb(0, 0, 0)")
        box = await window.launcher.bounding_box()
        assert box is not None
        assert box["x"] == 20

    async def test_can_be_led_by_the_page(self, window: Window) -> None:
        await window.embed()

        await window.page.evaluate("Xiaoer.open()")
        await window.online()
        await window.page.evaluate(
            "Xiaoer.identify({userId: 'u1', userHash: 'ab', userName: '小红'});"
            "Xiaoer.show({itemId: 'i1'})"
        )
        await expect(window.page.get_by_text("将附上您正在看的商品")).to_be_visible()
        await window.say("这个有货吗")
        await expect(window.log).to_contain_text("这个有货吗")
        await window.page.evaluate("Xiaoer.close()")

        await expect(window.page.get_by_role("dialog")).to_be_hidden()
        [identified] = window.shop.got("identify")
        assert identified["user_id"] == "u1"
        [said] = window.shop.got("message")
        assert said["item_id"] == "i1"

    async def test_the_buyer_may_keep_the_item_to_themselves(
        self, window: Window
    ) -> None:
        await window.embed('data-item-id="i1"')
        await window.launcher.click()
        await window.online()

        await window.page.get_by_label("不附上").click()
        await window.say("随便问问")
        await expect(window.log).to_contain_text("随便问问")

        [said] = window.shop.got("message")
        assert "item_id" not in said

    async def test_counts_what_was_not_read(self, window: Window) -> None:
        await window.embed()
        await window.launcher.click()
        await window.online()
        await window.page.keyboard.press("Escape")

        await window.shop.say("第一条")
        await window.shop.say("第二条")

        await expect(window.launcher).to_have_text("2")
        await expect(window.launcher).to_have_accessible_name(
            "联系故事小店客服，2 条未读"
        )
        await window.launcher.click()
        await window.page.keyboard.press("Escape")
        await expect(window.page.locator(".unread")).to_be_hidden()


class TestKeyboard:
    async def test_escape_closes_and_the_focus_returns(self, window: Window) -> None:
        await window.embed()
        await window.page.keyboard.press("Tab")
        await expect(window.launcher).to_be_focused()
        await window.page.keyboard.press("Enter")
        await expect(window.input).to_be_focused()

        await window.page.keyboard.press("Escape")

        await expect(window.page.get_by_role("dialog")).to_be_hidden()
        await expect(window.launcher).to_be_focused()

    async def test_tab_goes_from_top_to_bottom(self, window: Window) -> None:
        await window.embed()
        await window.launcher.click()
        await window.online()
        await window.page.locator(".person").focus()
        order = []

        for _ in range(8):
            order.append(await window.page.evaluate(_FOCUSED))
            await window.page.keyboard.press("Tab")

        assert order == [
            "转人工",
            "更多",
            "关闭聊天窗口",
            "聊天记录",
            "隐私说明",
            "发送图片",
            "输入消息，按回车发送，Shift 加回车换行",
            order[7],
        ]

    async def test_enter_sends_and_shift_enter_breaks_the_line(
        self, window: Window
    ) -> None:
        await window.visit()

        await window.input.press_sequentially("第一行")
        await window.input.press("Shift+Enter")
        await window.input.press_sequentially("第二行")
        await window.input.press("Enter")

        await expect(window.log).to_contain_text("第一行")
        assert window.shop.texts() == ["第一行\n第二行"]
        await expect(window.input).to_have_value("")
        await expect(window.input).to_be_focused()

    async def test_nothing_but_blanks_is_not_sent(self, window: Window) -> None:
        await window.visit()

        await window.say("   ")

        await expect(window.page.get_by_label("发送", exact=True)).to_be_disabled()
        assert window.shop.got("message") == []

    async def test_escape_closes_the_menu_first(self, window: Window) -> None:
        await window.embed()
        await window.launcher.click()
        await window.online()
        await window.shop.say("您好")
        await window.page.get_by_label("更多").click()
        await expect(window.page.get_by_text("结束并评价")).to_be_visible()

        await window.page.keyboard.press("Escape")

        await expect(window.page.get_by_text("结束并评价")).to_be_hidden()
        await expect(window.page.get_by_role("dialog")).to_be_visible()


_FOCUSED = """() => {
  const at = document.activeElement.shadowRoot?.activeElement;
  return at ? at.getAttribute("aria-label") ?? at.textContent : null;
}"""


class TestScreenReader:
    async def test_new_messages_are_read_out(self, window: Window) -> None:
        await window.visit()

        await expect(window.log).to_have_attribute("aria-live", "polite")
        await expect(window.log).to_have_accessible_name("聊天记录")

    async def test_every_button_has_a_name(self, window: Window) -> None:
        await window.visit()
        await window.shop.say("您好")
        await window.page.get_by_label("更多").click()

        names = await window.page.get_by_role("button").evaluate_all(
            "all => all.map(one => one.getAttribute('aria-label') || one.textContent)"
        )

        assert names == ["转人工", "更多", "结束并评价", "发送图片", "发送"]

    async def test_every_text_can_be_read(self, window: Window) -> None:
        await window.visit()
        await window.shop.say("您好", buttons=["运费"])
        await window.shop.change(phase="waiting", position=2)
        await expect(window.page.get_by_text("前面还有1位")).to_be_visible()

        low = await window.page.evaluate(_LOW_CONTRAST)

        assert low == []


_LOW_CONTRAST = """() => {
  const parts = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const root = [...document.body.children].find((one) => one.shadowRoot).shadowRoot;
  return [...root.querySelectorAll("*")]
    .filter((one) => one.checkVisibility() && !one.disabled)
    .filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((one) => {
      const [a, b] = [light(parts(getComputedStyle(one).color)), light(groundOf(one))];
      return [one.textContent, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    })
    .filter(([, ratio]) => ratio < 4.5);
}"""


class TestPhone:
    async def test_fills_the_screen_and_does_not_scroll_sideways(
        self, phone: Window
    ) -> None:
        await phone.embed()
        await phone.launcher.click()
        await phone.online()
        await phone.shop.say("很长的网址 https://shop.example/" + "a" * 300)
        await expect(phone.log).to_contain_text("很长的网址")

        box = await phone.page.get_by_role("dialog").bounding_box()

        assert box is not None
        assert (box["x"], box["y"]) == (0, 0)
        assert (box["width"], box["height"]) == (390, 844)
        wide = await phone.log.evaluate("log => log.scrollWidth > log.clientWidth")
        assert wide is False

    async def test_does_not_zoom_when_the_buyer_writes(self, phone: Window) -> None:
        await phone.visit()

        await expect(phone.input).to_have_css("font-size", "16px")


class TestPage:
    async def test_is_the_window_and_nothing_else(self, window: Window) -> None:
        await window.visit()

        await expect(window.launcher).to_have_count(0)
        await expect(window.page.get_by_label("关闭聊天窗口")).to_have_count(0)
        await window.page.keyboard.press("Escape")
        await expect(window.input).to_be_visible()

    async def test_moves_for_nobody_who_asks_for_rest(self, window: Window) -> None:
        await window.embed()
        await window.launcher.click()

        await expect(window.page.get_by_role("dialog")).to_have_css(
            "animation-name", "none"
        )
