"""How do managers see before a publication what a draft would change?"""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from aiohttp import web

from connectors.base import Route
from server.api.desk.bodies import Body
from server.api.desk.library_bodies import DraftPlace
from server.api.desk.library_drafts import DRAFT
from server.api.desk.library_work import LibraryWork
from server.api.desk.parts import answer, asking, body_of, place_of
from server.curating.replay_jobs import Replayed, Replays, ReplayState
from server.curating.replay_task import ReplayTask

_REPLAY = DRAFT + "/replay"


class ReplayBody(Body, frozen=True):
    """``POST …/replay``: what of it is replayed."""

    days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 14
    limit: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 10_000
    """Messages at most, the newest."""


class ReplayedBody(msgspec.Struct, frozen=True):
    """How far a replay is, and what it found."""

    draft: str
    revision: int
    """Of the draft when it was begun."""
    state: ReplayState
    done: int
    total: int
    """Different texts; 0 until they are read."""
    report: dict[str, Any] | None
    """As ``xiaoer scripts replay --json``; null until it is done."""


class LibraryReplays:
    """The replays of one shop's drafts."""

    def __init__(self, work: LibraryWork, replays: Replays) -> None:
        self._work = work
        self._parts = work.parts
        self._replays = replays

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="POST",
                path=_REPLAY,
                handler=self.start,
                role="manager",
                summary="Replay what buyers wrote lately, in a process beside.",
                body=ReplayBody,
                place=DraftPlace,
                replies={202: ReplayedBody},
            ),
            Route(
                method="GET",
                path=_REPLAY,
                handler=self.show,
                role="manager",
                summary="How far the last replay of a draft is, and what it found.",
                place=DraftPlace,
                replies={200: ReplayedBody},
            ),
        )

    async def start(self, request: web.Request) -> web.Response:
        """Begin one.

        Raises:
            NotFoundError: there is no such draft.
            BusyError: another one is running.
        """
        ask = asking(request, now=self._parts.clock())
        draft = place_of(request, DraftPlace).draft
        body = await body_of(request, ReplayBody)
        reading = await self._work.draft(ask, draft)
        begun = Replayed(draft=draft, revision=reading.draft.revision)
        task = ReplayTask(
            settings=self._replays.settings,
            shop=ask.shop.record.slug,
            draft=draft,
            days=body.days,
            limit=body.limit,
            now=ask.now,
        )
        self._replays.start(ask.shop_id, begun, task=task)
        return answer(_body(begun), status=202)

    async def show(self, request: web.Request) -> web.Response:
        """Answer with the last one."""
        ask = asking(request, now=self._parts.clock())
        draft = place_of(request, DraftPlace).draft
        return answer(_body(self._replays.of(ask.shop_id, draft)))


def _body(one: Replayed) -> ReplayedBody:
    return ReplayedBody(
        draft=one.draft,
        revision=one.revision,
        state=one.state,
        done=one.done,
        total=one.total,
        report=one.report if one.state is ReplayState.DONE else None,
    )
