"""What is said instead of a script: an incident's text, and a question for a fact."""

from collections.abc import Mapping

from bot.actions import Reply, TellIncident
from bot.deciding.case import Case
from bot.deciding.draft import INCIDENT_SCRIPT, NOTHING_DEFERRED, Draft, Said
from bot.incidents.values import Incident
from bot.replying.names import INCIDENT_TEXT
from bot.replying.render import format_time
from bot.scripts import Script


def tell_incident(case: Case, draft: Draft, intent_id: str) -> Said:
    """Tell of the incident that an intent is about, once in a turn.

    Who has read its words already in this conversation reads the pack's shorter ones.

    Returns:
        NO_SCRIPT when no incident is about it.
    """
    incident = case.incident_for(intent_id)
    if incident is None:
        return Said.NO_SCRIPT
    action = TellIncident(incident_id=incident.incident_id)
    if not case.can_speak or draft.has(action):
        return Said.SPOKEN
    first = Script(
        script_id=f"{INCIDENT_SCRIPT}{incident.incident_id}",
        intent_id=intent_id,
        variants=(f"{{{INCIDENT_TEXT}}}",),
    )
    again = Script(
        script_id=f"{INCIDENT_SCRIPT}again",
        intent_id=intent_id,
        variants=case.library.pack.incidents.again,
    )
    is_known = first.script_id in case.context.conversation.used_variants
    said = draft.say(
        (again, first) if is_known else (first,),
        deferred=NOTHING_DEFERRED,
        is_figureless=False,
        reply=Reply(text="", intent_id=intent_id),
        planned=_values(case, incident),
        is_opened=True,
    )
    if said is Said.SPOKEN:
        draft.add(action)
    return said


def ask_for_fact(draft: Draft, question: Script) -> Said:
    """Ask the buyer for a fact that the answer lacks."""
    return draft.say(
        (question,),
        deferred=NOTHING_DEFERRED,
        is_figureless=False,
        reply=Reply(text="", intent_id=question.intent_id),
        is_opened=True,
    )


def _values(case: Case, incident: Incident) -> Mapping[str, str]:
    """Return what may be said of an incident."""
    values = {INCIDENT_TEXT: incident.text}
    if incident.ends_at is not None:
        values["incident.ends_at"] = format_time(
            incident.ends_at,
            timezone=case.context.facts.timezone,
            now=case.context.now,
        )
    return values
