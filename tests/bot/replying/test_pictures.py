"""Pictures go out when the shop gave some, and from nowhere else."""

from dataclasses import replace

import pytest

from bot.catalogue.cards import ProductCard
from bot.replying.pictures import MOST_PICTURES, picture_values, pictures_of
from bot.replying.select import ScriptIndex, Situation, select_script
from bot.scripts import Attachment, Script, Use

PHOTO = "https://shop.example/1.jpg"
WITH = Script(
    script_id="with",
    intent_id="look",
    variants=("看图",),
    priority=1,
    attach=Attachment.PHOTOS,
)
WITHOUT = Script(script_id="without", intent_id="look", variants=("看详情页",))


class TestPictureValues:
    def test_no_more_than_a_buyer_wants_at_once(self) -> None:
        photos = tuple(f"https://shop.example/{number}.jpg" for number in range(9))

        values = picture_values(ProductCard(photos=photos))

        assert pictures_of(WITH, values) == photos[:MOST_PICTURES]

    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)",
            "data:image/png;base64,AAAA",
            "//shop.example/1.jpg",
            "ftp://shop.example/1.jpg",
            "https://",
            "https://shop.example/1.jpg\nhttps://other.example/2.jpg",
        ],
    )
    def test_anything_but_a_web_address_stays_here(self, address: str) -> None:
        assert picture_values(ProductCard(photos=(address,))) == {}


class TestPicturesOf:
    def test_a_script_that_attaches_nothing_is_fit_without_any(self) -> None:
        assert pictures_of(WITHOUT, {}) == ()

    def test_one_that_does_is_not(self) -> None:
        assert pictures_of(WITH, {}) is None

    def test_its_own_pictures_come_before_the_photos_and_no_more_than_three(
        self,
    ) -> None:
        own = tuple(f"https://shop.example/own{number}.jpg" for number in range(2))
        photos = tuple(f"https://shop.example/{number}.jpg" for number in range(2))
        values = picture_values(ProductCard(photos=photos))

        assert pictures_of(replace(WITHOUT, pictures=own), values) == own
        assert pictures_of(replace(WITH, pictures=own), values) == (*own, photos[0])

    def test_a_channel_that_shows_none_gets_the_text_alone(self) -> None:
        values = picture_values(ProductCard(photos=(PHOTO,)))
        pictured = replace(WITHOUT, pictures=(PHOTO,))

        assert pictures_of(pictured, values, is_shown=False) == ()

    def test_nothing_is_said_of_photos_that_nobody_would_see(self) -> None:
        values = picture_values(ProductCard(photos=(PHOTO,)))

        assert pictures_of(WITH, values, is_shown=False) is None


class TestSelectScript:
    @pytest.mark.parametrize(
        ("photos", "chosen", "pictures"),
        [((PHOTO,), "with", (PHOTO,)), ((), "without", ())],
    )
    def test_without_a_picture_the_next_script_answers(
        self, photos: tuple[str, ...], chosen: str, pictures: tuple[str, ...]
    ) -> None:
        choice = select_script(
            ScriptIndex((WITH, WITHOUT)),
            intent_id="look",
            use=Use.REPLY,
            situation=Situation(connector="http"),
            values=picture_values(ProductCard(photos=photos)),
            used={},
        )

        assert choice is not None
        assert choice.script.script_id == chosen
        assert choice.pictures == pictures
