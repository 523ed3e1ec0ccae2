"""How do managers get the script library as a workbook, and give it back as a draft?"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.errors import InvalidWorkbookError, NotFoundError, Problem, ScriptLibraryError
from connectors.base import Route
from scripts_library.excel.facts_book import FactsBook
from scripts_library.excel.imported import Imported
from scripts_library.excel.library_write import write_library
from server.api.desk.library import LIBRARY
from server.api.desk.library_bodies import DraftName, EntryChangeBody, Named, Note
from server.api.desk.library_views import change_body
from server.api.desk.library_work import CURRENT, LibraryWork, who_asks
from server.api.desk.parts import Asking, answer, asking, query_of
from server.api.desk.workbook import XLSX, Workbooks, read_body
from server.curating.contents import DraftReading, read_standing
from server.curating.importing import Import, read_file, store, work_out
from server.errors import ErrorBody
from server.fact_books import find_differences

_BOOK: Final = LIBRARY + "/workbook"
_FILE: Final = "library.xlsx"

Done = TypeVar("Done")


class ExportQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """``?of=…``."""

    of: Named = CURRENT


class ImportQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What stands behind the question mark of an upload."""

    draft: DraftName
    """Begun when there is no open one of this name."""
    note: Note = ""
    dry_run: bool = False
    """Say what would change, and store nothing."""


class ImportedBody(msgspec.Struct, kw_only=True):
    """What a workbook changed of a draft, or would change."""

    draft: str
    dry_run: bool
    revision: int | None
    """Of the draft; null when nothing was stored."""
    items: list[EntryChangeBody]


class LibraryWorkbooks:
    """The workbook of one shop's library; one at a time with those of facts."""

    def __init__(self, work: LibraryWork, workbooks: Workbooks) -> None:
        self._work = work
        self._parts = work.parts
        self._workbooks = workbooks

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=_BOOK,
                handler=self.give,
                role="manager",
                summary="The script library as a workbook (.xlsx).",
                query=ExportQuery,
                gives=XLSX,
                replies={200: None, 503: ErrorBody},
            ),
            Route(
                method="POST",
                path=_BOOK,
                handler=self.take,
                role="manager",
                summary="Put what a workbook changes into a draft, all of it or nothing.",
                takes=XLSX,
                query=ImportQuery,
                replies={200: ImportedBody, 400: ErrorBody, 503: ErrorBody},
            ),
        )

    async def give(self, request: web.Request) -> web.Response:
        """Answer with the workbook; facts have one of their own."""
        ask = asking(request, now=self._parts.clock())
        content = await self._work.content(ask, query_of(request, ExportQuery).of)
        raw = await self._workbooks.alone(
            lambda: write_library(
                content,
                frame=ask.shop.library.frame,
                timezone=ask.shop.record.timezone,
            )
        )
        return web.Response(
            body=raw,
            content_type=XLSX,
            headers={
                "Content-Disposition": f'attachment; filename="{_FILE}"',
                "Cache-Control": "no-store",
            },
        )

    async def take(self, request: web.Request) -> web.Response:
        """Store what a workbook changes in a draft and answer with it.

        Raises:
            InvalidWorkbookError: with every problem; nothing is stored then.
            BusyError: another workbook is being worked on.
            StaleStateError: the draft was saved meanwhile.
            aiohttp.web.HTTPRequestEntityTooLarge: it is larger than anybody's.
        """
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, ImportQuery)
        raw = await read_body(request)
        reading = await self._open(ask, query.draft)
        named = CURRENT if reading is None else query.draft
        content = await self._work.content(ask, named)

        def read() -> tuple[Imported, Import]:
            imported = _read(raw, ask)
            return imported, _refusing(
                lambda: work_out(imported, content, frame=ask.shop.library.frame)
            )

        imported, work = await self._workbooks.alone(read)
        await self._refuse_facts(ask, imported.facts)
        revision = None
        if work.edits and not query.dry_run:
            revision = await self._store(ask, query, reading, work)
        return answer(
            ImportedBody(
                draft=query.draft,
                dry_run=query.dry_run,
                revision=revision,
                items=[change_body(one) for one in work.changes],
            )
        )

    async def _store(
        self,
        ask: Asking,
        query: ImportQuery,
        reading: DraftReading | None,
        work: Import,
    ) -> int:
        frame = await self._work.frame(ask)
        standing = await self._parts.database.read(
            lambda connection: read_standing(connection, ask.shop_id)
        )

        def unit(connection: Connection) -> int:
            return store(
                connection,
                who_asks(ask),
                draft=query.draft,
                reading=reading,
                frame=frame,
                standing=standing,
                work=work,
                why=query.note,
            )

        return await self._parts.database.write(unit)

    async def _open(self, ask: Asking, name: str) -> DraftReading | None:
        try:
            return await self._work.draft(ask, name)
        except NotFoundError:
            return None

    async def _refuse_facts(self, ask: Asking, facts: FactsBook | None) -> None:
        """Refuse a workbook in which facts were edited: they have no draft.

        Raises:
            InvalidWorkbookError: they are other than the shop's.
        """
        if facts is None:
            return
        found = await self._parts.database.read(
            lambda connection: find_differences(connection, ask.shop_id, facts)
        )
        if any(found.counts().values()):
            reason = "资料表改了；资料没有草稿，请单独导入资料工作簿"
            raise InvalidWorkbookError((Problem(file=_FILE, line=0, reason=reason),))


def _read(raw: bytes, ask: Asking) -> Imported:
    return _refusing(
        lambda: read_file(
            raw,
            file=_FILE,
            frame=ask.shop.library.frame,
            timezone=ask.shop.record.timezone,
        )
    )


def _refusing(work: Callable[[], Done]) -> Done:
    """Return what work gives; its problems are the caller's."""
    try:
        return work()
    except ScriptLibraryError as error:
        raise InvalidWorkbookError(error.problems) from error
