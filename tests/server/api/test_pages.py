from storage.repositories.shops import ShopChanges, set_shop
from tests.journeys.shop_floor import ShopFloor


class TestOverview:
    async def test_shows_every_shop_and_no_buyer(self, floor: ShopFloor) -> None:
        await floor.say("b-secret", "我的电话13812345678")

        response = await floor.client.get("/")

        page = await response.text()
        assert response.status == 200
        assert response.content_type == "text/html"
        assert "故事小店" in page
        assert "b-secret" not in page
        assert "13812345678" not in page

    async def test_a_name_is_text_and_never_markup(self, floor: ShopFloor) -> None:
        await floor.service.database.write(
            lambda connection: set_shop(
                connection,
                floor.shop_id,
                changes=ShopChanges(name="<script>alert(1)</script>"),
            )
        )
        await floor.service.shops.refresh()

        page = await (await floor.client.get("/")).text()

        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page

    async def test_leads_to_the_chat_window_of_each_shop(
        self, floor: ShopFloor
    ) -> None:
        page = await (await floor.client.get("/")).text()

        assert '<a href="/chat/story">故事小店</a>' in page
        assert (await floor.client.get("/chat/story")).status == 200

    async def test_allows_no_foreign_content(self, floor: ShopFloor) -> None:
        response = await floor.client.get("/")

        assert "default-src" in response.headers["Content-Security-Policy"]
