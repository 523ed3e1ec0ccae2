"""What does the use of a library teach? Bodies."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from server.api.desk.bodies import Body
from server.api.desk.library_bodies import DraftName, Note

Days = Annotated[int, msgspec.Meta(ge=1, le=90)]


class DaysQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``?days=…``."""

    days: Days = 30


class MissedQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``?days=…&draft=…``; with a draft, proposals go into what it holds."""

    days: Days = 7
    draft: DraftName | None = None


class MissedPlace(msgspec.Struct, frozen=True):
    """``…/missed/{key}/…``."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$(?!\n)")]


class AcceptMissedBody(Body, frozen=True):
    """Into which open draft; ``days`` as the groups were looked at."""

    draft: DraftName
    days: Days = 7


class RefuseMissedBody(Body, frozen=True):
    """Why not; ``days`` as the groups were looked at."""

    days: Days = 7
    note: Note = ""


class AcceptedBody(msgspec.Struct, frozen=True):
    """What a group has become; ``is_new`` false: it was accepted before."""

    key: str
    draft: str
    intent: str | None
    lines: int
    is_new: bool


class MissedProposalBody(msgspec.Struct, frozen=True):
    """What a group should become, and why."""

    kind: str
    """examples: for an intent there is; script: an intent of the shop's own with a reply;
    unclear: a person has to look."""
    intent: str | None
    title: str
    lines: list[str]
    variants: list[str]
    mean: float
    """Mean probability that what is served gives the intent."""
    answered: int
    answered_as: dict[str, int]
    own_answers: list[dict[str, Any]]
    nearest: list[dict[str, Any]]


class MissedGroupBody(msgspec.Struct, frozen=True):
    """Missed messages that want the same."""

    key: str
    count: int
    first_at: datetime
    last_at: datetime
    reasons: dict[str, int]
    """missed, unsure, outside: how many of each."""
    examples: list[str]
    proposal: MissedProposalBody


class MissedBody(msgspec.Struct, frozen=True):
    """What was missed in some days, the largest group first."""

    days: int
    turns: int
    missed: int
    still: int
    items: list[MissedGroupBody]


class ScriptUseBody(msgspec.Struct, frozen=True):
    """How one variant was taken."""

    id: str
    variant: int | None
    offered: int
    sent: int
    edited: int
    unused: int
    adoption: float
    edit_rate: float


class CountedBody(msgspec.Struct, frozen=True):
    """A phrase, or a script, with how often."""

    text: str
    count: int


class UseBody(msgspec.Struct, frozen=True):
    """How the library was used; ``unused`` counts the turns that wanted the intent."""

    scripts: list[ScriptUseBody]
    added: list[CountedBody]
    deleted: list[CountedBody]
    unused: list[CountedBody]


class JumpBody(msgspec.Struct, frozen=True):
    """An intent that came more often than chance explains."""

    intent: str
    count: int
    share: float
    before: float
    p_value: float


class WeekBody(msgspec.Struct, frozen=True):
    """Seven days until a moment."""

    until: datetime
    turns: int
    missed: int
    missed_share: float | None


class DriftBody(msgspec.Struct, frozen=True):
    """What has changed; weeks newest first."""

    jumps: list[JumpBody]
    weeks: list[WeekBody]
