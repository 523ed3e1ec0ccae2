"""Does everything that a pack names exist in the pack?"""

from collections.abc import Collection, Iterable, Iterator

from bot.desk.ticket_types import Phase, Workflow
from bot.errors import Problem
from bot.replying.names import ALL_PLACEHOLDERS, OFFER_PLACEHOLDERS
from bot.replying.render import placeholders
from bot.replying.snippets import snippets_in
from bot.scripts import Effect, Intent, Pack, Use
from scripts_library.flow_references import check_flows
from scripts_library.report import Origins, Place, Report


def check_references(pack: Pack, *, report: Report) -> tuple[Problem, ...]:
    """Return a problem for each name that nothing has.

    What a broken file may hold is not called missing.
    """
    origins = report.origins
    checks = (
        (("examples",), _anything_to_learn),
        (("intents", "examples", "scripts"), _names_of_intents),
        (("intents", "ticket_types", "follow_ups"), _needs_of_intents),
        (("intents", "phrases"), _owners_of_phrases),
        (("intents",), _followers),
        (("intents", "scripts", "answers"), _needs_of_asks),
        (("ticket_types", "follow_ups"), _needs_of_tickets),
        (("follow_ups", "questions"), _needs_of_follow_ups),
        (("pack", "ticket_types", "follow_ups"), _needs_of_settings),
        (("intents", "moods"), _needs_of_moods),
        (("slots", "answers"), _needs_of_slots),
        (("intents", "scripts", "follow_ups", "incidents"), _needs_of_incidents),
        (("promises", "ticket_types"), _needs_of_promises),
        (("ticket_types",), _moves),
        (("bargaining", "ticket_types", "follow_ups"), _needs_of_bargaining),
        (("scripts",), _offers),
        (("scripts", "snippets"), _needs_of_snippets),
        (("intents", "clarifying"), _names_asked_about),
        (("intents",), _off_topic),
        (("intents", "ticket_types", "answers", "flows"), check_flows),
    )
    return tuple(
        problem
        for kinds, check in checks
        if report.is_read(*kinds)
        for problem in check(pack, origins)
    )


