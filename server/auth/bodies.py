"""What do people's requests and answers look like on the wire?"""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web

from connectors.signed_http.wire import decode, invalid
from server.auth.middleware import require_json
from server.passwords import LONGEST
from storage.states import Role

Password = Annotated[str, msgspec.Meta(max_length=LONGEST)]
UserName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Code = Annotated[str, msgspec.Meta(max_length=16)]
Body = TypeVar("Body", bound=msgspec.Struct)


class LoginBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /api/v1/session``."""

    user: UserName
    password: Password
    code: Code | None = None


class SessionBody(msgspec.Struct, frozen=True):
    """Who is logged in, and what their page needs to know."""

    person_id: int
    user: str
    roles: dict[str, Role]
    """By shop slug."""
    csrf_token: str
    """Goes into ``X-CSRF-Token`` of everything that changes something."""
    must_change_password: bool
    has_totp: bool
    expires_at: datetime


class PasswordBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT /api/v1/session/password``."""

    old: Password
    new: str


class ProofBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /api/v1/session/totp``."""

    password: Password


class TotpBody(msgspec.Struct, frozen=True):
    """The secret of a second factor, told once."""

    secret: str
    otpauth_uri: str


class CodeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT /api/v1/session/totp``."""

    code: Code


class EndTotpBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``DELETE /api/v1/session/totp``."""

    password: Password
    code: Code


class NewPersonBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST …/people``."""

    user: UserName
    role: Role


class PersonChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT …/people/{person_id}``."""

    role: Role
    is_active: bool
    version: str
    """As it was read; another one now is refused with 409."""


class PersonBody(msgspec.Struct, frozen=True):
    """One person of a shop."""

    person_id: int
    user: str
    role: Role
    is_active: bool
    has_totp: bool
    must_change_password: bool
    locked_until: datetime | None
    is_on_duty: bool
    version: str


class PeopleBody(msgspec.Struct, frozen=True):
    """A page of the people of a shop."""

    items: list[PersonBody]
    next: str | None


class GivenPasswordBody(msgspec.Struct, frozen=True):
    """A password given to somebody, told once; they have to change it."""

    person: PersonBody
    password: str


class DutyBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT …/duty``: whether one is on duty oneself."""

    is_on_duty: bool


class OnDutyBody(msgspec.Struct, frozen=True):
    """One person who is on duty."""

    person_id: int
    user: str
    role: Role
    since: datetime | None


class DutyListBody(msgspec.Struct, frozen=True):
    """Who is on duty, who came first first."""

    items: list[OnDutyBody]
    next: None = None


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which part of a list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    after: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0


async def body_of(request: web.Request, kind: type[Body]) -> Body:
    """Return the body of a request.

    Raises:
        InvalidPayloadError: it is not what is expected; names the field.
        aiohttp.web.HTTPUnsupportedMediaType: it is not declared as JSON.
    """
    require_json(request)
    return decode(await request.read(), msgspec.json.Decoder(kind))


def page_of(request: web.Request) -> PageQuery:
    """Return which part of a list is asked for.

    Raises:
        InvalidPayloadError: it cannot be; names the parameter.
    """
    try:
        return msgspec.convert(dict(request.query), PageQuery, strict=False)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        raise invalid(reason, field=place.rstrip("`") or None) from error


def row_id(text: str, *, field: str) -> int:
    """Return the number of a row in an address.

    Raises:
        InvalidPayloadError: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - 64 bit
        raise invalid("must be a whole number", field=field)
    return int(text)


def check_user_name(user: str) -> None:
    """Refuse a name that cannot be read or stored.

    Raises:
        InvalidPayloadError: it has characters that cannot be seen.
    """
    if not user.isprintable():
        raise invalid("must have no control characters", field="user")


def answer(body: msgspec.Struct, *, status: int = 200) -> web.Response:
    """Return a body as a response."""
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json"
    )
