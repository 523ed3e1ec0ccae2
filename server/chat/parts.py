"""What the chat window is served with, as the settings say."""

from dataclasses import dataclass
from pathlib import Path

from connectors.web_chat.limits import ChatLimits
from server.chat.status import StatusBoard
from server.clock import Clock
from server.inbox import Inbox
from server.live.feed import Feed
from server.live.typing import Typing
from server.rates import BuyerRates
from server.settings import Settings
from server.shops import Shops
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatParts:
    """What the chat window is served with."""

    database: Database
    shops: Shops
    inbox: Inbox
    feed: Feed
    typing: Typing
    board: StatusBoard
    picture_rates: BuyerRates
    picture_bytes_per_day: int
    """Of one buyer; 0 is no limit."""
    pictures_of_strangers: int
    """A day, of a browser that has never written; 0 is no limit."""
    var: Path
    clock: Clock


def chat_limits(settings: Settings) -> ChatLimits:
    """Return what the window's edge allows."""
    chat = settings.chat
    return ChatLimits(
        text_limit=settings.conversation.text_limit,
        sockets=chat.sockets,
        sockets_per_address=chat.sockets_per_address,
        new_per_address=chat.new_per_address,
        hello_seconds=chat.hello_seconds,
        send_seconds=chat.send_seconds,
        heartbeat_seconds=chat.heartbeat_seconds,
        picture_bytes=chat.picture_bytes,
        picture_pixels=chat.picture_pixels,
    )


def picture_rates(settings: Settings) -> BuyerRates:
    """Return the buckets of the pictures of each buyer."""
    chat = settings.chat
    return BuyerRates(per_minute=chat.pictures_per_minute, burst=chat.picture_burst)
