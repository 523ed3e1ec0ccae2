"""What could a person answer? The best replies to a turn, and what keeps one from it.

For each intent there is the one reply that the assistant would give (the pack's or the
shop's), then the best of the team's scripts and the best that the person keeps for
themselves. Only the first of these is ever said by the assistant.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.deciding.bands import confidence_of
from bot.deciding.case import Case
from bot.guarding.rules import GuardSender
from bot.phrases import fits_phrases
from bot.replying.render import format_time, required
from bot.replying.select import Choice, ScriptIndex, find_choices, is_usable
from bot.replying.snippets import ASK_PREFIX
from bot.scripts import Audience, Script, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One reply that a person may send, or the facts that it lacks."""

    intent_id: str
    confidence: float
    """Calibrated probability that this is what the buyer wants."""
    why: tuple[str, ...]
    """In words that a manager understands."""
    audience: Audience = Audience.PACK
    """Whose script it is; an incident's words are the shop's."""
    script_id: str | None = None
    text: str | None = None
    """None: it cannot be filled, or may not leave. ``{ask.…}`` in it is to be filled in."""
    missing: tuple[str, ...] = ()
    """Placeholders without a fact, when that is what it lacks."""
    variables: tuple[tuple[str, str], ...] = ()
    """What to fill in before it is sent, and how that is called."""
    pictures: tuple[str, ...] = ()
    """Addresses that go with it."""


def suggest_replies(
    case: Case, *, most: int, own: Sequence[Script] = ()
) -> tuple[Suggestion, ...]:
    """Return the best replies to a turn, the most probable intent first.

    Args:
        case: The turn.
        most: Intents that are answered.
        own: What the person who asks keeps for themselves.
    """
    understanding = case.understanding
    kept = ScriptIndex(own, audiences=frozenset({Audience.PRIVATE}))
    sources = (case.library.scripts, case.library.team_scripts, kept)
    names = dict.fromkeys(
        (*understanding.intents, *(guess.intent_id for guess in understanding.guesses))
    )
    spoken = [
        name
        for name in names
        if name in case.library.pack.intents
        and any(_of_intent(case, index, name) for index in sources)
    ]
    ranked = sorted(spoken, key=lambda name: -confidence_of(understanding, name))
    values = _values(case)
    return tuple(
        one
        for name in ranked[:most]
        for one in _suggestions(case, name, values, sources[1:])
    )


def _suggestions(
    case: Case,
    intent_id: str,
    values: Mapping[str, str],
    of_people: Sequence[ScriptIndex],
) -> Iterator[Suggestion]:
    """Yield what answers an intent: the assistant's reply, then people's own."""
    confidence = confidence_of(case.understanding, intent_id)
    why = _why(case, intent_id, confidence)
    incident = case.incident_for(intent_id)
    if incident is not None:
        yield Suggestion(
            intent_id=intent_id,
            confidence=confidence,
            why=(*why, "店铺登记了异常，先照异常说明回复"),
            audience=Audience.SHOP,
            text=incident.text,
        )
        return
    blank = Suggestion(intent_id=intent_id, confidence=confidence, why=why)
    scripts = case.scripts(intent_id, Use.REPLY)
    if scripts:
        yield _best(case, scripts, values, blank) or _lacking(
            case, scripts, values, blank
        )
    for index in of_people:
        found = _best(
            case, case.kept(_of_intent(case, index, intent_id)), values, blank
        )
        if found is not None:
            yield found


def _of_intent(case: Case, index: ScriptIndex, intent_id: str) -> tuple[Script, ...]:
    """Return the replies of an intent, best first: those whose phrases fit, then others."""
    text = case.understanding.folded.text
    ruled = (
        it
        for it in index.ruled
        if (it.intent_id, it.use) == (intent_id, Use.REPLY)
        and it.phrases is not None
        and fits_phrases(it.phrases, text)
    )
    return (*ruled, *index.scripts(intent_id, Use.REPLY))


def _best(
    case: Case, scripts: Sequence[Script], values: Mapping[str, str], blank: Suggestion
) -> Suggestion | None:
    """Return the best that can be said; what is to be filled in comes after the rest."""
    asked = frozenset(
        f"{ASK_PREFIX}{name}" for script in scripts for name, _ in script.variables
    )
    for deferred in (frozenset[str](), asked) if asked else (frozenset[str](),):
        for choice in find_choices(
            scripts,
            situation=case.situation,
            values=values,
            used=case.context.conversation.used_variants,
            deferred=deferred,
        ):
            text = _checked(case, choice)
            if text is not None:
                return _suggestion(choice, text, blank)
    return None


def _suggestion(choice: Choice, text: str, blank: Suggestion) -> Suggestion:
    script = choice.script
    return Suggestion(
        intent_id=blank.intent_id,
        confidence=blank.confidence,
        why=blank.why,
        audience=script.audience,
        script_id=script.script_id,
        text=text,
        variables=tuple(
            (name, zh)
            for name, zh in script.variables
            if f"{{{ASK_PREFIX}{name}}}" in text
        ),
        pictures=choice.pictures,
    )


def _lacking(
    case: Case, scripts: Sequence[Script], values: Mapping[str, str], blank: Suggestion
) -> Suggestion:
    """Return which facts the first script that fits does not have."""
    script = next((it for it in scripts if is_usable(it, case.situation)), None)
    if script is None:
        return blank
    lacking = [
        tuple(name for name in required(variant) if not values.get(name, ""))
        for variant in script.variants
    ]
    fewest = min(lacking, key=len)
    return Suggestion(
        intent_id=blank.intent_id,
        confidence=blank.confidence,
        why=blank.why,
        audience=script.audience,
        script_id=script.script_id,
        missing=tuple(dict.fromkeys(fewest)),
    )


def _checked(case: Case, choice: Choice) -> str | None:
    """Return what may be sent for a choice, None when the guard objects.

    A person's own words are read as a person's: what is doubted is asked about when it
    is sent.
    """
    text = choice.filled.text
    is_private = choice.script.audience is Audience.PRIVATE
    verdict = case.judge(
        text,
        spans=choice.filled.spans,
        sender=GuardSender.AGENT if is_private else GuardSender.ASSISTANT,
    )
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
