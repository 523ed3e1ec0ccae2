"""Personal data never stands in a log or a searchable copy."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replying.masking import is_bank_card, is_identity_number, mask_personal

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

PIECES = (
    *("浙江省", "杭州市", "西湖区", "文三路", "阳光小区", "花园", "村", "12号", "5栋"),
    *(
        "2单元",
        "301",
        "301室",
        "1-2-3",
        "收件人：",
        "王小明",
        "，",
        "*",
        "138",
        "00005678",
    ),
    *("一三八", "0000", "五六七八", "1 3 8 1 2 3 4", ".", "❤", "加", "薇", "V", "护照"),
    *("E12345678", "wei xin"),
    *("0571", "-", "微信", "abc12345", "QQ", "浙A", "@a.cn", "一", " "),
)

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
words = st.text("亲我的电话是地址单号呢吗，。 ", max_size=12)


class TestMaskPersonal:
    @pytest.mark.parametrize(
        ("text", "masked"),
        [
            ("我电话13800005678", "我电话138****5678"),
            ("我电话１３８００００５６７８", "我电话138****5678"),
            ("打 +86 138-0000-5678 找我", "打 +86 138****5678 找我"),
            ("138 0000 5678", "138****5678"),
            ("电话138.1234.5678", "电话138****5678"),
            ("电话138·1234·5678", "电话138****5678"),
            ("电话１３８．１２３４．５６７８", "电话138****5678"),
            ("电话1 3 8 1 2 3 4 5 6 7 8。", "电话138****5678。"),
            ("1-3-8-1-2-3-4-5-6-7-8", "138****5678"),
            ("１　３　８　１　２　３　４　５　６　７　８", "138****5678"),
            ("138\u200b1234\u200b5678", "138****5678"),
            ("一三八一二三四五六七八", "一三八****五六七八"),
            ("打幺三八零零零零五六七八哦", "打幺三八****五六七八哦"),
            ("一三八 一二三四 五六七八", "一三八****五六七八"),
            ("138一二三四5678", "138****5678"),
            ("加我薇❤abc123456", "加我薇❤a***"),
            ("薇❤️abc123456", "薇❤️a***"),
            ("微❤信 abc123456", "微❤信 a***"),
            ("v💗x：abc123456", "v💗x：a***"),
            ("加V：abc123456", "加V：a***"),
            ("V信abc123456", "V信a***"),
            ("wei xin abc123456", "wei xin a***"),
            ("WeChat: abc123456", "WeChat: a***"),
            ("护照号是E12345678", "护照号是E******78"),
            ("护照：EA1234567，谢谢", "护照：EA*****67，谢谢"),
            ("E12345678是我的护照", "E******78是我的护照"),
            ("座机0571-88886666", "座机0571-******66"),
            ("身份证11010519491231002X", "身份证110*************2X"),
            ("卡号6222021234567890128", "卡号***************0128"),
            ("卡号6222 0212 3456 7890 128", "卡号***************0128"),
            ("邮箱 zhang.san@mail.example.com", "邮箱 z***@mail.example.com"),
            ("我微信号：abc_123456", "我微信号：a***"),
            ("QQ 12345678", "QQ 1***"),
            ("微信ａｂｃ１２３", "微信a***"),
            ("车牌浙A12345", "车牌浙A****5"),
            (
                "浙江省杭州市西湖区文三路123号5幢601室 谢谢",
                "浙江省杭州市西湖区*** 谢谢",
            ),
            ("西湖区文三路一号二幢三室", "西湖区***"),
            ("寄到余杭区五常街道西溪花园12-3-401，谢谢", "寄到余杭区***，谢谢"),
            ("义乌市佛堂镇稠江村3组12号收", "义乌市***收"),
            ("送到阳光花园5栋2单元301室", "送到阳光花园***"),
            ("浦东新区世纪大道8号国金中心B座1201", "浦东新区***"),
            ("座机(0571)88886666", "座机(0571)******66"),
            ("打057188886666", "打0571******66"),
            ("收件人：王小明，电话13800005678", "收件人：王*明，电话138****5678"),
            ("收货人 欧阳修", "收货人 欧阳*"),
            ("姓名:李雷 手机 139 1234 5678", "姓名:李* 手机 139****5678"),
            ("新能源车浙AD12345", "新能源车浙A****5"),
            (
                "订单号123456，卡号4111111111111111",
                "订单号123456，卡号************1111",
            ),
        ],
    )
    def test_masks(self, text: str, masked: str) -> None:
        assert mask_personal(text) == masked

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "亲，什么时候发货呀",
            "订单20251123000123456到哪了",
            "身高168体重120",
            "满300减30，还差15元",
            "单号SF1234567890123",
            "微信支付可以吗",
            "11010519491231002",
            "订单号6222021234567890128到哪了",
            "淘宝单号1234567890123456782",
            "订单110105198902301236",
            "这个地区的快递到了路上，3号发吗",
            "我们小区门口那条路3号修好",
            "5号楼下等你",
            "收货人是谁",
            "联系人信息怎么改",
            "姓名写错了能改吗",
            "新A4纸多少钱",
            "满200-20，合计0755.50元",
            "快递放菜鸟驿站，12-3号取",
            "尺码35 36 37 38 39 40都有吗",
            "1 3 5 7 9 11 13 15 17号可以吗",
            "1 3 8 1 2 3 4 5 6 7 8 9",
            "一三八一二三四五六七八九",
            "周一三五发货，一三五七九单号限行",
            "原价138.50，现价135.1200.5",
            "版本1.3.8，型号E12345678",
            "订单号2025.1123.0001",
            "单号YT1382345678901",
            "加VIP888888会员",
            "加微信支付ABC12345优惠吗",
            "小薇和威海徽章A123456",
            "微信，iphone15也能用吗",
            "QQ❤糖A12还有吗",
            "护照夹有货吗，订单E123456789012",
            "护照可以寄吗",
        ],
    )
    def test_leaves_what_is_not_personal(self, text: str) -> None:
        assert mask_personal(text) == text

    @pytest.mark.parametrize(
        ("name", "masked"),
        [
            ("莫秋水", "莫*水您好，莫*水"),
            ("莫", "莫秋水您好，莫秋水"),
            (None, "莫秋水您好，莫秋水"),
        ],
    )
    def test_a_known_name_is_masked_wherever_it_stands(
        self, name: str | None, masked: str
    ) -> None:
        assert mask_personal("莫秋水您好，莫秋水", name=name) == masked

    @given(before=words, number=mobiles, after=words, is_wide=st.booleans())
    def test_no_mobile_number_survives(
        self, before: str, number: str, after: str, *, is_wide: bool
    ) -> None:
        written = number.translate(FULL_WIDTH) if is_wide else number

        masked = mask_personal(f"{before}{written}{after}")

        assert masked == f"{before}{number[:3]}****{number[-4:]}{after}"

    @given(st.text(max_size=60))
    def test_masking_again_changes_nothing(self, text: str) -> None:
        once = mask_personal(text)

        assert mask_personal(once) == once

    @given(pieces=st.lists(st.sampled_from(PIECES), max_size=12))
    def test_masking_addresses_again_changes_nothing(self, pieces: list[str]) -> None:
        once = mask_personal("".join(pieces))

        assert mask_personal(once) == once

    @pytest.mark.parametrize(
        "piece",
        [
            "市区路",
            "省",
            "市区路1号",
            "1-",
            "a.a@",
            "a-",
            "1 ",
            "一",
            "一三",
            "微",
            "微❤",
            "加v",
            "护照",
            "E1234567",
        ],
    )
    def test_a_text_made_to_be_slow_is_not(self, piece: str) -> None:
        text = piece * (5000 // len(piece))

        assert len(mask_personal(text)) <= len(text)

    @given(body=st.from_regex(r"[1-9][0-9]{16}", fullmatch=True))
    def test_masks_every_valid_identity_number(self, body: str) -> None:
        number = next(
            body + check for check in "0123456789X" if is_identity_number(body + check)
        )

        masked = mask_personal(f"证件 {number} 号")

        assert masked == f"证件 {number[:3]}{'*' * 13}{number[-2:]} 号"

    @given(body=st.from_regex(r"[1-9][0-9]{14,17}", fullmatch=True))
    def test_masks_every_valid_bank_card(self, body: str) -> None:
        number = next(
            body + check for check in "0123456789" if is_bank_card(body + check)
        )

        masked = mask_personal(f"卡{number}")

        assert not re.search(r"\d{6}", masked)


class TestIsIdentityNumber:
    def test_accepts_a_lower_case_check_letter(self) -> None:
        assert is_identity_number("11010519491231002x")

    @pytest.mark.parametrize("digits", ["110105194912310021", "1101", ""])
    def test_refuses(self, digits: str) -> None:
        assert not is_identity_number(digits)


class TestIsBankCard:
    @pytest.mark.parametrize("digits", ["6222021234567890129", "4111", ""])
    def test_refuses(self, digits: str) -> None:
        assert not is_bank_card(digits)
