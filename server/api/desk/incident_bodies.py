"""What do requests about incidents say?"""

from typing import Annotated, Literal

import msgspec

from bot.incidents.values import IncidentKind
from server.api.desk.bodies import Body, Moment, Word
from server.api.desk.paging import Page, RowId

_NO_CONTROLS_BUT_BREAKS = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$(?!\n)"


class IncidentPlace(msgspec.Struct, frozen=True):
    """``…/incidents/{incident_id}/…``."""

    incident_id: RowId


class IncidentsQuery(Page, frozen=True, forbid_unknown_fields=True):
    """Which incidents: those that last, those that are over, or all."""

    state: Literal["running", "ended", "all"] = "all"


class ScopeBody(Body, frozen=True):
    """Whom an incident concerns: who fits each list that is not empty."""

    couriers: Annotated[tuple[Word, ...], msgspec.Meta(max_length=100)] = ()
    provinces: Annotated[tuple[Word, ...], msgspec.Meta(max_length=100)] = ()
    items: Annotated[tuple[Word, ...], msgspec.Meta(max_length=1000)] = ()
    categories: Annotated[tuple[Word, ...], msgspec.Meta(max_length=100)] = ()


IncidentText = Annotated[
    str, msgspec.Meta(min_length=1, max_length=500, pattern=_NO_CONTROLS_BUT_BREAKS)
]


class DeclareBody(Body, frozen=True):
    """``POST /incidents``."""

    kind: IncidentKind
    text: IncidentText
    """What buyers read."""
    scope: ScopeBody = ScopeBody()
    starts_at: Moment | None = None
    """Left out: now."""
    ends_at: Moment | None = None
    """Left out: nobody knows."""


class IncidentEndBody(Body, frozen=True):
    """``POST …/incidents/{id}/expect``."""

    ends_at: Moment | None
    """Null: nobody knows."""


class EndIncidentBody(Body, frozen=True):
    """``POST …/incidents/{id}/end``."""

    closing: IncidentText | None = None
    """What those who were told read; left out: the pack's words."""
