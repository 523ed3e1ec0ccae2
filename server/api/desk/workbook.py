"""How do managers get the shop's facts as a workbook, and give it back edited?"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

import msgspec
from aiohttp import web

from bot.errors import BusyError, InvalidWorkbookError, ScriptLibraryError
from connectors.base import Route
from scripts_library.excel.facts_book import FactsBook, read_book, write_book
from scripts_library.excel.workbook import LARGEST_FILE
from server.api.desk.parts import DESK, Asking, DeskParts, answer, asking, query_of
from server.errors import ErrorBody
from server.fact_books import check_book, find_differences, read_shop_book, take_book

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOOK = DESK + "/facts-workbook"
_CHUNK = 64 * 1024
_AGAIN = timedelta(seconds=5)
_FILE = "workbook"

Done = TypeVar("Done")


class WorkbookQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What stands behind the question mark of an upload."""

    dry_run: bool = False
    """Say what would change, and store nothing."""


class WorkbookBody(msgspec.Struct, kw_only=True):
    """What a workbook changed, or would change: how many of each."""

    dry_run: bool
    shop_facts: int
    shop_facts_removed: int
    items: int
    promotions: int
    promotions_removed: int


class Workbooks:
    """The workbook of one shop's facts; one at a time is read or written."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        # A large one takes a processor for seconds and hundreds of MB.
        self._working = asyncio.Lock()

    def routes(self) -> Sequence[Route]:
        """Return the routes; for managers, as floor prices stand in it."""
        return (
            Route(
                method="GET",
                path=_BOOK,
                handler=self.give,
                role="manager",
                summary="The shop's facts, items and promotions as a workbook (.xlsx).",
                gives=XLSX,
                replies={200: None, 503: ErrorBody},
            ),
            Route(
                method="POST",
                path=_BOOK,
                handler=self.take,
                role="manager",
                summary="Store what a workbook changes, all of it or nothing.",
                takes=XLSX,
                query=WorkbookQuery,
                replies={200: WorkbookBody, 400: ErrorBody, 503: ErrorBody},
            ),
        )

    async def give(self, request: web.Request) -> web.Response:
        """Answer with the workbook."""
        ask = asking(request, now=self._parts.clock())
        book = await self._parts.database.read(
            lambda connection: read_shop_book(connection, ask.shop_id)
        )
        zone = ask.shop.record.timezone
        raw = await self.alone(lambda: write_book(book, timezone=zone))
        return web.Response(
            body=raw,
            content_type=XLSX,
            headers={
                "Content-Disposition": 'attachment; filename="facts.xlsx"',
                "Cache-Control": "no-store",
            },
        )

    async def take(self, request: web.Request) -> web.Response:
        """Store a workbook and answer with what it changed.

        Raises:
            InvalidWorkbookError: with every problem; nothing is stored then.
            BusyError: another workbook is being worked on.
            aiohttp.web.HTTPRequestEntityTooLarge: it is larger than anybody's.
        """
        ask = asking(request, now=self._parts.clock())
        is_dry = query_of(request, WorkbookQuery).dry_run
        raw = await read_body(request)
        book = await self.alone(lambda: _checked(raw, ask))
        if is_dry:
            changes = await self._parts.database.read(
                lambda connection: find_differences(connection, ask.shop_id, book)
            )
        else:
            changes = await self._parts.database.write(
                lambda connection: take_book(
                    connection,
                    ask.shop_id,
                    book,
                    now=ask.now,
                    person_id=ask.person_id,
                )
            )
            await self._parts.noticed()
        return answer(WorkbookBody(dry_run=is_dry, **changes.counts()))

    async def alone(self, work: Callable[[], Done]) -> Done:
        """Run work in a thread; a caller who leaves does not let the next one in."""
        if self._working.locked():
            raise BusyError(_AGAIN)
        await self._working.acquire()
        return await asyncio.shield(self._run(work))

    async def _run(self, work: Callable[[], Done]) -> Done:
        try:
            return await asyncio.to_thread(work)
        finally:
            self._working.release()


async def read_body(request: web.Request) -> bytes:
    """Return the body; the limit of other routes does not hold for a stream."""
    told = request.content_length
    if told is not None and told > LARGEST_FILE:
        raise web.HTTPRequestEntityTooLarge(max_size=LARGEST_FILE, actual_size=told)
    raw = bytearray()
    while chunk := await request.content.read(_CHUNK):
        raw += chunk
        if len(raw) > LARGEST_FILE:
            raise web.HTTPRequestEntityTooLarge(
                max_size=LARGEST_FILE, actual_size=len(raw)
            )
    return bytes(raw)


def _checked(raw: bytes, ask: Asking) -> FactsBook:
    """Return what a workbook says, if all of it may be said.

    Raises:
        InvalidWorkbookError: with every problem.
    """
    try:
        book = read_book(raw, timezone=ask.shop.record.timezone, file=_FILE)
        check_book(book, ask.shop.guard)
    except ScriptLibraryError as error:
        raise InvalidWorkbookError(error.problems) from error
    return book
