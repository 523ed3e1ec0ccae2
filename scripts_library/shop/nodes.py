"""How is an entry read by the readers of a pack's YAML, each problem with its path?"""

from collections.abc import Mapping
from typing import Any, Final

import yaml

from bot.errors import Problem
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_TAG: Final = "tag:yaml.org,2002:"


class EntryNodes:
    """The nodes of one entry; each has a line of its own, by which its path is found."""

    def __init__(self, entry: Mapping[str, Any], *, file: str) -> None:
        self._file = file
        self._paths: list[str] = []
        self._root = self._node(entry, "")

    def value(self, report: Report) -> Value:
        """Return the entry for a reader that reports into ``report``."""
        return Value(self._root, self._file, report)

    def path_of(self, problem: Problem) -> str:
        """Return where in the entry a problem is: ``variants[1]``; empty: the whole."""
        if problem.file != self._file or not 0 < problem.line <= len(self._paths):
            return ""
        return self._paths[problem.line - 1]

    def _node(self, value: Any, path: str) -> yaml.Node:
        mark = yaml.Mark(self._file, 0, len(self._paths), 0, None, 0)
        self._paths.append(path)
        if isinstance(value, Mapping):
            pairs = [
                (
                    self._node(str(name), _below(path, str(name))),
                    self._node(it, _below(path, str(name))),
                )
                for name, it in value.items()
            ]
            return yaml.MappingNode(f"{_TAG}map", pairs, mark, mark)
        if isinstance(value, list | tuple):
            items = [self._node(it, f"{path}[{at}]") for at, it in enumerate(value)]
            return yaml.SequenceNode(f"{_TAG}seq", items, mark, mark)
        return yaml.ScalarNode(f"{_TAG}{_tag(value)}", _text(value), mark, mark)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _tag(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case _:
            return "str"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
