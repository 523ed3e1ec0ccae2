"""Logging in and out: the routes of one's own session, password and second factor."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from aiohttp import web
from sqlalchemy import Connection

from bot.errors import InvalidLoginError, NotFoundError, NotPermittedError
from connectors.base import Route
from connectors.signed_http.wire import invalid
from server.api.access import signed_in
from server.auth.bodies import (
    CodeBody,
    EndTotpBody,
    LoginBody,
    PasswordBody,
    ProofBody,
    SessionBody,
    TotpBody,
    answer,
    body_of,
    check_user_name,
)
from server.auth.logins import Claim, Proof
from server.auth.middleware import OWN_SESSION, SESSION
from server.auth.parts import Auth
from server.auth.tokens import COOKIE, clear_cookie, csrf_token, new_token, set_cookie
from server.auth.totp import address_of, new_secret, step_of
from server.clock import Clock
from server.passwords import flaw
from server.shops import Shop, Shops
from storage.database import Database
from storage.queries.sessions import SessionRecord
from storage.repositories import second_factor
from storage.repositories.people import (
    record_about,
    renew_hash,
    set_password_hash,
)

_PASSWORD = f"{OWN_SESSION}/password"
_TOTP = f"{OWN_SESSION}/totp"


class OwnSession:
    """What people do with their own login."""

    def __init__(
        self, *, auth: Auth, database: Database, shops: Shops, clock: Clock
    ) -> None:
        self._auth = auth
        self._database = database
        self._shops = shops
        self._clock = clock

    def routes(self) -> Sequence[Route]:
        """Return the routes below /api/v1/session."""
        return (
            Route(
                method="POST",
                path=OWN_SESSION,
                handler=self.log_in,
                role="public",
                summary="Log in; sets the session's cookie.",
                body=LoginBody,
                replies={200: SessionBody},
            ),
            Route(
                method="GET",
                path=OWN_SESSION,
                handler=self.show,
                role="person",
                summary="Who am I, and what may I do where?",
                replies={200: SessionBody},
            ),
            Route(
                method="DELETE",
                path=OWN_SESSION,
                handler=self.log_out,
                role="person",
                summary="Log out.",
                replies={204: None},
            ),
            Route(
                method="PUT",
                path=_PASSWORD,
                handler=self.change_password,
                role="person",
                summary="Choose a new password; ends one's other logins.",
                body=PasswordBody,
                replies={204: None},
            ),
            Route(
                method="POST",
                path=_TOTP,
                handler=self.begin_totp,
                role="person",
                summary="Begin to use a second factor; tells its secret once.",
                body=ProofBody,
                replies={200: TotpBody},
            ),
            Route(
                method="PUT",
                path=_TOTP,
                handler=self.confirm_totp,
                role="person",
                summary="Confirm the second factor with a code; asked for from now on.",
                body=CodeBody,
                replies={204: None},
            ),
            Route(
                method="DELETE",
                path=_TOTP,
                handler=self.end_totp,
                role="person",
                summary="Use no second factor any more.",
                body=EndTotpBody,
                replies={204: None},
            ),
        )

    async def log_in(self, request: web.Request) -> web.Response:
        """Begin a session under a new token, whatever the browser has sent."""
        self._auth.edge.check_origin(request)
        body = await body_of(request, LoginBody)
        check_user_name(body.user)
        known = self._auth.known.find(request, user=body.user)
        proof = await self._auth.logins.prove(
            Claim(
                user=body.user,
                password=body.password,
                code=body.code,
                address=self._auth.edge.address(request),
                known=known,
            )
        )
        token = new_token()
        await self._begin(
            proof,
            token=token,
            replaces=request.cookies.get(COOKIE),
            renewed=await self._auth.logins.renewed_hash(proof, body.password),
        )
        session = await self._auth.sessions.find(token)
        if session is None:
            raise InvalidLoginError
        response = answer(self._body(session, token))
        is_https = self._auth.edge.is_https(request)
        set_cookie(response, token, is_https=is_https)
        if known is None:
            self._auth.known.remember(response, user=body.user, is_https=is_https)
        return response

    async def show(self, request: web.Request) -> web.Response:
        """Answer who is logged in."""
        return answer(self._body(request[SESSION], request.cookies[COOKIE]))

    async def log_out(self, request: web.Request) -> web.Response:
        """End the session, and with the last one of somebody their duty."""
        person_id, now = signed_in(request).person_id, self._clock()
        await self._auth.sessions.end(request.cookies[COOKIE])
        await self._database.write(
            lambda connection: record_about(
                connection, person_id, action="logout", now=now, by=person_id
            )
        )
        await self._shops.refresh()
        response = web.Response(status=HTTPStatus.NO_CONTENT)
        clear_cookie(response, is_https=self._auth.edge.is_https(request))
        return response

    async def change_password(self, request: web.Request) -> web.Response:
        """Change one's password, and end every other login of one's own."""
        body = await body_of(request, PasswordBody)
        found = flaw(body.new, names=self._names(request[SESSION]))
        if found is None and body.new == body.old:
            found = "is the old one"
        if found is not None:
            raise invalid(found, field="new")
        proof = await self._prove(request, body.old)
        hashed = await self._auth.passwords.hash(body.new)
        person = signed_in(request)

        def unit(connection: Connection, now: datetime) -> None:
            set_password_hash(
                connection,
                user=person.user,
                password_hash=hashed,
                now=now,
                changed_at=now,
                keeps_session=person.session_id,
            )
            _record(connection, proof, "password.changed", now)

        await self._auth.logins.commit(proof, unit)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def begin_totp(self, request: web.Request) -> web.Response:
        """Make a secret and tell it once; nothing is asked for yet."""
        body = await body_of(request, ProofBody)
        proof = await self._prove(request, body.password)
        person, secret = signed_in(request), new_secret()

        def unit(connection: Connection, now: datetime) -> None:
            second_factor.begin_totp(connection, person.person_id, secret=secret)

        await self._auth.logins.commit(proof, unit)
        return answer(
            TotpBody(secret=secret, otpauth_uri=address_of(secret, user=person.user))
        )

    async def confirm_totp(self, request: web.Request) -> web.Response:
        """Ask for the second factor from now on, once a code shows that it works."""
        body = await body_of(request, CodeBody)
        person_id, now = signed_in(request).person_id, self._clock()

        def unit(connection: Connection) -> None:
            secret = second_factor.pending_secret(connection, person_id)
            if secret is None:
                raise NotFoundError("second factor that is being set up", person_id)
            step = step_of(secret, body.code, at=now)
            if step is None:
                raise invalid("is not the present code", field="code")
            second_factor.confirm_totp(connection, person_id, step=step, now=now)
            record_about(connection, person_id, action="totp.on", now=now, by=person_id)

        await self._database.write(unit)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def end_totp(self, request: web.Request) -> web.Response:
        """Ask for no second factor any more; needs both, password and code."""
        body = await body_of(request, EndTotpBody)
        if not request[SESSION].has_totp:
            raise NotPermittedError("there is no second factor to turn off")
        proof = await self._prove(request, body.password, code=body.code)

        def unit(connection: Connection, now: datetime) -> None:
            second_factor.end_totp(connection, proof.person.person_id)
            _record(connection, proof, "totp.off", now)

        await self._auth.logins.commit(proof, unit)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _begin(
        self, proof: Proof, *, token: str, replaces: str | None, renewed: str | None
    ) -> None:
        person = proof.person

        def unit(connection: Connection, now: datetime) -> None:
            if renewed is not None:
                renew_hash(
                    connection,
                    person.person_id,
                    former=person.password_hash,
                    password_hash=renewed,
                )
            self._auth.sessions.begin(
                connection,
                person_id=person.person_id,
                token=token,
                replaces=replaces,
                now=now,
            )
            _record(connection, proof, "login", now)

        await self._auth.logins.commit(proof, unit)

    async def _prove(
        self, request: web.Request, password: str, *, code: str | None = None
    ) -> Proof:
        """Return the proof that it is still the person who logged in."""
        user = signed_in(request).user
        claim = Claim(
            user=user,
            password=password,
            code=code,
            address=self._auth.edge.address(request),
            known=self._auth.known.find(request, user=user),
        )
        return await self._auth.logins.prove(claim, is_code_asked=code is not None)

    def _body(self, session: SessionRecord, token: str) -> SessionBody:
        return SessionBody(
            person_id=session.person_id,
            user=session.user,
            roles={
                shop.record.slug: session.roles[shop.record.shop_id]
                for shop in self._shops_of(session)
            },
            csrf_token=csrf_token(token),
            must_change_password=not session.has_own_password,
            has_totp=session.has_totp,
            expires_at=session.expires_at,
        )

    def _names(self, session: SessionRecord) -> list[str]:
        shops = self._shops_of(session)
        names = [
            name for shop in shops for name in (shop.record.slug, shop.record.name)
        ]
        return [session.user, *names]

    def _shops_of(self, session: SessionRecord) -> list[Shop]:
        return [it for it in self._shops.all() if it.record.shop_id in session.roles]


def _record(connection: Connection, proof: Proof, action: str, now: datetime) -> None:
    person_id = proof.person.person_id
    record_about(connection, person_id, action=action, now=now, by=person_id)
