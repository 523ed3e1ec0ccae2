"""How does an error look from outside? One table from type to status, no stack trace."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import msgspec
import structlog
from aiohttp import web

from bot.errors import (
    AssistantError,
    BusyError,
    CodeNeededError,
    ConnectorError,
    ForgedRequestError,
    IllegalTransitionError,
    InvalidLoginError,
    InvalidPayloadError,
    InvalidPolicyError,
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
    ServedError,
    StaleStateError,
    TakenError,
)

REQUEST_ID_HEADER = "X-Request-Id"

STATUS: tuple[tuple[type[AssistantError], HTTPStatus, str], ...] = (
    (InvalidSignatureError, HTTPStatus.UNAUTHORIZED, "invalid_signature"),
    (InvalidPayloadError, HTTPStatus.BAD_REQUEST, "invalid_field"),
    (InvalidPolicyError, HTTPStatus.BAD_REQUEST, "invalid_field"),
    (ConnectorError, HTTPStatus.BAD_REQUEST, "connector_error"),
    (InvalidWorkbookError, HTTPStatus.BAD_REQUEST, "invalid_workbook"),
    (NotFoundError, HTTPStatus.NOT_FOUND, "not_found"),
    (NotServingError, HTTPStatus.CONFLICT, "not_serving"),
    (ServedError, HTTPStatus.CONFLICT, "served"),
    (OffDutyError, HTTPStatus.CONFLICT, "off_duty"),
    (InvalidLoginError, HTTPStatus.UNAUTHORIZED, "invalid_login"),
    (CodeNeededError, HTTPStatus.UNAUTHORIZED, "code_needed"),
    (NotSignedInError, HTTPStatus.UNAUTHORIZED, "not_signed_in"),
    (RoleNeededError, HTTPStatus.FORBIDDEN, "role_needed"),
    (ForgedRequestError, HTTPStatus.FORBIDDEN, "forged_request"),
    (PasswordChangeNeededError, HTTPStatus.FORBIDDEN, "password_change_needed"),
    (NotPermittedError, HTTPStatus.FORBIDDEN, "not_permitted"),
    (IllegalTransitionError, HTTPStatus.CONFLICT, "illegal_transition"),
    (StaleStateError, HTTPStatus.CONFLICT, "stale"),
    (NotPublishableError, HTTPStatus.CONFLICT, "not_publishable"),
    (TakenError, HTTPStatus.CONFLICT, "taken"),
    (BusyError, HTTPStatus.SERVICE_UNAVAILABLE, "busy"),
    (RateLimitedError, HTTPStatus.TOO_MANY_REQUESTS, "rate_limited"),
)
"""First match wins; what is not here is a 500."""

_CODES = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "not_json",
}
"""Of aiohttp's own answers; Python's phrases differ between versions."""

_log = structlog.get_logger(__name__)
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ProblemBody(msgspec.Struct, omit_defaults=True):
    """One thing that is wrong with a file somebody sent."""

    sheet: str
    row: int
    """As a person counts; 0: the sheet as a whole."""
    reason: str
    column: str | None = None
    """Its letter."""
    field: str | None = None
    """The column's title."""


class ErrorDetail(msgspec.Struct, omit_defaults=True):
    """What went wrong, in words, and where."""

    code: str
    message: str
    field: str | None = None
    served_by: str | None = None
    """User name of who serves the conversation that one wants."""
    details: Any = None
    """What has to be looked at: both sides of an edit, or what stops a publication."""
    problems: list[ProblemBody] | None = None
    """Each thing that is wrong with a workbook, by sheet and row."""


class ErrorBody(msgspec.Struct):
    """The body of every error."""

    error: ErrorDetail


def error_response(
    status: int, detail: ErrorDetail, *, headers: dict[str, str] | None = None
) -> web.Response:
    """Return an error in the form of the contract."""
    return web.Response(
        body=msgspec.json.encode(ErrorBody(error=detail)),
        status=status,
        content_type="application/json",
        headers=headers,
    )


@web.middleware
async def errors_as_json(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Give each answer a request id, and turn each error into its body."""
    request_id = _request_id(request)
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _of_aiohttp(error)
    except Exception as error:  # noqa: BLE001 - the edge: logged in full, told in one line
        response = _known(error) or _unknown(request, request_id=request_id)
    response.headers[REQUEST_ID_HEADER] = request_id
    return response


def _request_id(request: web.Request) -> str:
    given = request.headers.get(REQUEST_ID_HEADER, "")
    if 1 <= len(given) <= 64 and given.isascii() and given.isprintable():  # noqa: PLR2004 - a log line's worth
        return given
    return uuid4().hex


def _known(error: Exception) -> web.Response | None:
    """Return the response to an error of the table, None for any other."""
    for kind, status, code in STATUS:
        if isinstance(error, kind):
            return error_response(
                status,
                ErrorDetail(
                    code=code,
                    message=str(error),
                    field=getattr(error, "field", None),
                    served_by=getattr(error, "served_by", None),
                    details=getattr(error, "details", None),
                    problems=_problems(error),
                ),
                headers=_headers(error),
            )
    return None


def _problems(error: Exception) -> list[ProblemBody] | None:
    if not isinstance(error, InvalidWorkbookError):
        return None
    return [
        ProblemBody(
            sheet=it.file,
            row=it.line,
            reason=it.reason,
            column=it.column,
            field=it.field,
        )
        for it in error.problems
    ]


def _unknown(request: web.Request, *, request_id: str) -> web.Response:
    """Log the error that is being handled; return what the outside may know of it."""
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        _log.exception(
            "request.failed", method=request.method, path=request.rel_url.path
        )
    return error_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        ErrorDetail(code="internal", message="an internal error; see the log"),
    )


def _headers(error: Exception) -> dict[str, str] | None:
    if not isinstance(error, RateLimitedError):
        return None
    seconds = max(1, -int(-error.retry_after.total_seconds() // 1))
    return {"Retry-After": str(seconds)}


def _of_aiohttp(error: web.HTTPException) -> web.Response:
    if error.status < HTTPStatus.BAD_REQUEST:
        raise error
    status = HTTPStatus(error.status)
    kept = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
    return error_response(
        status,
        ErrorDetail(code=_CODES.get(status, "refused"), message=error.reason),
        headers=kept,
    )
