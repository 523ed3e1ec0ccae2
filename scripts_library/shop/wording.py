"""What is different between two contents, in words for managers?"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final

from scripts_library.excel import library_words as named
from scripts_library.shop.entries import LINES, Content, Entry, Key, Kind

_ALIKE: Final = 0.5
"""Texts as alike as this are one that was changed, not one gone and one new."""

KIND_NAMES: Final = {
    Kind.SCRIPT: "话术",
    Kind.EXAMPLES: "例句",
    Kind.INTENT: "意图",
    Kind.SNIPPET: "公共片段",
}
FIELD_NAMES: Final = {
    "intent": "意图",
    "use": "用途",
    "audience": "谁能用",
    "when": "条件",
    "phrases": "关键词规则",
    "valid": "有效期",
    "priority": "优先级",
    "category": "分类",
    "tags": "标签",
    "code": "快捷码",
    "buttons": "按钮",
    "pictures": "图片",
    "attach": "随话术发",
    "variables": "发送前要问的",
    "asks": "向买家问的",
    "variants": "说法",
    LINES: "例句",
    "text": "文字",
    "zh": "名称",
    "risk": "谁来答",
    "effects": "作用",
    "ticket": "工单类型",
    "follow_up": "跟进计划",
    "followed_by": "常接着的意图",
    "facts_needed": "要有的资料",
    "urgency": "紧急程度",
}
WITHIN_NAMES: Final = {
    "outcome": "议价结果",
    "rung": "让利方式",
    "tactic": "还价方式",
    "connector": "渠道",
    "category": "类目",
    "item": "商品",
    "incident": "店铺异常",
    "mood": "买家情绪",
    "asked": "第几次问",
    "duty": "值班",
    "order_state": "订单状态",
    "hours": "时段",
    "from": "第一天",
    "until": "最后一天",
    "contains": "含有",
    "all": "都有",
    "none": "不能有",
    "pattern": "样式",
    "kinds": "买家答什么",
    "words": "答案词",
    "yes_no": "是非问",
    "continues": "接着的意图",
    "says": "哪几个词在问",
}
"""Fields inside of others."""
_VALUE_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "use": named.USES,
    "audience": named.AUDIENCES,
    "attach": named.ATTACHMENTS,
    "risk": named.RISKS,
    "effects": named.EFFECTS,
    "outcome": named.OUTCOMES,
    "rung": named.RUNGS,
    "tactic": named.TACTICS,
    "incident": named.INCIDENTS,
    "mood": named.MOODS,
    "asked": named.ASKED,
    "duty": named.DUTY,
    "order_state": named.ORDER_STATES,
    "kinds": named.ENTITIES,
}
"""Values that have a name of their own, by field."""
_WORDS: Final = frozenset({"variants", LINES, "text", "tags", "buttons"})


class Mark(StrEnum):
    """What a stretch of a changed text is."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some words of a changed text."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field, or one text of it."""

    field: str
    words: str
    """In a manager's words, changed stretches marked as [-gone-] and {+new+}."""
    stretches: tuple[Stretch, ...] = ()
    """Of a text; empty for what is no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChanged:
    """One entry that is in one content as it is not in the other."""

    kind: Kind
    entry_id: str
    what: str
    """added, changed or removed."""
    title: str
    fields: tuple[FieldChange, ...]

    def lines(self) -> tuple[str, ...]:
        """Return the change as lines of a list."""
        return (self.title, *(f"  {one.words}" for one in self.fields))


def describe(
    before: Content, after: Content, *, intents: Mapping[str, str]
) -> tuple[EntryChanged, ...]:
    """Return what is different, by kind and id.

    Args:
        before: One content.
        after: The other.
        intents: Chinese names by intent id.
    """
    keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    return tuple(
        _entry(key, before.get(key), after.get(key), intents=intents) for key in keys
    )


def _entry(
    key: Key, old: Entry | None, new: Entry | None, *, intents: Mapping[str, str]
) -> EntryChanged:
    what = "added" if old is None else "removed" if new is None else "changed"
    verb = {"added": "新增", "removed": "删除", "changed": "修改"}[what]
    either: Entry = new if new is not None else (old or {})
    intent_id = (
        key.entry_id if key.kind is not Kind.SCRIPT else str(either.get("intent", ""))
    )
    name = intents.get(intent_id)
    shown = f"“{key.entry_id}”{f'（{name}）' if name else ''}"
    fields = tuple(
        change
        for field in dict.fromkeys((*(old or {}), *(new or {})))
        for change in _field(field, (old or {}).get(field), (new or {}).get(field))
    )
    return EntryChanged(
        kind=key.kind,
        entry_id=key.entry_id,
        what=what,
        title=f"{verb}{KIND_NAMES[key.kind]}{shown}",
        fields=fields,
    )


def _field(field: str, old: Any, new: Any) -> list[FieldChange]:
    if old == new:
        return []
    if field in _WORDS:
        return _texts(field, _list(old), _list(new))
    name = FIELD_NAMES.get(field, field)
    return [
        FieldChange(
            field=field, words=f"{name}：{_shown(old, field)} → {_shown(new, field)}"
        )
    ]


def _texts(field: str, old: list[str], new: list[str]) -> list[FieldChange]:
    """Return the texts that are gone, new, or one in place of the other."""
    name = FIELD_NAMES[field]
    gone = [text for text in old if text not in new]
    come = [text for text in new if text not in old]
    changes = []
    for text in gone:
        like = max(come, key=lambda it: _likeness(text, it), default=None)
        if like is not None and _likeness(text, like) >= _ALIKE:
            come.remove(like)
            changes.append(_change(field, f"改{name}", stretches(text, like)))
        else:
            changes.append(_change(field, f"删{name}", stretches(text, "")))
    changes += [_change(field, f"加{name}", stretches("", text)) for text in come]
    if not changes:
        changes.append(FieldChange(field=field, words=f"{name}换了顺序"))
    return changes


def stretches(old: str, new: str) -> tuple[Stretch, ...]:
    """Return a text with what is gone and what is new marked in it."""
    found = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, left, right, first, last in matcher.get_opcodes():
        if tag == "equal":
            found.append(Stretch(mark=Mark.SAME, text=old[left:right]))
            continue
        if right > left:
            found.append(Stretch(mark=Mark.REMOVED, text=old[left:right]))
        if last > first:
            found.append(Stretch(mark=Mark.ADDED, text=new[first:last]))
    return tuple(found)


def _change(field: str, verb: str, marked: tuple[Stretch, ...]) -> FieldChange:
    signs = {Mark.SAME: "{}", Mark.REMOVED: "[-{}-]", Mark.ADDED: "{{+{}+}}"}
    whole = marked[0].text if len(marked) == 1 else None
    words = (
        "".join(signs[one.mark].format(one.text) for one in marked)
        if whole is None
        else whole
    )
    return FieldChange(field=field, words=f"{verb}：{words}", stretches=marked)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(it) for it in value] if isinstance(value, list) else [str(value)]


def _shown(value: Any, field: str = "") -> str:
    """Return a value as managers call it; what has no name of its own stays."""
    if value in (None, "", [], {}):
        return "（无）"
    if isinstance(value, list):
        return "、".join(_shown(it, field) for it in value)
    if isinstance(value, Mapping):
        return "，".join(
            f"{WITHIN_NAMES.get(name, name)} {_shown(it, name)}"
            for name, it in value.items()
        )
    if isinstance(value, bool):
        return "是" if value else "否"
    return _VALUE_NAMES.get(field, {}).get(str(value), str(value))
