"""One field of personal data shows only what the standard lets it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replying.masking_fields import (
    is_birth_date,
    mask_address,
    mask_bank_card,
    mask_contact_id,
    mask_email,
    mask_identity_number,
    mask_name,
    mask_order_number,
    mask_phone,
    mask_tracking_number,
)


class TestMaskPhone:
    @pytest.mark.parametrize(
        ("phone", "masked"),
        [
            ("13800005678", "138****5678"),
            ("+86 138 0000 5678", "138****5678"),
            ("0571-88886666", "0571******66"),
            ("010 12345678", "010******78"),
            ("12345", "***45"),
            ("1", "*"),
            ("", ""),
        ],
    )
    def test_masks(self, phone: str, masked: str) -> None:
        assert mask_phone(phone) == masked


class TestMaskName:
    @pytest.mark.parametrize(
        ("name", "masked"),
        [
            ("王明", "王*"),
            ("王小明", "王*明"),
            ("欧阳修", "欧阳*"),
            ("欧阳小明", "欧阳*明"),
            ("欧阳", "欧*"),
            ("阿卜杜拉·买买提", "阿*提"),
            ("Tony Wang", "T***"),
            ("王", "*"),
            (" ", ""),
        ],
    )
    def test_masks(self, name: str, masked: str) -> None:
        assert mask_name(name) == masked

    @given(st.text(max_size=12))
    def test_masking_again_changes_nothing(self, name: str) -> None:
        once = mask_name(name)

        assert mask_name(once) == once


class TestMaskAddress:
    @pytest.mark.parametrize(
        ("address", "masked"),
        [
            ("浙江省杭州市西湖区文三路123号", "浙江省杭州市西湖区***"),
            ("北京市朝阳区建国路1号", "北京市朝阳区***"),
            ("北京朝阳区建国路1号", "北京朝阳区***"),
            ("新疆维吾尔自治区喀什地区叶城县某路", "新疆维吾尔自治区喀什地区叶城县***"),
            ("阳光小区5栋", "***"),
            ("3 Main Street", "***"),
            ("", ""),
        ],
    )
    def test_masks(self, address: str, masked: str) -> None:
        assert mask_address(address) == masked


class TestOtherFields:
    def test_an_email_keeps_its_first_character_and_domain(self) -> None:
        assert mask_email("zhang.san@example.com") == "z***@example.com"

    def test_what_is_no_email_is_hidden(self) -> None:
        assert mask_email("zhang.san") == "***"

    def test_an_identity_number_keeps_three_and_two(self) -> None:
        assert mask_identity_number("11010519491231002X") == "110*************2X"

    def test_a_short_identity_number_is_hidden(self) -> None:
        assert mask_identity_number("11010") == "*****"

    def test_a_bank_card_keeps_four(self) -> None:
        assert mask_bank_card("6222021234567890128") == "***************0128"

    def test_an_order_and_a_parcel_keep_four(self) -> None:
        assert mask_order_number("A10012345") == "*****2345"
        assert mask_tracking_number("SF1234567890123") == "***********0123"

    def test_of_a_short_number_no_more_than_half_is_shown(self) -> None:
        assert mask_order_number("1234") == "**34"

    def test_a_contact_id_keeps_its_first_character(self) -> None:
        assert (mask_contact_id("abc_123"), mask_contact_id(" ")) == ("a***", "")


class TestIsBirthDate:
    @pytest.mark.parametrize("digits", ["19890230", "18991231", "21000101"])
    def test_refuses(self, digits: str) -> None:
        assert not is_birth_date(digits)

    def test_accepts_a_day(self) -> None:
        assert is_birth_date("19491231")
