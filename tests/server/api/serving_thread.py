"""A whole shop that serves in a thread of its own, for clients that block."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from server.library import Library
from tests.databases import opened, sqlite_url
from tests.journeys.shop_floor import ShopFloor, open_shop

Result = TypeVar("Result")
_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running shop, seen from another thread."""

    floor: ShopFloor
    url: str
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something on the shop's loop and return what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(_SECONDS)


@contextmanager
def shop_in_thread(library: Library, folder: Path) -> Iterator[Served]:
    """Serve a shop on 127.0.0.1 while the block runs."""
    began: list[Served] = []
    is_ready = threading.Event()
    stops: list[asyncio.Event] = []

    async def serve() -> None:
        with opened(sqlite_url(folder)) as database:
            async with open_shop(database, library, var=folder) as floor:
                stops.append(asyncio.Event())
                url = str(floor.client.make_url("")).rstrip("/")
                loop = asyncio.get_running_loop()
                began.append(Served(floor=floor, url=url, loop=loop))
                is_ready.set()
                _ = await stops[0].wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            is_ready.set()

    thread = threading.Thread(target=run, name="shop")
    thread.start()
    is_ready.wait(_SECONDS)
    (served,) = began
    try:
        yield served
    finally:
        served.loop.call_soon_threadsafe(stops[0].set)
        thread.join(_SECONDS)
