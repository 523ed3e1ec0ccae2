import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.answers import AnswerReader, Question
from tests.bot.understanding.small_library import EXAMPLES, LEXICON

QUESTION = Question(
    question_id="fixed",
    answers={
        "solved": (
            "解决了", "已经解决了", "好了", "可以了", "没问题了", "没事了", "搞定了",
            "处理好了", "弄好了", "行了 谢谢", "收到退款了", "是的", "能用了", "修好了",
        ),
        "not_solved": (
            "没有", "还没", "没解决", "还是不行", "没人联系我", "还是老样子", "没处理",
            "还有问题", "又坏了", "一直没人管", "解决不了", "没好", "没收到",
        ),
    },
)  # fmt: skip
OTHERS = (
    *(text for texts in EXAMPLES.values() for text in texts),
    "这个有货吗", "什么时候发货", "能便宜点吗", "包邮吗", "可以开发票吗", "有黑色吗",
    "穿多大码合适", "用什么快递", "怎么下单", "多少钱", "可以用花呗吗", "好看吗",
    "好的", "没有收到货", "质量好吗", "不想要了", "这两个有什么区别", "给我转人工",
)  # fmt: skip
READER = AnswerReader(QUESTION, others=OTHERS, lexicon=LEXICON)


class TestRead:
    @pytest.mark.parametrize(
        "text",
        [
            "解决啦", "都解决了", "已经搞定了谢谢", "嗯嗯好了", "嗯解决了谢谢",
            "没啥问题了", "没有问题了", "问题已经处理好了", "好啦好啦", "不错，解决了",
            "行了行了", "已经没事啦", "好了，谢谢你们", "解決了", "不是没解决，是解决了",
            "退款收到了，解决了", "现在能用了", "解决了😀",
        ],
    )  # fmt: skip
    def test_solved(self, text: str) -> None:
        answer, confidence = READER.read(text)

        assert answer == "solved"
        assert confidence > 0.6

    @pytest.mark.parametrize(
        "text",
        [
            "还没解决", "没有解决", "解决啥啊根本没有", "根本没解决", "没有呢", "没呢",
            "哪里解决了", "解决个屁", "还是没解决啊", "没解决！！！", "還沒解決",
            "没处理好", "还没弄好", "问题还在，没人联系", "依然不行", "一点都没解决",
            "还没，怎么这么慢", "并没有", "没搞定", "未解决", "好是好了，但是又坏了",
            "没有啊你们都没人理我", "没给我解决", "解决不了啊", "还没好呢",
        ],
    )  # fmt: skip
    def test_not_solved(self, text: str) -> None:
        answer, confidence = READER.read(text)

        assert answer == "not_solved"
        assert confidence > 0.6

    @pytest.mark.parametrize(
        "text",
        [
            "这个有货吗", "明天发货吗", "再便宜一点吧", "这件包邮吗", "我要买两件",
            "发什么快递", "你好", "穿多大码", "发票怎么开", "在吗", "", "？？", "xyz",
        ],
    )  # fmt: skip
    def test_what_answers_nothing_is_none(self, text: str) -> None:
        assert READER.read(text)[0] is None

    @given(st.text(max_size=30))
    def test_probability_is_one_whatever_is_said(self, text: str) -> None:
        answer, confidence = READER.read(text)

        assert answer in {"solved", "not_solved", None}
        assert 0.0 <= confidence <= 1.0

    def test_more_than_two_answers_are_told_apart(self) -> None:
        reader = AnswerReader(
            Question(
                question_id="colour",
                answers={
                    "black": ("黑色", "要黑的"),
                    "white": ("白色", "要白的"),
                    "red": ("红色", "要红的"),
                },
            ),
            others=OTHERS,
        )

        assert [reader.read(text)[0] for text in ("黑色吧", "白的", "红色的")] == [
            "black",
            "white",
            "red",
        ]
