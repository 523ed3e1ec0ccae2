"""Managers see at their desk what a draft would change, before it is published."""

import base64
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BusyError
from server.curating.replay_jobs import Replayed, Replays
from server.curating.replay_task import ReplayTask
from server.settings import Settings
from storage.states import Role
from tests.databases import NOW
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague, employ

KEY = base64.b64encode(b"a key that only tests ever use ..").decode()
PATH = "/library/drafts/试改/replay"
WORDS = "亲，发货的事小二都替您盯着，有动静马上说"


@pytest.fixture(name="at_hand")
def _at_hand(floor: ShopFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child finds the key and the trained model."""
    monkeypatch.setenv("XIAOER_SECRET_KEY", KEY)
    folder = floor.settings.var_path / "models"
    if not folder.exists():
        models = Path("var/models").resolve()
        folder.symlink_to(models, target_is_directory=True)


@pytest.fixture(name="boss")
async def _boss(floor: ShopFloor, at_hand: None) -> Colleague:
    return await employ(floor, "boss", role=Role.MANAGER)


async def begin(boss: Colleague, **entry: Any) -> None:
    await boss.post("/library/drafts", name="试改")
    content = {"intent": "shipping_time", "variants": [WORDS], "priority": 900, **entry}
    path = "/library/drafts/试改/entries/script/own.one"
    assert (await boss.put(path, revision=0, content=content)).status == 200


async def settled(floor: ShopFloor) -> None:
    await floor.service.desk.replays.settled()


class TestReplay:
    async def test_tells_which_answers_change(
        self, floor: ShopFloor, boss: Colleague
    ) -> None:
        for number in range(3):
            await floor.say(f"b{number}", "什么时候发货")
        await floor.say("b9", "能开发票吗")
        await begin(boss)

        begun = await boss.post(PATH)
        again = await boss.post(PATH)
        await settled(floor)
        found = (await boss.get(PATH)).body

        assert (begun.status, begun.body["state"]) == (202, "running")
        assert (again.status, again.code) == (503, "busy")
        assert (found["state"], found["revision"]) == ("done", 2)
        assert (found["done"], found["total"]) == (2, 2)
        report = found["report"]
        assert (report["messages"], report["changed"]) == (4, 3)
        (group,) = report["groups"]
        assert group["script_after"] == "own.one"
        assert group["examples"][0]["after"]["text"] == WORDS

    async def test_one_that_cannot_be_done_has_failed(
        self, floor: ShopFloor, boss: Colleague, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await begin(boss)
        monkeypatch.setenv("XIAOER_SECRET_KEY", "no key")

        await boss.post(PATH)
        await settled(floor)
        found = (await boss.get(PATH)).body

        assert (found["state"], found["report"]) == ("failed", None)

    async def test_without_one_there_is_nothing_to_show(self, boss: Colleague) -> None:
        await begin(boss)

        shown = await boss.get(PATH)
        unknown = await boss.post("/library/drafts/无/replay")

        assert (shown.status, unknown.status) == (404, 404)

    @pytest.mark.parametrize("body", [{"days": 0}, {"limit": 100_001}])
    async def test_more_than_memory_is_meant_for_is_refused(
        self, boss: Colleague, body: dict[str, int]
    ) -> None:
        await begin(boss)

        assert (await boss.post(PATH, **body)).status == 400


class TestReplays:
    async def test_a_stop_ends_the_child_and_nothing_begins_after_it(self) -> None:
        replays = Replays(Settings())
        begun = Replayed(draft="试改", revision=1)
        task = ReplayTask(
            settings=Settings(), shop="x", draft="试改", days=1, limit=1, now=NOW
        )

        replays.start(1, begun, task=task)
        with pytest.raises(BusyError):
            replays.start(1, begun, task=task)
        await replays.stop()
        stopped = replays.of(1, "试改").state
        replays.start(1, begun, task=task)
        await replays.settled()

        assert [stopped, replays.of(1, "试改").state] == ["failed", "failed"]
