"""Every error this program raises on purpose, as one tree.

AssistantError
├── ScriptLibraryError
│   ├── UnknownPlaceholderError
│   └── InvalidWorkbookError
├── ConnectorError
│   ├── InvalidSignatureError
│   ├── InvalidPayloadError
│   ├── DeliveryRejectedError
│   └── DeliveryFailedError
├── InvalidPolicyError
├── SettingsError
├── TrainingFailedError
├── NotFoundError
├── IllegalTransitionError
├── StaleStateError
│   └── StaleEntryError
├── NotPublishableError
├── TakenError
├── TextRefusedError
├── RateLimitedError
│   └── BusyError
├── NotSignedInError
│   ├── InvalidLoginError
│   └── CodeNeededError
└── NotPermittedError
    ├── NotServingError
    ├── ServedError
    ├── OffDutyError
    ├── RoleNeededError
    ├── ForgedRequestError
    └── PasswordChangeNeededError

Branches follow what the catcher can do (fix the content, retry, refuse), not where
the error was raised. Facts are attributes: nobody parses a message.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


class AssistantError(Exception):
    """Root of the tree; caught only at an edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a piece of content, where a person can find it."""

    file: str
    line: int
    """1-based; 0 when the problem is the file as a whole."""
    reason: str
    column: str | None = None
    """Letter of a sheet's column."""
    field: str | None = None
    """Title of a sheet's column, or name of a field."""

    def __str__(self) -> str:
        """Return ``file:line: reason``, the form editors can jump to."""
        return f"{self.file}:{self.line}: {self.reason}"


class ScriptLibraryError(AssistantError):
    """Content cannot be used; ``problems`` holds every reason at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


class UnknownPlaceholderError(ScriptLibraryError):
    """A reply template asks for a fact that does not exist."""

    def __init__(self, placeholder: str, problems: tuple[Problem, ...]) -> None:
        self.placeholder = placeholder
        super().__init__(problems)


class InvalidWorkbookError(ScriptLibraryError):
    """Somebody sent a workbook that cannot be taken; nothing of it was."""


class ConnectorError(AssistantError):
    """Something between a platform and us went wrong; ``connector`` names it."""

    def __init__(self, message: str, *, connector: str) -> None:
        self.connector = connector
        super().__init__(message)


class InvalidSignatureError(ConnectorError):
    """The request does not come from the platform: refuse, never retry."""


class InvalidPayloadError(ConnectorError):
    """The request comes from the platform but cannot be understood; names the field."""

    def __init__(
        self, message: str, *, connector: str, field: str | None = None
    ) -> None:
        self.field = field
        super().__init__(message, connector=connector)


class DeliveryRejectedError(ConnectorError):
    """The platform said no: never retried."""

    def __init__(self, reason: str, *, connector: str, code: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code}: {reason}", connector=connector)


class DeliveryFailedError(ConnectorError):
    """The delivery may work later."""

    def __init__(
        self,
        reason: str,
        *,
        connector: str,
        retry_after: timedelta | None = None,
    ) -> None:
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(reason, connector=connector)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """One field that cannot be used, by its path (``rungs[1].off_fen``), and why."""

    field: str
    reason: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.field}: {self.reason}"


class InvalidPolicyError(AssistantError):
    """A bargaining policy cannot be used; ``problems`` names every field."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        self.problems = problems
        self.field = problems[0].field
        super().__init__("; ".join(map(str, problems)))


class SettingsError(AssistantError):
    """A setting is missing or wrong; ``key`` names it as it stands in config.toml."""

    def __init__(self, key: str, reason: str) -> None:
        self.key = key
        self.reason = reason
        super().__init__(f"{key}: {reason}")


