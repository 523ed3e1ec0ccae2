from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.entities import EntityFinder, mask, to_original
from bot.understanding.normalize import Folder
from bot.utterances import Entity
from tests.bot.understanding.small_library import LEXICON, TODAY

FOLDER = Folder(LEXICON)
FINDER = EntityFinder(LEXICON)


def find(text: str) -> tuple[Entity, ...]:
    folded = FOLDER.fold(text)
    return to_original(FINDER.find(folded.text, today=TODAY), folded)


def values(text: str) -> list[tuple[str, str | int | float]]:
    return [(entity.kind.value, entity.value) for entity in find(text)]


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "fen"),
        [
            ("18块5", 1850),
            ("18块05", 1805),
            ("18元5角", 1850),
            ("18块5毛5", 1855),
            ("十块零五毛", 1050),
            ("两块半", 250),
            ("三十块", 3000),
            ("三十行不行", 3000),
            ("两百五卖吗", 25_000),
            ("两百五", 25_000),
            ("¥99.9", 9990),
            ("￥１２０", 12_000),
            ("便宜20吧", 2000),
            ("99包邮吗", 9900),
            ("我只有80", 8000),
            ("5毛钱", 50),
            ("0元", 0),
        ],
    )
    def test_amounts_are_fen(self, text: str, fen: int) -> None:
        assert values(text) == [("amount_fen", fen)]

    def test_threshold_holds_two_amounts(self) -> None:
        assert values("满99减10") == [("amount_fen", 9900), ("amount_fen", 1000)]

    @pytest.mark.parametrize(
        "text",
        [
            "千万别发",
            "十分满意",
            "万一不合适",
            "三块肥皂",
            "一起买",
            "iphone15有吗",
            "千千块",
            "满千千减三三十",
            "99999999999块",
        ],
    )
    def test_what_only_looks_like_money_is_none(self, text: str) -> None:
        assert not [value for kind, value in values(text) if kind == "amount_fen"]

    @given(st.integers(min_value=0, max_value=99_999), st.integers(1, 9))
    def test_every_kuai_and_mao_is_read(self, yuan: int, jiao: int) -> None:
        assert values(f"{yuan}块{jiao}") == [("amount_fen", yuan * 100 + jiao * 10)]


class TestDiscounts:
    @pytest.mark.parametrize(
        ("text", "rate"),
        [
            ("八折", 0.8),
            ("打85折", 0.85),
            ("八五折行吗", 0.85),
            ("9.5折", 0.95),
            ("半价", 0.5),
        ],
    )
    def test_discount_is_the_share_still_paid(self, text: str, rate: float) -> None:
        assert values(text) == [("discount", rate)]

    @pytest.mark.parametrize("text", ["可以两折叠吗", "0折"])
    def test_a_fold_or_nothing_left_to_pay_is_no_discount(self, text: str) -> None:
        assert values(text) == []


class TestDates:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("今天", "2026-11-23"),
            ("昨天下的单", "2026-11-22"),
            ("大前天", "2026-11-20"),
            ("后天能到吗", "2026-11-25"),
            ("上周三", "2026-11-18"),
            ("下周一", "2026-11-30"),
            ("上上周日", "2026-11-15"),
            ("周五到", "2026-11-27"),
            ("3号", "2026-12-03"),
            ("3号买的", "2026-11-03"),
            ("下个月3号", "2026-12-03"),
            ("11月20日拍的", "2026-11-20"),
            ("十二月五号要用", "2026-12-05"),
            ("2026-11-11", "2026-11-11"),
            ("11.11", "2026-11-11"),
            ("双十一", "2026-11-11"),
            ("双12有活动吗", "2026-12-12"),
            ("三天前买的", "2026-11-20"),
            ("两周后", "2026-12-07"),
            ("1月1号要用", "2027-01-01"),
        ],
    )
    def test_dates_are_seen_from_today(self, text: str, day: str) -> None:
        assert ("date", day) in values(text)

    @pytest.mark.parametrize(
        "text", ["3号色", "2月30日", "千千天前", "40码", "之后天气", "1.5kg"]
    )
    def test_what_is_no_day_is_none(self, text: str) -> None:
        assert not [value for kind, value in values(text) if kind == "date"]

    @pytest.mark.parametrize(
        ("text", "today"),
        [("上周三", date.min), ("后天", date.max), ("99999999天后", TODAY)],
    )
    def test_days_outside_the_calendar_are_none(self, text: str, today: date) -> None:
        assert FINDER.find(text, today=today) == ()


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "days"),
        [
            ("三天了", 3),
            ("等了5天", 5),
            ("一周", 7),
            ("两个星期", 14),
            ("半个月", 15),
            ("三个月", 90),
            ("48小时", 2),
            ("12小时", 0.5),
            ("两三天", 3),
            ("2-3天到", 3),
            ("一年", 365),
        ],
    )
    def test_lengths_are_days(self, text: str, days: float) -> None:
        assert values(text) == [("duration_days", days)]

    @pytest.mark.parametrize("text", ["七天无理由", "第三天", "今天", "千千天"])
    def test_fixed_terms_are_no_length(self, text: str) -> None:
        assert not [value for kind, value in values(text) if kind == "duration_days"]


