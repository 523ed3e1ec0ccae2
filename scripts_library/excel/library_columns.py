"""Which sheets and columns has a workbook of a script library?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from scripts_library.excel import library_words as words
from scripts_library.excel.forms import (
    Choice,
    Choices,
    Day,
    Form,
    Lines,
    Pairs,
    Text,
    Whole,
    YesNo,
)
from scripts_library.excel.workbook import Hint

SCRIPTS: Final = "话术"
VARIANTS: Final = "说法"
ASKS: Final = "追问"
EXAMPLES: Final = "例句"
INTENTS: Final = "意图"
SNIPPETS: Final = "公共片段"
WORDS: Final = "词库"
SYNONYMS: Final = "同义词"
NOTES: Final = "说明"
MARKS: Final = "导出记录"
"""Hidden: what each entry was, so that only what somebody changed is changed."""

ID: Final = "编号"
SCRIPT_ID: Final = "话术编号"
VARIANT: Final = "说法"
INTENT: Final = "意图"
EXAMPLE: Final = "例句"
NAME: Final = "名称"
TEXT: Final = "文字"
ORIGIN: Final = "来源"
GOES_ON: Final = "接上一行"
"""是: the text goes on with that of the row above, which is too long for one cell."""
OTHER: Final = "其他"
"""What no column holds, as JSON."""
OF_PACK, OF_SHOP = "行业包", "本店"
WORD, LIST = "词", "类别"
SAME: Final = "意思相同的词"
KIND, MARK = "种类", "指纹"
_INTENT_RANGE: Final = f"='{INTENTS}'!$A$2:$A$1000"
_ONE_A_LINE: Final = "一行一个（单元格里换行：Alt+Enter）。"
_NOT_BY_HAND: Final = "上面的列放不下的内容，JSON。一般不用动。"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One column that holds a field of an entry; each is itself only."""

    title: str
    path: tuple[str, ...]
    """Of the field: one key of the entry, or one of a mapping in it."""
    form: Form
    note: str = ""
    choices: tuple[str, ...] = ()
    source: str = ""
    width: int = 0


def _choice(
    title: str, *path: str, of: Mapping[str, str], note: str = "", many: bool = False
) -> Column:
    told = f"{'可以填几个，用、隔开：' if many else '填：'}{'、'.join(of.values())}。"
    return Column(
        title=title,
        path=path,
        form=Choices(of) if many else Choice(of),
        note=note + told,
        choices=() if many else tuple(of.values()),
        width=12,
    )


def _lines(title: str, *path: str, note: str = "") -> Column:
    return Column(title=title, path=path, form=Lines(), note=note + _ONE_A_LINE)


SCRIPT_COLUMNS: Final = (
    Column(
        title=INTENT,
        path=("intent",),
        form=Text(),
        note="它回答哪类问题：“意图”表里的编号。",
        source=_INTENT_RANGE,
        width=22,
    ),
    _choice("用途", "use", of=words.USES, note="空着：回答。"),
    _choice(
        "谁能用", "audience", of=words.AUDIENCES, note="团队、私人的话术小二自己不发。"
    ),
    Column(
        title="优先级",
        path=("priority",),
        form=Whole(),
        note="0到1000，条件一样时大的先用；空着：0。",
    ),
    _lines("分类", "category", note="放在哪一类，从上到下，"),
    _lines("标签", "tags"),
    Column(
        title="快捷码", path=("code",), form=Text(), note="客服打这几个字母调出它。"
    ),
    _lines("按钮", "buttons", note="给买家点的选项，"),
    _lines("图片", "pictures", note="图片地址，"),
    _choice("附带", "attach", of=words.ATTACHMENTS),
    Column(
        title="生效日",
        path=("valid", "from"),
        form=Day(),
        note="第一天，例如 2026-11-01；空着：一直有效。",
    ),
    Column(
        title="失效日", path=("valid", "until"), form=Day(), note="最后一天（含）。"
    ),
    _choice("议价结果", "when", "outcome", of=words.OUTCOMES, many=True),
    _choice("让步方式", "when", "rung", of=words.RUNGS, many=True),
    _choice("还价说法", "when", "tactic", of=words.TACTICS, many=True),
    _lines("渠道", "when", "connector"),
    _lines("商品类目", "when", "category"),
    _lines("商品", "when", "item", note="商品编号，"),
    _choice("订单状态", "when", "order_state", of=words.ORDER_STATES, many=True),
    _lines("时段", "when", "hours", note="例如 09:00-18:00 或 1-5 09:00-18:00，"),
    _choice("事件", "when", "incident", of=words.INCIDENTS, many=True),
    _choice("买家情绪", "when", "mood", of=words.MOODS, many=True),
    _choice("第几次问", "when", "asked", of=words.ASKED, many=True),
    _choice("值班", "when", "duty", of=words.DUTY, many=True),
    _lines("含任一词", "phrases", "contains", note="买家的话里有其中一个就用它，"),
    _lines("含全部词", "phrases", "all"),
    _lines("不含词", "phrases", "none"),
    Column(title="正则", path=("phrases", "pattern"), form=Text()),
    Column(
        title="发送前要问的",
        path=("variables",),
        form=Pairs(),
        note="客服发送前要填的，一行一个，写成“名字：怎么叫它”。",
    ),
)
ASK_COLUMNS: Final = (
    _choice("买家答什么", "kinds", of=words.ENTITIES, many=True),
    _lines("答案词", "words", note="行业包里答案词的名字，"),
    Column(
        title="是非问",
        path=("yes_no",),
        form=YesNo(),
        note="答“是”就接着办。",
        choices=("是", "否"),
    ),
    Column(
        title="接着的意图",
        path=("continues",),
        form=Text(),
        source=_INTENT_RANGE,
        note="空着：话术自己的意图。",
        width=22,
    ),
    _lines("哪几个词在问", "says", note="只有带这些词的说法在问，空着：都在问，"),
)
INTENT_COLUMNS: Final = (
    Column(title=NAME, path=("zh",), form=Text(), width=16),
    _choice("谁来答", "risk", of=words.RISKS),
    _choice("作用", "effects", of=words.EFFECTS, many=True),
    Column(title="紧急程度", path=("urgency",), form=Whole(), note="0到9。"),
    _lines("需要的资料", "facts_needed"),
    Column(title="工单", path=("ticket",), form=Text()),
    Column(title="跟进", path=("follow_up",), form=Text()),
    _lines("后面常问", "followed_by"),
    _choice("还价说法", "tactic", of=words.TACTICS),
    Column(title="流程", path=("flow",), form=Text()),
    _lines("说到就是", "phrases", note="只用于最先答的意图，"),
    _lines("除非", "unless"),
)
LEXICON_LISTS: Final[Mapping[str, str]] = {
    "words": "行业词",
    "address_words": "称呼",
    "particles": "开场语气词",
    "opt_out_words": "退订词",
    "opt_out_marks": "退订记号",
    "places": "地名",
}
"""Names of the lexicon's lists of words."""


