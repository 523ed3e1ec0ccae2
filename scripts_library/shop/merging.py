"""What becomes of changes that two sides made to the same library? Merged three ways.

Field by field: what one side left as it was follows the other. A list of words follows
both, element by element. What both changed differently is a conflict: ours stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from scripts_library.shop.entries import Content, Entry, Key

_MISSING: Final = object()
_PATHS: Final = frozenset({"category"})
"""Lists whose order is what they say: they are followed as a whole."""
_VARIANTS: Final = "variants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A field that both sides changed; a side without it has None."""

    key: Key
    field: str
    """Path in the entry; empty: the entry as a whole."""
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A content made of two, and what could not be decided."""

    content: Mapping[Key, Entry]
    conflicts: tuple[Conflict, ...]


def merge(base: Content, *, ours: Content, theirs: Content) -> Merged:
    """Return what both sides made of a base; where they disagree, ours stands."""
    content: dict[Key, Entry] = {}
    conflicts: list[Conflict] = []
    for key in dict.fromkeys((*theirs, *ours)):
        merging = _Merging(key)
        entry = merging.values(
            base.get(key, _MISSING),
            ours.get(key, _MISSING),
            theirs.get(key, _MISSING),
            "",
        )
        conflicts += merging.conflicts
        if entry is not _MISSING:
            content[key] = entry
    return Merged(content=content, conflicts=tuple(conflicts))


class _Merging:
    """The merge of one entry."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self.conflicts: list[Conflict] = []

    def values(self, base: Any, ours: Any, theirs: Any, path: str) -> Any:
        """Return one value of both sides; ``_MISSING`` when it is not there."""
        if theirs in (base, ours):
            return ours
        if ours == base:
            return theirs
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            return self._mappings(base, ours, theirs, path)
        if _is_words(ours) and _is_words(theirs) and path not in _PATHS:
            return self._lists(base, ours, theirs, path)
        return self._disagree(base, ours, theirs, path)

    def _mappings(
        self, base: Any, ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        before = base if isinstance(base, Mapping) else {}
        merged = {
            name: self.values(
                before.get(name, _MISSING),
                ours.get(name, _MISSING),
                theirs.get(name, _MISSING),
                f"{path}.{name}" if path else name,
            )
            for name in dict.fromkeys((*theirs, *ours))
        }
        return {name: it for name, it in merged.items() if it is not _MISSING}

    def _lists(self, base: Any, ours: list[str], theirs: list[str], path: str) -> Any:
        before = base if _is_words(base) else []
        kept = [it for it in theirs if it in ours or it not in before]
        added = [it for it in ours if it not in before and it not in theirs]
        is_rewritten = path == _VARIANTS and any(
            it not in ours and it not in theirs for it in before
        )
        theirs_added = [it for it in theirs if it not in before and it not in ours]
        if (is_rewritten and added and theirs_added) or not (kept or added):
            return self._disagree(base, ours, theirs, path)
        return [*dict.fromkeys((*kept, *added))]

    def _disagree(self, base: Any, ours: Any, theirs: Any, path: str) -> Any:
        self.conflicts.append(
            Conflict(
                key=self._key,
                field=path,
                base=_shown(base),
                ours=_shown(ours),
                theirs=_shown(theirs),
            )
        )
        return ours


def _shown(value: Any) -> Any:
    return None if value is _MISSING else value


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(it, str) for it in value)
