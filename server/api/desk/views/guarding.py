"""How the guard's objections look to the person who wrote the text."""

import msgspec
from aiohttp import web

from bot.guarding.guard import GuardVerdict
from server.api.desk.parts import answer
from server.speaking import is_refused


class FindingBody(msgspec.Struct, frozen=True):
    """One thing the guard objects to; positions are code points."""

    category: str
    rule: str
    verdict: str
    start: int
    end: int
    suggestion: str


class GuardErrorDetail(msgspec.Struct, frozen=True):
    """``guard_blocked``: nobody may send it; ``needs_confirmation``: say it is meant."""

    code: str
    message: str
    field: str
    findings: list[FindingBody]


class GuardErrorBody(msgspec.Struct, frozen=True):
    """The body of 422."""

    error: GuardErrorDetail


def objection(verdict: GuardVerdict) -> web.Response:
    """Return the answer to a text that the guard does not just let pass."""
    is_final = is_refused(verdict)
    return answer(
        GuardErrorBody(
            error=GuardErrorDetail(
                code="guard_blocked" if is_final else "needs_confirmation",
                message=(
                    "this may not be sent"
                    if is_final
                    else "send it again with is_confirmed if it is meant so"
                ),
                field="text",
                findings=[
                    FindingBody(
                        category=finding.category,
                        rule=finding.rule,
                        verdict=finding.verdict.value,
                        start=finding.start,
                        end=finding.end,
                        suggestion=finding.suggestion,
                    )
                    for finding in verdict.findings
                ],
            )
        ),
        status=422,
    )
