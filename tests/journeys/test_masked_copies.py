"""Phone, address and identity number reach no log and no searchable copy."""

import io
from collections.abc import Iterator

import pytest
import structlog

from server.logs import mask_event
from tests.journeys.shop_floor import ShopFloor
from tests.journeys.traces import in_tables

PERSONAL = {
    "phone": "13912345678",
    "address": "灵隐秘境路77号",
    "identity number": "11010519491231002X",
    "contact": "mojushi_77",
    "card": "6222021234567890128",
}
TEXTS = (
    "我要投诉，杯子碎了，电话13912345678，微信mojushi_77",
    "改地址，送到浙江省杭州市西湖区灵隐秘境路77号3幢501室",
    "退款退到卡6222021234567890128，身份证11010519491231002X",
    "别再给我发消息了，再发我打13912345678投诉",
)
WHERE_WORDS_ARE_KEPT = {"messages.text", "ticket_events.note", "reviews.text"}
"""Shown to people through the mask only (server/api/desk/masked.py)."""


@pytest.fixture(name="log")
def _log() -> Iterator[io.StringIO]:
    """What the process logs, as it would be printed."""
    stream = io.StringIO()
    structlog.configure(
        processors=[
            structlog.processors.format_exc_info,
            mask_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    yield stream
    structlog.reset_defaults()


class TestMaskedCopies:
    async def test_a_day_with_personal_data_in_it(
        self, shop: ShopFloor, log: io.StringIO
    ) -> None:
        shop.platform.status = 500
        await shop.tell("PUT", "/orders/A1", buyer_id="b1", state="signed")
        for text in TEXTS:
            await shop.say("b1", text, order_id="A1", buyer_name="莫秋水")
        await shop.tell(
            "POST",
            "/reviews",
            review_id="R1",
            order_id="A1",
            stars=1,
            text=f"差评！电话{PERSONAL['phone']}，{TEXTS[1]}",
            created_at="2026-11-23T09:00:00+08:00",
        )
        for _ in range(3):
            await shop.tick()
            shop.clock.move(days=1)

        places = {
            place.split(": ")[0] for place in in_tables(shop.service.database, PERSONAL)
        }
        assert places <= WHERE_WORDS_ARE_KEPT
        assert "delivery.put_off" in log.getvalue()
        for value in (*PERSONAL.values(), "莫秋水"):
            assert value not in log.getvalue()

    async def test_the_searchable_copy_is_what_the_standard_says(
        self, shop: ShopFloor
    ) -> None:
        await shop.say("b1", "我电话13800005678")

        found = in_tables(shop.service.database, {"copy": "我电话138****5678"})

        assert found == {"messages.search_text: copy", "tickets.summary: copy"}

    async def test_the_buyers_name_is_in_no_searchable_copy(
        self, shop: ShopFloor
    ) -> None:
        for text in ("我是莫秋水，我要退货", "莫秋水要投诉你们"):
            await shop.say("b1", text, buyer_name="莫秋水")

        found = in_tables(shop.service.database, {"name": "莫秋水"})

        assert not found & {"messages.search_text: name", "tickets.summary: name"}

    async def test_an_error_tells_nothing_of_what_was_sent(
        self, shop: ShopFloor
    ) -> None:
        response = await shop.client.post(
            "/api/v1/shops/story/messages",
            data=f'{{"text": "{TEXTS[0]}"',
            headers={"Content-Type": "application/json"},
        )

        body = await response.text()
        assert response.status in {400, 401}
        assert PERSONAL["phone"] not in body
