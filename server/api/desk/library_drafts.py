"""How do managers change the library? Drafts over HTTP."""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from bot.errors import NotPublishableError, StaleStateError
from connectors.base import Route
from server.api.desk.library import LIBRARY
from server.api.desk.library_bodies import (
    DraftBody,
    DraftPlace,
    DraftsBody,
    FindingsBody,
    NumberBody,
    OpenDraftBody,
    ReviewBody,
    RevisionBody,
    WholeDraftBody,
)
from server.api.desk.library_views import (
    draft_body,
    draft_entry_body,
    finding_body,
    review_body,
)
from server.api.desk.library_work import LibraryWork, who_asks
from server.api.desk.parts import (
    DESK,
    Asking,
    answer,
    asking,
    body_of,
    place_of,
)
from server.curating.contents import DraftReading, read_standing
from server.curating.drafting import (
    begin_draft,
    begin_release_draft,
    merge_release,
    rebase,
    store_rebased,
)
from server.curating.publishing import prepare_publication, publish
from server.curating.saving import discard, review
from storage.queries.drafts import open_drafts

DRAFTS = LIBRARY + "/drafts"
DRAFT = DRAFTS + "/{draft}"
_RELEASE = DESK + "/library/release-drafts"


class LibraryDrafts:
    """The drafts of one shop."""

    def __init__(self, work: LibraryWork) -> None:
        self._work = work
        self._parts = work.parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=DRAFTS,
                handler=self.list_drafts,
                role="manager",
                summary="The open drafts, those begun first at the front.",
                replies={200: DraftsBody},
            ),
            Route(
                method="POST",
                path=DRAFTS,
                handler=self.open_draft,
                role="manager",
                summary="Begin a draft on what is published now.",
                body=OpenDraftBody,
                replies={201: DraftBody},
            ),
            Route(
                method="POST",
                path=_RELEASE,
                handler=self.open_release,
                role="admin",
                summary="Begin a draft of a new release's pack merged with the edits.",
                body=OpenDraftBody,
                replies={201: DraftBody},
            ),
            Route(
                method="GET",
                path=DRAFT,
                handler=self.show_draft,
                role="manager",
                summary="A draft with what it changes, its conflicts and reviews.",
                place=DraftPlace,
                replies={200: WholeDraftBody},
            ),
            Route(
                method="DELETE",
                path=DRAFT,
                handler=self.discard_draft,
                role="manager",
                summary="End a draft unpublished.",
                place=DraftPlace,
                replies={204: None},
            ),
            Route(
                method="GET",
                path=DRAFT + "/findings",
                handler=self.list_findings,
                role="manager",
                summary="What the checks say of a draft, errors first.",
                place=DraftPlace,
                replies={200: FindingsBody},
            ),
            Route(
                method="POST",
                path=DRAFT + "/update",
                handler=self.update_draft,
                role="manager",
                summary="Merge a draft into what was published meanwhile.",
                body=RevisionBody,
                place=DraftPlace,
                replies={200: WholeDraftBody},
            ),
            Route(
                method="POST",
                path=DRAFT + "/review",
                handler=self.review_draft,
                role="manager",
                summary="Approve or reject a revision of a draft.",
                body=ReviewBody,
                place=DraftPlace,
                replies={204: None},
            ),
            Route(
                method="POST",
                path=DRAFT + "/publish",
                handler=self.publish_draft,
                role="manager",
                summary="Publish a revision of a draft as the next version.",
                body=RevisionBody,
                place=DraftPlace,
                replies={200: NumberBody},
            ),
        )

    async def list_drafts(self, request: web.Request) -> web.Response:
        """Answer with the open drafts."""
        ask = asking(request, now=self._parts.clock())
        found = await self._parts.database.read(
            lambda connection: open_drafts(connection, ask.shop_id)
        )
        return answer(DraftsBody(items=[draft_body(one) for one in found]))

    async def open_draft(self, request: web.Request) -> web.Response:
        """Begin a draft."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, OpenDraftBody)
        frame = await self._work.frame(ask)
        standing = await self._parts.database.read(
            lambda connection: read_standing(connection, ask.shop_id)
        )
        draft = await self._parts.database.write(
            lambda connection: begin_draft(
                connection,
                who_asks(ask),
                name=body.name,
                frame=frame,
                standing=standing,
                note=body.note,
            )
        )
        return answer(draft_body(draft), status=201)

    async def open_release(self, request: web.Request) -> web.Response:
        """Begin a draft that brings a new release's pack."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, OpenDraftBody)
        frame = await self._work.frame(ask)
        standing = await self._parts.database.read(
            lambda connection: read_standing(connection, ask.shop_id)
        )
        version = standing.version
        if version is None or version.baseline == frame.packed.content_hash:
            raise NotPublishableError("empty")
        merged = await asyncio.to_thread(merge_release, frame, standing)
        draft = await self._parts.database.write(
            lambda connection: begin_release_draft(
                connection,
                who_asks(ask),
                name=body.name,
                frame=frame,
                standing=standing,
                merged=merged,
            )
        )
        return answer(draft_body(draft), status=201)

    async def show_draft(self, request: web.Request) -> web.Response:
        """Answer with a draft."""
        ask = asking(request, now=self._parts.clock())
        return answer(await self._whole(ask, place_of(request, DraftPlace).draft))

    async def discard_draft(self, request: web.Request) -> web.Response:
        """End a draft."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, DraftPlace).draft
        await self._parts.database.write(
            lambda connection: discard(connection, who_asks(ask), draft=name)
        )
        return web.Response(status=204)

    async def list_findings(self, request: web.Request) -> web.Response:
        """Answer with what the checks say."""
        ask = asking(request, now=self._parts.clock())
        reading = await self._work.draft(ask, place_of(request, DraftPlace).draft)
        found = (
            *await self._work.findings(ask, reading),
            *await self._work.phrase_findings(ask, reading),
        )
        return answer(
            FindingsBody(
                revision=reading.draft.revision,
                items=[finding_body(one) for one in found],
            )
        )

    async def update_draft(self, request: web.Request) -> web.Response:
        """Merge a draft into what is published now."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, DraftPlace).draft
        body = await body_of(request, RevisionBody)
        reading = await self._seen(ask, name, body.revision)
        rebased = await asyncio.to_thread(rebase, reading, await self._work.frame(ask))
        await self._parts.database.write(
            lambda connection: store_rebased(
                connection, who_asks(ask), reading=reading, rebased=rebased
            )
        )
        return answer(await self._whole(ask, name))

    async def review_draft(self, request: web.Request) -> web.Response:
        """Write down what a second person says."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, DraftPlace).draft
        body = await body_of(request, ReviewBody)
        await self._parts.database.write(
            lambda connection: review(
                connection,
                who_asks(ask),
                draft=name,
                revision=body.revision,
                verdict=body.verdict,
                note=body.note,
            )
        )
        return web.Response(status=204)

    async def publish_draft(self, request: web.Request) -> web.Response:
        """Publish; buyers are told the new words from the next turn on."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, DraftPlace).draft
        body = await body_of(request, RevisionBody)
        reading = await self._seen(ask, name, body.revision)
        frame = await self._work.frame(ask)
        findings = (
            *await self._work.findings(ask, reading),
            *await self._work.phrase_findings(ask, reading),
        )
        publication = await asyncio.to_thread(
            prepare_publication, reading, frame, findings=findings, note=body.reason
        )
        number = await self._work.change(
            lambda connection: publish(connection, who_asks(ask), publication)
        )
        return answer(NumberBody(version=number))

    async def _seen(self, ask: Asking, name: str, revision: int) -> DraftReading:
        """Return a draft as it was seen.

        Raises:
            StaleStateError: it was saved since.
        """
        reading = await self._work.draft(ask, name)
        if reading.draft.revision != revision:
            raise StaleStateError("draft", name)
        return reading

    async def _whole(self, ask: Asking, name: str) -> WholeDraftBody:
        reading = await self._work.draft(ask, name)
        frame = await self._work.frame(ask)
        return WholeDraftBody(
            draft=draft_body(reading.draft),
            is_outdated=reading.is_outdated(frame),
            entries=[draft_entry_body(one) for one in reading.entries],
            reviews=[review_body(one) for one in reading.reviews],
        )
