"""What a platform cannot show stands in the text."""

from connectors.texts import with_links


class TestWithLinks:
    def test_each_picture_is_a_line_of_its_own(self) -> None:
        addresses = ("https://a/1.jpg", "https://a/2.jpg")

        assert with_links("亲，给您看", addresses) == (
            "亲，给您看\nhttps://a/1.jpg\nhttps://a/2.jpg"
        )

    def test_without_one_nothing_is_added(self) -> None:
        assert with_links("亲，在的", ()) == "亲，在的"