def _anything_to_learn(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Nothing is learnt from no example at all."""
    if not any(pack.examples.values()):
        yield Place(file="examples", line=0).problem("no example in any file")


def _names_of_intents(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Examples, scripts and held-out lines of intents that are not there."""
    for intent_id in pack.examples:
        if intent_id not in pack.intents:
            place = origins.of("examples", intent_id)
            yield place.problem(f"examples of an unknown intent {intent_id!r}")
    for script in pack.scripts:
        if script.intent_id not in pack.intents:
            place = origins.of("script", script.script_id)
            yield place.problem(f"script of an unknown intent {script.intent_id!r}")
    for intent_id, text in pack.heldout:
        if intent_id not in pack.intents:
            place = origins.of("heldout", intent_id, text)
            yield place.problem(f"held-out line of an unknown intent {intent_id!r}")


def _names_asked_about(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Buyers are asked about intents that are there."""
    for intent_id in () if pack.clarifying is None else pack.clarifying.names:
        if intent_id not in pack.intents:
            place = origins.of("clarifying", intent_id)
            yield place.problem(f"asked about an unknown intent {intent_id!r}")


def _needs_of_intents(pack: Pack, origins: Origins) -> Iterator[Problem]:
    for intent in pack.intents.values():
        for reason in (*_unknown_needs(intent, pack), *_idle_phrases(intent)):
            yield origins.of("intent", intent.intent_id).problem(reason)


def _idle_phrases(intent: Intent) -> Iterator[str]:
    """Phrases that nothing looks for."""
    if (intent.phrases or intent.unless) and Effect.AT_ONCE not in intent.effects:
        yield "phrases belong to an intent with the effect at_once"


def _unknown_needs(intent: Intent, pack: Pack) -> Iterator[str]:
    yield from _unknown("ticket type", _one(intent.ticket), pack.ticket_types)
    yield from _unknown("follow-up plan", _one(intent.follow_up), pack.follow_ups)
    yield from _unknown("placeholder", intent.facts_needed, _placeholders(pack))


def _owners_of_phrases(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Phrases of intents that are not there, or that belong to such."""
    for intent_id, phrases in pack.phrases.items():
        if intent_id not in pack.intents:
            place = origins.of("phrases", intent_id)
            yield place.problem(f"phrases of an unknown intent {intent_id!r}")
        for near in phrases.must_not_hit:
            owner = (near.intent_id,) if near.intent_id else ()
            for reason in _unknown("intent", owner, pack.intents):
                yield origins.of("must_not_hit", near.text).problem(reason)


def _followers(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Intents that are said to come next and are not there."""
    for intent in pack.intents.values():
        for reason in _unknown("intent", intent.followed_by, pack.intents):
            yield origins.of("intent", intent.intent_id).problem(reason)


def _needs_of_asks(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Intents that answers go on with, and answer words, that are not there."""
    for script in pack.scripts:
        place = origins.of("script", script.script_id)
        for ask in script.asks:
            others = () if ask.continues == script.intent_id else (ask.continues,)
            for reason in _unknown("intent", others, pack.intents):
                yield place.problem(f"asks continues an {reason}")
            for reason in _unknown("answer words", ask.words, pack.answer_words):
                yield place.problem(reason)


def _needs_of_tickets(pack: Pack, origins: Origins) -> Iterator[Problem]:
    for ticket in pack.ticket_types.values():
        place = origins.of("ticket", ticket.type_id)
        for reason in _unknown(
            "follow-up plan", _one(ticket.call_back), pack.follow_ups
        ):
            yield place.problem(reason)


def _needs_of_follow_ups(pack: Pack, origins: Origins) -> Iterator[Problem]:
    for plan in pack.follow_ups.values():
        place = origins.of("follow_up", plan.plan_id)
        for reason in _unknown("question", _one(plan.question), pack.questions):
            yield place.problem(reason)
        for reason in _unknown("follow-up plan", _one(plan.then), pack.follow_ups):
            yield place.problem(reason)
        if plan.then == plan.plan_id:
            yield place.problem("a message that starts itself never ends")


def _needs_of_settings(pack: Pack, origins: Origins) -> Iterator[Problem]:
    tickets, plans = [pack.hand_over_ticket], []
    if pack.bad_review is not None:
        tickets.append(pack.bad_review.ticket)
        plans.append(pack.bad_review.follow_up)
    place = origins.of("pack")
    for reason in _unknown("ticket type", tickets, pack.ticket_types):
        yield place.problem(reason)
    for reason in _unknown("follow-up plan", plans, pack.follow_ups):
        yield place.problem(reason)


def _needs_of_moods(pack: Pack, origins: Origins) -> Iterator[Problem]:
    for mood, words in pack.moods.moods.items():
        place = origins.of("mood", mood.value)
        for reason in _unknown("intent", sorted(words.intents), pack.intents):
            yield place.problem(reason)


def _needs_of_slots(pack: Pack, origins: Origins) -> Iterator[Problem]:
    for slot in pack.slots.values():
        place = origins.of("slot", slot.slot_id)
        for reason in (
            *_unknown("placeholder", sorted(slot.facts), _placeholders(pack)),
            *_unknown("answer words", slot.words, pack.answer_words),
        ):
            yield place.problem(reason)


def _needs_of_incidents(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Intents, plans, placeholders and scripts that are not there."""
    scripts = {script.script_id for script in pack.scripts}
    for kind, rule in pack.incidents.kinds.items():
        place = origins.of("incident kind", kind.value)
        for reason in (
            *_unknown("intent", sorted(rule.intents), pack.intents),
            *_unknown("follow-up plan", _one(rule.closing), pack.follow_ups),
            *_unknown("placeholder", sorted(rule.withholds), _placeholders(pack)),
            *_unknown("script", sorted(rule.withheld_scripts), scripts),
        ):
            yield place.problem(reason)


def _needs_of_promises(pack: Pack, origins: Origins) -> Iterator[Problem]:
    for kind in pack.promises.kinds:
        place = origins.of("promise", kind.kind_id)
        for reason in _unknown("ticket type", (kind.ticket,), pack.ticket_types):
            yield place.problem(reason)


def _needs_of_bargaining(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """A ticket type for changed orders, or a plan, that is not there."""
    ticket, plan = _one(pack.bargaining.ticket), _one(pack.bargaining.keeps)
    for reason in (
        *_unknown("ticket type", ticket, pack.ticket_types),
        *_unknown("follow-up plan", plan, pack.follow_ups),
    ):
        yield origins.of("bargaining").problem(reason)


def _offers(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Placeholders of offers where nothing is offered."""
    for script in pack.scripts:
        if script.use is Use.OFFER:
            continue
        for index, variant in enumerate(script.variants):
            for name in OFFER_PLACEHOLDERS.intersection(placeholders(variant)):
                place = origins.of("variant", script.script_id, str(index))
                yield place.problem(f"{{{name}}} has a value only with use: offer")


def _needs_of_snippets(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Shared words that are named and not there."""
    for script in pack.scripts:
        for index, variant in enumerate(script.variants):
            place = origins.of("variant", script.script_id, str(index))
            for reason in _unknown("snippet", snippets_in(variant), pack.snippets):
                yield place.problem(reason)


def _moves(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """States that are named and not there, and a re-opened ticket that is not open."""
    workflow = pack.workflow
    place = origins.of("workflow")
    ends = (workflow.start, workflow.reopened)
    for reason in _unknown("state", ends, workflow.states):
        yield place.problem(reason)
    for state in workflow.states.values():
        for reason in _unknown("state", state.to, workflow.states):
            yield origins.of("state", state.state_id).problem(reason)
    yield from (place.problem(reason) for reason in _not_open(workflow))


def _not_open(workflow: Workflow) -> Iterator[str]:
    for state_id in dict.fromkeys((workflow.start, workflow.reopened)):
        state = workflow.states.get(state_id)
        if state is not None and state.phase is not Phase.OPEN:
            yield f"{state_id!r} must be a state of phase open, not {state.phase}"


def _off_topic(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Everything outside the business has exactly one intent to go to."""
    found = pack.with_effect(Effect.OFF_TOPIC)
    if not found:
        place = origins.of("intents")
        yield place.problem("no intent has the effect off_topic")
    for intent_id in found[1:]:
        place = origins.of("intent", intent_id)
        yield place.problem(f"{found[0]!r} has the effect off_topic already")


def _placeholders(pack: Pack) -> frozenset[str]:
    return ALL_PLACEHOLDERS | frozenset(pack.facts)


def _unknown(kind: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"unknown {kind} {name!r}"


def _one(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)
