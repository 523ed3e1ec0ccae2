"""What is a finding of the checks? Where it is, why it matters, and what mends it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from scripts_library.shop.entries import LINES, Kind
from scripts_library.shop.wording import FIELD_NAMES, KIND_NAMES, WITHIN_NAMES

_STEP: Final = re.compile(r"(?P<field>[^.\[\]]+)|\[(?P<at>\d+)\]")
_COUNTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "variants": "第{}条说法",
        LINES: "第{}句例句",
        "buttons": "第{}个按钮",
        "pictures": "第{}张图片",
        "asks": "第{}个追问",
    }
)
"""How one of several is called."""


class Severity(StrEnum):
    """What a finding means for a publication."""

    ERROR = "error"
    """Stops it."""
    WARNING = "warning"
    """Somebody should look at it."""

    @property
    def zh(self) -> str:
        """Return how managers call it."""
        return "错误" if self is Severity.ERROR else "提醒"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that should be mended; in words for managers."""

    severity: Severity
    rule: str
    """Name of the check."""
    kind: str
    entry_id: str
    """Of the entry that it is about."""
    place: str
    """Where in the entry, such as ``variants[1]``; empty: as a whole."""
    reason: str
    fix: str

    def __str__(self) -> str:
        """Return the finding in one line, as logs keep it."""
        where = f"{self.kind}/{self.entry_id}{f' {self.place}' if self.place else ''}"
        return f"{self.severity}: {where}: {self.reason}；{self.fix}"

    def in_words(self) -> str:
        """Return the finding in one line, as managers read it."""
        kind = KIND_NAMES.get(Kind(self.kind), self.kind)
        place = place_in_words(self.place)
        where = f"{kind}“{self.entry_id}”{place and f'，{place}'}"
        return f"{self.severity.zh}：{where}：{self.reason}。建议：{self.fix}"


def place_in_words(place: str) -> str:
    """Return where in an entry something is: 第2条说法 of ``variants[1]``.

    A phrase that is a place by itself stays as it is.
    """
    words: list[str] = []
    for step in _STEP.finditer(place):
        if step["at"] is not None:
            field = place[: step.start()].rpartition(".")[2]
            number = int(step["at"]) + 1
            counted = _COUNTED.get(field)
            if counted is not None and words:
                words[-1] = counted.format(number)
            else:
                words.append(f"第{number}项")
        else:
            name = step["field"]
            words.append(FIELD_NAMES.get(name) or WITHIN_NAMES.get(name) or name)
    return "的".join(words)
