"""A claim of 20 yuan that a buyer has told of and that waits for a manager."""

from storage.queries.tickets import TicketRecord
from tests.journeys.shop_floor import ShopFloor

PICTURE = {"image_url": "https://pictures.example/cup.jpg"}


async def waiting_claim(floor: ShopFloor) -> TicketRecord:
    """Let a buyer collect it turn by turn; return its ticket."""
    await floor.put_on_duty()
    await floor.tell("PUT", "/orders/o-1", buyer_id="buyer-1", state="signed")
    for text, more in (
        ("杯子上有一道划痕，质量太差了", {}),
        ("", PICTURE),
        ("补偿吧", {}),
        ("20元", {}),
    ):
        await floor.say("buyer-1", text, order_id="o-1", **more)
    (claim,) = await floor.tickets("claim")
    return claim
