"""How the guard's objections look to the person who wrote the text."""

import msgspec
from aiohttp import web

from bot.guarding.verdicts import GuardVerdict
from server.api.desk.parts import answer
from server.speaking import is_refused, needs_approval


class GuardFindingBody(msgspec.Struct, frozen=True):
    """One thing the guard objects to; positions are code points."""

    category: str
    rule: str
    verdict: str
    start: int
    end: int
    suggestion: str
    replacement: str | None = None
    """What may stand there instead; null: it has to be put in other words."""
    source: str = ""
    """The law or platform rule behind it."""
    role: str | None = None
    """Of an amount of money: what it stands for."""


class GuardErrorDetail(msgspec.Struct, frozen=True):
    """What is refused.

    ``guard_blocked``: nobody may send it; ``needs_approval``: a manager may, who takes the
    conversation over; ``needs_confirmation``: say it is meant.
    """

    code: str
    message: str
    field: str
    findings: list[GuardFindingBody]


class GuardErrorBody(msgspec.Struct, frozen=True):
    """The body of 422."""

    error: GuardErrorDetail


class VerdictBody(msgspec.Struct, frozen=True):
    """What the guard says of a text that was not sent."""

    code: str | None
    """What sending it would be refused with; null: it would be sent as it is."""
    findings: list[GuardFindingBody]


def verdict_body(verdict: GuardVerdict) -> VerdictBody:
    """Return what the guard says of a text, as sending it would."""
    return VerdictBody(
        code=_refusal(verdict)[0] if verdict.findings else None,
        findings=_findings(verdict),
    )


def objection(verdict: GuardVerdict) -> web.Response:
    """Return the answer to a text that the guard does not just let pass."""
    code, message = _refusal(verdict)
    return answer(
        GuardErrorBody(
            error=GuardErrorDetail(
                code=code,
                message=message,
                field="text",
                findings=_findings(verdict),
            )
        ),
        status=422,
    )


def _findings(verdict: GuardVerdict) -> list[GuardFindingBody]:
    return [
        GuardFindingBody(
            category=finding.category,
            rule=finding.rule,
            verdict=finding.verdict.value,
            start=finding.start,
            end=finding.end,
            suggestion=finding.suggestion,
            replacement=finding.replacement,
            source=finding.source,
            role=None if finding.role is None else finding.role.value,
        )
        for finding in verdict.findings
    ]


def _refusal(verdict: GuardVerdict) -> tuple[str, str]:
    """Return code and message of an objection."""
    if needs_approval(verdict):
        return "needs_approval", "the price is below your authority: ask a manager"
    if is_refused(verdict):
        return "guard_blocked", "this may not be sent"
    return (
        "needs_confirmation",
        "send it again with is_confirmed if it is meant so; a manager may give a reason",
    )
