"""What do a pack's readers mean, in words for managers, and what mends it?

The readers speak English, to whoever writes a pack's files. A manager who edits an entry
is told the same in Chinese; a test walks every complaint that an entry can cause.
"""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, NamedTuple

from bot.replying.names import ALL_PLACEHOLDERS
from scripts_library.shop.wording import FIELD_NAMES

_AS_TOLD: Final = "按提示改好这一处，或者撤销这条改动"
_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "intent": "意图",
        "script": "话术",
        "snippet": "公共片段",
        "answer words": "应答词",
        "ticket type": "工单类型",
        "follow-up plan": "跟进计划",
        "question": "追问",
        "flow": "流程",
        "state": "工单状态",
        "slot": "问题",
    }
)
"""What may be named and not be there, as managers call it."""
_WANTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text": "文字",
        "a list": "一列内容",
        "a mapping": "一组名称和内容",
        "a whole number": "整数",
        "a number": "数字",
        "true or false": "true 或 false",
        "a single value": "一个值",
    }
)
"""Shapes of values."""


class Told(NamedTuple):
    """A complaint in words for managers."""

    reason: str
    fix: str


_Say = Callable[[re.Match[str]], Told]


def in_words(reason: str) -> Told:
    """Return a reader's complaint in a manager's words, and what mends it.

    One that is in Chinese already stays as it is.
    """
    for pattern, say in _TABLE:
        match = pattern.fullmatch(reason)
        if match is not None:
            return say(match)
    return Told(reason, _AS_TOLD)


def _named(name: str) -> str:
    """Return what a key is called."""
    return FIELD_NAMES.get(name, name)


def _list(written: str, *, separator: str = ", ") -> str:
    return "、".join(written.split(separator))


def _placeholder(match: re.Match[str]) -> Told:
    name = match["name"]
    like = get_close_matches(name, sorted(ALL_PLACEHOLDERS), n=3, cutoff=0.5)
    meant = "、".join(f"{{{one}}}" for one in like)
    return Told(
        f"没有“{{{name}}}”这项资料",
        f"改成{meant}，或者去掉它" if meant else "去掉它，或者换一项资料",
    )


def _missing_name(match: re.Match[str]) -> Told:
    kind = _KINDS.get(match["kind"], match["kind"])
    return Told(f"没有“{match['name']}”这个{kind}", f"换一个有的{kind}，或者去掉这一处")


def _wrong_shape(match: re.Match[str]) -> Told:
    wanted, found = match["wanted"], match["found"]
    shown = _WANTED.get(found, f"“{found.strip(chr(39))}”")
    return Told(
        f"这里要填{_WANTED.get(wanted, wanted)}，填的是{shown}",
        f"改成{_WANTED.get(wanted, wanted)}",
    )


def _missing_key(match: re.Match[str]) -> Told:
    names = "、".join(map(_named, match["names"].split(", ")))
    return Told(f"缺少：{names}", f"补上{names}")


def _unknown_key(match: re.Match[str]) -> Told:
    return Told(
        f"没有“{match['name']}”这一项", f"可以写的项有：{_list(match['known'])}"
    )


def _unknown_choice(match: re.Match[str]) -> Told:
    return Told(f"不能填“{match['name']}”", f"从这些里选一个：{_list(match['known'])}")


def _out_of_limits(match: re.Match[str]) -> Told:
    return Told(
        f"填的是{match['found']}，要在{match['least']}到{match['most']}之间",
        f"改成{match['least']}到{match['most']}之间的数",
    )


def _brackets(match: re.Match[str]) -> Told:
    return Told(
        "“[[”和“]]”没有成对，或者一层套了一层", "每个“[[”后面配一个“]]”，不要互相套"
    )


def _filter(match: re.Match[str]) -> Told:
    return Told(
        f"“{match['source']}”里没有“{match['name']}”这种写法",
        f"竖线后面可以写：{_list(match['known'])}",
    )


def _says(reason: str, fix: str = _AS_TOLD) -> _Say:
    """Return the words of a complaint that always says the same."""
    return lambda _: Told(reason, fix)


def _quotes(before: str, after: str, fix: str) -> _Say:
    """Return the words of a complaint about one thing, put in quotation marks."""
    return lambda match: Told(f"{before}“{match['name']}”{after}", fix)


