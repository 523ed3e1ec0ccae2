"""What stands in the window: messages, cards, buttons, the queue, the rating."""

import pytest
from playwright.async_api import expect

from tests.web.conftest import Window

pytestmark = pytest.mark.asyncio(loop_scope="module")
EVIL = '<img src=x onerror="window.evil=1"><script>window.evil=1</script>'


class TestFirstLine:
    async def test_says_that_it_is_a_program_and_how_to_get_a_person(
        self, window: Window
    ) -> None:
        await window.visit()

        intro = window.log.locator(".intro")
        await expect(intro).to_contain_text("自动客服")
        await expect(intro).to_contain_text("转人工")
        await expect(intro.get_by_role("link", name="隐私说明")).to_have_attribute(
            "href", f"{window.origin}/chat/demo/privacy"
        )


class TestMessages:
    async def test_say_who_wrote_them(self, window: Window) -> None:
        await window.visit()

        await window.shop.say("程序写的")
        await window.shop.say("人写的", sender="agent")
        await window.shop.say("已为您转接", sender="system", is_automatic=True)

        rows = window.log.locator(".row")
        await expect(rows).to_have_count(3)
        await expect(rows.nth(0)).to_contain_text("小二自动回复")
        await expect(rows.nth(1)).to_contain_text("客服")
        await expect(rows.nth(1)).not_to_contain_text("自动回复")
        await expect(rows.nth(2)).to_have_text("已为您转接")

    async def test_of_an_agent_that_were_sent_by_a_program_say_so(
        self, window: Window
    ) -> None:
        await window.visit()

        await window.shop.say("欢迎", sender="agent", is_automatic=True)

        await expect(window.log.locator(".row")).to_contain_text("客服自动回复")

    async def test_are_text_and_never_markup(self, window: Window) -> None:
        window.shop.name = EVIL
        await window.embed(f"data-user-name='{EVIL}'")
        await window.launcher.click()
        await window.online()

        await window.say(EVIL)
        await window.shop.say(EVIL, buttons=[EVIL])
        card = {"kind": "item", "id": EVIL, "title": EVIL, "price_fen": 1}
        await window.shop.say(EVIL, card=card)
        await window.shop.say(EVIL, sender="system", is_automatic=True)
        await window.shop.say("图", picture="javascript:alert(1)")

        await expect(window.log.locator(".row")).to_have_count(5)
        await expect(window.log.locator(".bubble").first).to_have_text(EVIL)
        await expect(window.log.locator(".intro")).to_contain_text(EVIL)
        assert await window.page.evaluate("window.evil") is None
        assert await window.log.locator("img, script").count() == 0
        assert await window.page.locator("a[href^=javascript]").count() == 0

    async def test_lead_to_web_addresses_in_a_page_of_their_own(
        self, window: Window
    ) -> None:
        await window.visit()

        await window.shop.say("看 https://shop.example/a?b=1，谢谢")

        link = window.log.get_by_role("link", name="https://shop.example/a?b=1")
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        await expect(link).to_have_attribute("target", "_blank")

    async def test_older_ones_come_when_the_buyer_scrolls_up(
        self, window: Window
    ) -> None:
        window.shop.write_history(120)
        await window.visit()
        rows = window.log.locator(".row")
        await expect(rows).to_have_count(50)

        await window.log.evaluate("log => log.scrollTop = 0")
        await expect(rows).to_have_count(100)
        # The buyer stays with the message they were looking at.
        await expect(window.log.get_by_text("旧消息71", exact=True)).to_be_in_viewport()
        await window.log.evaluate("log => log.scrollTop = 0")
        await expect(rows).to_have_count(120)
        await window.log.evaluate("log => log.scrollTop = 0")

        assert len(window.shop.got("history")) == 2
        await expect(rows.first).to_contain_text("旧消息1")

    async def test_the_newest_stays_in_sight_whatever_takes_room(
        self, window: Window
    ) -> None:
        window.shop.write_history(40)
        await window.visit()

        await window.shop.say("看图", picture="/media/one.png")
        await window.shop.say("最后一句")
        await expect(window.log.locator("img")).to_be_visible()
        await window.shop.change(phase="closed")
        await expect(window.page.get_by_text("这次服务您还满意吗")).to_be_visible()

        last = window.log.get_by_text("最后一句")
        await expect(last).to_be_in_viewport(ratio=1)

    async def test_new_ones_do_not_take_the_buyer_away_from_old_ones(
        self, window: Window
    ) -> None:
        window.shop.write_history(40)
        await window.visit()
        await window.log.evaluate("log => log.scrollTop = 300")

        await window.shop.say("刚刚来的")
        await window.page.get_by_role("button", name="有新消息").click()

        await expect(window.log.get_by_text("刚刚来的")).to_be_in_viewport()


