from itertools import islice
from pathlib import Path

import pytest

from benchmarks.texts import read_phrasings, vary


class TestReadPhrasings:
    def test_the_packs_heldout_phrasings_are_many(self) -> None:
        assert len(read_phrasings()) > 500

    def test_a_file_without_texts_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "empty.tsv"
        file.write_text("intent\ttext\n", "utf-8")

        with pytest.raises(ValueError, match=r"empty\.tsv"):
            read_phrasings(file)


class TestVary:
    def test_same_seed_gives_same_texts(self) -> None:
        phrasings = ("发货了吗", "能便宜点吗")

        first = list(islice(vary(phrasings, seed=7), 20))

        assert first == list(islice(vary(phrasings, seed=7), 20))
        assert first != list(islice(vary(phrasings, seed=8), 20))

    def test_one_phrasing_becomes_many_texts(self) -> None:
        texts = set(islice(vary(("发货了吗",), seed=1), 200))

        assert len(texts) > 30
