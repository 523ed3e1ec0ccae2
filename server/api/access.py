"""Who asks? What a handler of a person's route may take for granted."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from server.shops import Shop
from storage.states import Role

RANK: Final = {Role.AGENT: 1, Role.MANAGER: 2, Role.ADMIN: 3}
"""A role may do everything that the roles below it may."""


def may(role: Role, *, needed: Role) -> bool:
    """Return whether a role is enough where another one is needed."""
    return RANK[role] >= RANK[needed]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person behind a request, as the session middleware found them."""

    person_id: int
    user: str
    session_id: int
    role: Role | None = None
    """In the shop of the route; None on a route without ``{shop}``."""


SIGNED_IN: Final[web.RequestKey[SignedIn]] = web.RequestKey("signed_in", SignedIn)
SHOP: Final[web.RequestKey[Shop]] = web.RequestKey("shop", Shop)


def signed_in(request: web.Request) -> SignedIn:
    """Return who asks; only on routes whose role is a person's."""
    return request[SIGNED_IN]


def shop_of(request: web.Request) -> Shop:
    """Return the shop of the route, in which the person has the route's role."""
    return request[SHOP]
