import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from connectors.base import Route
from server.auth.middleware import Gate
from server.auth.parts import make_auth
from server.auth.tokens import COOKIE
from server.settings import ServerSettings, Settings
from storage.states import Role
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.auth.browser import SESSION, Browser, employ, signed_in

DUTY = f"/api/v1/desk/{SLUG}/duty"


async def page(request: web.Request) -> web.Response:
    return web.Response()


def route(role: str, path: str = "/desk/{shop}") -> Route:
    return Route(method="GET", path=path, handler=page, role=role, summary="A page.")


def gate_of(floor: ShopFloor) -> Gate:
    return Gate(auth=floor.service.auth, shops=floor.service.shops)


def add(floor: ShopFloor, added: Route) -> None:
    app = web.Application()
    gate_of(floor).add(
        app.router.add_route(added.method, added.path, added.handler), added
    )


class TestAdd:
    @pytest.mark.parametrize("role", ["", "Admin", "root", "anybody"])
    async def test_an_unknown_role_fails_at_the_start(
        self, floor: ShopFloor, role: str
    ) -> None:
        with pytest.raises(ValueError, match="unknown role"):
            add(floor, route(role))

    @pytest.mark.parametrize("role", list(Role))
    async def test_a_role_without_a_shop_fails_at_the_start(
        self, floor: ShopFloor, role: str
    ) -> None:
        with pytest.raises(ValueError, match=r"needs {shop}"):
            add(floor, route(role, "/desk"))


class TestCheck:
    async def test_what_is_nowhere_stays_nowhere(self, floor: ShopFloor) -> None:
        told = await Browser(floor.client).ask("GET", "/api/v1/nowhere")

        assert (told.status, told.code) == (404, "not_found")

    async def test_a_handler_that_is_not_in_the_table_cannot_be_called(
        self, floor: ShopFloor
    ) -> None:
        app = web.Application(middlewares=[gate_of(floor).check])
        app.router.add_get("/hidden", page)

        async with TestClient(TestServer(app)) as client:
            response = await client.get("/hidden")

        assert response.status == 500

    async def test_the_wrong_method_is_told(self, floor: ShopFloor) -> None:
        told = await Browser(floor.client).ask("PATCH", SESSION)

        assert (told.status, told.code) == (405, "method_not_allowed")

    @pytest.mark.parametrize("token", ["", "x", "0" * 5000, "a b", '"'])
    async def test_a_made_up_token_is_nobody(
        self, floor: ShopFloor, token: str
    ) -> None:
        told = await Browser(floor.client, token=token).ask("GET", SESSION)

        assert (told.status, told.code) == (401, "not_signed_in")

    async def test_a_plain_forms_body_is_refused(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        told = await browser.ask(
            "PUT", DUTY, {"is_on_duty": True}, headers={"Content-Type": "text/plain"}
        )

        assert (told.status, told.code) == (415, "not_json")

    @pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
    async def test_a_wrong_csrf_token_is_refused(
        self, floor: ShopFloor, csrf: str
    ) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        told = await browser.ask(
            "PUT", DUTY, {"is_on_duty": True}, headers={"X-CSRF-Token": csrf}
        )

        assert (told.status, told.code) == (403, "forged_request")

    async def test_another_persons_csrf_token_is_refused(
        self, floor: ShopFloor
    ) -> None:
        lan = await signed_in(floor, await employ(floor, "lan"))
        mei = await signed_in(floor, await employ(floor, "mei"))
        told = await mei.ask("GET", SESSION)

        answer = await lan.ask(
            "PUT",
            DUTY,
            {"is_on_duty": True},
            headers={"X-CSRF-Token": told.body["csrf_token"]},
        )

        assert answer.code == "forged_request"

    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
    )
    async def test_another_sites_page_is_refused_even_with_the_token(
        self, floor: ShopFloor, headers: dict[str, str]
    ) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))

        told = await browser.ask("PUT", DUTY, {"is_on_duty": True}, headers=headers)

        assert (told.status, told.code) == (403, "forged_request")

    async def test_another_sites_socket_is_refused(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))
        socket = {"Upgrade": "websocket", "Connection": "Upgrade"}

        told = [
            await browser.ask("GET", DUTY, headers={**socket, **origin})
            for origin in ({}, {"Origin": "https://evil.example"})
        ]

        assert [it.code for it in told] == ["forged_request"] * 2

    async def test_a_change_that_calls_itself_a_socket_is_still_a_change(
        self, floor: ShopFloor
    ) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))
        own = str(floor.client.make_url("/")).rstrip("/")

        told = await browser.ask(
            "PUT",
            DUTY,
            {"is_on_duty": True},
            headers={"Upgrade": "websocket", "Connection": "Upgrade", "Origin": own},
            with_csrf=False,
        )

        assert told.code == "forged_request"

    async def test_our_own_pages_socket_is_let_in(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan"))
        own = str(floor.client.make_url("/")).rstrip("/")

        told = await browser.ask(
            "GET",
            DUTY,
            headers={"Upgrade": "websocket", "Connection": "Upgrade", "Origin": own},
        )

        assert told.status == 200

    async def test_a_role_taken_away_is_missed_at_once(self, floor: ShopFloor) -> None:
        browser = await signed_in(floor, await employ(floor, "lan", Role.MANAGER))
        path = f"/api/v1/desk/{SLUG}/people"
        before = await browser.ask("GET", path)
        boss = await signed_in(floor, await employ(floor, "boss", Role.ADMIN))
        lan = before.body["items"][0]

        changed = await boss.ask(
            "PUT",
            f"{path}/{lan['person_id']}",
            {"role": "agent", "is_active": True, "version": lan["version"]},
        )

        after = await browser.ask("GET", path)
        assert (before.status, changed.status, after.status) == (200, 200, 403)
        assert after.code == "role_needed"


class TestDress:
    async def test_a_page_may_load_nothing_and_be_framed_by_nobody(
        self, floor: ShopFloor
    ) -> None:
        told = await Browser(floor.client).ask("GET", "/")

        assert told.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert told.headers["X-Content-Type-Options"] == "nosniff"
        assert told.headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in told.headers

    async def test_what_is_for_everybody_may_be_cached(self, floor: ShopFloor) -> None:
        told = await Browser(floor.client).ask("GET", "/healthz")

        assert "Cache-Control" not in told.headers
        assert COOKIE not in told.headers.get("Set-Cookie", "")

    async def test_a_page_that_says_nothing_is_kept_as_tight(
        self, floor: ShopFloor
    ) -> None:
        response = web.Response(text="<p>", content_type="text/html")

        await gate_of(floor).dress(make_mocked_request("GET", "/"), response)

        assert response.headers["Content-Security-Policy"] == (
            "default-src 'none'; frame-ancestors 'none'"
        )

    async def test_a_page_that_says_more_is_left_alone(self, floor: ShopFloor) -> None:
        own = {"Content-Security-Policy": "default-src 'self'"}
        response = web.Response(text="<p>", content_type="text/html", headers=own)

        await gate_of(floor).dress(make_mocked_request("GET", "/"), response)

        assert response.headers["Content-Security-Policy"] == "default-src 'self'"

    async def test_behind_https_browsers_stay_with_it(self, floor: ShopFloor) -> None:
        response = web.Response()
        settings = Settings(server=ServerSettings(is_behind_https=True))
        auth = make_auth(
            settings,
            database=floor.service.database,
            clock=floor.clock,
            passwords=floor.service.auth.passwords,
        )
        gate = Gate(auth=auth, shops=floor.service.shops)

        await gate.dress(make_mocked_request("GET", "/"), response)

        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
