import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

import psutil
import pytest
from structlog.testing import capture_logs

from server.learning.librarian import Librarian
from server.learning.models import Models
from server.learning.training import Progress
from server.library import Build, Library, load_library, training_set_of
from server.metrics import Metrics
from tests.scripts_library.small_pack import SmallPack

TODAY = date(2026, 11, 23)


@dataclass(slots=True)
class Served:
    """What was taken into service, in order; ``next`` waits for it."""

    queue: asyncio.Queue[Library] = field(default_factory=asyncio.Queue)
    libraries: list[Library] = field(default_factory=list)
    fault: Exception | None = None
    """Raised instead of taking one, when it is set."""

    def take(self, library: Library) -> None:
        if self.fault is not None:
            raise self.fault
        self.libraries.append(library)
        self.queue.put_nowait(library)

    @property
    def builds(self) -> list[Build]:
        return [library.build for library in self.libraries]


@dataclass(frozen=True, slots=True)
class Desk:
    """A librarian with everything that can be seen of its work."""

    librarian: Librarian
    served: Served
    metrics: Metrics
    models: Models

    def outcomes(self, outcome: str) -> float:
        value = self.metrics.registry.get_sample_value(
            "xiaoer_library_changes_total", {"outcome": outcome}
        )
        return 0.0 if value is None else value

    def overlay_gauge(self) -> float | None:
        return self.metrics.registry.get_sample_value("xiaoer_library_is_overlay")


def ignore(stage: str, share: float) -> None:
    """Take progress and tell nobody."""


def children() -> list[psutil.Process]:
    """Return the training processes of this process."""
    return [
        child
        for child in psutil.Process().children()
        if "server.learning.child" in child.cmdline()
    ]


@asynccontextmanager
async def at_work(
    library: Library,
    models: Models,
    *,
    progress: Progress = ignore,
    every: float = 0.01,
) -> AsyncIterator[Desk]:
    served, metrics = Served(), Metrics()
    librarian = Librarian(
        library,
        serve=served.take,
        models=models,
        metrics=metrics,
        every=every,
        waits=(0.0,),
        progress=progress,
    )
    try:
        yield Desk(librarian, served, metrics, models)
    finally:
        await librarian.stop()


def intent_of(library: Library, text: str) -> str:
    return library.matcher.understand(text, today=TODAY).best.intent_id


