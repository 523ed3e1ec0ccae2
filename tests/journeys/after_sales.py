"""A buyer with something to settle after the sale, and what they are told."""

from typing import Any

from bot.flows.state import DialogueState
from storage.queries.dialogues import newest_dialogue
from storage.queries.tickets import TicketRecord
from tests.journeys.shop_floor import ShopFloor

PICTURE = {"image_url": "https://pictures.example/cup.jpg"}
CUP = {"item_id": "cup", "title": "马克杯", "quantity": 1, "price_fen": 5900}


def said(answer: dict[str, Any]) -> str:
    return "\n".join(reply["text"] for reply in answer["replies"])


def steps(answer: dict[str, Any]) -> list[str]:
    """Return the flow's steps that were said, the opening left out."""
    found = [str(reply["script_id"]) for reply in answer["replies"]]
    return [
        it.removeprefix("flow:")
        for it in found
        if it.startswith("flow:") and not it.endswith(".opening")
    ]


class Buyer:
    """A verified buyer with an order that was signed for three days ago."""

    def __init__(self, shop: ShopFloor) -> None:
        self.shop = shop
        self.conversation_id = 0

    async def buys(self, *, signed: str = "2026-11-20", **order: Any) -> None:
        facts: dict[str, Any] = {
            "state": "signed",
            "items": [CUP],
            "signed_at": f"{signed}T10:00:00+08:00",
        }
        await self.shop.tell("PUT", "/orders/A1", buyer_id="b1", **(facts | order))

    async def says(self, text: str, **more: Any) -> dict[str, Any]:
        answer = await self.shop.say("b1", text, **({"order_id": "A1"} | more))
        self.conversation_id = answer["conversation_id"]
        return answer

    async def shows(self) -> dict[str, Any]:
        return await self.says("", **PICTURE)

    async def dialogue(self) -> DialogueState:
        found = await self.shop.service.database.read(
            lambda connection: newest_dialogue(
                connection, self.shop.shop_id, conversation_id=self.conversation_id
            )
        )
        assert found is not None
        return found

    async def ticket(self, ticket_type: str) -> TicketRecord:
        (ticket,) = await self.shop.tickets(ticket_type)
        return ticket
