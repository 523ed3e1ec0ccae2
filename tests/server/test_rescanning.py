"""When rules change, what is said already is read again, and people are told."""

from dataclasses import replace

from structlog.testing import capture_logs

from bot.guarding.rules import Verdict
from bot.guarding.shop_rules import ShopRule
from bot.scripts import Pack
from server.guarding import SETTINGS_KEY, GuardSettings, stored
from server.rescanning import MOST_TOLD, Rescanner
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import Role
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import employ


def words_of(pack: Pack) -> tuple[str, str]:
    """A script, and something that it says."""
    return next(
        (script.script_id, text)
        for script in pack.scripts
        for text in script.variants
        if "{" not in text and "[[" not in text
    )


async def forbid(floor: ShopFloor, *phrases: str) -> None:
    rule = ShopRule(
        rule="not_so", verdict=Verdict.BLOCK, phrases=phrases, suggestion="换个说法"
    )
    settings = {SETTINGS_KEY: stored(GuardSettings(rules=(rule,)))}
    await floor.service.database.write(
        lambda connection: set_shop(
            connection, floor.shop_id, changes=ShopChanges(settings=settings)
        )
    )
    await floor.service.shops.refresh()


async def logged(rescanner: Rescanner) -> list[tuple[str, object]]:
    with capture_logs() as logs:
        await rescanner.run()
    return [(it["event"], it.get("findings", it.get("finding"))) for it in logs]


class TestRescanner:
    async def test_rules_that_change_are_held_against_what_is_said(
        self, floor: ShopFloor
    ) -> None:
        rescanner = Rescanner(floor.service.shops)
        script_id, words = words_of(floor.service.shops.library.pack)
        first = await logged(rescanner)
        await forbid(floor, words)

        second = await logged(rescanner)
        third = await logged(rescanner)

        assert (first, third) == ([], [])
        (told, *findings) = second
        assert told == ("library.rescanned", len(findings))
        assert any(f"script/{script_id} " in str(it) for _, it in findings)

    async def test_a_pack_that_changes_is_read_again(self, floor: ShopFloor) -> None:
        shops = floor.service.shops
        rescanner = Rescanner(shops)
        await rescanner.run()
        pack = shops.library.pack
        changed = replace(pack, version="2.0.0")

        shops.serve(replace(shops.library, pack=changed))

        assert await logged(rescanner) == [("library.rescanned", 0)]

    async def test_a_shop_with_rules_of_its_own_is_read_at_the_start(
        self, floor: ShopFloor
    ) -> None:
        _, words = words_of(floor.service.shops.library.pack)
        await forbid(floor, words)

        found = await logged(Rescanner(floor.service.shops))

        assert found[0][0] == "library.rescanned"

    async def test_a_rule_that_hits_everything_does_not_flood_the_log(
        self, floor: ShopFloor
    ) -> None:
        await forbid(floor, "亲")

        told, *findings = await logged(Rescanner(floor.service.shops))

        assert len(findings) == MOST_TOLD
        assert isinstance(told[1], int)
        assert told[1] > MOST_TOLD

    async def test_managers_find_the_list_at_their_desk(self, floor: ShopFloor) -> None:
        boss = await employ(floor, "boss", role=Role.MANAGER)
        script_id, words = words_of(floor.service.shops.library.pack)
        before = (await boss.get("/library/findings")).body["items"]
        await forbid(floor, words)

        after = (await boss.get("/library/findings")).body["items"]

        assert before == []
        assert (script_id, "guard.shop.not_so") in {
            (it["id"], it["rule"]) for it in after
        }
