"""What is made of a pack once, so that every turn is decided from it quickly?"""

from collections.abc import Iterable
from dataclasses import replace

from bot.deciding.slot_scripts import questions_of, slots_of
from bot.guarding.guard import Guard
from bot.promises.finding import PromiseFinder
from bot.replying.names import ENTITY_PREFIX, HEARD_PLACEHOLDERS, TICKET_PLACEHOLDERS
from bot.replying.render import placeholders
from bot.replying.select import SPOKEN, ScriptIndex
from bot.replying.snippets import expanded
from bot.scripts import Audience, Effect, Intent, Pack, Script, Use
from bot.understanding.answers import AnswerReader
from bot.utterances import EntityKind

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
        if pack.snippets:
            pack = replace(pack, scripts=expanded(pack.scripts, pack.snippets))
        self.pack = pack
        self.scripts = ScriptIndex(pack.scripts)
        self.team_scripts = ScriptIndex(
            pack.scripts, audiences=frozenset({Audience.TEAM})
        )
        # What the assistant does follows from what it says, not from people's scripts.
        said = tuple(it for it in pack.scripts if it.audience in SPOKEN)
        self.guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
        self.promises = PromiseFinder(pack.promises)
        self._registering = frozenset(
            script.intent_id
            for script in said
            if script.use is Use.REPLY and any(map(_names_ticket, script.variants))
        )
        self._registering_answers = frozenset(
            script.intent_id
            for script in said
            if script.use is Use.ANSWERED and any(map(_names_ticket, script.variants))
        )
        self.ordering = frozenset(
            script.intent_id
            for script in said
            if any(map(_names_order, script.variants))
        )
        self.offers = self.scripts.of_use(Use.OFFER)
        self.slots = slots_of(pack)
        self.asking = {
            it.script_id: it for it in (*said, *questions_of(self.slots)) if it.asks
        }
        self.hearing = frozenset(
            script.script_id
            for script in said
            if any(map(_names_entity, script.variants))
        )
        self.told_at_once = _told_at_once(said)
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


def _told_at_once(scripts: Iterable[Script]) -> dict[str, frozenset[EntityKind]]:
    """Return by intent what its replies ask for and buyers may tell with their wish."""
    found: dict[str, frozenset[EntityKind]] = {}
    for script in scripts:
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
