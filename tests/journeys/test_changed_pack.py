"""A manager edits the pack while buyers write: no restart, and no wrong answer between."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.library import load_library
from storage.database import Database
from tests.journeys.shop_floor import ShopFloor, open_shop
from tests.scripts_library.small_pack import SmallPack, make_small_pack

PARKING = """\
parking:
  - 门口好停车吗
  - 有没有停车位
  - 停车场怎么走
"""


@pytest.fixture(name="pack")
def _pack(tmp_path: Path) -> SmallPack:
    pack = make_small_pack(tmp_path / "pack")
    # Seven lines make nobody sure.
    pack.change(
        "pack.yaml",
        "{auto: 0.8, auto_margin: 0.1, assist: 0.4}",
        "{auto: 0.1, auto_margin: 0.0, assist: 0.05}",
    )
    return pack


@pytest.fixture(name="edited")
async def _edited(
    database: Database, tmp_path: Path, pack: SmallPack
) -> AsyncIterator[ShopFloor]:
    """A shop that serves a small pack of its own."""
    library = load_library(pack.folder, var_path=tmp_path)
    async with open_shop(database, library, var=tmp_path) as floor:
        yield floor


async def served(floor: ShopFloor) -> dict[str, str]:
    """Return what /readyz says of the library."""
    response = await floor.client.get("/readyz")
    library: dict[str, str] = (await response.json())["library"]
    return library


def add_parking(pack: SmallPack) -> None:
    pack.add("intents/all.yaml", "parking: {zh: 停车, risk: auto, urgency: 3}\n")
    pack.add("examples/all.yaml", PARKING)
    pack.add(
        "scripts/all.yaml",
        "- {id: parking.one, intent: parking, variants: [楼下可以停车]}\n",
    )


class TestChangedPack:
    async def test_a_new_intent_is_answered_first_by_overlay_then_in_full(
        self, edited: ShopFloor, pack: SmallPack
    ) -> None:
        before = await served(edited)
        librarian = edited.service.librarian

        add_parking(pack)
        await librarian.look()
        between = await served(edited)
        first = await edited.say("b-1", "有没有停车位")
        await librarian.built()
        after = await served(edited)
        second = await edited.say("b-2", "有没有停车位")

        assert [one["build"] for one in (before, between, after)] == [
            "full",
            "overlay",
            "full",
        ]
        assert before["fingerprint"] != between["fingerprint"] == after["fingerprint"]
        for answer in (first, second):
            assert "楼下可以停车" in [reply["text"] for reply in answer["replies"]]

    async def test_a_broken_change_is_refused_and_the_old_pack_goes_on(
        self, edited: ShopFloor, pack: SmallPack
    ) -> None:
        before = await served(edited)
        pack.change("scripts/all.yaml", "intent: greeting", "intent: greting")

        await edited.service.librarian.look()
        answer = await edited.say("b-1", "今天天气好吗")

        assert await served(edited) == before
        assert "您再说说" in [reply["text"] for reply in answer["replies"]]
        metrics = await (await edited.client.get("/metrics")).text()
        assert 'xiaoer_library_changes_total{outcome="refused"} 1.0' in metrics
