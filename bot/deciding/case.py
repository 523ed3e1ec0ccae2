"""Everything one turn is decided on, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.deciding.circumstances import circumstances_of, incidents_of, mood_of
from bot.deciding.library import Library
from bot.deciding.mood import NO_MOOD, MoodReading
from bot.deciding.state import ShopMode, TurnContext
from bot.guarding.guard import GuardVerdict
from bot.guarding.outgoing import OutgoingText, Surroundings, judge_outgoing
from bot.guarding.rules import GuardSender
from bot.incidents.matching import incident_for, rules_of, withheld
from bot.incidents.values import Incident
from bot.messages import Turn
from bot.replying.select import Situation
from bot.replying.values import values_of
from bot.scripts import Intent, Script, Use
from bot.utterances import Entity, Understanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarified:
    """The buyer's answer to a question of ours what they meant."""

    intent_id: str | None
    """What they chose; None: nothing of what was named."""


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
    ruled: Script | None = None
    """The one that the words of the text have chosen."""
    is_asked_meaning: bool = False
    """Our newest words ask what the buyer meant."""
    clarified: Clarified | None = None
    """What they answer to that; None: the turn says something else."""

    def judge(
        self,
        text: str,
        *,
        spans: tuple[tuple[int, int], ...],
        sender: GuardSender = GuardSender.ASSISTANT,
    ) -> GuardVerdict:
        """Return what the shop's guard says of a text.

        Args:
            text: What is about to be sent.
            spans: Where facts were filled in.
            sender: Who would send it.
        """
        context = self.context
        around = Surroundings(
            guard=self.library.guard.for_shop(context.guard_rules),
            channel=context.channel,
            item=context.facts.item,
            policies=context.policies,
            now=context.now,
        )
        saying = OutgoingText(text=text, sender=sender, spans=spans)
        return judge_outgoing(saying, around=around)

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
        found = scripts.scripts(intent_id, use)
        ruled = self.ruled
        if ruled is not None and (ruled.intent_id, ruled.use) == (intent_id, use):
            found = (ruled, *found)
        replies = self.kept(found)
        if use is not Use.REPLY or not self.is_answer_to(intent_id):
            return replies
        answered = (*self.kept(scripts.scripts(intent_id, Use.ANSWERED)), *replies)
        hearing = self.library.hearing
        return tuple(sorted(answered, key=lambda it: it.script_id not in hearing))

    def incident_for(self, intent_id: str) -> Incident | None:
        """Return the incident that answers a wish instead of its scripts."""
        if not self.incidents:
            return None
        return incident_for(intent_id, self.incidents, self.library.pack.incidents)

    def kept(self, scripts: tuple[Script, ...]) -> tuple[Script, ...]:
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
