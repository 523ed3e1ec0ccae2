"""Which parts does signing in have? Made once a process, shared by gate and routes."""

from dataclasses import dataclass

from server.auth.edge import Edge
from server.auth.known import KnownBrowsers
from server.auth.logins import Logins
from server.auth.sessions import Sessions
from server.clock import Clock
from server.passwords import PasswordPool
from server.settings import Settings
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """Everything that finds out who asks; its owner closes ``passwords``."""

    edge: Edge
    sessions: Sessions
    logins: Logins
    passwords: PasswordPool
    known: KnownBrowsers


def make_auth(
    settings: Settings,
    *,
    database: Database,
    clock: Clock,
    passwords: PasswordPool | None = None,
) -> Auth:
    """Return the parts for one process; tests give a pool of their own."""
    pool = PasswordPool() if passwords is None else passwords
    return Auth(
        edge=Edge(settings.server),
        sessions=Sessions(database=database, settings=settings.login, clock=clock),
        logins=Logins(
            database=database, passwords=pool, settings=settings.login, clock=clock
        ),
        passwords=pool,
        known=KnownBrowsers(database.vault.fingerprint),
    )
