"""What a buyer tells of an order and its phone, and how it is hidden."""

import pytest

from bot.identity.claims import Claim, hide_digits, last_digits, read_claim


class TestReadClaim:
    @pytest.mark.parametrize(
        ("text", "order_no", "digits"),
        [
            ("A1001 5678", "A1001", "5678"),
            ("订单号A1001，尾号5678", "A1001", "5678"),
            ("５６７８", None, "5678"),
            ("订单1001 手机后四位 5678", "1001", "5678"),
            ("20261123000188 手机13800135678", "20261123000188", "5678"),
            ("5678结尾的，订单A-1001", "A-1001", "5678"),
            ("后4位是5678", None, "5678"),
            ("订单编号：TB20261123", "TB20261123", None),
            ("20261123000188", "20261123000188", None),
            ("我买了2件，花了1999元", None, None),
            ("不记得了", None, None),
        ],
    )
    def test_reads_the_answer_to_our_question(
        self, text: str, order_no: str | None, digits: str | None
    ) -> None:
        claim = read_claim(text, is_asked=True)

        assert (claim.order_no, claim.digits) == (order_no, digits)

    @pytest.mark.parametrize("text", ["A1001 5678", "13800135678", "预算1000", "2026"])
    def test_unasked_a_bare_number_is_none(self, text: str) -> None:
        assert read_claim(text, is_asked=False) == Claim()

    def test_unasked_what_is_called_so_counts(self) -> None:
        claim = read_claim("订单A1001到哪了，手机尾号5678", is_asked=False)

        assert (claim.order_no, claim.digits) == ("A1001", "5678")
        assert claim.is_labelled

    @pytest.mark.parametrize(
        "text",
        ["帮我看看202611200001这单到哪了", "202611200001那个单", "202611200001的订单"],
    )
    def test_unasked_a_number_before_the_word_counts(self, text: str) -> None:
        claim = read_claim(text, is_asked=False)

        assert (claim.order_no, claim.is_labelled) == ("202611200001", True)

    @pytest.mark.parametrize(
        "text", ["我有2个订单", "13800135678的订单", "YT8800000009002那单号是我的"]
    )
    def test_unasked_a_count_a_phone_and_a_parcel_are_no_order(self, text: str) -> None:
        assert read_claim(text, is_asked=False).order_no is None

    def test_number_and_digits_at_once(self) -> None:
        claim = read_claim("订单号202611200002，手机尾号4321", is_asked=False)

        assert (claim.order_no, claim.digits) == ("202611200002", "4321")

    def test_shows_no_digits_when_printed(self) -> None:
        assert "5678" not in repr(read_claim("尾号5678", is_asked=True))


class TestHideDigits:
    @pytest.mark.parametrize(
        "text",
        [
            "A1001 5678",
            "尾号5678",
            "手机13800135678",
            "138****5678",
            "５６７８",
            "5678结尾",
            "订单A1001\n5678",
        ],
    )
    def test_leaves_no_end_of_a_phone(self, text: str) -> None:
        hidden = hide_digits(text)

        assert "5678" not in hidden
        assert "５６７８" not in hidden
        assert len(hidden) == len(text)

    def test_leaves_the_number_of_the_order(self) -> None:
        assert (
            hide_digits("订单20261123000188 尾号5678") == "订单20261123000188 尾号****"
        )

    def test_leaves_prices_and_years(self) -> None:
        assert hide_digits("2026年买的，1999元") == "2026年买的，1999元"


class TestLastDigits:
    def test_are_the_end_of_the_phone(self) -> None:
        assert last_digits("13800135678") == "5678"
