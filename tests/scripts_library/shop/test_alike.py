"""Lines that are alike are found by their characters as by comparing all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from scripts_library.shop.alike import AlikeLines

LINES = st.lists(st.text("发货了吗的亲𠮷", max_size=12), max_size=30)


class TestWhatIsFound:
    @given(lines=LINES, text=st.text("发货了吗的亲𠮷", min_size=1, max_size=12))
    @pytest.mark.parametrize("least", [50, 85])
    def test_it_is_what_comparing_all_finds(
        self, least: int, lines: list[str], text: str
    ) -> None:
        every = [fuzz.ratio(text, line) for line in lines]
        wanted = {at: ratio for at, ratio in enumerate(every) if ratio >= least}

        places, ratios = AlikeLines(lines).find(text, least=least)

        assert dict(zip(places.tolist(), ratios.tolist(), strict=True)) == (
            pytest.approx(wanted)
        )

    def test_places_rise(self) -> None:
        places, _ = AlikeLines(["发货吗", "退货吗", "发货吗"]).find("发货吗", least=60)

        assert places.tolist() == [0, 1, 2]

    def test_among_no_lines_there_is_none(self) -> None:
        places, ratios = AlikeLines(()).find("发货吗", least=85)

        assert (places.size, ratios.size) == (0, 0)
