import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from bot.errors import TrainingFailedError
from bot.understanding.matcher import TrainingSet, train
from bot.understanding.sentences import installed_encoder
from server.children import packed
from server.learning.task import Task
from server.learning.training import Training, train_into, trained_model
from tests.bot.understanding.small_library import make_training_set

NOTHING = TrainingSet(examples={})
"""A training set that training refuses."""


@pytest.fixture(name="target")
def _target(tmp_path: Path) -> Path:
    return tmp_path / "models" / "new.model"


class TestRun:
    def test_the_file_holds_what_this_process_would_have_trained(
        self, target: Path
    ) -> None:
        Training(make_training_set(), target=target).run()

        assert target.read_bytes() == train(
            make_training_set(), encoder=installed_encoder()
        )
        assert list(target.parent.glob("*.part")) == []

    def test_tells_how_far_it_is(self, target: Path) -> None:
        steps: list[tuple[str, float]] = []

        Training(make_training_set(), target=target, is_background=True).run(
            lambda stage, share: steps.append((stage, share))
        )

        shares = [share for _, share in steps]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0.0, 1.0)
        assert all("一" <= stage[0] <= "鿿" for stage, _ in steps)

    def test_a_child_that_is_killed_leaves_nothing_and_says_so(
        self, target: Path
    ) -> None:
        training = Training(make_training_set(), target=target)

        def kill(stage: str, share: float) -> None:
            assert training.pid is not None
            os.kill(training.pid, signal.SIGKILL)

        with pytest.raises(TrainingFailedError, match="SIGKILL"):
            training.run(kill)

        assert list(target.parent.iterdir()) == []

    def test_a_child_that_fails_says_why(self, target: Path) -> None:
        with pytest.raises(TrainingFailedError, match="at least one example"):
            Training(NOTHING, target=target).run()

        assert list(target.parent.iterdir()) == []

    def test_a_folder_that_cannot_be_made_is_named(self, target: Path) -> None:
        target.parent.write_bytes(b"no folder")

        with pytest.raises(TrainingFailedError, match=str(target.parent)):
            Training(make_training_set(), target=target).run()

    def test_a_model_that_was_there_survives_a_failure(self, target: Path) -> None:
        target.parent.mkdir()
        target.write_bytes(b"the old one")

        with pytest.raises(TrainingFailedError):
            Training(NOTHING, target=target).run()

        assert target.read_bytes() == b"the old one"

    def test_what_stops_the_parent_ends_the_child(self, target: Path) -> None:
        training = Training(make_training_set(), target=target)

        def interrupt(stage: str, share: float) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            training.run(interrupt)

        assert training.pid is not None
        assert not psutil.pid_exists(training.pid)
        assert list(target.parent.iterdir()) == []


class TestEnd:
    def test_ends_the_child_from_another_thread(self, target: Path) -> None:
        training = Training(make_training_set(), target=target)
        has_begun = threading.Event()
        failures: list[TrainingFailedError] = []

        def run() -> None:
            try:
                training.run(lambda stage, share: has_begun.set())
            except TrainingFailedError as error:
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        has_begun.wait()
        training.end()
        training.end()
        thread.join()

        assert len(failures) == 1
        assert training.pid is not None
        assert not psutil.pid_exists(training.pid)

    def test_one_that_has_not_begun_never_does(self, target: Path) -> None:
        training = Training(make_training_set(), target=target)

        training.end()

        with pytest.raises(TrainingFailedError):
            training.run()
        assert training.pid is None


class TestChild:
    @pytest.mark.parametrize("sent", ["half", "all"])
    def test_ends_when_its_parent_is_gone(self, target: Path, sent: str) -> None:
        target.parent.mkdir()
        task = packed(
            Task(
                training_set=make_training_set(),
                target=str(target),
                is_background=False,
            )
        )
        child = subprocess.Popen(
            [sys.executable, "-m", "server.learning.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

        told, _ = child.communicate(task if sent == "all" else task[:-1])

        assert child.returncode == 1
        assert b"1.0]" not in told
        assert list(target.parent.iterdir()) == []


class TestTrainInto:
    def test_makes_the_folder(self, target: Path) -> None:
        train_into(target, make_training_set())

        assert target.exists()


class TestTrainedModel:
    def test_is_what_this_process_would_have_trained(self) -> None:
        assert trained_model(make_training_set()) == train(
            make_training_set(), encoder=installed_encoder()
        )
