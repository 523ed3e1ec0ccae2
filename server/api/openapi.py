"""Which requests are there, for machines? The OpenAPI document of the route table."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from connectors.base import Route
from server.errors import ErrorBody

_REF = "#/components/schemas/{name}"
_SIGNED: dict[str, list[str]] = {"signature": [], "timestamp": []}


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
    for route in routes:
        types |= {kind for kind in (route.body, *route.replies.values()) if kind}
    ordered = sorted(types, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(ordered, ref_template=_REF)
    by_type = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, by_type
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
            },
        },
    }


def _operation(route: Route, by_type: dict[type, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "responses": {
            str(status): _response(HTTPStatus(status), kind, by_type)
            for status, kind in route.replies.items()
        }
        | {"default": _response(None, ErrorBody, by_type)},
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
            }
            for name in re.findall(r"{(\w+)}", route.path)
        ],
        "x-role": route.role,
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": by_type[route.body]}},
        }
    if route.role == "signed":
        operation["security"] = [_SIGNED]
    return operation


def _response(
    status: HTTPStatus | None, kind: type | None, by_type: dict[type, dict[str, Any]]
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": "An error." if status is None else status.phrase
    }
    if kind is not None:
        described["content"] = {"application/json": {"schema": by_type[kind]}}
    return described


def _header(name: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "header", "name": name}
