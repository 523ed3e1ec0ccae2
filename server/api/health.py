"""Is the process well? Health, readiness and metrics."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from connectors.base import Route
from server.clock import Clock
from server.library import Build, Library
from server.metrics import Metrics
from server.shops import Shops
from storage.database import Database
from storage.queries.outbox import outbox_lag
from storage.repositories.changes import write_nothing_new

_PING_SECONDS = 2.0
_LAG_SECONDS = 300.0
"""A delivery that has been due for longer means that replies do not go out."""


class HealthBody(msgspec.Struct):
    """The answer of /healthz."""

    status: str


class LibraryBody(msgspec.Struct):
    """The pack that is served."""

    pack: str
    version: str
    fingerprint: str
    """The same one gives the same answers everywhere, fully built."""
    build: Build


class ReadyBody(msgspec.Struct):
    """The answer of /readyz: each part with ok or what is wrong."""

    status: str
    database: str
    matcher: str
    outbox: str
    outbox_pending: int
    outbox_lag_seconds: float
    library: LibraryBody


class Health:
    """The three routes that operators watch."""

    def __init__(
        self, *, database: Database, shops: Shops, metrics: Metrics, clock: Clock
    ) -> None:
        self._database = database
        self._shops = shops
        self._metrics = metrics
        self._clock = clock

    def routes(self) -> Sequence[Route]:
        """Return /healthz, /readyz and /metrics."""
        return (
            Route(
                method="GET",
                path="/healthz",
                handler=self.health,
                role="public",
                summary="The process runs.",
                replies={200: HealthBody},
            ),
            Route(
                method="GET",
                path="/readyz",
                handler=self.ready,
                role="public",
                summary="Database, matcher and outbox are ready for work.",
                replies={200: ReadyBody, 503: ReadyBody},
            ),
            Route(
                method="GET",
                path="/metrics",
                handler=self.metrics,
                role="public",
                summary="Figures for Prometheus.",
                replies={200: None},
            ),
        )

    async def health(self, request: web.Request) -> web.Response:
        """Answer that the process runs."""
        return _json(HealthBody(status="ok"), HTTPStatus.OK)

    async def ready(self, request: web.Request) -> web.Response:
        """Answer whether every part is ready; 503 when one is not."""
        body = await self._look()
        parts = (body.database, body.matcher, body.outbox)
        is_ready = all(part == "ok" for part in parts)
        body.status = "ok" if is_ready else "not_ready"
        return _json(
            body, HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        )

    async def metrics(self, request: web.Request) -> web.Response:
        """Answer with all figures."""
        return web.Response(
            body=generate_latest(self._metrics.registry),
            headers={"Content-Type": CONTENT_TYPE_LATEST},
        )

    async def _look(self) -> ReadyBody:
        now = self._clock()
        # A process without a shop has nothing to match, which is no fault of its.
        library = _library_body(self._shops.library)
        body = ReadyBody("", "ok", "ok", "ok", 0, 0.0, library)
        try:
            async with asyncio.timeout(_PING_SECONDS):
                await self._database.ping()
                # A full disk can still be read.
                await self._database.write(write_nothing_new)
                lag = await self._database.read(
                    lambda connection: outbox_lag(connection, now=now)
                )
        except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
            body.database = f"{type(error).__name__}: no answer"
            return body
        body.outbox_pending = lag.pending
        body.outbox_lag_seconds = lag.lag.total_seconds()
        if body.outbox_lag_seconds > _LAG_SECONDS:
            body.outbox = f"oldest delivery is due for {body.outbox_lag_seconds:.0f} s"
        return body


def _library_body(library: Library) -> LibraryBody:
    return LibraryBody(
        pack=library.pack.pack_id,
        version=library.pack.version,
        fingerprint=library.fingerprint,
        build=library.build,
    )


def _json(body: msgspec.Struct, status: HTTPStatus) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json"
    )
