import os
from pathlib import Path

import pytest

from scripts_library.loader import pack_stamp
from tests.scripts_library.small_pack import SmallPack, make_small_pack


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "small")


class TestPackStamp:
    def test_stays_while_nothing_is_written(self, small: SmallPack) -> None:
        assert pack_stamp(small.folder) == pack_stamp(small.folder)

    @pytest.mark.parametrize("file", ["pack.yaml", "scripts/all.yaml", "heldout.tsv"])
    def test_changes_with_a_file(self, small: SmallPack, file: str) -> None:
        before = pack_stamp(small.folder)

        small.add(file, "\n")

        assert pack_stamp(small.folder) != before

    def test_changes_when_a_file_is_replaced_by_one_as_old_and_as_large(
        self, small: SmallPack
    ) -> None:
        before = pack_stamp(small.folder)
        file = small.folder / "pack.yaml"
        was = file.stat()
        other = small.folder / "other"
        other.write_bytes(file.read_bytes()[::-1])
        os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))

        other.rename(file)

        assert pack_stamp(small.folder) != before

    def test_changes_when_a_file_comes_and_is_as_before_when_it_goes(
        self, small: SmallPack
    ) -> None:
        before = pack_stamp(small.folder)

        small.write("intents/more.yml", "")
        between = pack_stamp(small.folder)
        (small.folder / "intents/more.yml").unlink()

        assert between != before
        assert pack_stamp(small.folder) == before

    def test_files_of_editors_do_not_count(self, small: SmallPack) -> None:
        before = pack_stamp(small.folder)

        small.write("scripts/all.yaml.swp", "")
        small.write("README", "")

        assert pack_stamp(small.folder) == before

    def test_a_folder_that_is_gone_has_one_too(self, small: SmallPack) -> None:
        assert pack_stamp(small.folder / "gone") == ()
