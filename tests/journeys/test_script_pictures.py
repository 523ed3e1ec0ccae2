"""A script's pictures go out with its words, as far as guard and channel let them."""

from typing import Any

import pytest

from bot.guarding.rules import Channel, Verdict
from bot.guarding.shop_rules import ShopRule
from server.guarding import SETTINGS_KEY, GuardSettings, stored
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import Role
from tests.connectors.web_chat.windows import window_of
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.api.colleagues import Colleague, employ

CARE = "https://shop.example/care-label.jpg"
PLAIN = "https://shop.example/steps.jpg"
CONTACT = "https://shop.example/加微信vx12345678.jpg"
WORDS = "亲，开票照着图上的步骤来就好"
ENTRY: dict[str, Any] = {
    "intent": "invoice",
    "priority": 900,
    "variants": [WORDS],
    "pictures": [CARE],
}
ASKED = "能开发票吗"


@pytest.fixture(name="boss")
async def _boss(shop: ShopFloor) -> Colleague:
    return await employ(shop, "boss", role=Role.MANAGER)


async def publish(boss: Colleague, **changes: Any) -> None:
    await boss.post("/library/drafts", name="图")
    saved = await boss.put(
        "/library/drafts/图/entries/script/own.invoice",
        revision=0,
        content={**ENTRY, **changes},
    )
    done = await boss.post(
        "/library/drafts/图/publish", revision=saved.body["revision"]
    )
    assert done.status == 200, done.body


RULE = ShopRule(
    rule="no_labels", verdict=Verdict.BLOCK, phrases=("carelabel",), suggestion="换图"
)


async def with_guard(shop: ShopFloor, settings: GuardSettings) -> None:
    changes = ShopChanges(settings={SETTINGS_KEY: stored(settings)})
    await shop.service.database.write(
        lambda connection: set_shop(connection, shop.shop_id, changes=changes)
    )
    await shop.service.shops.refresh()


class TestAssistant:
    async def test_sends_them_with_the_reply(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        await publish(boss)

        answer = await shop.say("b-1", ASKED)
        await shop.tick()

        last = answer["replies"][-1]
        assert (last["text"], last["attachments"]) == (WORDS, [CARE])
        assert shop.platform.received[-1]["reply"]["attachments"] == [CARE]

    async def test_shows_them_in_the_window(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        await publish(boss)

        async with window_of(shop.client, shop=SLUG) as window:
            await window.hello(after=0)
            await window.say("c1", ASKED)
            told = await window.until_text("照着图上")

        assert told["attachments"] == [CARE]

    async def test_sends_the_words_alone_when_the_guard_keeps_an_address_back(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        await publish(boss, pictures=[CARE, PLAIN])
        await with_guard(shop, GuardSettings(rules=(RULE,)))

        answer = await shop.say("b-1", ASKED)

        last = answer["replies"][-1]
        assert (last["text"], last["attachments"]) == (WORDS, [PLAIN])

    async def test_an_address_that_names_a_contact_is_not_published(
        self, shop: ShopFloor, boss: Colleague
    ) -> None:
        await boss.post("/library/drafts", name="图")

        saved = await boss.put(
            "/library/drafts/图/entries/script/own.invoice",
            revision=0,
            content={**ENTRY, "pictures": [CONTACT]},
        )

        found = [it for it in saved.body["items"] if it["place"] == "pictures[0]"]
        assert {it["severity"] for it in found} == {"error"}


class TestAgent:
    async def served(self, shop: ShopFloor, lan: Colleague) -> str:
        said = await shop.say("b-1", ASKED)
        path = f"/conversations/{said['conversation_id']}"
        version = (await lan.get(path)).body["conversation"]["version"]
        await lan.post(f"{path}/take-over", version=version)
        return path

    async def test_sends_a_scripts_pictures_too(self, shop: ShopFloor) -> None:
        lan = await employ(shop, "lan", role=Role.AGENT)
        path = await self.served(shop, lan)

        said = await lan.post(
            f"{path}/messages", text="您看图", client_id="c1", attachments=[CARE]
        )
        await shop.tick()

        assert said.status == 201
        assert shop.platform.received[-1]["reply"]["attachments"] == [CARE]

    @pytest.mark.parametrize(
        "attachments", [["shop/1.jpg"], ["https://a/ 1.jpg"], [CARE] * 4]
    )
    async def test_anything_else_is_refused_by_name(
        self, shop: ShopFloor, attachments: list[str]
    ) -> None:
        lan = await employ(shop, "lan", role=Role.AGENT)
        path = await self.served(shop, lan)

        said = await lan.post(
            f"{path}/messages", text="看图", client_id="c1", attachments=attachments
        )

        assert said.status == 400
        assert (said.field or "").startswith("attachments")

    async def test_the_guard_reads_the_addresses(self, shop: ShopFloor) -> None:
        lan = await employ(shop, "lan", role=Role.AGENT)
        channels = {"signed_http": Channel.MARKETPLACE}
        await with_guard(shop, GuardSettings(channels=channels))
        path = await self.served(shop, lan)

        said = await lan.post(
            f"{path}/messages", text="看图", client_id="c1", attachments=[CONTACT]
        )

        assert said.status == 422
