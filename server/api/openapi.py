"""Which requests are there, for machines? The OpenAPI document of the route table."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from connectors.base import JSON, Route
from server.auth.tokens import COOKIE, CSRF_HEADER
from server.errors import ErrorBody

_REF = "#/components/schemas/{name}"
_SIGNED: dict[str, list[str]] = {"signature": [], "timestamp": []}
_PERSON: dict[str, list[str]] = {"session": []}
_PERSON_CHANGES: dict[str, list[str]] = {"session": [], "csrf": []}
_BYTES: dict[str, Any] = {"type": "string", "format": "binary"}
_PEOPLE = frozenset({"person", "agent", "manager", "admin"})
"""Roles of routes that are for somebody who has logged in."""


def openapi_route(routes: Sequence[Route]) -> Route:
    """Return the route that answers with the document of these routes."""
    document = msgspec.json.encode(describe(routes))

    async def show(request: web.Request) -> web.Response:
        return web.Response(body=document, content_type="application/json")

    return Route(
        method="GET",
        path="/api/openapi.json",
        handler=show,
        role="public",
        summary="This document.",
        replies={200: None},
    )


def describe(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of a route table."""
    types: set[type] = {ErrorBody}
    asked: set[type] = set()
    for route in routes:
        types |= {kind for kind in (route.body, *route.replies.values()) if kind}
        asked |= {kind for kind in (route.query, route.place) if kind}
    ordered = sorted(types | asked, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(ordered, ref_template=_REF)
    by_type = dict(zip(ordered, schemas, strict=True))
    fields = {kind: components[_name(by_type[kind])] for kind in asked}
    for kind in asked - types:
        del components[_name(by_type[kind])]
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, by_type, fields
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Xiaoer 小二", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "timestamp": _header("X-Xiaoer-Timestamp"),
                "signature": _header("X-Xiaoer-Signature"),
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
                "csrf": _header(CSRF_HEADER),
            },
        },
    }


def _operation(
    route: Route,
    by_type: dict[type, dict[str, Any]],
    fields: dict[type, dict[str, Any]],
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "responses": {
            str(status): _response(HTTPStatus(status), kind, by_type, gives=route.gives)
            for status, kind in route.replies.items()
        }
        | {"default": _response(None, ErrorBody, by_type)},
        "parameters": [*_places(route, fields), *_queries(route, fields)],
        "x-role": route.role,
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": by_type[route.body]}},
        }
    elif route.takes != JSON:
        operation["requestBody"] = {
            "required": True,
            "content": {route.takes: {"schema": _BYTES}},
        }
    if route.role == "signed":
        operation["security"] = [_SIGNED]
    elif route.role in _PEOPLE:
        is_safe = route.method in {"GET", "HEAD"}
        operation["security"] = [_PERSON if is_safe else _PERSON_CHANGES]
    return operation


def _places(route: Route, fields: dict[type, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the parameters that are parts of the path."""
    typed = {} if route.place is None else fields[route.place]["properties"]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": typed.get(name, {"type": "string"}),
        }
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _queries(route: Route, fields: dict[type, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the parameters that stand behind the question mark."""
    if route.query is None:
        return []
    described = fields[route.query]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in described["required"],
            "schema": _given(schema),
        }
        for name, schema in described["properties"].items()
    ]


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that is there: it cannot be null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if not kinds:
        return schema
    rest = {k: v for k, v in schema.items() if k not in {"anyOf", "default"}}
    return rest | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})


def _name(reference: dict[str, Any]) -> str:
    """Return the name of the component that a schema refers to."""
    name: str = reference["$ref"].rpartition("/")[2]
    return name


def _response(
    status: HTTPStatus | None,
    kind: type | None,
    by_type: dict[type, dict[str, Any]],
    *,
    gives: str = JSON,
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": "An error." if status is None else status.phrase
    }
    if kind is not None:
        described["content"] = {JSON: {"schema": by_type[kind]}}
    elif gives != JSON:
        described["content"] = {gives: {"schema": _BYTES}}
    return described


def _header(name: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "header", "name": name}
