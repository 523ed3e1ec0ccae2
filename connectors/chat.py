"""What may the chat window ask of us? Values and the protocol, free of frames."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.messages import Receipt, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatShop:
    """What the chat window shows of a shop."""

    slug: str
    name: str
    secret: bytes
    """Signs who the shop's logged-in buyers are."""
    colour: str
    position: str
    privacy_url: str
    origins: tuple[str, ...]
    """Pages that may embed the window, besides our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A buyer whom the shop vouches for."""

    user_id: str
    user_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatBuyer:
    """Who sits at a window; changes when they identify themselves or write first."""

    shop: str
    token: str
    """The browser's own; it is who an anonymous buyer is."""
    buyer_ref: str
    buyer_name: str | None
    is_identified: bool
    conversation_id: int | None
    """None: they have not written yet."""
    is_bound: bool = False
    """The browser is stored as theirs, and was seen on this socket."""


class Window(StrEnum):
    """Whose turn it is, as the buyer sees it."""

    ASSISTANT = "assistant"
    WAITING = "waiting"
    PERSON = "person"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatStatus:
    """Who answers now, and when."""

    phase: Window
    position: int | None = None
    """Place in the queue for a person; 1 is next."""
    is_staffed: bool
    opens_at: datetime | None = None
    """When somebody will be there, when nobody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An item or an order that a message came with."""

    kind: str
    id: str
    title: str
    price_fen: int | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMessage:
    """One message as the buyer sees it."""

    message_id: int
    client_id: str | None
    sender: Sender
    is_automatic: bool
    text: str
    sent_at: datetime
    buttons: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    """Addresses of the shop's pictures."""
    picture: str | None = None
    card: Card | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPage:
    """Some messages, oldest first, and whether there are more that way."""

    messages: Sequence[ChatMessage]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDraft:
    """What a buyer wants to say."""

    client_id: str
    text: str
    picture: str | None = None
    """Address of a picture that they have sent before."""
    item_ref: str | None = None
    order_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A stored message, and whose it is now."""

    buyer: ChatBuyer
    receipt: Receipt
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPicture:
    """A picture that was decoded and encoded anew: nothing but pixels."""

    content: bytes
    content_type: str
    suffix: str
    """Of its name, with the dot."""
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """Where a stored picture lies."""

    path: Path
    content_type: str


class Sound(StrEnum):
    """What a window is told has happened; it looks for itself what that means."""

    MESSAGE = "message"
    STATUS = "status"
    MERGED = "merged"
    ASSISTANT_TYPES = "assistant_types"
    AGENT_TYPES = "agent_types"


Hear = Callable[[Sound, int], None]
"""Told what has happened and the id of the row, 0 for none; must not wait."""


class ChatHost(Protocol):
    """All that the chat window knows about the program."""

    def shop(self, slug: str) -> ChatShop | None:
        """Return the shop of this name, None when there is none."""

    async def enter(
        self, slug: str, *, token: str | None, named: Named | None
    ) -> ChatBuyer:
        """Return who comes with this token and name; an unknown token is replaced.

        So is a token of a named buyer's browser when nobody is named: they have logged
        out of the shop, and come anonymous.

        Nothing is written for somebody of whom nothing is stored. A named buyer who
        was anonymous before takes everything along.
        """

    async def follow(self, buyer: ChatBuyer) -> ChatBuyer:
        """Return who sits at an open window now, after a merge or a forgetting."""

    async def identify(self, buyer: ChatBuyer, named: Named) -> ChatBuyer:
        """Return who the buyer is now that the shop vouches for them."""

    async def receive(self, buyer: ChatBuyer, draft: ChatDraft) -> Taken:
        """Store a message; return only after the commit.

        Raises:
            RateLimitedError: this buyer writes too fast; nothing was stored.
            InvalidPayloadError: the picture is not one that this buyer has sent.
        """

    async def is_known_up_to(self, buyer: ChatBuyer, message_id: int) -> bool:
        """Return whether who has seen this message has seen all before it.

        False for a message of somebody else, and when an older conversation was added.
        """

    async def newer(self, buyer: ChatBuyer, *, after: int, limit: int) -> ChatPage:
        """Return messages after an id."""

    async def older(self, buyer: ChatBuyer, *, before: int, limit: int) -> ChatPage:
        """Return the last messages before an id."""

    async def these(self, buyer: ChatBuyer, ids: Sequence[int]) -> ChatPage:
        """Return these messages of the buyer's conversation."""

    async def status(self, buyer: ChatBuyer) -> ChatStatus:
        """Return who answers now.

        Raises:
            NotFoundError: the conversation is not the buyer's any more: forgotten.
        """

    async def rate(self, buyer: ChatBuyer, *, stars: int, reason: str) -> None:
        """Store what the buyer thinks of the conversation.

        Raises:
            NotFoundError: they have not written yet.
        """

    def type(self, buyer: ChatBuyer) -> None:
        """Tell whoever looks that the buyer is typing."""

    async def watch(self, buyer: ChatBuyer, hear: Hear) -> Callable[[], None]:
        """Call ``hear`` with what happens to the buyer's conversation from now on.

        Returns:
            What ends that.
        """

    async def keep_picture(
        self, slug: str, *, token: str, picture: EncodedPicture
    ) -> str:
        """Store a picture of the buyer with this token and return its address.

        Raises:
            InvalidSignatureError: we never gave this token to anybody.
            RateLimitedError: too many, or too much, of one day; nothing was stored.
        """

    async def admit_picture(self, slug: str, *, token: str) -> bool:
        """Count a picture that comes; return whether its buyer has written before.

        Raises:
            InvalidSignatureError: we never gave this token to a browser of this shop.
            RateLimitedError: too many, or too much, of one buyer.
        """

    async def picture(self, name: str) -> PictureFile | None:
        """Return where the picture of this name lies, None when there is none."""
