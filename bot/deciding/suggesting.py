"""What could a person answer? The best replies to a turn, and what keeps one from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.deciding.bands import confidence_of
from bot.deciding.case import Case
from bot.replying.render import format_time, required
from bot.replying.select import Choice, find_choices, is_usable
from bot.scripts import Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One reply that a person may send, or the facts that it lacks."""

    intent_id: str
    confidence: float
    """Calibrated probability that this is what the buyer wants."""
    why: tuple[str, ...]
    """In words that a manager understands."""
    script_id: str | None = None
    text: str | None = None
    """None: it cannot be filled, or may not leave."""
    missing: tuple[str, ...] = ()
    """Placeholders without a fact, when that is what it lacks."""


def suggest_replies(case: Case, *, most: int) -> tuple[Suggestion, ...]:
    """Return the best replies to a turn, one an intent, the most probable first."""
    understanding = case.understanding
    names = dict.fromkeys(
        (*understanding.intents, *(guess.intent_id for guess in understanding.guesses))
    )
    spoken = [
        name
        for name in names
        if name in case.library.pack.intents
        and case.library.scripts.scripts(name, Use.REPLY)
    ]
    ranked = sorted(spoken, key=lambda name: -confidence_of(understanding, name))
    values = _values(case)
    return tuple(_suggestion(case, name, values) for name in ranked[:most])


def _suggestion(case: Case, intent_id: str, values: Mapping[str, str]) -> Suggestion:
    confidence = confidence_of(case.understanding, intent_id)
    why = _why(case, intent_id, confidence)
    incident = case.incident_for(intent_id)
    if incident is not None:
        return Suggestion(
            intent_id=intent_id,
            confidence=confidence,
            why=(*why, "店铺登记了异常，先照异常说明回复"),
            text=incident.text,
        )
    scripts = case.scripts(intent_id, Use.REPLY)
    for choice in find_choices(
        scripts,
        situation=case.situation,
        values=values,
        used=case.context.conversation.used_variants,
    ):
        text = _checked(case, choice)
        if text is not None:
            return Suggestion(
                intent_id=intent_id,
                confidence=confidence,
                why=why,
                script_id=choice.script.script_id,
                text=text,
            )
    script = next((it for it in scripts if is_usable(it, case.situation)), None)
    if script is None:
        return Suggestion(intent_id=intent_id, confidence=confidence, why=why)
    lacking = [
        tuple(name for name in required(variant) if not values.get(name, ""))
        for variant in script.variants
    ]
    fewest = min(lacking, key=len)
    return Suggestion(
        intent_id=intent_id,
        confidence=confidence,
        why=why,
        script_id=script.script_id,
        missing=tuple(dict.fromkeys(fewest)),
    )


def _checked(case: Case, choice: Choice) -> str | None:
    """Return what may be sent for a choice, None when the guard objects."""
    text = choice.filled.text
    verdict = case.judge(text, spans=choice.filled.spans)
    return verdict.outgoing(text) if verdict.is_sendable else None


def _values(case: Case) -> Mapping[str, str]:
    """Return the facts by placeholder, the buyer's newest open ticket among them."""
    tickets = case.context.buyer.open_tickets
    if not tickets:
        return case.values
    newest = tickets[-1]
    values = {**case.values, "ticket.number": newest.number}
    if newest.due_at is not None:
        values["ticket.due_at"] = format_time(
            newest.due_at, timezone=case.context.facts.timezone, now=case.context.now
        )
    return values


def _why(case: Case, intent_id: str, confidence: float) -> tuple[str, ...]:
    understanding = case.understanding
    if intent_id == understanding.best.intent_id:
        return understanding.why
    name = case.library.intent(intent_id).zh
    kind = "话里还有" if intent_id in understanding.intents else "也可能是"
    return (f"{kind}“{name}”（{confidence:.0%}）",)
