"""What is a finding of the checks? Where it is, why it matters, and what mends it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding means for a publication."""

    ERROR = "error"
    """Stops it."""
    WARNING = "warning"
    """Somebody should look at it."""


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
        """Return the finding in one line."""
        where = f"{self.kind}/{self.entry_id}{f' {self.place}' if self.place else ''}"
        return f"{self.severity}: {where}: {self.reason}；{self.fix}"
