"""Fixtures: people at the desk of the story's shop."""

import pytest

from storage.states import Role
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague, employ


@pytest.fixture(name="lan")
async def _lan(floor: ShopFloor) -> Colleague:
    return await employ(floor, "lan")


@pytest.fixture(name="mei")
async def _mei(floor: ShopFloor) -> Colleague:
    return await employ(floor, "mei")


@pytest.fixture(name="boss")
async def _boss(floor: ShopFloor) -> Colleague:
    return await employ(floor, "boss", role=Role.MANAGER)


@pytest.fixture(name="conversation_id")
async def _conversation_id(floor: ShopFloor) -> int:
    """A conversation in which the buyer wrote their phone number."""
    answer = await floor.say("buyer-1", "我的电话是13812345678，麻烦改一下")
    conversation_id: int = answer["conversation_id"]
    return conversation_id
