"""The role matrix: every route of the one table, for everybody who may knock."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from connectors.base import Route
from server.api.access import RANK
from server.auth.middleware import OWN_SESSION, ROUTES
from storage.repositories.people import set_active
from storage.repositories.shops import add_shop
from storage.states import Role
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.auth.browser import Browser, Told, employ, signed_in

OPEN = {"public", "signed", "buyer"}
GATE_CODES = {
    "not_signed_in",
    "role_needed",
    "forged_request",
    "password_change_needed",
}
"""What only the gate answers; any other answer is a handler's."""
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}

Knocks = Callable[[], Awaitable[Browser]]


def path_of(route: Route, *, shop: str = SLUG) -> str:
    """The path with its parts filled in: the shop, and ids that may not exist."""
    named = route.path.replace("{shop}", shop)
    return re.sub(r"{\w+(:[^}]*)?}", "1", named)


async def knock(
    browser: Browser, route: Route, *, shop: str = SLUG, with_csrf: bool = True
) -> Told:
    body: dict[str, str] | None = {} if route.method in CHANGING else None
    return await browser.ask(
        route.method,
        path_of(route, shop=shop),
        body,
        headers=None if body is None else {"Content-Type": route.takes},
        with_csrf=with_csrf,
    )


def expected(route: Route, *, who: str) -> str:
    """The gate's answer by the declared role alone."""
    if route.role in OPEN:
        return "in"
    if who in {"nobody", "deactivated", "expired"}:
        return "not_signed_in"
    if who == "with a given password" and not route.path.startswith(OWN_SESSION):
        return "password_change_needed"
    if route.role == "person":
        return "in"
    if who == "of another shop":
        return "no such shop"
    rank = 3 if who == "with a given password" else RANK[Role(who)]
    return "in" if rank >= RANK[Role(route.role)] else "role_needed"


def answered(told: Told) -> str:
    if told.status >= 500 and told.code == "internal":
        return "fault"
    if told.code in GATE_CODES:
        return str(told.code)
    is_no_shop = (
        told.status == 404 and told.body["error"]["message"] == f"no shop {SLUG}"
    )
    return "no such shop" if is_no_shop else "in"


async def visitors(floor: ShopFloor) -> dict[str, Knocks]:
    """Everybody who may knock; each knock is a new login, as some routes end it."""
    database = floor.service.database
    other = await database.write(
        lambda connection: add_shop(
            connection,
            slug="other",
            name="别家",
            pack_id="ecommerce",
            secret="-",
            now=floor.clock(),
        )
    )
    await floor.service.shops.refresh()
    ids = {role.value: await employ(floor, role.value, role) for role in Role}
    stranger = await employ(floor, "stranger", Role.ADMIN, shop_id=other)
    fresh = await employ(floor, "fresh", Role.ADMIN, has_own_password=False)
    gone = await employ(floor, "gone", Role.ADMIN)
    await database.write(
        lambda connection: set_active(
            connection, gone, is_active=False, now=floor.clock()
        )
    )

    async def nobody() -> Browser:
        return Browser(floor.client)

    def person(person_id: int, *, lasts: timedelta = timedelta(hours=1)) -> Knocks:
        return lambda: signed_in(floor, person_id, lasts=lasts)

    return {
        "nobody": nobody,
        "of another shop": person(stranger),
        **{role: person(person_id) for role, person_id in ids.items()},
        "with a given password": person(fresh),
        "deactivated": person(gone),
        "expired": person(ids["admin"], lasts=timedelta()),
    }


class TestRoleMatrix:
    async def test_every_route_answers_everybody_by_its_declared_role(
        self, floor: ShopFloor, capsys: pytest.CaptureFixture[str]
    ) -> None:
        routes = floor.client.app[ROUTES]
        wrong, cases = [], 0

        for who, knocks in (await visitors(floor)).items():
            for route in routes:
                told = await knock(await knocks(), route)
                cases += 1
                if answered(told) != expected(route, who=who):
                    wrong.append(
                        (who, route.method, route.path, told.status, told.code)
                    )

        with capsys.disabled():
            print(f"\nrole matrix: {cases} cases over {len(routes)} routes")  # noqa: T201 - the figure to tell
        assert wrong == []

    async def test_nothing_is_changed_without_our_own_pages_word(
        self, floor: ShopFloor
    ) -> None:
        admin = await employ(floor, "admin", Role.ADMIN)
        guarded = [
            route
            for route in floor.client.app[ROUTES]
            if route.role not in OPEN and route.method in CHANGING
        ]

        codes = {
            f"{route.method} {route.path}": (
                await knock(await signed_in(floor, admin), route, with_csrf=False)
            ).code
            for route in guarded
        }

        assert codes
        assert set(codes.values()) == {"forged_request"}, codes

    async def test_shops_cannot_be_found_out(self, floor: ShopFloor) -> None:
        knocks = (await visitors(floor))["of another shop"]
        told = {
            (route.method, route.path, shop): await knock(
                await knocks(), route, shop=shop
            )
            for route in floor.client.app[ROUTES]
            if route.role in set(Role)
            for shop in (SLUG, "nowhere")
        }

        for (method, path, shop), answer in told.items():
            other = told[method, path, "nowhere"]
            assert answer.status == other.status == 404
            assert answer.body["error"]["message"] == f"no shop {shop}"
            assert set(answer.headers) == set(other.headers)

    async def test_no_answer_to_people_is_kept_by_a_cache(
        self, floor: ShopFloor
    ) -> None:
        admin = await employ(floor, "admin", Role.ADMIN)

        for route in floor.client.app[ROUTES]:
            if route.role in OPEN and not route.path.startswith(OWN_SESSION):
                continue
            for browser in (Browser(floor.client), await signed_in(floor, admin)):
                told = await knock(browser, route)
                assert told.headers["Cache-Control"] == "no-store", route.path
                assert told.headers["X-Content-Type-Options"] == "nosniff"
