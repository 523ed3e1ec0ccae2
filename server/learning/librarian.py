"""How does a pack that is changed while it is served become the one that is served?

Its files are looked at several times a second. A pack that loads is served at once by
laying the change over the matcher that is there; a child process trains the full one, which
then takes its place. A pack that does not load is refused, and the old one goes on.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Final

import structlog

from bot.errors import ScriptLibraryError, TrainingFailedError
from bot.scripts import Pack
from bot.understanding.matcher import Matcher, TrainingSet
from bot.understanding.overlay import overlay
from scripts_library.loader import load_pack, pack_stamp
from server.learning.models import Models, build_id
from server.learning.training import Progress, Training, logged_stages
from server.library import Build, Library, Source, make_library, training_set_of
from server.metrics import Metrics

_log = structlog.get_logger(__name__)

WAITS: Final = (1.0, 10.0, 60.0, 300.0)
"""Seconds before a training that failed is tried again; the last one again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A pack as it was found in its folder."""

    pack: Pack
    source: Source
    training_set: TrainingSet


class Librarian:
    """Keeps what is served in step with the pack's folder; one a serving process."""

    def __init__(
        self,
        library: Library,
        *,
        serve: Callable[[Library], None],
        models: Models,
        metrics: Metrics,
        every: float,
        waits: Sequence[float] = WAITS,
        progress: Progress | None = None,
    ) -> None:
        """Keep what is needed.

        Args:
            library: what is served at first, fully built.
            serve: takes a library into service, on the loop.
            models: where trained ones are kept.
            metrics: of the process.
            every: seconds between two looks at the files; 0 looks never.
            waits: seconds before a training that failed is tried again.
            progress: called with each step of a training, in a thread of its own,
                instead of the log.
        """
        self._full = library
        self._folder = library.source.folder
        self._stamp = library.source.stamp
        self._take = serve
        self._models = models
        self._metrics = metrics
        self._every = every
        self._waits = waits
        self._progress = progress
        self._building: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Look for changes until cancelled; a training on its way is ended then."""
        try:
            while self._every > 0:
                await asyncio.sleep(self._every)
                await self.look()
        finally:
            await self.stop()

    async def look(self) -> None:
        """Serve the pack as it stands in its folder, if it has changed and loads."""
        stamp = await asyncio.to_thread(pack_stamp, self._folder)
        if stamp == self._stamp:
            return
        # Taken before the files are read: what changes meanwhile is seen next time.
        self._stamp = stamp
        source = Source(folder=self._folder, stamp=stamp)
        try:
            pack = await asyncio.to_thread(load_pack, self._folder)
            change = _Change(
                pack=pack, source=source, training_set=training_set_of(pack)
            )
            await self._follow(change)
        except ScriptLibraryError as error:
            await self._refuse(map(str, error.problems))
        except Exception as error:  # noqa: BLE001 - whatever a pack breaks, serving goes on
            _log.exception("library.unreadable")
            await self._refuse([repr(error)])

    async def stop(self) -> None:
        """End the training that is on its way, if there is one."""
        building, self._building = self._building, None
        if building is not None:
            building.cancel()
            with suppress(asyncio.CancelledError):
                await building

    async def built(self) -> None:
        """Wait until the newest library that was taken is served fully built."""
        if self._building is not None:
            await asyncio.shield(self._building)

    async def _refuse(self, problems: Iterable[str]) -> None:
        """Tell what is wrong, unless somebody is still writing."""
        if await asyncio.to_thread(pack_stamp, self._folder) != self._stamp:
            return
        self._metrics.library_changes.labels("refused").inc()
        _log.error("library.refused", problems=list(problems))

    async def _follow(self, change: _Change) -> None:
        """Serve a changed pack at once, and begin its full build where it needs one."""
        await self.stop()
        name = await asyncio.to_thread(build_id, change.training_set)
        is_learnt = name == self._full.fingerprint
        if not is_learnt:
            self._building = asyncio.create_task(
                self._build(change), name="library-build"
            )
        library = await asyncio.to_thread(
            _laid_over,
            self._full,
            change,
            build=Build.FULL if is_learnt else Build.OVERLAY,
        )
        if self._full.source is not change.source:  # else it was kept, and is served
            self._serve(library)

    async def _build(self, change: _Change) -> None:
        """Serve the full build of a change; what fails is tried again."""
        for wait in chain(self._waits, repeat(self._waits[-1])):
            try:
                matcher = await learnt_beside(
                    change.training_set, models=self._models, progress=self._progress
                )
                library = await asyncio.to_thread(_fully_built, change, matcher)
            except Exception as error:  # noqa: BLE001 - the old one serves; tried again
                self._metrics.library_changes.labels("failed").inc()
                _log.error(
                    "library.failed",
                    reason=str(error),
                    again_in=wait,
                    exc_info=not isinstance(error, TrainingFailedError),
                )
                await asyncio.sleep(wait)
            else:
                self._full = library
                self._serve(library)
                await asyncio.to_thread(self._models.prune)
                return

    def _serve(self, library: Library) -> None:
        """Take a library into service; turns on their way end with what they have."""
        self._take(library)
        self._metrics.library_changes.labels(library.build.value).inc()
        self._metrics.library_is_overlay.set(library.build is Build.OVERLAY)
        _log.info(
            "library.served",
            version=library.pack.version,
            fingerprint=library.fingerprint,
            build=library.build.value,
        )


async def learnt_beside(
    training_set: TrainingSet, *, models: Models, progress: Progress | None = None
) -> Matcher:
    """Return the trained matcher of a training set: kept, or from a child process.

    A cancelled call ends its child.

    Args:
        training_set: What to learn.
        models: Where trained ones are kept.
        progress: Called with each step, in a thread of its own, instead of the log.

    Raises:
        TrainingFailedError: the child failed or was killed.
    """
    matcher = await asyncio.to_thread(models.load, training_set)
    if matcher is not None:
        return matcher
    target = await asyncio.to_thread(models.file, training_set)
    training = Training(training_set, target=target, is_background=True)
    work = asyncio.create_task(
        asyncio.to_thread(training.run, progress or logged_stages())
    )
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        training.end()
        with suppress(TrainingFailedError):
            await work
        raise
    matcher = await asyncio.to_thread(models.load, training_set)
    if matcher is None:
        raise TrainingFailedError("its file is gone or cannot be read")
    return matcher


def _laid_over(full: Library, change: _Change, *, build: Build) -> Library:
    """Return a changed pack with the matcher of the last full build adapted to it."""
    return make_library(
        change.pack,
        overlay(full.matcher, change.training_set),
        source=change.source,
        build=build,
        earlier=full.assistant,
    )


def _fully_built(change: _Change, matcher: Matcher) -> Library:
    return make_library(change.pack, matcher, source=change.source, build=Build.FULL)
