"""What do agents ask of the library: to find, to keep for themselves, to propose? Bodies."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from bot.errors import NotPermittedError
from scripts_library.shop.entries import Kind
from server.api.desk.bodies import Address, Body, Line, Prose, Version, Word
from server.api.desk.library_bodies import DraftName, Note
from server.api.desk.paging import Page, RowId
from storage.states import ProposalState

VariableName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$(?!\n)")]
Code = Annotated[
    str, msgspec.Meta(max_length=20, pattern=r"^[^\x00-\x20\x7f-\x9f]*$(?!\n)")
]


class ScriptsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``?q=…&limit=…``."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 10


class FoundScriptBody(msgspec.Struct, frozen=True):
    """One script that a person may use."""

    id: str
    audience: str
    """pack, shop, team, or private: the person's own."""
    intent: str
    """Chinese name; empty for a private one."""
    match: str
    """Why it is found: code, code_begins, name, initials, name_holds, initials_hold, words."""
    category: list[str]
    tags: list[str]
    code: str
    variants: list[str]
    variables: dict[str, str]
    """What to fill in for {ask.…} before it is sent."""
    pictures: list[str]


class FoundScriptsBody(msgspec.Struct, frozen=True):
    """Scripts, the best match first."""

    items: list[FoundScriptBody]


class PrivatePlace(msgspec.Struct, frozen=True):
    """``…/private-scripts/{name}``."""

    name: Word


class PrivateScriptBody(Body, frozen=True):
    """A script of one's own; ``revision`` as it was read, 0 for none yet."""

    revision: Version
    variants: Annotated[tuple[Prose, ...], msgspec.Meta(min_length=1, max_length=20)]
    intent: Annotated[str, msgspec.Meta(max_length=128)] = ""
    """The wish that it answers: then it is suggested as well as found."""
    variables: Annotated[dict[VariableName, Word], msgspec.Meta(max_length=20)] = (
        msgspec.field(default_factory=dict)
    )
    """What ``{ask.name}`` in it is called."""
    category: Annotated[tuple[Word, ...], msgspec.Meta(max_length=5)] = ()
    tags: Annotated[tuple[Word, ...], msgspec.Meta(max_length=20)] = ()
    code: Code = ""
    pictures: Annotated[tuple[Address, ...], msgspec.Meta(max_length=9)] = ()


_KEPT = ("intent", "variants", "category", "tags", "code", "pictures", "variables")


def kept(body: PrivateScriptBody) -> dict[str, Any]:
    """Return what is stored of a private script."""
    return {field: msgspec.to_builtins(getattr(body, field)) for field in _KEPT}


def private_content(
    entry: Mapping[str, Any], *, intents: Collection[str]
) -> dict[str, Any]:
    """Return what is stored of a private script that stands in a file.

    Raises:
        NotPermittedError: it is not written as a body is, or answers a wish that nobody
            knows.
    """
    try:
        body = msgspec.convert({**entry, "revision": 0}, PrivateScriptBody)
    except msgspec.ValidationError as error:
        raise NotPermittedError(f"no private script: {error}") from error
    if body.intent and body.intent not in intents:
        raise NotPermittedError(f"intent: no {body.intent}")
    return kept(body)


class OwnScriptBody(msgspec.Struct, frozen=True):
    """One's own script as it is kept."""

    name: str
    revision: int
    intent: str
    variants: list[str]
    variables: dict[str, str]
    category: list[str]
    tags: list[str]
    code: str
    pictures: list[str]
    updated_at: datetime


class OwnScriptsBody(msgspec.Struct, frozen=True):
    """Everything one keeps for oneself, by name."""

    items: list[OwnScriptBody]


class OwnRevisionBody(msgspec.Struct, frozen=True):
    """What the next save names."""

    revision: int


class ProposalPlace(msgspec.Struct, frozen=True):
    """``…/proposals/{proposal_id}/…``."""

    proposal_id: RowId


class ProposalsQuery(Page, frozen=True):
    """``?state=…``."""

    state: ProposalState | None = None


class ProposeBody(Body, frozen=True):
    """The whole entry as one would like it; ``content`` null: it should go."""

    kind: Kind
    id: Word
    content: dict[str, Any] | None
    reason: Note = ""


class TakeBody(Body, frozen=True):
    """Into which draft, and the entry's revision there that was read."""

    draft: DraftName
    revision: Version = 0


class RefuseBody(Body, frozen=True):
    """Why not: whoever proposed it reads it."""

    note: Line


class ProposalIdBody(msgspec.Struct, frozen=True):
    """What was written down."""

    id: int


class ProposalBody(msgspec.Struct, frozen=True):
    """A change that somebody would like to see."""

    id: int
    kind: Kind
    entry: str
    content: dict[str, Any] | None
    reason: str
    state: ProposalState
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str
    """The draft it went into, or why not."""


class ProposalsBody(msgspec.Struct, frozen=True):
    """A page of proposals, oldest first."""

    items: list[ProposalBody]
    next: str | None
