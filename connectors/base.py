"""What a platform must be: the Connector protocol, and what it may ask of us."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, runtime_checkable

from aiohttp import web

from bot.actions import Band
from bot.deciding.mood import Mood
from bot.facts import Item, Order, Review
from bot.messages import IncomingMessage, OutgoingMessage, Receipt, Sender
from connectors.chat import ChatHost

JSON: Final = "application/json"
"""Media type of nearly every body."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the route table: feeds both aiohttp and the OpenAPI document."""

    method: str
    path: str
    handler: Handler
    role: str
    """``public``, ``signed`` (a shop's system), ``buyer`` (the chat window, by its
    token), or a person's role."""
    summary: str
    body: type | None = None
    takes: str = JSON
    """Media type of the body; anything but JSON is read as bytes by the handler."""
    gives: str = JSON
    """Media type of the answer with status 200."""
    query: type | None = None
    """What may stand behind the question mark: a struct, for handler and document."""
    place: type | None = None
    """The parts of the path that are more than a text: a struct."""
    replies: Mapping[int, type | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopAccount:
    """What a connector needs to know of a shop."""

    shop_id: int
    slug: str
    secret: bytes
    callback_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A buyer's yes or no to marketing, as the shop's system recorded it."""

    buyer_ref: str
    is_given: bool
    source: str


Fact = Item | Order | Review | Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMessage:
    """One message of a conversation as the shop's system may read it."""

    message_id: int
    text: str
    sender: Sender
    sent_at: datetime
    intent: str | None = None
    script_id: str | None = None
    buttons: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    image_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOutcome:
    """What one turn led to, after its commit."""

    band: Band
    replies: tuple[HistoryMessage, ...]
    light: str = ""
    """How earlier turns changed the reading, in words; for people, never for buyers."""
    mood: Mood = Mood.NEUTRAL
    """In which the buyer wrote; for people, never for buyers."""


class Host(Protocol):
    """All that a connector knows about the program."""

    @property
    def chat(self) -> ChatHost:
        """Return what the shop's own chat window may ask for."""

    def shop(self, slug: str) -> ShopAccount | None:
        """Return the shop of this name, None when there is none."""

    async def receive(self, message: IncomingMessage) -> Receipt:
        """Store a message; return only after the commit.

        Raises:
            RateLimitedError: this buyer writes too fast; nothing was stored.
        """

    async def outcome(
        self, shop: str, receipt: Receipt, *, within: float
    ) -> TurnOutcome | None:
        """Wait up to ``within`` seconds for the turn of a message; None: not yet."""

    async def history(
        self, shop: str, conversation_id: int, *, after: int
    ) -> Sequence[HistoryMessage]:
        """Return a conversation's messages newer than ``after``, oldest first.

        Raises:
            NotFoundError: the conversation is not of this shop.
        """

    async def tell(self, shop: str, fact: Fact, *, told_at: datetime) -> bool:
        """Store a fact; False when something newer is known already."""


class Connector(Protocol):
    """One platform: transport and translation, nothing else."""

    name: str
    shows_pictures: bool
    """Buyers there see the pictures that go out with a text. Where not, they get the text
    alone: an address in it would lead them away from the platform they are on."""

    def routes(self, host: Host) -> Sequence[Route]:
        """Return what the platform calls; a handler verifies, parses, then receives."""

    def is_polled(self, shop: ShopAccount) -> bool:
        """Return True when the buyer's side fetches replies and nothing is sent."""

    async def send(self, message: OutgoingMessage, *, shop: ShopAccount) -> None:
        """Deliver one message.

        Raises:
            DeliveryRejectedError: the platform said no; do not try again.
            DeliveryFailedError: it may work later.
        """


@runtime_checkable
class Stoppable(Protocol):
    """A connector with connections that last: it is told before the process ends."""

    async def stop(self) -> None:
        """Close them, so that the other side comes again."""
