import json
import re
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from connectors.base import Route
from connectors.signed_http import facts, incoming, wire
from server.api.openapi import describe, openapi_route
from tests.connectors.platforms import FakeHost, fixed_clock
from tests.factories import NOW


async def answer(request: web.Request) -> web.Response:
    return web.Response()


@pytest.fixture(scope="module", name="routes")
def _routes() -> tuple[Route, ...]:
    return tuple(incoming.routes(FakeHost(), clock=fixed_clock(NOW), text_limit=5000))


@pytest.fixture(scope="module", name="document")
def _document(routes: tuple[Route, ...]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(msgspec.json.encode(describe(routes)))
    return told


def references(value: object) -> set[str]:
    return set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(value)))


class TestDescribe:
    def test_has_every_route(
        self, routes: tuple[Route, ...], document: dict[str, Any]
    ) -> None:
        described = {
            (method.upper(), path)
            for path, operations in document["paths"].items()
            for method in operations
        }

        assert described == {(route.method, route.path) for route in routes}

    def test_every_reference_leads_to_a_schema(self, document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]

        named = {f"#/components/schemas/{name}" for name in schemas}

        assert references(document) <= named
        assert references(document["paths"])

    def test_a_body_is_described_to_its_limits(self, document: dict[str, Any]) -> None:
        schema = document["components"]["schemas"][wire.MessageBody.__name__]

        assert schema["required"] == ["message_id", "buyer_id"]
        assert schema["properties"]["message_id"]["maxLength"] == 128
        assert schema["additionalProperties"] is False

    def test_a_fact_may_have_keys_that_we_do_not_know(
        self, document: dict[str, Any]
    ) -> None:
        schema = document["components"]["schemas"][facts.ItemBody.__name__]

        assert schema.get("additionalProperties") is not False

    def test_every_operation_tells_of_errors(self, document: dict[str, Any]) -> None:
        for operations in document["paths"].values():
            for operation in operations.values():
                content = operation["responses"]["default"]["content"]
                assert references(content) == {"#/components/schemas/ErrorBody"}

    def test_signed_routes_say_what_they_need(self, document: dict[str, Any]) -> None:
        schemes = document["components"]["securitySchemes"]

        used = {
            name
            for operations in document["paths"].values()
            for operation in operations.values()
            for requirement in operation["security"]
            for name in requirement
        }

        assert {schemes[name]["name"] for name in used} == {
            "X-Xiaoer-Timestamp",
            "X-Xiaoer-Signature",
        }

    def test_names_the_parts_of_a_path(self, document: dict[str, Any]) -> None:
        path = "/api/v1/shops/{shop}/conversations/{conversation_id}/messages"

        parameters = document["paths"][path]["get"]["parameters"]

        in_path = [x["name"] for x in parameters if x["in"] == "path"]
        assert in_path == ["shop", "conversation_id"]
        assert all(x["required"] for x in parameters if x["in"] == "path")

    def test_names_what_may_stand_behind_the_question_mark(
        self, document: dict[str, Any]
    ) -> None:
        path = "/api/v1/shops/{shop}/messages"

        parameters = document["paths"][path]["post"]["parameters"]

        (wait,) = [x for x in parameters if x["in"] == "query"]
        assert (wait["name"], wait["required"]) == ("wait", False)
        assert wait["schema"]["maximum"] == 10
        assert wire.WaitQuery.__name__ not in document["components"]["schemas"]

    def test_a_number_in_the_path_is_one(self, document: dict[str, Any]) -> None:
        path = "/api/v1/shops/{shop}/conversations/{conversation_id}/messages"

        parameters = document["paths"][path]["get"]["parameters"]

        schemas = {x["name"]: x["schema"] for x in parameters}
        assert schemas["shop"] == {"type": "string"}
        assert schemas["conversation_id"]["type"] == "integer"
        assert schemas["after"]["minimum"] == 0

    @pytest.mark.parametrize(
        ("method", "needed"),
        [("GET", {"session"}), ("POST", {"session", "csrf"})],
    )
    def test_a_persons_route_needs_a_session_and_changes_a_token(
        self, method: str, needed: set[str]
    ) -> None:
        route = Route(
            method=method, path="/{shop}", handler=answer, role="agent", summary="a"
        )

        operation = describe([route])["paths"]["/{shop}"][method.lower()]

        (requirement,) = operation["security"]
        assert requirement.keys() == needed

    def test_two_methods_of_one_path_stand_together(self) -> None:
        routes = [
            Route(method=method, path="/a", handler=answer, role="public", summary="a")
            for method in ("GET", "POST")
        ]

        document = describe(routes)

        assert set(document["paths"]["/a"]) == {"get", "post"}

    def test_a_public_route_needs_no_signature(self) -> None:
        route = Route(
            method="GET",
            path="/healthz",
            handler=answer,
            role="public",
            summary="Process.",
            replies={200: None, 503: None},
        )

        operation = describe([route])["paths"]["/healthz"]["get"]

        assert "security" not in operation
        assert set(operation["responses"]) == {"200", "503", "default"}


class TestOpenapiRoute:
    async def test_answers_with_the_document(self, routes: tuple[Route, ...]) -> None:
        route = openapi_route(routes)

        response = await route.handler(make_mocked_request("GET", route.path))

        assert isinstance(response, web.Response)
        assert isinstance(response.body, bytes)
        assert json.loads(response.body)["paths"].keys() == {x.path for x in routes}
