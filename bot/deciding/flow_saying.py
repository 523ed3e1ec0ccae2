"""How does a flow speak? Its own texts in turn, or what an intent's scripts say."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.actions import Reply
from bot.deciding.case import Case
from bot.deciding.draft import NOTHING_DEFERRED, Draft, Said
from bot.replying.names import TICKET_PLACEHOLDERS
from bot.scripts import Script, Use

_NOTHING: Mapping[str, str] = MappingProxyType({})


def say_flow(
    draft: Draft,
    script_id: str,
    texts: tuple[str, ...],
    *,
    intent_id: str,
    values: Mapping[str, str] = _NOTHING,
    buttons: tuple[str, ...] = (),
    ticket_type: str | None = None,
    is_opened: bool = False,
) -> Said:
    """Reply with one of a flow's texts; they rotate under ``script_id``.

    Args:
        draft: Grows.
        script_id: Flow and step.
        texts: Variants.
        intent_id: That started the flow.
        values: What is known, by placeholder.
        buttons: Offered with the text.
        ticket_type: Of the ticket that the turn opens and the texts may name.
        is_opened: A feeling may stand before it.
    """
    script = Script(
        script_id=f"flow:{script_id}",
        intent_id=intent_id,
        variants=texts,
        buttons=buttons,
    )
    return draft.say(
        (script,),
        deferred=NOTHING_DEFERRED if ticket_type is None else TICKET_PLACEHOLDERS,
        is_figureless=False,
        reply=Reply(text="", intent_id=intent_id, ticket_type=ticket_type),
        planned=values,
        is_opened=is_opened,
    )


def say_answered(
    case: Case, draft: Draft, intent_id: str, *, ticket_type: str | None
) -> Said:
    """Reply with what the scripts of an intent say to an answer, on an opened ticket."""
    return draft.say(
        case.library.scripts.scripts(intent_id, Use.ANSWERED),
        deferred=NOTHING_DEFERRED if ticket_type is None else TICKET_PLACEHOLDERS,
        is_figureless=False,
        reply=Reply(text="", intent_id=intent_id, ticket_type=ticket_type),
        is_opened=True,
    )
