"""Which province a place is in, and what nobody guesses."""

import pytest

from bot.catalogue.regions import PROVINCES, province_of, provinces_of
from scripts_library.loader import builtin_pack, load_pack


class TestProvincesOf:
    @pytest.mark.parametrize(
        ("place", "province"),
        [
            ("浙江", "浙江"),
            ("杭州", "浙江"),
            ("杭州市", "浙江"),
            ("浙江省", "浙江"),
            ("新疆维吾尔自治区", "新疆"),
            ("内蒙", "内蒙古"),
            ("吉林市", "吉林"),
            ("沙市", None),
            ("火星", None),
            ("", None),
        ],
    )
    def test_knows(self, place: str, province: str | None) -> None:
        assert province_of(place) == province

    def test_a_name_of_several_gives_all_of_them(self) -> None:
        assert provinces_of("江浙沪") == ("江苏", "浙江", "上海")
        assert province_of("江浙沪") is None

    def test_every_place_the_pack_hears_is_in_a_province(self) -> None:
        places = load_pack(builtin_pack()).lexicon.places

        unknown = [place for place in places if not provinces_of(place)]

        assert places
        assert unknown == []

    def test_there_are_all_provinces(self) -> None:
        assert len(PROVINCES) == 34
