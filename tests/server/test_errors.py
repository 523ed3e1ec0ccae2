from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import structlog
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import (
    AssistantError,
    BusyError,
    CodeNeededError,
    DeliveryFailedError,
    ForgedRequestError,
    IllegalTransitionError,
    InvalidLoginError,
    InvalidPayloadError,
    InvalidSignatureError,
    InvalidWorkbookError,
    NotFoundError,
    NotPermittedError,
    NotPublishableError,
    NotServingError,
    NotSignedInError,
    OffDutyError,
    PasswordChangeNeededError,
    RateLimitedError,
    RoleNeededError,
    ScriptLibraryError,
    ServedError,
    SettingsError,
    StaleStateError,
    TakenError,
)
from server.errors import STATUS, errors_as_json

Fetch = Callable[[Exception | None], Awaitable[ClientResponse]]
SECRET = "it was s3cret"
KNOWN: list[tuple[AssistantError, int, str]] = [
    (InvalidSignatureError("no", connector="c"), 401, "invalid_signature"),
    (InvalidPayloadError("no", connector="c", field="text"), 400, "invalid_field"),
    (DeliveryFailedError("no", connector="c"), 400, "connector_error"),
    (InvalidWorkbookError(()), 400, "invalid_workbook"),
    (NotFoundError("shop", "a"), 404, "not_found"),
    (InvalidLoginError(), 401, "invalid_login"),
    (CodeNeededError(), 401, "code_needed"),
    (NotSignedInError(), 401, "not_signed_in"),
    (RoleNeededError("admin"), 403, "role_needed"),
    (ForgedRequestError("no"), 403, "forged_request"),
    (PasswordChangeNeededError(), 403, "password_change_needed"),
    (NotServingError(1, 2), 409, "not_serving"),
    (ServedError(2, served_by="lan"), 409, "served"),
    (OffDutyError("lan"), 409, "off_duty"),
    (NotPermittedError("no"), 403, "not_permitted"),
    (
        IllegalTransitionError(ticket="T1", current="new", requested="closed"),
        409,
        "illegal_transition",
    ),
    (StaleStateError("ticket", "T1"), 409, "stale"),
    (NotPublishableError("outdated"), 409, "not_publishable"),
    (TakenError("no", field="user"), 409, "taken"),
    (BusyError(timedelta(seconds=1)), 503, "busy"),
    (RateLimitedError(timedelta(seconds=1)), 429, "rate_limited"),
]
UNKNOWN: list[Exception] = [
    ValueError(SECRET),
    KeyError(SECRET),
    AssistantError(SECRET),
    SettingsError("key", SECRET),
    ScriptLibraryError(()),
]


class Site:
    """A server whose one page raises what the test asks for."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    async def page(self, request: web.Request) -> web.Response:
        if self.error is not None:
            raise self.error
        return web.Response(text="fine")


@pytest.fixture(name="fetch")
async def _fetch() -> AsyncIterator[Fetch]:
    site = Site()
    app = web.Application(middlewares=[errors_as_json])
    app.router.add_get("/", site.page)
    async with TestClient(TestServer(app)) as client:

        async def fetch(error: Exception | None) -> ClientResponse:
            site.error = error
            return await client.get("/", allow_redirects=False)

        yield fetch


class TestErrorsAsJson:
    @pytest.mark.parametrize(("error", "status", "code"), KNOWN, ids=str)
    async def test_an_error_has_its_status_and_says_what_it_is(
        self, fetch: Fetch, error: AssistantError, status: int, code: str
    ) -> None:
        response = await fetch(error)

        told = (await response.json())["error"]
        assert (response.status, told["code"]) == (status, code)
        assert told["message"] == str(error)
        assert told.get("field") == getattr(error, "field", None)

    def test_every_row_of_the_table_is_tested(self) -> None:
        assert {code for _, _, code in STATUS} == {code for _, _, code in KNOWN}

    @pytest.mark.parametrize("error", UNKNOWN, ids=lambda error: type(error).__name__)
    async def test_a_fault_of_ours_is_told_without_a_trace_and_logged(
        self, fetch: Fetch, error: Exception
    ) -> None:
        with structlog.testing.capture_logs() as logs:
            response = await fetch(error)

        body = await response.text()
        assert response.status == 500
        assert (await response.json())["error"]["code"] == "internal"
        assert "s3cret" not in body
        assert "Traceback" not in body
        assert [(x["event"], x["exc_info"]) for x in logs] == [("request.failed", True)]

    async def test_what_works_is_left_alone(self, fetch: Fetch) -> None:
        response = await fetch(None)

        assert (response.status, await response.text()) == (200, "fine")

    @pytest.mark.parametrize(
        ("seconds", "header"),
        [(0, "1"), (0.2, "1"), (1, "1"), (1.001, "2"), (59, "59")],
    )
    async def test_retry_after_is_whole_seconds_and_never_too_few(
        self, fetch: Fetch, seconds: float, header: str
    ) -> None:
        response = await fetch(RateLimitedError(timedelta(seconds=seconds)))

        assert response.headers["Retry-After"] == header

    async def test_an_error_of_the_framework_has_the_same_form(
        self, fetch: Fetch
    ) -> None:
        response = await fetch(web.HTTPServiceUnavailable(reason="down"))

        assert response.status == 503
        assert (await response.json())["error"] == {
            "code": "refused",
            "message": "down",
        }

    async def test_a_redirect_is_no_error(self, fetch: Fetch) -> None:
        response = await fetch(web.HTTPFound("/elsewhere"))

        assert (response.status, response.headers["Location"]) == (302, "/elsewhere")


class TestRequestId:
    @pytest.fixture(name="client")
    async def _client(self) -> AsyncIterator[TestClient[web.Request, web.Application]]:
        app = web.Application(middlewares=[errors_as_json])
        app.router.add_get("/", Site().page)
        async with TestClient(TestServer(app)) as client:
            yield client

    async def test_is_kept_when_the_caller_gave_one(
        self, client: TestClient[web.Request, web.Application]
    ) -> None:
        response = await client.get("/", headers={"X-Request-Id": "abc-1"})

        assert response.headers["X-Request-Id"] == "abc-1"

    @pytest.mark.parametrize("given", ["", "a" * 65, "编号", "a\tb"])
    async def test_is_made_when_the_given_one_is_no_good(
        self, client: TestClient[web.Request, web.Application], given: str
    ) -> None:
        response = await client.get("/", headers={"X-Request-Id": given})

        assert len(response.headers["X-Request-Id"]) == 32

    async def test_differs_from_request_to_request(
        self, client: TestClient[web.Request, web.Application]
    ) -> None:
        one, two = [await client.get("/") for _ in range(2)]

        assert one.headers["X-Request-Id"] != two.headers["X-Request-Id"]

    async def test_stands_on_errors_of_unknown_pages_too(
        self, client: TestClient[web.Request, web.Application]
    ) -> None:
        response = await client.get("/nowhere")

        assert response.status == 404
        assert response.headers["X-Request-Id"]
        assert (await response.json())["error"]["code"] == "not_found"

    async def test_a_wrong_method_names_the_right_ones(
        self, client: TestClient[web.Request, web.Application]
    ) -> None:
        response = await client.delete("/")

        assert (response.status, response.headers["Allow"]) == (405, "GET,HEAD")
        assert (await response.json())["error"]["code"] == "method_not_allowed"
