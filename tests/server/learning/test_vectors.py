from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.understanding.sentences import Vectors
from server.learning.vectors import KeptVectors


class CountingEncoder:
    """Gives lengths of texts as vectors, and remembers what it was asked for."""

    size = 2

    def __init__(self, name: str = "lengths/1") -> None:
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        vectors: Vectors = np.array(
            [[len(text), 1] for text in texts], dtype=np.float32
        ).reshape(-1, 2)
        return vectors


class TestKeptVectors:
    def test_gives_each_text_its_vector_in_order(self, tmp_path: Path) -> None:
        kept = KeptVectors(CountingEncoder(), folder=tmp_path)

        vectors = kept.encode(["三个字", "二字", "三个字"])

        assert vectors.tolist() == [[3, 1], [2, 1], [3, 1]]
        assert kept.encode(["三个字", "二字", "三个字"]).tolist() == vectors.tolist()
        assert kept.encode([]).shape == (0, 2)

    def test_the_next_training_encodes_only_what_is_new(self, tmp_path: Path) -> None:
        first = KeptVectors(CountingEncoder(), folder=tmp_path)
        first.encode(["一", "二字"])
        first.encode(["三个字"])
        first.keep()
        encoder = CountingEncoder()
        second = KeptVectors(encoder, folder=tmp_path)

        vectors = [second.encode(["三个字", "四个字呢"]), second.encode(["一", "二字"])]

        assert encoder.asked == ["三个字", "四个字呢"]
        assert [one.tolist() for one in vectors] == [[[3, 1], [4, 1]], [[1, 1], [2, 1]]]

    def test_a_training_without_any_keeps_none(self, tmp_path: Path) -> None:
        KeptVectors(CountingEncoder(), folder=tmp_path).keep()
        encoder = CountingEncoder()

        KeptVectors(encoder, folder=tmp_path).encode(["一"])

        assert encoder.asked == ["一"]

    def test_what_is_not_used_any_more_is_not_kept(self, tmp_path: Path) -> None:
        for groups in ([["一"], ["二字"]], [["二字"]]):
            kept = KeptVectors(CountingEncoder(), folder=tmp_path)
            for texts in groups:
                kept.encode(texts)
            kept.keep()
        encoder = CountingEncoder()
        last = KeptVectors(encoder, folder=tmp_path)

        last.encode(["一"])
        last.encode(["二字"])

        assert encoder.asked == ["一"]

    def test_vectors_of_another_encoder_are_not_taken(self, tmp_path: Path) -> None:
        first = KeptVectors(CountingEncoder(), folder=tmp_path)
        first.encode(["一"])
        first.keep()
        encoder = CountingEncoder("lengths/2")

        KeptVectors(encoder, folder=tmp_path).encode(["一"])

        assert encoder.asked == ["一"]

    @pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
    def test_a_broken_file_is_made_again(self, tmp_path: Path, share: float) -> None:
        first = KeptVectors(CountingEncoder(), folder=tmp_path)
        first.encode(["一"])
        first.keep()
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        file.write_bytes(whole[: int(share * len(whole))])
        encoder = CountingEncoder()

        KeptVectors(encoder, folder=tmp_path).encode(["一"])

        assert encoder.asked == ["一"]

    @pytest.mark.parametrize("bit", [1, 8, 32])
    def test_no_broken_byte_stops_a_training_or_changes_a_vector(
        self, tmp_path: Path, bit: int
    ) -> None:
        first = KeptVectors(CountingEncoder(), folder=tmp_path)
        vectors = first.encode(["一", "二二"])
        first.keep()
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()

        found = []
        for place in range(len(whole)):
            file.write_bytes(
                whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
            )
            kept = KeptVectors(CountingEncoder(), folder=tmp_path)
            found.append(kept.encode(["一", "二二"]))

        assert all(np.array_equal(one, vectors) for one in found)

    def test_a_folder_without_room_stops_nothing(self, tmp_path: Path) -> None:
        kept = KeptVectors(CountingEncoder(), folder=tmp_path / "gone")
        kept.encode(["一"])

        kept.keep()

        assert not (tmp_path / "gone").exists()
