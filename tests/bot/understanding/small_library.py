"""A small trade of its own: a library that lends books and tools."""

from datetime import date
from functools import cache

from bot.understanding.lexicon import CourierPattern, Lexicon
from bot.understanding.matcher import Matcher, TrainingSet, load_matcher, train

TODAY = date(2026, 11, 23)
"""A Monday."""

LEXICON = Lexicon(
    words=("七天无理由", "借阅证"),
    synonyms=(("归还", "还书", "交还"), ("借", "借阅")),
    address_words=("亲", "老板", "客服", "掌柜"),
    particles=("你好", "在吗", "请问"),
    opt_out_words=("退订", "拒收", "td"),
    couriers=(
        CourierPattern(name="顺丰", pattern=r"SF\d{12,13}"),
        CourierPattern(name="中通", pattern=r"7[3-9]\d{12}"),
    ),
    places=("新疆", "杭州", "黑龙江"),
)

EXAMPLES = {
    "borrow": (
        "我想借书",
        "可以借几本",
        "这本书能借吗",
        "怎么借阅",
        "借一本小说",
        "能借工具吗",
    ),
    "give_back": (
        "我要还书",
        "归还到哪里",
        "书看完了怎么还",
        "还书放哪",
        "交还工具",
        "今天还可以吗",
    ),
    "late_fee": (
        "逾期罚多少钱",
        "超期了要交钱吗",
        "晚还几天怎么罚",
        "罚款太贵了",
        "逾期费怎么算",
    ),
    "hours": ("几点开门", "周末开吗", "什么时候关门", "今天营业到几点", "国庆开放吗"),
    "hello": ("你好", "在吗", "有人吗", "您好呀", "哈喽"),
    "chat": ("今天天气真好", "你会唱歌吗", "给我讲个笑话", "晚饭吃什么", "股票涨了没"),
}
URGENCY = {
    "borrow": 2,
    "give_back": 3,
    "late_fee": 6,
    "hours": 1,
    "hello": 0,
    "chat": 0,
}


def make_training_set(
    *, heldout: tuple[tuple[str, str], ...] = (), lexicon: Lexicon = LEXICON
) -> TrainingSet:
    return TrainingSet(
        examples=EXAMPLES,
        heldout=heldout,
        lexicon=lexicon,
        urgency=URGENCY,
        off_topic="chat",
    )


@cache
def trained_model() -> bytes:
    return train(make_training_set())


@cache
def make_matcher() -> Matcher:
    return load_matcher(
        trained_model(), lexicon=LEXICON, urgency=URGENCY, off_topic="chat"
    )
