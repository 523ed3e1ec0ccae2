import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import TrainingFailedError
from bot.understanding.matcher import TrainingSet
from server.learning.models import KEPT, Models
from server.library import Library, load_library, training_set_of
from tests.scripts_library.small_pack import SmallPack

LONG_AGO = 1_000_000_000.0


@pytest.fixture(name="training_set")
def _training_set(small_library: Library) -> TrainingSet:
    return training_set_of(small_library.pack)


class TestLoad:
    def test_one_that_was_never_trained_is_not_there(
        self, tmp_path: Path, training_set: TrainingSet
    ) -> None:
        assert Models(tmp_path / "other").load(training_set) is None

    @pytest.mark.parametrize("content", [b"", b"no model", b"half"])
    def test_a_file_that_cannot_be_read_makes_room_for_a_new_one(
        self, models: Models, training_set: TrainingSet, content: bytes
    ) -> None:
        file = models.file(training_set)
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2] if content == b"half" else content)

        assert models.load(training_set) is None
        assert not file.exists()

    def test_a_start_trains_again_what_cannot_be_read(
        self, pack: SmallPack, models: Models, training_set: TrainingSet
    ) -> None:
        file = models.file(training_set)
        whole = file.read_bytes()
        file.write_bytes(b"broken")

        load_library(pack.folder, var_path=models.folder.parent)

        assert file.read_bytes() == whole

    def test_a_start_says_what_it_cannot_write(
        self, pack: SmallPack, models: Models, training_set: TrainingSet
    ) -> None:
        file = models.file(training_set)
        file.unlink()
        file.mkdir()

        with pytest.raises(
            TrainingFailedError, match=r"Is a directory|Not a directory"
        ):
            load_library(pack.folder, var_path=models.folder.parent)


class TestAlone:
    def test_who_comes_second_finds_what_the_first_has_trained(
        self, pack: SmallPack, tmp_path: Path
    ) -> None:
        steps: list[str] = []

        def start(_: int) -> Library:
            return load_library(
                pack.folder,
                var_path=tmp_path / "new",
                progress=lambda stage, share: steps.append(stage),
            )

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(start, range(2))

        assert first.fingerprint == second.fingerprint
        assert steps.count("完成") == 1


class TestPrune:
    def test_keeps_those_that_were_used_last(
        self, models: Models, training_set: TrainingSet
    ) -> None:
        files = [models.folder / f"{number}.model" for number in range(KEPT)]
        for number, file in enumerate(files):
            file.write_bytes(b"")
            os.utime(file, (LONG_AGO + number, LONG_AGO + number))
        models.load(training_set)

        models.prune()

        left = set(models.folder.glob("*.model"))
        assert left == {models.file(training_set), *files[1:]}

    def test_removes_what_killed_processes_left_and_nothing_that_is_being_written(
        self, models: Models
    ) -> None:
        old, new = models.folder / "a.1.part", models.folder / "a.2.part"
        for file in (old, new):
            file.write_bytes(b"")
        os.utime(old, (LONG_AGO, LONG_AGO))

        models.prune()

        assert (old.exists(), new.exists()) == (False, True)
