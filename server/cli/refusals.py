"""What is said on standard error when a command is refused? Of the library in Chinese.

Errors are facts (:mod:`bot.errors`); those that managers meet when they keep the script
library are worded here, with what to do next. Every other stays as it is.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.errors import (
    AssistantError,
    NotFoundError,
    NotPublishableError,
    StaleEntryError,
    StaleStateError,
    TakenError,
)

_NOT_PUBLISHABLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "findings": "不能发布：先改好上面标着“错误”的地方",
        "conflicts": "不能发布：这些地方别人也改了，商量好，重新保存这几条再发布",
        "outdated": "不能发布：草稿开出来以后，店里发布过别的版本，或者换了行业包；"
        "先用 scripts draft update 把草稿并到现在的版本上",
        "review": "不能发布：本店要两个人把关，请另一个人用 scripts draft review"
        " 审核草稿现在的样子",
        "empty": "不用发布：和现在的版本一模一样",
    }
)
_MISSING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "draft": "没有叫“{}”的草稿，或者它已经发布、丢弃了；scripts draft list 列出开着的",
        "script": "没有话术“{}”，不用删",
        "examples": "没有意图“{}”的例句，不用删",
        "intent": "没有意图“{}”，不用删",
        "snippet": "没有公共片段“{}”，不用删",
        "library version": "没有第{}版；scripts versions 列出每一版",
        "proposal": "没有第{}号建议；scripts proposals 列出客服的建议",
        "private script": "没有叫“{}”的自己的话术；scripts own 列出自己的",
        "user of this shop": "这家店没有叫“{}”的人；user list 列出本店的人",
    }
)
_MOVED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "draft": "草稿“{}”刚被别人改过，这次什么也没做；看一眼再来一遍",
        "library": "刚才有人发布了别的版本，这次没有发布；先用 scripts draft update"
        " 把草稿并到现在的版本上",
        "proposal": "第{}号建议已经有人处理了",
        "private script": "“{}”刚被改过，这次没有保存；看一眼再来一遍",
    }
)


def in_words(error: AssistantError) -> str:
    """Return why a command was refused, in one line."""
    match error:
        case NotPublishableError(reason=reason) if reason in _NOT_PUBLISHABLE:
            return _NOT_PUBLISHABLE[reason]
        case StaleEntryError(key=key):
            return f"“{key}”刚被别人改过，这次没有保存；两边的内容在下面，商量好再存"
        case StaleStateError(kind=kind, key=key) if kind in _MOVED:
            return _MOVED[kind].format(key)
        case NotFoundError(kind=kind, key=key) if kind in _MISSING:
            return _MISSING[kind].format(key)
        case TakenError(field="name"):
            return "已经有一个开着的草稿叫这个名字；换个名字，或者接着改那一个"
        case _:
            return str(error)
