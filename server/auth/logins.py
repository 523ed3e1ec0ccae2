"""Is somebody who they say they are? Name, password and code, guesses counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from bot.errors import CodeNeededError, InvalidLoginError
from server.auth.lockout import NameLocks, lock_after
from server.auth.totp import step_of
from server.clock import Clock
from server.passwords import PasswordPool
from server.rates import BuyerRates
from server.settings import LoginSettings
from storage.database import Database
from storage.queries.people import person_by_id
from storage.repositories.logins import (
    LoginRecord,
    Try,
    begin_try,
    fail_try,
    forget_failures,
    release_try,
)
from storage.repositories.second_factor import take_step

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who somebody says they are, and how they want to prove it."""

    user: str
    password: str
    code: str | None = None
    address: str
    """Where they are, in the network."""
    known: str | None = None
    """Which browser they have logged in from before; None: none that is known."""

    @property
    def counted_as(self) -> str:
        """Return what failures are counted by: the name, or this browser of theirs."""
        return self.user if self.known is None else f"{self.user}\0{self.known}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A claim that holds; counts once it is committed."""

    person: LoginRecord
    step: int | None
    """Of the code, which is used up by the commit."""
    tried: Try
    counted_as: str


class Logins:
    """Checks claims. A name nobody has costs the same work as a wrong password."""

    def __init__(
        self,
        *,
        database: Database,
        passwords: PasswordPool,
        settings: LoginSettings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._lock_for = partial(lock_after, settings)
        self._clock = clock
        self.locks = NameLocks(settings)
        self._addresses = BuyerRates(
            per_minute=settings.tries_per_minute,
            burst=max(settings.tries_per_minute, 1),
        )

    async def prove(self, claim: Claim, *, is_code_asked: bool = True) -> Proof:
        """Return the proof of a claim.

        Args:
            claim: who somebody says they are.
            is_code_asked: False where the password alone is enough, because they are
                logged in.

        Raises:
            RateLimitedError: too many failures, of this name or from this address.
            BusyError: too many people log in at this moment.
            InvalidLoginError: the claim is wrong; in which part is not told.
            CodeNeededError: the password is right, and the code is missing.
        """
        now = self._clock()
        self._addresses.take(("login", claim.address, ""), at=now.timestamp())
        with self._passwords.place():
            lock = self.locks.take(claim.counted_as, now=now)
            tried = await self._database.write(
                lambda connection: begin_try(
                    connection,
                    user=claim.user,
                    lock_for=self._lock_for,
                    now=now,
                    is_counted=claim.known is None,
                )
            )
            person = await self._person(tried, claim)
        if person is None:
            raise await self._failure(tried)
        if person.totp_secret is None or not is_code_asked:
            return Proof(
                person=person, step=None, tried=tried, counted_as=claim.counted_as
            )
        if not claim.code:
            self.locks.release(claim.counted_as, lock=lock)
            await self._database.write(lambda c: release_try(c, tried))
            raise CodeNeededError
        step = step_of(person.totp_secret, claim.code, at=now)
        if step is None:
            raise await self._failure(tried)
        return Proof(person=person, step=step, tried=tried, counted_as=claim.counted_as)

    async def commit(
        self, proof: Proof, unit: Callable[[Connection, datetime], Result]
    ) -> Result:
        """Do what the proof was asked for, and count failures anew.

        Raises:
            InvalidLoginError: the code was used before, or the account has changed.
        """
        now = self._clock()

        def proven(connection: Connection) -> Result:
            _check_again(connection, proof)
            if proof.tried.is_counted:
                forget_failures(connection, proof.person.person_id)
            return unit(connection, now)

        try:
            result = await self._database.write(proven)
        except InvalidLoginError as error:
            raise await self._failure(proof.tried) from error
        self.locks.forget(proof.counted_as)
        return result

    async def renewed_hash(self, proof: Proof, password: str) -> str | None:
        """Return a hash with today's parameters; None: the stored one has them."""
        return await self._passwords.renewed(
            password, stored=proof.person.password_hash
        )

    async def _person(self, tried: Try, claim: Claim) -> LoginRecord | None:
        """Return whose password it is; None when it is nobody's, or may not be used."""
        person = tried.person
        stored = None if person is None else person.password_hash
        is_right = await self._passwords.is_right(claim.password, stored=stored)
        if person is None or tried.is_locked or not person.is_active:
            return None
        return person if is_right else None

    async def _failure(self, tried: Try) -> InvalidLoginError:
        now = self._clock()
        await self._database.write(
            lambda connection: fail_try(connection, tried, now=now)
        )
        return InvalidLoginError()


def _check_again(connection: Connection, proof: Proof) -> None:
    """Refuse what is no proof any more, and use the code up."""
    person = person_by_id(connection, proof.person.person_id)
    is_same = person.password_hash == proof.person.password_hash
    if not (person.is_active and is_same):
        raise InvalidLoginError
    if proof.step is not None and not take_step(
        connection, person.person_id, step=proof.step
    ):
        raise InvalidLoginError
