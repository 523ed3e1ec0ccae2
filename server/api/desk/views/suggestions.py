"""How suggested replies look to people."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bot.deciding.suggesting import Suggestion
from bot.scripts import Pack
from server.api.desk.masked import show_text
from server.api.desk.views.bargaining import StandingBody
from storage.queries.conversations import SuggestionRecord
from storage.states import Role


class SuggestionBody(msgspec.Struct, frozen=True):
    """One reply to send, or the facts that it lacks."""

    intent: str
    intent_name: str
    confidence: float
    why: list[str]
    script_id: str | None
    text: str | None
    missing: list[str]
    """Placeholders without a fact."""
    audience: str
    """pack, shop (the assistant would say it), team, or private: the person's own."""
    variables: dict[str, str]
    """What to fill in for {ask.…} before it is sent."""
    pictures: list[str]
    """Addresses to send with it, as ``attachments``."""


class WithheldBody(msgspec.Struct, frozen=True):
    """What the assistant offered, or would have said had no person taken over."""

    id: int
    text: str
    intent: str | None
    confidence: float | None
    script_id: str | None
    created_at: datetime


class SuggestionsBody(msgspec.Struct, frozen=True):
    """The best replies, the most probable wish first.

    Of one wish the assistant's reply, then the team's and the person's own.
    """

    items: list[SuggestionBody]
    offered: list[WithheldBody]
    """Newest first; empty for a pasted text."""
    bargaining: StandingBody | None = None
    """About the item of the conversation; null: no policy covers it."""


def suggestions_body(
    found: Sequence[Suggestion],
    *,
    offered: Sequence[SuggestionRecord] = (),
    pack: Pack,
    role: Role,
    buyer_name: str | None = None,
    bargaining: StandingBody | None = None,
) -> SuggestionsBody:
    """Return suggestions as a person of this role sees them."""
    return SuggestionsBody(
        bargaining=bargaining,
        items=[
            SuggestionBody(
                intent=one.intent_id,
                intent_name=pack.intents[one.intent_id].zh,
                confidence=one.confidence,
                why=list(one.why),
                script_id=one.script_id,
                text=one.text,
                missing=list(one.missing),
                audience=one.audience.value,
                variables=dict(one.variables),
                pictures=list(one.pictures),
            )
            for one in found
        ],
        offered=[
            WithheldBody(
                id=one.suggestion_id,
                text=show_text(one.text, role=role, name=buyer_name),
                intent=one.intent_id,
                confidence=one.confidence,
                script_id=one.script_id,
                created_at=one.created_at,
            )
            for one in offered
        ],
    )
