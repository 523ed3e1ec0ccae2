"""How are plain values read, so that every mistake is named with its field?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.errors import FieldProblem

MOST_ENTRIES: Final = 20
"""Of a list; a longer ladder is a slip."""
_LONGEST: Final = 60

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReader:
    """One mapping being read, with the path to it and all problems found so far."""

    values: Mapping[str, Any]
    path: str
    problems: list[FieldProblem]

    def complain(self, name: str, reason: str) -> None:
        """Note a mistake of a field; without a name of the mapping itself."""
        place = f"{self.path}.{name}" if self.path and name else self.path or name
        self.problems.append(FieldProblem(field=place, reason=reason))

    def number(
        self, name: str, *, most: int, least: int = 0, missing: int | None = None
    ) -> int:
        """Return a whole number; ``missing`` None means that it must be there."""
        value = self.values.get(name)
        if value is None and name not in self.values and missing is not None:
            return missing
        if isinstance(value, bool) or not isinstance(value, int):
            self.complain(name, "must be a whole number")
            return least
        if not least <= value <= most:
            self.complain(name, f"must be from {least} to {most}")
            return least
        return value

    def optional(self, name: str, *, most: int) -> int | None:
        """Return a whole number that may be left out."""
        return None if self.values.get(name) is None else self.number(name, most=most)

    def text(self, name: str, *, longest: int = _LONGEST) -> str:
        """Return a text without braces; an empty one when it is none."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self.complain(name, "must be a text")
            return ""
        if len(value) > longest or "{" in value or "}" in value:
            self.complain(name, f"must have at most {longest} characters, no braces")
            return ""
        return value.strip()

    def within(self, name: str) -> "FieldReader":
        """Return the mapping under a name; an empty one when it is none."""
        return field_reader(
            self.values.get(name), path=self._path(name), problems=self.problems
        )

    def each(
        self, name: str, read: "Callable[[FieldReader], T | None]"
    ) -> tuple[T, ...]:
        """Return what is read of each mapping in a list."""
        value = self.values.get(name)
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            self.complain(name, "must be a list")
            return ()
        if len(value) > MOST_ENTRIES:
            self.complain(name, f"at most {MOST_ENTRIES}")
            return ()
        found = (
            read(
                field_reader(
                    one, path=f"{self._path(name)}[{index}]", problems=self.problems
                )
            )
            for index, one in enumerate(value)
        )
        return tuple(one for one in found if one is not None)

    def refuse_others(self, known: set[str]) -> None:
        """Report keys that mean nothing here, so that no slip gets lost."""
        for name in self.values:
            if name not in known:
                self.complain(str(name), "unknown field")

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def field_reader(
    value: object, *, path: str, problems: list[FieldProblem]
) -> FieldReader:
    """Return a mapping to be read; an empty one, and a problem, when it is none."""
    if isinstance(value, Mapping):
        return FieldReader(values=value, path=path, problems=problems)
    problems.append(FieldProblem(field=path, reason="must be a mapping"))
    return FieldReader(values={}, path=path, problems=[])