class TrainingFailedError(AssistantError):
    """A model could not be made of a library that is fine; it may work later."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the matcher could not be trained: {reason}")


class NotFoundError(AssistantError):
    """There is no such thing in this shop."""

    def __init__(self, kind: str, key: object) -> None:
        self.kind = kind
        self.key = key
        super().__init__(f"no {kind} {key}")


class IllegalTransitionError(AssistantError):
    """A ticket cannot move from where it is to where somebody wants it.

    ``missing`` names the facts to record first, when that is the reason.
    """

    def __init__(
        self,
        *,
        ticket: str,
        current: str,
        requested: str,
        missing: tuple[str, ...] = (),
    ) -> None:
        self.ticket = ticket
        self.current = current
        self.requested = requested
        self.missing = missing
        reason = f"needs {', '.join(missing)}" if missing else "is not allowed"
        super().__init__(f"ticket {ticket}: {current} -> {requested} {reason}")


class StaleStateError(AssistantError):
    """What was decided on has changed meanwhile: read again and decide again."""

    def __init__(self, kind: str, key: object) -> None:
        self.kind = kind
        self.key = key
        super().__init__(f"{kind} {key} has changed meanwhile")


class StaleEntryError(StaleStateError):
    """An entry of the library was saved by somebody else; ``details`` shows both sides."""

    def __init__(self, kind: str, key: object, *, details: Mapping[str, Any]) -> None:
        self.details = details
        super().__init__(kind, key)


class NotPublishableError(AssistantError):
    """A draft cannot be published as it is.

    ``reason`` is one of: findings, conflicts, outdated, review, empty. ``details`` holds
    what has to be mended.
    """

    def __init__(self, reason: str, *, details: Sequence[Any] = ()) -> None:
        self.reason = reason
        self.details = details
        super().__init__(f"the draft cannot be published: {reason}")


class TakenError(AssistantError):
    """There is one of this name already; ``field`` names what to choose anew."""

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)


class TextRefusedError(AssistantError):
    """The guard objects to a text; ``findings`` say what, why and what instead."""

    def __init__(self, findings: tuple[str, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(findings))


class RateLimitedError(AssistantError):
    """Too much from one sender; nothing was taken. Come back after ``retry_after``."""

    def __init__(self, retry_after: timedelta) -> None:
        self.retry_after = retry_after
        seconds = max(1, math.ceil(retry_after.total_seconds()))
        super().__init__(f"too much at once; retry after {seconds} s")


class BusyError(RateLimitedError):
    """Too much from all senders together; nothing was taken."""


class NotSignedInError(AssistantError):
    """Nobody is signed in, or not any more: log in first."""

    def __init__(self, message: str = "nobody is signed in") -> None:
        super().__init__(message)


class InvalidLoginError(NotSignedInError):
    """The name, the password or the code is wrong; which one is not told."""

    def __init__(self) -> None:
        super().__init__("name, password or code is wrong")


class CodeNeededError(NotSignedInError):
    """The password is right, and this person's second factor is needed as well."""

    def __init__(self) -> None:
        super().__init__("a code of the second factor is needed")


class NotPermittedError(AssistantError):
    """This person may not do this."""


class NotServingError(NotPermittedError):
    """Only the agent who serves a conversation may do this in it."""

    def __init__(self, person_id: int, conversation_id: int) -> None:
        self.person_id = person_id
        self.conversation_id = conversation_id
        super().__init__(
            f"person {person_id} does not serve conversation {conversation_id}"
        )


class ServedError(NotPermittedError):
    """A colleague serves the conversation; only a manager may relieve them."""

    def __init__(self, conversation_id: int, *, served_by: str) -> None:
        self.conversation_id = conversation_id
        self.served_by = served_by
        super().__init__(f"{served_by} serves conversation {conversation_id}")


class OffDutyError(NotPermittedError):
    """The colleague is not on duty: confirm that they shall have it all the same."""

    def __init__(self, user: str) -> None:
        self.user = user
        super().__init__(f"{user} is not on duty; confirm it if it is meant so")


class RoleNeededError(NotPermittedError):
    """This person's role in the shop is too low for it."""

    def __init__(self, role: str) -> None:
        self.role = role
        super().__init__(f"needs the role {role}")


class ForgedRequestError(NotPermittedError):
    """Nothing shows that the request comes from our own page."""


class PasswordChangeNeededError(NotPermittedError):
    """The password was given to this person: they choose their own first."""

    def __init__(self) -> None:
        super().__init__("choose a password of your own first")
