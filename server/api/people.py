"""The people of a shop: who works there as what, and who is on duty."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.api.access import shop_of, signed_in
from server.auth.bodies import (
    DutyBody,
    DutyListBody,
    GivenPasswordBody,
    NewPersonBody,
    OnDutyBody,
    PageQuery,
    PeopleBody,
    PersonBody,
    PersonChangeBody,
    answer,
    body_of,
    check_user_name,
    page_of,
    row_id,
)
from server.auth.parts import Auth
from server.clock import Clock
from server.passwords import new_password
from server.shops import Shops
from storage.database import Database
from storage.queries.people import MemberRecord, members, members_on_duty
from storage.repositories.members import (
    Standing,
    add_member,
    change_member,
    reset_member,
    reset_totp,
    set_duty,
)
from storage.repositories.people import set_on_duty
from storage.states import Role

_PEOPLE = "/api/v1/desk/{shop}/people"
_PERSON = f"{_PEOPLE}/{{person_id}}"
_DUTY = "/api/v1/desk/{shop}/duty"
_THEIR_DUTY = f"{_PERSON}/duty"

Result = TypeVar("Result")


class People:
    """What admins do with a shop's people, and what each does about their own duty."""

    def __init__(
        self, *, auth: Auth, database: Database, shops: Shops, clock: Clock
    ) -> None:
        self._auth = auth
        self._database = database
        self._shops = shops
        self._clock = clock

    def routes(self) -> Sequence[Route]:
        """Return the routes of people and duty."""
        return (
            Route(
                method="GET",
                path=_PEOPLE,
                handler=self.show_people,
                role=Role.MANAGER,
                summary="The people of the shop, by ?limit and ?after.",
                query=PageQuery,
                replies={200: PeopleBody},
            ),
            Route(
                method="POST",
                path=_PEOPLE,
                handler=self.add,
                role=Role.ADMIN,
                summary="Add somebody; tells the password given to them once.",
                body=NewPersonBody,
                replies={201: GivenPasswordBody},
            ),
            Route(
                method="PUT",
                path=_PERSON,
                handler=self.change,
                role=Role.ADMIN,
                summary="Change somebody's role, or close or open their account.",
                body=PersonChangeBody,
                replies={200: PersonBody},
            ),
            Route(
                method="POST",
                path=f"{_PERSON}/password",
                handler=self.reset_password,
                role=Role.ADMIN,
                summary="Give somebody a new password, told once; ends their logins.",
                replies={200: GivenPasswordBody},
            ),
            Route(
                method="DELETE",
                path=f"{_PERSON}/totp",
                handler=self.reset_totp,
                role=Role.ADMIN,
                summary="Ask somebody who lost their device for no second factor.",
                replies={204: None},
            ),
            Route(
                method="GET",
                path=_DUTY,
                handler=self.show_duty,
                role=Role.AGENT,
                summary="Who is on duty.",
                replies={200: DutyListBody},
            ),
            Route(
                method="PUT",
                path=_DUTY,
                handler=self.set_duty,
                role=Role.AGENT,
                summary="Come on duty oneself, or leave.",
                body=DutyBody,
                replies={200: DutyListBody},
            ),
            Route(
                method="PUT",
                path=_THEIR_DUTY,
                handler=self.set_duty_of,
                role=Role.MANAGER,
                summary="Say that a colleague is on duty, or has left.",
                body=DutyBody,
                replies={200: DutyListBody},
            ),
        )

    async def show_people(self, request: web.Request) -> web.Response:
        """Answer with a page of the shop's people."""
        page, shop_id = page_of(request), shop_of(request).record.shop_id
        found = await self._database.read(
            lambda connection: members(
                connection, shop_id, after=page.after, limit=page.limit + 1
            )
        )
        shown = found[: page.limit]
        is_more = len(found) > page.limit
        return answer(
            PeopleBody(
                items=[_person_body(it) for it in shown],
                next=str(shown[-1].person_id) if is_more else None,
            )
        )

    async def add(self, request: web.Request) -> web.Response:
        """Add somebody with a random password."""
        body = await body_of(request, NewPersonBody)
        check_user_name(body.user)
        password = new_password()
        hashed = await self._auth.passwords.hash(password)
        added = await self._write(
            request,
            partial(add_member, user=body.user, role=body.role, password_hash=hashed),
        )
        return answer(
            GivenPasswordBody(person=_person_body(added), password=password),
            status=HTTPStatus.CREATED,
        )

    async def change(self, request: web.Request) -> web.Response:
        """Change role or account, unless somebody else did meanwhile."""
        body = await body_of(request, PersonChangeBody)
        person_id = _person_id(request)
        wanted = Standing(role=body.role, is_active=body.is_active)
        changed = await self._write(
            request,
            partial(
                change_member, person_id=person_id, seen=body.version, wanted=wanted
            ),
        )
        await self._shops.refresh()
        return answer(_person_body(changed))

    async def reset_password(self, request: web.Request) -> web.Response:
        """Give somebody a random password, and let them try at once."""
        password = new_password()
        hashed = await self._auth.passwords.hash(password)
        person_id = _person_id(request)
        found = await self._write(
            request, partial(reset_member, person_id=person_id, password_hash=hashed)
        )
        self._auth.logins.locks.forget(found.user)
        return answer(GivenPasswordBody(person=_person_body(found), password=password))

    async def reset_totp(self, request: web.Request) -> web.Response:
        """Turn somebody's second factor off."""
        await self._write(request, partial(reset_totp, person_id=_person_id(request)))
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def show_duty(self, request: web.Request) -> web.Response:
        """Answer who is on duty."""
        shop_id = shop_of(request).record.shop_id
        found = await self._database.read(
            lambda connection: members_on_duty(connection, shop_id)
        )
        return answer(DutyListBody(items=[_on_duty_body(it) for it in found]))

    async def set_duty(self, request: web.Request) -> web.Response:
        """Record that one comes or leaves; buyers are told the truth from now on."""
        body = await body_of(request, DutyBody)
        shop_id, person_id = (
            shop_of(request).record.shop_id,
            signed_in(request).person_id,
        )
        now = self._clock()

        await self._database.write(
            lambda connection: set_on_duty(
                connection,
                shop_id,
                person_id=person_id,
                is_on_duty=body.is_on_duty,
                now=now,
            )
        )
        await self._shops.refresh()
        return await self.show_duty(request)

    async def set_duty_of(self, request: web.Request) -> web.Response:
        """Record for a colleague that they have come or left; written down."""
        body = await body_of(request, DutyBody)
        person_id = _person_id(request)
        await self._write(
            request,
            partial(set_duty, person_id=person_id, is_on_duty=body.is_on_duty),
        )
        await self._shops.refresh()
        return await self.show_duty(request)

    async def _write(self, request: web.Request, unit: Callable[..., Result]) -> Result:
        """Run what changes somebody, in the shop and name of whoever asks."""
        shop_id, by = shop_of(request).record.shop_id, signed_in(request).person_id
        now: datetime = self._clock()

        def run(connection: Connection) -> Result:
            return unit(connection, shop_id, by=by, now=now)

        return await self._database.write(run)


def _person_id(request: web.Request) -> int:
    return row_id(request.match_info["person_id"], field="person_id")


def _person_body(member: MemberRecord) -> PersonBody:
    return PersonBody(
        person_id=member.person_id,
        user=member.user,
        role=member.role,
        is_active=member.is_active,
        has_totp=member.has_totp,
        must_change_password=not member.has_own_password,
        locked_until=member.locked_until,
        is_on_duty=member.is_on_duty,
        version=str(member.version),
    )


def _on_duty_body(member: MemberRecord) -> OnDutyBody:
    return OnDutyBody(
        person_id=member.person_id,
        user=member.user,
        role=member.role,
        since=member.duty_changed_at,
    )
