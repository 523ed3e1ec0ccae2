import msgspec

from server.api.document import document
from tests.journeys.shop_floor import ShopFloor


class TestDocument:
    async def test_is_the_one_that_a_running_shop_serves(
        self, floor: ShopFloor
    ) -> None:
        served = await floor.client.get("/api/openapi.json")

        made = msgspec.json.decode(msgspec.json.encode(document()))
        assert made == await served.json()
