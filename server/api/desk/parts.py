"""What are the handlers of the people's API made of, and how do they read a request?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, TypeVar

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.errors import InvalidPayloadError
from connectors.base import Connector
from connectors.reading import decode_body, read_place, read_query
from server.api.access import shop_of, signed_in
from server.clock import Clock
from server.live.typing import Typing
from server.shops import Shop
from storage.database import Database
from storage.queries.people_names import colleague
from storage.states import Role

DESK = "/api/v1/desk/{shop}"
"""Where the addresses of one shop's desk begin."""
_NAME = "desk"
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_ENCODER = msgspec.json.Encoder()

Struct = TypeVar("Struct", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """The running parts that the handlers use."""

    database: Database
    connectors: Mapping[str, Connector]
    sent: Callable[[], None]
    """Called when there is something to deliver."""
    typing: Typing
    silence: timedelta
    """A take-over ends after so much silence of the agent."""
    text_limit: int
    clock: Clock
    noticed: Callable[[], Awaitable[None]]
    """Called when what processes keep in memory was changed: this one reads it anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, in which shop, and when."""

    shop: Shop
    person_id: int
    role: Role
    now: datetime

    @property
    def shop_id(self) -> int:
        """Return the shop's row id."""
        return self.shop.record.shop_id

    @property
    def is_manager(self) -> bool:
        """Return whether this person may do what managers may."""
        return self.role is not Role.AGENT


def asking(request: web.Request, *, now: datetime) -> Asking:
    """Return who asks, as the session middleware found them."""
    person = signed_in(request)
    return Asking(
        shop=shop_of(request),
        person_id=person.person_id,
        role=Role.AGENT if person.role is None else person.role,
        now=now,
    )


async def body_of(request: web.Request, kind: type[Struct]) -> Struct:
    """Return the body.

    Raises:
        InvalidPayloadError: it is not what ``kind`` says; names the field.
    """
    decoder: msgspec.json.Decoder[Struct] = _decoder(kind)
    return decode_body(await request.read(), decoder, connector=_NAME)


def query_of(request: web.Request, kind: type[Struct]) -> Struct:
    """Return what stands behind the question mark.

    Raises:
        InvalidPayloadError: it is not what ``kind`` says; names the field.
    """
    return read_query(request, kind, connector=_NAME)


def place_of(request: web.Request, kind: type[Struct]) -> Struct:
    """Return the parts of the address.

    Raises:
        InvalidPayloadError: one is not what ``kind`` says; names it.
    """
    return read_place(request, kind, connector=_NAME)


def answer(body: msgspec.Struct, *, status: int = 200) -> web.Response:
    """Return a body as JSON; nobody keeps it."""
    return web.Response(
        body=_ENCODER.encode(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def invalid(reason: str, *, field: str) -> InvalidPayloadError:
    """Return the error for a field that cannot be used."""
    return InvalidPayloadError(reason, connector=_NAME, field=field)


def colleague_of(connection: Connection, shop_id: int, *, user: str, field: str) -> int:
    """Return the id of somebody who works in the shop.

    Raises:
        InvalidPayloadError: nobody of this name does.
    """
    found = colleague(connection, shop_id, user=user)
    if found is None:
        raise invalid("nobody of this shop has this user name", field=field)
    return found


def moment_of(text: str, *, field: str) -> datetime:
    """Return a time that a query names, as UTC.

    Raises:
        InvalidPayloadError: it is no time with a zone.
    """
    try:
        return msgspec.convert(text, _Moment).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError) as error:
        raise invalid("must be a time with its zone", field=field) from error


@lru_cache(maxsize=128)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)
