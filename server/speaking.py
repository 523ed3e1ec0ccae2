"""What may an agent write to a buyer, and how is it stored? For commands and API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.guarding.guard import Guard, GuardVerdict
from bot.guarding.rules import GuardSender, Verdict
from server.settings import ConversationSettings
from storage.queries.conversations import conversation
from storage.repositories.conversations import agent_message
from storage.repositories.sending import sent_before
from storage.repositories.serving import hold, hold_served

_NEVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an agent wants to write."""

    conversation_id: int
    person_id: int
    text: str
    client_id: str | None = None
    """The writer's own id of it: under one id it is stored once."""
    expected_version: int | None = None
    """Of the conversation as the agent saw it; None: however it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of an agent's words."""

    message_id: int
    is_new: bool
    """False: they had been stored before."""


def read_words(text: str, *, guard: Guard) -> GuardVerdict:
    """Return what the guard says of an agent's words."""
    return guard.check(text, sender=GuardSender.AGENT)


def is_refused(verdict: GuardVerdict) -> bool:
    """Return whether nobody may send this, not even a person who insists."""
    return verdict.verdict is Verdict.BLOCK


def say(
    connection: Connection,
    shop_id: int,
    *,
    words: Words,
    silence: timedelta,
    now: datetime,
    is_delivered: Callable[[str], bool],
) -> Said:
    """Store what an agent writes, once; the guard has let it pass.

    Args:
        connection: Of the unit.
        shop_id: Whose conversation it is.
        words: What, where and by whom.
        silence: After this silence of theirs the conversation is given back.
        now: Aware UTC.
        is_delivered: Says of a connector whether messages are sent to its buyers, or
            fetched by them.

    Raises:
        NotFoundError: the shop has no such conversation.
        NotServingError: the agent does not serve it.
        StaleStateError: it is not as the agent saw it.
    """
    # Held first, so that the same words sent twice at once are looked for in turn.
    hold(connection, shop_id, conversation_id=words.conversation_id)
    known = _known(connection, shop_id, words)
    if known is not None:
        return Said(message_id=known, is_new=False)
    hold_served(
        connection,
        shop_id,
        conversation_id=words.conversation_id,
        person_id=words.person_id,
        expected_version=words.expected_version,
    )
    place = conversation(connection, shop_id, words.conversation_id)
    sent = agent_message(
        connection,
        shop_id,
        conversation_id=words.conversation_id,
        person_id=words.person_id,
        text=words.text,
        until=now + silence,
        now=now,
        deliver=is_delivered(place.connector),
        client_id=words.client_id,
    )
    return Said(message_id=sent.message_id, is_new=True)


def silence_of(settings: ConversationSettings) -> timedelta:
    """Return after how long a silent agent's conversation is given back."""
    minutes = settings.take_over_minutes
    return _NEVER if minutes == 0 else timedelta(minutes=minutes)


def _known(connection: Connection, shop_id: int, words: Words) -> int | None:
    if words.client_id is None:
        return None
    return sent_before(
        connection,
        shop_id,
        conversation_id=words.conversation_id,
        person_id=words.person_id,
        client_id=words.client_id,
    )