class TestBodies:
    @pytest.mark.parametrize(
        ("text", "height", "weight"),
        [
            ("165 110斤", 165, 110),
            ("165/55", 165, 110),
            ("身高165cm体重50kg", 165, 100),
            ("一米六五，体重一百一", 165, 110),
            ("1米7 130斤", 170, 130),
        ],
    )
    def test_height_and_weight_are_read(
        self, text: str, height: int, weight: int
    ) -> None:
        assert values(text) == [("height_cm", height), ("weight_jin", weight)]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("一米七", ("height_cm", 170)),
            ("60kg", ("weight_jin", 120)),
            ("110斤", ("weight_jin", 110)),
            ("1.65米", ("height_cm", 165)),
        ],
    )
    def test_each_alone_is_read(self, text: str, expected: tuple[str, int]) -> None:
        assert values(text) == [expected]

    @pytest.mark.parametrize(
        "text", ["一米八的床", "5斤苹果", "1.5kg", "165/10", "999厘米"]
    )
    def test_goods_have_no_body(self, text: str) -> None:
        assert values(text) == []


class TestSizesAndQuantities:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("XL", [("size", "XL")]),
            ("m码还有吗", [("size", "M")]),
            ("40码的鞋", [("size", "40码")]),
            ("均码", [("size", "均码")]),
            ("M还是2xl", [("size", "M"), ("size", "2XL")]),
            ("两件", [("quantity", 2)]),
            ("买3双", [("quantity", 3)]),
            ("买一个", [("quantity", 1)]),
            ("要x5", [("quantity", 5)]),
            ("换一个", []),
            ("给个说法", []),
            ("0件", []),
        ],
    )
    def test_sizes_and_pieces_are_read(
        self, text: str, expected: list[tuple[str, str | int | float]]
    ) -> None:
        assert values(text) == expected


class TestIdentifiers:
    @pytest.mark.parametrize(
        ("text", "kind", "value", "courier"),
        [
            ("顺丰SF1234567890123", "tracking_no", "SF1234567890123", "顺丰"),
            ("123456789012", "tracking_no", "123456789012", None),
            ("75312345678901到哪了", "tracking_no", "75312345678901", "中通"),
            ("运单号 123456789012", "tracking_no", "123456789012", None),
            ("2345678901234567890", "order_no", "2345678901234567890", None),
            ("订单231123-123456789012345", "order_no", "231123-123456789012345", None),
            ("订单号：ab12345678", "order_no", "AB12345678", None),
            ("电话138 1234 5678", "phone", "13812345678", None),
            ("+86 13812345678", "phone", "13812345678", None),
            ("0571-88886666", "phone", "057188886666", None),
        ],
    )
    def test_numbers_are_told_apart(
        self, text: str, kind: str, value: str, courier: str | None
    ) -> None:
        (entity,) = find(text)

        assert (entity.kind.value, entity.value, entity.courier) == (
            kind,
            value,
            courier,
        )


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "place"),
        [("发新疆吗", "新疆"), ("到杭州市几天", "杭州"), ("发义乌市吗", "义乌")],
    )
    def test_known_places_and_suffixed_ones_are_found(
        self, text: str, place: str
    ) -> None:
        assert values(text) == [("place", place)]

    def test_a_supermarket_is_no_city(self) -> None:
        assert values("在超市买的") == []


class TestPositions:
    @pytest.mark.parametrize(
        ("text", "piece"),
        [
            ("亲😀，１８块５行吗", "１８块５"),
            ("𠮷𠮷两件", "两件"),
            ("寄到黑龍江！！！", "黑龍江"),
        ],
    )
    def test_positions_are_code_points_of_the_original(
        self, text: str, piece: str
    ) -> None:
        (entity,) = find(text)

        assert text[entity.start : entity.end] == piece

    @given(
        st.text(
            alphabet="0123456789一二三十百千万半块毛折天周月号日米斤码件个xl上下前后.-:满减发市 ",
            max_size=30,
        )
    )
    def test_entities_never_overlap_and_lie_inside(self, text: str) -> None:
        found = find(text)

        edges = [edge for entity in found for edge in (entity.start, entity.end)]
        assert edges == sorted(edges)
        assert all(0 <= entity.start < entity.end <= len(text) for entity in found)


class TestMask:
    def test_each_entity_becomes_one_character(self) -> None:
        text = "买两件18块5行吗"

        masked = mask(text, FINDER.find(text, today=TODAY))

        assert len(masked) == len("买") + 1 + 1 + len("行吗")