class TestButtons:
    async def test_say_what_stands_on_them_and_are_gone_then(
        self, window: Window
    ) -> None:
        await window.visit()
        await window.shop.say("想问哪方面？", buttons=["运费", "退货"])

        await window.page.get_by_role("button", name="退货").click()

        await expect(window.page.get_by_role("button", name="运费")).to_have_count(0)
        assert window.shop.texts() == ["想问哪方面？", "退货"]

    async def test_one_of_them_calls_a_person_at_any_time(self, window: Window) -> None:
        await window.visit()
        await window.shop.change(phase="person")

        await window.page.get_by_role("button", name="转人工").click()

        await expect(window.log.locator(".bubble")).to_have_text("转人工")
        assert [frame["text"] for frame in window.shop.got("message")] == ["转人工"]


class TestCards:
    async def test_show_an_item_with_its_price(self, window: Window) -> None:
        await window.visit()

        item = {"kind": "item", "id": "i1", "title": "搬家纸箱", "price_fen": 1990}
        await window.shop.say("您看的是：", card=item)

        card = window.log.get_by_role("group", name="商品")
        await expect(card).to_have_text("搬家纸箱¥19.90")

    async def test_show_an_order_with_its_state(self, window: Window) -> None:
        await window.visit()

        order = {"kind": "order", "id": "o1", "title": "纸箱 等2件", "state": "shipped"}
        await window.shop.say("您的订单：", card=order)

        card = window.log.get_by_role("group", name="订单")
        await expect(card).to_have_text("纸箱 等2件订单号 o1已发货")


class TestStatus:
    async def test_says_who_serves(self, window: Window) -> None:
        await window.visit()

        await window.shop.change(phase="person")
        await expect(window.page.get_by_text("人工客服为您服务")).to_be_visible()
        await window.shop.change(phase="assistant")
        await expect(window.page.get_by_text("自动客服为您服务")).to_be_visible()

    async def test_says_how_many_are_before_the_buyer(self, window: Window) -> None:
        await window.visit()

        await window.shop.change(phase="waiting", position=3)
        await expect(window.page.get_by_text("前面还有2位")).to_be_visible()
        await window.shop.change(phase="waiting", position=1)
        await expect(window.page.get_by_text("您是下一位")).to_be_visible()

    async def test_says_when_somebody_will_be_there(self, window: Window) -> None:
        await window.visit()

        await window.shop.change(
            phase="waiting", is_staffed=False, opens_at="2037-01-05T01:00:00Z"
        )

        notice = window.page.get_by_text("同事1月5日 09:00上班")
        await expect(notice).to_be_visible()


class TestTyping:
    async def test_goes_both_ways(self, window: Window) -> None:
        await window.visit()

        await window.input.press_sequentially("我在想")
        await window.shop.tell(type="typing", sender="agent")

        await expect(window.page.get_by_text("客服正在输入")).to_be_attached()
        assert window.shop.got("typing") == [{"type": "typing"}]
        await window.shop.say("在的", sender="agent")
        await expect(window.page.locator(".typing")).to_be_hidden()


class TestRating:
    async def test_is_asked_for_at_the_end_and_sent_with_a_reason(
        self, window: Window
    ) -> None:
        await window.visit()
        await window.shop.say("再见")
        await window.shop.change(phase="closed")

        await window.page.get_by_label("4 星，满意").check()
        await window.page.get_by_label("说说原因").fill("回得快")
        await window.page.get_by_role("button", name="提交评价").click()

        await expect(window.page.get_by_text("谢谢您的评价")).to_be_visible()
        [rating] = window.shop.got("rating")
        assert rating == {"type": "rating", "stars": 4, "reason": "回得快"}

    async def test_can_be_given_at_any_time_by_the_keyboard(
        self, window: Window
    ) -> None:
        await window.visit()
        await window.shop.say("您好")
        await window.page.get_by_label("更多").click()
        await window.page.get_by_text("结束并评价").click()
        submit = window.page.get_by_role("button", name="提交评价")
        await expect(submit).to_be_disabled()

        await window.page.get_by_label("1 星").focus()
        await window.page.keyboard.press("Space")
        await window.page.keyboard.press("ArrowRight")
        await submit.press("Enter")

        await expect(window.page.get_by_text("谢谢您的评价")).to_be_visible()
        assert window.shop.got("rating") == [{"type": "rating", "stars": 2}]

    async def test_may_be_put_off(self, window: Window) -> None:
        await window.visit()
        await window.shop.change(phase="closed")
        await window.shop.say("还有别的吗")
        await window.shop.change(phase="closed")

        await window.page.get_by_label("更多").click()
        await window.page.get_by_text("结束并评价").click()
        await window.page.get_by_role("button", name="以后再说").click()

        await expect(window.page.get_by_label("4 星")).to_be_hidden()
        assert window.shop.got("rating") == []
