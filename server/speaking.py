"""What may an agent write to a buyer, and how is it stored? For commands and API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.bargaining.policy import Policy
from bot.facts import Item
from bot.guarding.guard import Guard
from bot.guarding.outgoing import OutgoingText, Surroundings, judge_outgoing
from bot.guarding.rules import Channel, GuardSender, Verdict
from bot.guarding.verdicts import Finding, GuardVerdict
from bot.replying.masking import mask_personal
from server.promises import PromiseBook, SaidWords, note_promises
from server.settings import ConversationSettings
from storage.queries.conversations import conversation
from storage.repositories import audit
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
    doubts: tuple[Finding, ...] = ()
    """What the guard warned of, and was told that it is meant."""
    attachments: tuple[str, ...] = ()
    """Addresses of pictures that go with it."""
    override_reason: str | None = None
    """Why a manager sends it all the same; None: it was only confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the guard has to know of a person's words besides the words."""

    channel: Channel
    item: Item | None
    """What the conversation speaks of; None: nobody can tell."""
    policies: tuple[str, ...]
    """The shop's own phrases: figures in them may be quoted."""
    is_manager: bool
    """They have a manager's authority over prices."""
    now: datetime
    """Aware UTC."""
    bargaining: tuple[Policy, ...] = ()
    """The shop's policies: the one in force for the item says who may go how far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of an agent's words."""

    message_id: int
    is_new: bool
    """False: they had been stored before."""


def read_words(
    text: str, *, guard: Guard, circumstances: Circumstances
) -> GuardVerdict:
    """Return what the guard of a shop says of what a person writes."""
    is_manager = circumstances.is_manager
    saying = OutgoingText(
        text=text,
        fact_values=circumstances.policies,
        sender=GuardSender.MANAGER if is_manager else GuardSender.AGENT,
    )
    around = Surroundings(
        guard=guard,
        channel=circumstances.channel,
        item=circumstances.item,
        policies=circumstances.bargaining,
        now=circumstances.now,
    )
    return judge_outgoing(saying, around=around)


def is_refused(verdict: GuardVerdict) -> bool:
    """Return whether this person may not send it, not even if they insist.

    Nobody sends what is blocked; of a price below their authority somebody else has to
    take over.
    """
    return verdict.verdict in (Verdict.BLOCK, Verdict.HUMAN)


def needs_approval(verdict: GuardVerdict) -> bool:
    """Return whether somebody with more authority might send what is refused."""
    return verdict.verdict is Verdict.HUMAN


def say(
    connection: Connection,
    shop_id: int,
    *,
    words: Words,
    silence: timedelta,
    now: datetime,
    is_delivered: Callable[[str], bool],
    book: PromiseBook,
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
        book: What the shop counts as a promise.

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
        attachments=words.attachments,
    )
    note_promises(
        connection,
        shop_id,
        book=book,
        said=SaidWords(
            conversation_id=words.conversation_id,
            message_id=sent.message_id,
            text=words.text,
            person_id=words.person_id,
        ),
        now=now,
    )
    if words.doubts:
        _record_doubts(connection, shop_id, words, message_id=sent.message_id, now=now)
    return Said(message_id=sent.message_id, is_new=True)


def silence_of(settings: ConversationSettings) -> timedelta:
    """Return after how long a silent agent's conversation is given back."""
    minutes = settings.take_over_minutes
    return _NEVER if minutes == 0 else timedelta(minutes=minutes)


def _record_doubts(
    connection: Connection,
    shop_id: int,
    words: Words,
    *,
    message_id: int,
    now: datetime,
) -> None:
    """Write down who sent what the guard warned of, and why."""
    is_overridden = words.override_reason is not None
    audit.record(
        connection,
        shop_id,
        action="guard.overridden" if is_overridden else "guard.confirmed",
        subject=str(message_id),
        now=now,
        person_id=words.person_id,
        data={
            "conversation": words.conversation_id,
            "text": mask_personal(words.text),
            "rules": sorted({found.rule for found in words.doubts}),
            "reason": mask_personal(words.override_reason or ""),
        },
    )


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
