"""Which connectors are there? One explicit table; adding a platform is one line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from aiohttp import web

from connectors.base import Connector
from connectors.signed_http import SignedHttp
from connectors.terminal import Terminal
from connectors.web_chat import WebChat
from connectors.web_chat.limits import ChatLimits
from connectors.web_chat.origins import peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What connectors are made of; owned and closed by the program."""

    session: aiohttp.ClientSession
    clock: Callable[[], datetime]
    text_limit: int
    callback_timeout_seconds: float
    chat: ChatLimits
    address: Callable[[web.Request], str] = peer
    """Where a request comes from, proxies considered."""


def _signed_http(parts: Parts) -> Connector:
    return SignedHttp(
        session=parts.session,
        clock=parts.clock,
        text_limit=parts.text_limit,
        timeout_seconds=parts.callback_timeout_seconds,
    )


def _terminal(_parts: Parts) -> Connector:
    return Terminal()


def _web_chat(parts: Parts) -> Connector:
    return WebChat(parts.chat, address=parts.address)


CONNECTORS: Mapping[str, Callable[[Parts], Connector]] = {
    SignedHttp.name: _signed_http,
    Terminal.name: _terminal,
    WebChat.name: _web_chat,
}
"""Every platform by the name that stands in conversations."""


def pictureless(connectors: Mapping[str, Connector]) -> frozenset[str]:
    """Return the names of the connectors whose buyers are shown no pictures."""
    return frozenset(
        name for name, connector in connectors.items() if not connector.shows_pictures
    )


def make_connectors(parts: Parts) -> dict[str, Connector]:
    """Return one connector of each platform."""
    return {name: make(parts) for name, make in CONNECTORS.items()}
