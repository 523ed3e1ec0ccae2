from typing import cast

from aiohttp.test_utils import make_mocked_request

from server.api.health import Health
from server.library import Library
from server.metrics import Metrics
from server.shops import Shops
from storage.database import Database
from tests.journeys.shop_floor import SettableClock, ShopFloor


class BrokenDatabase:
    """A database that does not answer."""

    async def ping(self) -> None:
        raise ConnectionError("the password is s3cret")


class TestHealth:
    async def test_a_process_that_runs_says_so(self, floor: ShopFloor) -> None:
        response = await floor.client.get("/healthz")

        assert (response.status, await response.json()) == (200, {"status": "ok"})


class TestReady:
    async def test_names_each_part(self, floor: ShopFloor, library: Library) -> None:
        response = await floor.client.get("/readyz")

        assert response.status == 200
        assert await response.json() == {
            "status": "ok",
            "database": "ok",
            "matcher": "ok",
            "outbox": "ok",
            "outbox_pending": 0,
            "outbox_lag_seconds": 0.0,
            "library": {
                "pack": library.pack.pack_id,
                "version": library.pack.version,
                "fingerprint": library.fingerprint,
                "build": "full",
            },
        }

    async def test_an_outbox_that_is_far_behind_is_not_ready(
        self, floor: ShopFloor
    ) -> None:
        floor.platform.status = 500
        await floor.say("b-1", "在吗")
        await floor.service.outbox.settle()
        floor.clock.move(hours=1)

        response = await floor.client.get("/readyz")

        told = await response.json()
        assert (response.status, told["status"]) == (503, "not_ready")
        assert "due" in told["outbox"]
        assert told["outbox_pending"] >= 1

    async def test_a_database_that_does_not_answer_is_not_ready(
        self, shops: Shops, clock: SettableClock, metrics: Metrics
    ) -> None:
        health = Health(
            database=cast(Database, BrokenDatabase()),
            shops=shops,
            metrics=metrics,
            clock=clock,
        )

        response = await health.ready(make_mocked_request("GET", "/readyz"))

        assert response.status == 503
        assert isinstance(response.body, bytes)
        assert b"ConnectionError" in response.body
        assert b"s3cret" not in response.body


class TestMetrics:
    async def test_tells_what_was_counted(self, floor: ShopFloor) -> None:
        await floor.say("b-1", "在吗")

        response = await floor.client.get("/metrics")

        lines = (await response.text()).splitlines()
        assert response.status == 200
        assert (
            'xiaoer_messages_total{accepted="true",connector="signed_http"} 1.0'
            in lines
        )
        assert 'xiaoer_turns_total{band="auto"} 1.0' in lines
