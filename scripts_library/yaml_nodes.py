"""How is YAML read so that every problem in it is reported with its line?

PyYAML nodes carry line numbers; they are converted one by one. A value that is wrong is
reported and replaced by a harmless stand-in, so that reading goes on and finds the next
problem; the loader returns nothing when there is any problem, so no stand-in escapes.
"""

import math
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

import yaml

from scripts_library.report import Place, Report

_Name = TypeVar("_Name", bound=StrEnum)
_Read = TypeVar("_Read")
_Missing = TypeVar("_Missing")

_TAG: Final = "tag:yaml.org,2002:"
_MEANINGS: Final = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "null": "nothing",
    "timestamp": "a date",
    "merge": "a merge key",
    "value": "a default value",
}
"""What YAML 1.1 takes an unquoted word for."""
_KINDS: Final = {
    yaml.ScalarNode: "a single value",
    yaml.SequenceNode: "a list",
    yaml.MappingNode: "a mapping",
}


@dataclass(frozen=True, slots=True)
class Value:
    """One YAML node in its file, with conversions that report instead of raising."""

    node: yaml.Node
    file: str
    report: Report

    @property
    def place(self) -> Place:
        """Return where the value starts."""
        return Place(file=self.file, line=self.node.start_mark.line + 1)

    def complain(self, reason: str) -> None:
        """Report a problem at this value."""
        self.report.add(self.place, reason)

    def text(self) -> str:
        """Return a non-empty string; words that YAML takes for something else fail."""
        if not isinstance(self.node, yaml.ScalarNode):
            self._expected("text")
            return ""
        meaning = _MEANINGS.get(self.node.tag.removeprefix(_TAG))
        if meaning is not None:
            self.complain(
                f"expected text, but YAML reads {self.node.value!r} as {meaning}:"
                f' write "{self.node.value}" in quotes'
            )
            return ""
        value = str(self.node.value).strip()
        if not value:
            self.complain("expected text, found an empty string")
        return value

    def integer(self, *, at_least: int, at_most: int) -> int:
        """Return a whole number within the limits, both included."""
        number = self._number(int, tags=("int",), wanted="a whole number")
        if number is None:
            return at_least
        if not at_least <= number <= at_most:
            self.complain(f"expected {at_least} to {at_most}, found {number}")
        return number

    def fraction(self) -> float:
        """Return a number from 0 to 1.

        The stand-in is not a number: it compares as neither above nor below anything,
        so that no second problem follows from a first.
        """
        number = self._number(float, tags=("float", "int"), wanted="a number")
        if number is None:
            return math.nan
        if not 0 <= number <= 1:
            self.complain(f"expected 0 to 1, found {number}")
        return number

    def boolean(self) -> bool:
        """Return true or false, written so."""
        if isinstance(self.node, yaml.ScalarNode) and self.node.value in _BOOLEANS:
            return _BOOLEANS[self.node.value]
        self._expected("true or false")
        return False

    def choice(self, names: type[_Name]) -> _Name:
        """Return the member that is written here."""
        text = self.text()
        try:
            return names(text)
        except ValueError:
            if text:
                self.complain(f"unknown {text!r}: one of {', '.join(names)}")
            return next(iter(names))

    def items(self) -> tuple["Value", ...]:
        """Return the values of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self._expected("a list")
            return ()
        return tuple(self._at(node) for node in self.node.value)

    @property
    def is_empty_list(self) -> bool:
        """Return whether this is a list without values."""
        return isinstance(self.node, yaml.SequenceNode) and not self.node.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of strings; the same one twice is a problem."""
        found: dict[str, Place] = {}
        for item in self.items():
            text = item.text()
            if text in found:
                item.complain(f"{text!r} stands in line {found[text].line} already")
            elif text:
                found[text] = item.place
        return tuple(found)

    def entries(self) -> tuple[tuple[str, "Value", "Value"], ...]:
        """Return (name, key, value) of a mapping; each name once."""
        if not isinstance(self.node, yaml.MappingNode):
            self._expected("a mapping")
            return ()
        entries: dict[str, tuple[str, Value, Value]] = {}
        for key_node, value_node in self.node.value:
            key = self._at(key_node)
            name = key.text()
            if name in entries:
                first = entries[name][1].place.line
                key.complain(f"key {name!r} stands in line {first} already")
            elif name:
                entries[name] = (name, key, self._at(value_node))
        return tuple(entries.values())

    def fields(
        self, *, required: Collection[str], optional: Collection[str] = ()
    ) -> "Fields":
        """Return the values of a mapping with known keys; missing ones are reported."""
        entries = self.entries()
        for name, key, _ in entries:
            if name not in required and name not in optional:
                known = ", ".join((*required, *optional))
                key.complain(f"unknown key {name!r}: one of {known}")
        found = {name: value for name, _, value in entries}
        missing = [name for name in required if name not in found]
        if missing and isinstance(self.node, yaml.MappingNode):
            self.complain(f"missing key: {', '.join(missing)}")
        return Fields(found)

    def _at(self, node: yaml.Node) -> "Value":
        return Value(node, self.file, self.report)

    def _number(
        self, convert: Callable[[str], _Read], *, tags: Collection[str], wanted: str
    ) -> _Read | None:
        """Return a plain decimal number; YAML's 1:30, 0x1F and .inf are none."""
        if self.node.tag.removeprefix(_TAG) in tags:
            with suppress(ValueError):
                return convert(str(self.node.value))
        self._expected(wanted)
        return None

    def _expected(self, wanted: str) -> None:
        found = _KINDS[type(self.node)]
        if isinstance(self.node, yaml.ScalarNode):
            found = repr(self.node.value)
        self.complain(f"expected {wanted}, found {found}")


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of a mapping with known keys; what is missing was reported."""

    values: Mapping[str, Value]

    def read(
        self,
        name: str,
        convert: Callable[[Value], _Read],
        missing: _Missing,
    ) -> _Read | _Missing:
        """Return the converted value of a key, ``missing`` when the key is not there."""
        value = self.values.get(name)
        return missing if value is None else convert(value)

    def text(self, name: str) -> str:
        """Return the text of a required key."""
        return self.read(name, Value.text, "")

    def flag(self, name: str, *, missing: bool) -> bool:
        """Return the true or false of an optional key."""
        return self.read(name, Value.boolean, missing)

    def choice(self, name: str, names: type[_Name], *, missing: _Name) -> _Name:
        """Return the member that a key names."""
        return self.read(name, lambda value: value.choice(names), missing)

    def choices(self, name: str, names: type[_Name]) -> tuple[_Name, ...]:
        """Return the members in the list of an optional key."""
        items = self.read(name, Value.items, ())
        return tuple(item.choice(names) for item in items)


_BOOLEANS: Final = {"true": True, "false": False}
"""YAML 1.1 has a dozen more spellings; these two are enough."""