class TestLook:
    async def test_an_unchanged_pack_is_left_alone(
        self, small_library: Library, models: Models
    ) -> None:
        async with at_work(small_library, models) as desk:
            await desk.librarian.look()

        assert desk.served.libraries == []

    async def test_a_new_line_is_learnt(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        pack.add("examples/all.yaml", "  - 月亮圆不圆\n")

        async with at_work(small_library, models) as desk:
            await desk.librarian.look()
            is_overlay = desk.overlay_gauge()
            await desk.librarian.built()

            assert (is_overlay, desk.overlay_gauge()) == (1.0, 0.0)
        assert desk.served.builds == [Build.OVERLAY, Build.FULL]
        first, last = desk.served.libraries
        assert first.fingerprint == last.fingerprint != small_library.fingerprint
        assert "月亮圆不圆" in last.pack.examples["other"]
        assert (
            intent_of(first, "月亮圆不圆") == intent_of(last, "月亮圆不圆") == "other"
        )
        assert desk.outcomes("overlay") == desk.outcomes("full") == 1
        assert models.file(training_set_of(last.pack)).exists()

    async def test_new_words_of_a_script_need_no_training(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        pack.change("scripts/all.yaml", "variants: [您好]", "variants: [欢迎光临]")
        models.file(training_set_of(small_library.pack)).unlink()

        async with at_work(small_library, models) as desk:
            await desk.librarian.look()

            assert children() == []
        (library,) = desk.served.libraries
        assert library.build is Build.FULL
        assert library.fingerprint == small_library.fingerprint
        assert library.pack.scripts != small_library.pack.scripts
        assert library.matcher.knowledge is small_library.matcher.knowledge

    async def test_going_back_needs_no_training(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        before = (pack.folder / "examples/all.yaml").read_text("utf-8")
        pack.add("examples/all.yaml", "  - 月亮圆不圆\n")
        async with at_work(small_library, models) as desk:
            await desk.librarian.look()
            await desk.librarian.built()

            pack.write("examples/all.yaml", before)
            await desk.librarian.look()
            assert children() == []
            await desk.librarian.built()

        last = desk.served.libraries[-1]
        assert (last.build, last.fingerprint) == (Build.FULL, small_library.fingerprint)

    async def test_a_pack_that_does_not_load_is_refused_with_all_its_problems(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        pack.change("examples/all.yaml", "rush:", "rusch:")
        pack.change("scripts/all.yaml", "use: holding", "use: hoarding")

        async with at_work(small_library, models) as desk:
            with capture_logs() as logs:
                await desk.librarian.look()
                await desk.librarian.look()

        (refused,) = [log for log in logs if log["event"] == "library.refused"]
        assert len(refused["problems"]) >= 2
        assert desk.served.libraries == []
        assert desk.outcomes("refused") == 1

    async def test_a_folder_that_is_gone_is_refused_and_taken_when_it_is_back(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        away = pack.folder.rename(pack.folder.with_name("away"))
        async with at_work(small_library, models) as desk:
            await desk.librarian.look()
            refused = desk.outcomes("refused")

            away.rename(pack.folder)
            pack.change("pack.yaml", 'version: "1"', 'version: "2"')
            await desk.librarian.look()

        assert refused == 1
        assert [library.pack.version for library in desk.served.libraries] == ["2"]

    async def test_what_nobody_foresaw_is_refused_as_well(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        pack.change("scripts/all.yaml", "variants: [您好]", "variants: [欢迎光临]")

        async with at_work(small_library, models) as desk:
            desk.served.fault = ArithmeticError("unforeseen")
            with capture_logs() as logs:
                await desk.librarian.look()

        assert [log["event"] for log in logs] == [
            "library.unreadable",
            "library.refused",
        ]
        assert (desk.outcomes("refused"), desk.served.libraries) == (1, [])

    async def test_a_newer_change_takes_the_place_of_one_being_learnt(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        async with at_work(small_library, models) as desk:
            pack.add("examples/all.yaml", "  - 月亮圆不圆\n")
            await desk.librarian.look()
            pack.add("examples/all.yaml", "  - 星星亮不亮\n")
            await desk.librarian.look()
            await desk.librarian.built()

        full = [one for one in desk.served.libraries if one.build is Build.FULL]
        assert len(full) == 1
        assert "星星亮不亮" in full[0].pack.examples["other"]

    async def test_a_restart_gives_the_full_build(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        pack.add("examples/all.yaml", "  - 月亮圆不圆\n")
        async with at_work(small_library, models) as desk:
            await desk.librarian.look()
            await desk.librarian.built()

        again = load_library(pack.folder, var_path=models.folder.parent)

        served = desk.served.libraries[-1]
        assert (again.build, again.fingerprint) == (Build.FULL, served.fingerprint)
        for text in ("月亮圆不圆", "快点发货呀", "哈喽老板", "什么"):
            assert (
                again.matcher.understand(text, today=TODAY).guesses
                == served.matcher.understand(text, today=TODAY).guesses
            )


class TestBuild:
    async def test_a_child_that_is_killed_is_followed_by_another(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        killed: list[int] = []

        def kill_the_first(stage: str, share: float) -> None:
            if not killed:
                (child,) = children()
                killed.append(child.pid)
                os.kill(child.pid, signal.SIGKILL)

        pack.add("examples/all.yaml", "  - 月亮圆不圆\n")

        async with at_work(small_library, models, progress=kill_the_first) as desk:
            with capture_logs() as logs:
                await desk.librarian.look()
                await desk.librarian.built()

        (failed,) = [log for log in logs if log["event"] == "library.failed"]
        assert "SIGKILL" in failed["reason"]
        assert desk.outcomes("failed") == 1
        assert desk.served.libraries[-1].build is Build.FULL
        assert list(models.folder.glob("*.part")) == []


class TestStop:
    async def test_ends_the_child(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        loop = asyncio.get_running_loop()
        has_begun = asyncio.Event()
        before = set(models.folder.iterdir())

        def begun(stage: str, share: float) -> None:
            loop.call_soon_threadsafe(has_begun.set)

        pack.add("examples/all.yaml", "  - 月亮圆不圆\n")

        async with at_work(
            small_library,
            models,
            progress=begun,
        ) as desk:
            await desk.librarian.look()
            _ = await has_begun.wait()
            (child,) = children()
            await desk.librarian.stop()

            assert not psutil.pid_exists(child.pid)
        assert Build.FULL not in desk.served.builds
        assert set(models.folder.iterdir()) == before


class TestRun:
    async def test_looks_by_itself_until_it_is_cancelled(
        self, small_library: Library, models: Models, pack: SmallPack
    ) -> None:
        async with at_work(small_library, models) as desk:
            work = asyncio.create_task(desk.librarian.run())
            pack.change("pack.yaml", 'version: "1"', 'version: "2"')

            library = await desk.served.queue.get()
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work

        assert library.pack.version == "2"

    async def test_looks_never_when_it_is_switched_off(
        self, small_library: Library, models: Models
    ) -> None:
        async with at_work(small_library, models, every=0.0) as desk:
            await desk.librarian.run()

        assert desk.served.libraries == []
