"""Everything one turn is decided on, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.deciding.circumstances import circumstances_of, incidents_of, mood_of
from bot.deciding.mood import NO_MOOD, MoodReading
from bot.deciding.slot_scripts import questions_of, slots_of
from bot.deciding.state import ShopMode, TurnContext
from bot.guarding.guard import Guard, GuardVerdict
from bot.guarding.limits import limit_of
from bot.guarding.rules import GuardSender
from bot.incidents.matching import incident_for, rules_of, withheld
from bot.incidents.values import Incident
from bot.messages import Turn
from bot.promises.finding import PromiseFinder
from bot.replying.render import (
    ENTITY_PREFIX,
    HEARD_PLACEHOLDERS,
    TICKET_PLACEHOLDERS,
    placeholders,
)
from bot.replying.select import ScriptIndex, Situation
from bot.replying.values import values_of
from bot.scripts import Effect, Intent, Pack, Script, Use
from bot.understanding.answers import AnswerReader
from bot.utterances import Entity, EntityKind, Understanding

SAMPLE_SIZE = 5
"""Examples of each intent that answer readers learn from as no answer."""

_TOLD_AT_ONCE = frozenset({EntityKind.HEIGHT_CM, EntityKind.WEIGHT_JIN})
"""What buyers tell with the wish itself, so that it need not be asked for. Numbers of
orders and parcels are not of them: they are looked up, and the reply is about what is
found."""
_WISHLESS = frozenset(
    {Effect.GREET, Effect.ACKNOWLEDGE, Effect.CLOSE, Effect.OFF_TOPIC}
)


class Library:
    """A pack with what is made of it once: script index, guard; immutable."""

    def __init__(self, pack: Pack, *, earlier: "Library | None" = None) -> None:
        """Take a pack.

        Args:
            pack: The pack.
            earlier: Of another version of the pack: who reads the answers to a question
                that has not changed is taken over, which saves half a second.
        """
        self.pack = pack
        self.scripts = ScriptIndex(pack.scripts)
        self.guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
        self.promises = PromiseFinder(pack.promises)
        self._registering = frozenset(
            script.intent_id
            for script in pack.scripts
            if script.use is Use.REPLY and any(map(_names_ticket, script.variants))
        )
        self._registering_answers = frozenset(
            script.intent_id
            for script in pack.scripts
            if script.use is Use.ANSWERED and any(map(_names_ticket, script.variants))
        )
        self.ordering = frozenset(
            script.intent_id
            for script in pack.scripts
            if any(map(_names_order, script.variants))
        )
        self.offers = self.scripts.of_use(Use.OFFER)
        self.slots = slots_of(pack)
        self.asking = {
            it.script_id: it
            for it in (*pack.scripts, *questions_of(self.slots))
            if it.asks
        }
        self.hearing = frozenset(
            script.script_id
            for script in pack.scripts
            if any(map(_names_entity, script.variants))
        )
        self.told_at_once = _told_at_once(pack)
        self.names = {name: intent.zh for name, intent in pack.intents.items()}
        self.wishless = _wishless(pack)
        others = _sample(pack)
        self._readers = {
            name: (None if earlier is None else earlier.same_reader(name, pack))
            or AnswerReader(question, others=others, lexicon=pack.lexicon)
            for name, question in pack.questions.items()
        }

    def intent(self, intent_id: str) -> Intent:
        """Return an intent of the pack."""
        return self.pack.intents[intent_id]

    def answer_reader(self, question_id: str) -> AnswerReader | None:
        """Return who reads the answers to a question; None when it is gone."""
        return self._readers.get(question_id)

    def same_reader(self, question_id: str, pack: Pack) -> AnswerReader | None:
        """Return who reads the answers here, if it is the question of ``pack`` as well."""
        is_same = (
            self.pack.lexicon == pack.lexicon
            and self.pack.questions.get(question_id) == pack.questions[question_id]
        )
        return self.answer_reader(question_id) if is_same else None

    def is_registering(self, intent: Intent) -> bool:
        """Return whether the full answer leaves work to do, so that it needs a ticket.

        It does when a follow-up is promised with it or its scripts speak of a ticket.
        """
        return intent.follow_up is not None or intent.intent_id in self._registering

    def is_registering_answers(self, intent: Intent) -> bool:
        """Return whether what is said to an answer speaks of a ticket."""
        return intent.intent_id in self._registering_answers


def _told_at_once(pack: Pack) -> dict[str, frozenset[EntityKind]]:
    """Return by intent what its replies ask for and buyers may tell with their wish."""
    found: dict[str, frozenset[EntityKind]] = {}
    for script in pack.scripts:
        for ask in script.asks:
            if script.use is Use.REPLY and ask.continues == script.intent_id:
                known = found.get(script.intent_id, frozenset())
                found[script.intent_id] = known | _TOLD_AT_ONCE.intersection(ask.kinds)
    return found


def _sample(pack: Pack) -> tuple[str, ...]:
    """Return utterances that answer none of our questions."""
    return tuple(
        utterance
        for utterances in pack.examples.values()
        for utterance in utterances[:SAMPLE_SIZE]
    )


def _wishless(pack: Pack) -> frozenset[str]:
    """Return the intents that want nothing: courtesies, and chat outside the business.

    In a pack that knows urgency they have none.
    """
    knows_urgency = any(intent.urgency for intent in pack.intents.values())
    return frozenset(
        intent.intent_id
        for intent in pack.intents.values()
        if not _WISHLESS.isdisjoint(intent.effects)
        or (knows_urgency and not intent.urgency)
    )


def _names_entity(template: str) -> bool:
    return any(
        name.startswith(ENTITY_PREFIX) or name in HEARD_PLACEHOLDERS
        for name in placeholders(template)
    )


def _names_order(template: str) -> bool:
    return any(name.startswith("order.") for name in placeholders(template))


def _names_ticket(template: str) -> bool:
    return not TICKET_PLACEHOLDERS.isdisjoint(placeholders(template))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One turn with its context and what was understood; lives for one decision."""

    library: Library
    turn: Turn
    context: TurnContext
    understanding: Understanding
    situation: Situation
    values: Mapping[str, str]
    """Facts by placeholder."""
    mood: MoodReading = NO_MOOD
    incidents: tuple[Incident, ...] = ()
    """Those that concern this turn."""

    def judge(self, text: str, *, spans: tuple[tuple[int, int], ...]) -> GuardVerdict:
        """Return what the shop's guard says of a text of the assistant's.

        Args:
            text: What is about to be sent.
            spans: Where facts were filled in.
        """
        context = self.context
        return self.library.guard.for_shop(context.guard_rules).check(
            text,
            filled_spans=spans,
            sender=GuardSender.ASSISTANT,
            channel=context.channel,
            limit=limit_of(context.facts.item),
            now=context.now,
        )

    @property
    def can_speak(self) -> bool:
        """Return whether the assistant may write to the buyer in this turn."""
        return (
            self.context.shop_mode is ShopMode.AUTO
            and self.context.conversation.served_by is None
        )

    @property
    def is_served(self) -> bool:
        """Return whether a person has taken the conversation over."""
        return self.context.conversation.served_by is not None

    @property
    def is_staffed(self) -> bool:
        """Return whether somebody is on duty."""
        return self.context.agents_on_duty > 0

    @property
    def is_last_miss(self) -> bool:
        """Return whether a miss now brings a person."""
        context = self.context
        return context.conversation.misses + 1 >= context.misses_before_hand_over

    @property
    def order_ref(self) -> str | None:
        """Return the order the turn is about, None when it is unknown."""
        order = self.context.facts.order
        return None if order is None else order.order_id

    def is_answer_to(self, intent_id: str) -> bool:
        """Return whether the turn tells what this intent had asked for, or would ask."""
        if self.understanding.answers == intent_id:
            return True
        told = {entity.kind for entity in self.understanding.entities}
        return not told.isdisjoint(self.library.told_at_once.get(intent_id, ()))

    def scripts(self, intent_id: str, use: Use) -> tuple[Script, ...]:
        """Return the scripts to try: what was asked and told is not asked again.

        To an answer those come first that speak of what was told. What an incident
        makes untrue is left out.
        """
        scripts = self.library.scripts
        replies = self._kept(scripts.scripts(intent_id, use))
        if use is not Use.REPLY or not self.is_answer_to(intent_id):
            return replies
        answered = (*self._kept(scripts.scripts(intent_id, Use.ANSWERED)), *replies)
        hearing = self.library.hearing
        return tuple(sorted(answered, key=lambda it: it.script_id not in hearing))

    def incident_for(self, intent_id: str) -> Incident | None:
        """Return the incident that answers a wish instead of its scripts."""
        if not self.incidents:
            return None
        return incident_for(intent_id, self.incidents, self.library.pack.incidents)

    def _kept(self, scripts: tuple[Script, ...]) -> tuple[Script, ...]:
        """Return the scripts that do not promise what an incident prevents."""
        if not self.incidents:
            return scripts
        rules = rules_of(self.incidents, self.library.pack.incidents)
        gone = frozenset().union(*(rule.withheld_scripts for rule in rules))
        return tuple(it for it in scripts if it.script_id not in gone)

    def has_facts(self, intent: Intent) -> bool:
        """Return whether every fact is known that the full script of an intent needs."""
        return all(self.values.get(name, "") for name in intent.facts_needed)