def _titles(columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(column.title for column in columns)


SHEETS: Final[Mapping[str, Sequence[str]]] = {
    NOTES: (NOTES,),
    SCRIPTS: (ID, *_titles(SCRIPT_COLUMNS), OTHER),
    VARIANTS: (SCRIPT_ID, VARIANT, GOES_ON),
    ASKS: (SCRIPT_ID, *_titles(ASK_COLUMNS)),
    EXAMPLES: (INTENT, EXAMPLE, GOES_ON, OTHER),
    INTENTS: (ID, *_titles(INTENT_COLUMNS), ORIGIN, OTHER),
    SNIPPETS: (NAME, TEXT, GOES_ON, OTHER),
    WORDS: (LIST, WORD),
    SYNONYMS: (SAME,),
    MARKS: (KIND, ID, MARK),
}
"""Titles of the columns by sheet, in order."""
OPTIONAL: Final = frozenset({GOES_ON, OTHER, ORIGIN})
"""Columns that may be missing."""


def _hints(columns: Sequence[Column]) -> dict[str, Hint]:
    return {
        column.title: Hint(
            note=column.note,
            choices=column.choices,
            source=column.source,
            width=column.width,
        )
        for column in columns
    }


_SCRIPT_HINT: Final = Hint(note="“话术”表里的编号。", width=28)
_GOES_ON_HINT: Final = Hint(
    note="填“是”：接在上一行后面，是同一段文字（一格放不下时才用）。",
    choices=("是",),
)
_OTHER_HINT: Final = Hint(note=_NOT_BY_HAND)
HINTS: Final[Mapping[str, Mapping[str, Hint]]] = {
    NOTES: {NOTES: Hint(width=60)},
    SCRIPTS: {
        **_hints(SCRIPT_COLUMNS),
        ID: Hint(note="每条话术一个，不能重复；改了编号就是另一条。", width=28),
        OTHER: _OTHER_HINT,
    },
    VARIANTS: {
        SCRIPT_ID: _SCRIPT_HINT,
        VARIANT: Hint(
            note="一行一种说法，轮着用。{order.no} 这样的是资料，[[…]] 里的缺资料时省去。",
            width=60,
        ),
        GOES_ON: _GOES_ON_HINT,
    },
    ASKS: {**_hints(ASK_COLUMNS), SCRIPT_ID: _SCRIPT_HINT},
    EXAMPLES: {
        INTENT: Hint(note="“意图”表里的编号。", source=_INTENT_RANGE, width=22),
        EXAMPLE: Hint(note="买家会怎么问，一行一句；一句只归一个意图。", width=60),
        GOES_ON: _GOES_ON_HINT,
        OTHER: _OTHER_HINT,
    },
    INTENTS: {
        **_hints(INTENT_COLUMNS),
        ID: Hint(note="行业包的意图只供查看；本店可以加自己的。", width=22),
        ORIGIN: Hint(note="空着：本店。", choices=(OF_PACK, OF_SHOP)),
        OTHER: _OTHER_HINT,
    },
    SNIPPETS: {
        NAME: Hint(note="在话术里写 {snippet.名称}。", width=20),
        TEXT: Hint(width=60),
        GOES_ON: _GOES_ON_HINT,
        OTHER: _OTHER_HINT,
    },
    WORDS: {LIST: Hint(note="行业包的词，只供查看。", width=14), WORD: Hint(width=20)},
    SYNONYMS: {SAME: Hint(note="行业包的同义词，只供查看，一格一组。", width=60)},
}
NOTE_LINES: Final = (
    "改好以后用 xiaoer scripts import 导入：先说出改了什么，有一处错误就什么都不改。",
    "导入的内容进草稿，检查、发布以后买家才看得到。",
    "导出时有、现在删掉了的行就是删除；导出以后别人加的不动。整张表删掉，那一类就不动。",
    "“话术”一行一条；它的说法在“说法”表里，一行一种；它问买家的在“追问”表里。",
    "空着的格是没有写；“（无）”是写明一个都没有；“（空）”是写明空的文字。",
    "格子开头的 ' 请留着：它让 = + - @ 开头的文字不会变成公式。\\n 是一行里的换行。",
    "“意图”里来源是行业包的、“词库”“同义词”只供查看，改了会报错。",
    "店铺、商品、活动这些资料没有草稿：导入时加 --facts 才会保存，立刻生效。",
)
