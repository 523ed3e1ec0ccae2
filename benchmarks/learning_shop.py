"""A shop for aquarium plants: what its buyers write, and how it is served and stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml
from sqlalchemy import Connection, insert

from bot.actions import Band, Decision, Suggest
from bot.learning.lines import fold_line
from bot.messages import IncomingMessage, Sender
from server.curating.contents import Frame
from server.curating.replaying import Case, Setting
from server.library import Library
from server.settings import Settings
from server.shops import shop_of
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.intake import take_message
from storage.states import Direction
from storage.tables import MessageRow, SuggestionRow, table_of

_ANSWERED: Final = 0.8
"""Share of what is left to agents that they answer."""
START: Final = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
OWN: Final = "own:"
_POLITE: Final = ("", "", "", "亲，", "老板", "你好，", "请问", "在吗 ")
_ENDS: Final = ("", "", "", "呀", "？", "呢", "~", "谢谢")
_messages = table_of(MessageRow)
_suggestions = table_of(SuggestionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a buyer writes, with what is meant."""

    text: str
    label: str
    answers: Sequence[str]


@dataclass(slots=True, kw_only=True)
class Learner:
    """A shop whose library is served and cared for."""

    database: Database
    shop: ShopRecord
    frame: Frame
    library: Library
    names: dict[str, str] = field(default_factory=dict)
    """The shop's own intent by label."""
    labels: dict[str, str] = field(default_factory=dict)
    """Of texts, for judging."""

    def setting(self, now: datetime) -> Setting:
        """Return the shop as texts are decided in it."""
        shop = shop_of(self.shop, library=self.library, settings=Settings())
        return Setting(shop=shop, now=now)

    def answers(self, messages: Sequence[Message], now: datetime) -> Iterator[Decision]:
        """Yield what is decided about each message."""
        setting = self.setting(now)
        texts = [it.text for it in messages]
        read = self.library.matcher.understand_all(texts, today=setting.today)
        for text, understood in zip(texts, read, strict=True):
            case = Case(text, "signed_http", False, None, None)  # noqa: FBT003
            yield self.library.assistant.handle(
                setting.turn(case), setting.context(case), understanding=understood
            )

    def intent_of(self, label: str) -> str | None:
        """Return the intent that a label is now; None: there is none."""
        return self.names.get(label) if label.startswith(OWN) else label


def read_month(file: Path) -> Mapping[str, Any]:
    """Return the shop's topics."""
    found: Mapping[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return found


def write_messages(
    spoken: Mapping[str, Any], count: int, *, random: Random, part: str = "said"
) -> list[Message]:
    """Return so many messages, topics by their share; ``part``: said, or unseen."""
    topics = spoken["topics"]
    chosen = random.choices(topics, weights=[it["share"] for it in topics], k=count)
    return [
        Message(
            text=random.choice(_POLITE)
            + random.choice(topic[part]).format(p=random.choice(spoken["plants"]))
            + random.choice(_ENDS),
            label=topic["label"],
            answers=topic.get("answers", ()),
        )
        for topic in chosen
    ]


def serve(
    learner: Learner,
    message: Message,
    decision: Decision,
    *,
    at: datetime,
    number: int,
    random: Random,
) -> None:
    """Store a message, what was suggested, and what an agent wrote."""
    learner.labels[fold_line(message.text)] = message.label
    conversation_id, first_id = _begin(learner, number, at)
    offers = [it for it in decision.actions if isinstance(it, Suggest)]
    rows = [_row(learner, conversation_id, first_id, message.text, at, decision)]
    own = _agent_text(learner, message, decision, offers, random)
    if own is not None:
        rows.append(_row(learner, conversation_id, first_id + 1, own, at, None))
    suggested = [
        {
            "shop_id": learner.shop.shop_id,
            "conversation_id": conversation_id,
            "turn_first_id": first_id,
            "text": it.text,
            "intent_id": it.intent_id,
            "confidence": it.confidence,
            "script_id": it.script_id,
            "created_at": at,
        }
        for it in offers
    ]

    def unit(conn: Connection) -> None:
        conn.execute(insert(_messages), rows)
        if suggested:
            conn.execute(insert(_suggestions), suggested)

    learner.database.write_now(unit)


def _agent_text(
    learner: Learner,
    message: Message,
    decision: Decision,
    offers: Sequence[Suggest],
    random: Random,
) -> str | None:
    """Return what an agent answers: the right suggestion, or words of their own."""
    intent = learner.intent_of(message.label)
    is_wrong = decision.intent_id != intent and message.label != "off_topic"
    if random.random() >= _ANSWERED or (decision.band is Band.AUTO and not is_wrong):
        return None
    for offer in offers:
        if offer.intent_id == intent:
            return offer.text
    if message.answers:
        return random.choice(message.answers)
    texts = [
        variant
        for script in learner.library.pack.scripts
        if script.intent_id == intent
        for variant in script.variants
        if "{" not in variant
    ]
    return random.choice(texts) if texts else None


def _row(
    learner: Learner,
    conversation_id: int,
    message_id: int,
    text: str,
    at: datetime,
    decision: Decision | None,
) -> dict[str, Any]:
    is_buyers = decision is not None
    return {
        "id": message_id,
        "shop_id": learner.shop.shop_id,
        "conversation_id": conversation_id,
        "sender": Sender.BUYER if is_buyers else Sender.AGENT,
        "direction": Direction.INCOMING if is_buyers else Direction.OUTGOING,
        "text": text,
        "search_text": text,
        "connector": "signed_http",
        "is_verified": False,
        "intent_id": None if decision is None else decision.intent_id,
        "confidence": None if decision is None else decision.confidence,
        "band": None if decision is None else decision.band,
        "turn_first_id": message_id if is_buyers else None,
        "sent_at": at,
        "created_at": at,
        "handled_at": at if is_buyers else None,
    }


def _begin(learner: Learner, number: int, now: datetime) -> tuple[int, int]:
    """Return a new conversation, and the next message's id."""
    message = IncomingMessage(
        shop=learner.shop.slug,
        connector="signed_http",
        platform_message_id=f"first-{number}",
        buyer_ref=f"buyer-{number}",
        text="你好",
    )
    receipt = learner.database.write_now(
        lambda conn: take_message(
            conn, learner.shop.shop_id, message=message, now=now - timedelta(minutes=1)
        )
    )
    return receipt.conversation_id, receipt.message_id + 1