def make_case(
    library: Library, turn: Turn, *, context: TurnContext, understanding: Understanding
) -> Case:
    """Return the case of a turn."""
    pack = library.pack
    incidents = incidents_of(pack, context, understanding)
    gone = withheld(incidents, pack.incidents)
    values = _values(context, understanding.entities)
    mood = mood_of(pack, context, understanding, wishless=library.wishless)
    return Case(
        library=library,
        turn=turn,
        context=context,
        understanding=understanding,
        situation=circumstances_of(
            context,
            understanding,
            scripts=library.scripts,
            mood=mood,
            incidents=incidents,
        ),
        values={name: it for name, it in values.items() if name not in gone}
        if gone
        else values,
        incidents=incidents,
        mood=mood,
    )


def _values(context: TurnContext, entities: tuple[Entity, ...]) -> Mapping[str, str]:
    return values_of(
        context.facts,
        now=context.now,
        entities=entities,
        next_open_at=_next_open_at(context),
    )


def _next_open_at(context: TurnContext) -> datetime | None:
    """Return when somebody will be there; an hour at which nobody came is none.

    None also when that hour is one that will hardly be worked: better no promise.
    """
    at = context.next_open_at
    if at is None or at <= context.now:
        at = context.calendar.next_opening(context.now)
    return None if at is None or context.calendar.is_doubtful(at) else at
