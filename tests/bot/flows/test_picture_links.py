"""A picture counts however it came; what nobody can look at does not."""

import pytest

from bot.flows.picture_links import picture_links


class TestPictureLinks:
    @pytest.mark.parametrize(
        "text",
        [
            "https://img.example/a.jpg",
            "看图 https://img.example/2026/a.JPEG?w=800 就这里",
            "https://img.example/a.png这个杯子裂了",
            "http://img.example/a.webp。",
        ],
    )
    def test_a_link_to_a_picture_is_one(self, text: str) -> None:
        assert len(picture_links(text)) == 1

    @pytest.mark.parametrize(
        "text",
        [
            "[图片]",
            "[视频]",
            "https://shop.example/item/1",
            "https://shop.example/a.jpgs",
            "a.jpg",
            "发了张jpg给你",
        ],
    )
    def test_what_shows_nothing_is_none(self, text: str) -> None:
        assert picture_links(text) == ()

    def test_the_same_one_counts_once(self) -> None:
        link = "https://img.example/a.jpg"

        assert picture_links(f"{link} {link} https://img.example/b.jpg") == (
            link,
            "https://img.example/b.jpg",
        )
