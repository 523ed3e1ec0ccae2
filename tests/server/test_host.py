from typing import Any

import pytest

from bot.actions import Band
from bot.errors import NotFoundError
from bot.messages import Sender
from connectors.signed_http.signature import signed_headers
from tests.factories import make_incoming
from tests.journeys.shop_floor import SECRET, SLUG, ShopFloor


async def fetch(floor: ShopFloor, target: str) -> dict[str, Any]:
    headers = signed_headers(
        SECRET.encode(), now=floor.clock(), payload=target.encode()
    )
    response = await floor.client.get(target, headers=headers)
    told: dict[str, Any] = await response.json()
    return told


class TestShop:
    async def test_knows_its_shops_and_no_other(self, floor: ShopFloor) -> None:
        account = floor.service.host.shop(SLUG)

        assert account is not None
        assert (account.shop_id, account.secret) == (floor.shop_id, SECRET.encode())
        assert floor.service.host.shop("other") is None


class TestOutcome:
    async def test_of_a_duplicate_is_that_of_the_first(self, floor: ShopFloor) -> None:
        host = floor.service.host
        message = make_incoming(shop=SLUG)
        first = await host.receive(message)
        outcome = await host.outcome(SLUG, first, within=5)

        again = await host.outcome(SLUG, await host.receive(message), within=5)

        assert outcome is not None
        assert again is not None
        assert outcome.band is again.band is Band.AUTO
        assert [it.text for it in outcome.replies] == [it.text for it in again.replies]

    async def test_is_none_while_the_turn_is_open(self, floor: ShopFloor) -> None:
        host = floor.service.host
        receipt = await host.receive(make_incoming(shop=SLUG))

        assert await host.outcome(SLUG, receipt, within=0) is None


class TestHistory:
    async def test_tells_both_sides_in_order(self, floor: ShopFloor) -> None:
        answer = await floor.say("b-1", "在吗")
        conversation_id = answer["conversation_id"]

        told = await floor.service.host.history(SLUG, conversation_id, after=0)

        assert told[0].sender is Sender.BUYER
        assert [it.text for it in told] == [
            "在吗",
            *(reply["text"] for reply in answer["replies"]),
        ]

    async def test_begins_after_what_is_known(self, floor: ShopFloor) -> None:
        answer = await floor.say("b-1", "在吗")
        path = (
            f"/api/v1/shops/{SLUG}/conversations/{answer['conversation_id']}/messages"
        )
        whole = (await fetch(floor, path))["messages"]

        rest = (await fetch(floor, f"{path}?after={whole[0]['id']}"))["messages"]

        assert len(whole) >= 2
        assert rest == whole[1:]

    async def test_does_not_know_another_conversation(self, floor: ShopFloor) -> None:
        with pytest.raises(NotFoundError):
            await floor.service.host.history(SLUG, 404, after=0)