_NAME: Final = r"(?P<quote>['\"])(?P<name>.*)(?P=quote)"
_ENTRIES: Final[tuple[tuple[str, _Say], ...]] = (
    (r"unknown placeholder \{(?P<name>.+)\}", _placeholder),
    (rf"unknown placeholder {_NAME}", _placeholder),
    (
        r"\{(?P<name>.+)\} has a value only with use: offer",
        _quotes("", "只有报价的话术才有", "去掉它，或者把用途改成报价"),
    ),
    (rf"unknown (?P<kind>[a-z -]+) {_NAME}", _missing_name),
    (rf"asks continues an unknown (?P<kind>intent) {_NAME}", _missing_name),
    (rf"(?:examples|script) of an unknown (?P<kind>intent) {_NAME}", _missing_name),
    (rf"unknown key {_NAME}: one of (?P<known>.+)", _unknown_key),
    (rf"unknown {_NAME}: one of (?P<known>.+)", _unknown_choice),
    (r"missing key: (?P<names>.+)", _missing_key),
    (
        rf"expected text, but YAML reads {_NAME} as .+",
        _quotes("这里要填文字，填的是", "", "改成文字"),
    ),
    (
        r"expected text, found an empty string",
        _says("这里不能是空的", "填上文字，或者去掉这一项"),
    ),
    (
        r"expected (?P<least>\d+) to (?P<most>\d+), found (?P<found>.+)",
        _out_of_limits,
    ),
    (
        r"expected HH:MM-HH:MM, .+",
        _says("看不懂这段时间", "写成 09:00-23:00，或者 1-5 09:00-18:00（周一到周五）"),
    ),
    (r"expected a day, .+", _says("看不懂这一天", "写成 2026-11-11 这样")),
    (r"expected (?P<wanted>[a-z ]+), found (?P<found>.+)", _wrong_shape),
    (rf"{_NAME} stands in line \d+ already", _quotes("", "写了两遍", "删掉一个")),
    (rf"key {_NAME} stands in line \d+ already", _quotes("", "写了两遍", "删掉一个")),
    (
        r"the same variant stands in this list already",
        _says("同一条说法写了两遍", "删掉一条，或者换个说法"),
    ),
    (r"at least one variant is needed", _says("一条说法也没有", "至少写一条说法")),
    (
        r"use: offer and when: .+ belong together",
        _says("用途是报价的话术，和条件里的“议价结果”要一起写", "两样都写，或者都去掉"),
    ),
    (
        r"valid: until lies before from",
        _says("有效期的最后一天比第一天还早", "改对有效期"),
    ),
    (
        r"nothing is looked for: .+",
        _says("关键词规则里没有要找的词", "写上“含有”“都有”或者“样式”"),
    ),
    (
        r"longer than (?P<name>\d+) characters",
        lambda match: Told(f"样式超过{match['name']}个字符", "写短一点，或者拆成几条"),
    ),
    (
        r"no pattern: .+",
        _says(
            "样式（正则表达式）写得不对，括号之类没有成对", "改对样式，或者改用“含有”"
        ),
    ),
    (
        r"the pattern fits every text",
        _says("这个样式什么话都对得上", "写明一定要出现的字，或者改用“含有”"),
    ),
    (
        r"the pattern takes too long: nested repetitions",
        _says(
            "这个样式太费时间：重复里面又套了重复，会拖住所有买家",
            "去掉套在一起的 + 和 *，或者改用“含有”",
        ),
    ),
    (
        r"nothing answers it: .+",
        _says("没写买家怎样回答才算", "写上可以认的信息、应答词，或者是不是问"),
    ),
    (
        r"yes_no needs says: .+",
        _says("是不是问要写明是哪句在问", "写上说法里问买家的那几个字"),
    ),
    (
        rf"{_NAME} stands in no variant of this script",
        _quotes("没有一条说法里有", "", "改成说法里真有的字"),
    ),
    (
        r"a snippet holds no snippet",
        _says("公共片段里不能再用公共片段", "把文字直接写进来"),
    ),
    (
        r"a brace without its partner",
        _says("花括号没有成对", "每个“{”后面配一个“}”，不用资料就不要写花括号"),
    ),
    (
        r"a part in \[\[ \]\] names no placeholder",
        _says("“[[ ]]”里没有资料，永远不会被省掉", "去掉“[[ ]]”，或者在里面写一项资料"),
    ),
    (
        r"a part in \[\[ \]\] is never left out: all have defaults",
        _says("“[[ ]]”里的资料都有默认的话，永远不会被省掉", "去掉“[[ ]]”或者默认的话"),
    ),
    (r".*(?:\[\[|\]\]) (?:without its|inside) .*", _brackets),
    (
        r"(?P<name>\{.+\}): the default must come last",
        _quotes("", "里默认的话要写在最后", "把 default: 挪到最后"),
    ),
    (
        rf"(?P<source>\{{.+\}}): unknown filter {_NAME}: one of (?P<known>.+)",
        _filter,
    ),
    (
        rf"{_NAME} has capital letters; folded text has none",
        _quotes("", "里有大写字母", "改成小写"),
    ),
    (
        r"phrases belong to an intent with the effect at_once",
        _says("只有“最先答并叫人”的意图才看这些词", "去掉这些词，或者加上这个效果"),
    ),
    (
        rf"{_NAME} has the effect off_topic already",
        _quotes("", "已经是“无关”的意图，只能有一个", "去掉这个效果"),
    ),
    (
        r"no web address: .+",
        _says("图片要写网址", "写成 https:// 开头、没有空格的网址"),
    ),
    (
        r"more than (?P<name>\d+) pictures",
        lambda match: Told(
            f"图片多于{match['name']}张", f"最多留{match['name']}张，其余放到商品详情页"
        ),
    ),
    (r"no example in any file", _says("一句例句也没有，什么都学不会", "写上例句")),
)
_TABLE: Final = tuple(
    (re.compile(pattern, re.DOTALL), say) for pattern, say in _ENTRIES
)
