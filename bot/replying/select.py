"""Which script answers an intent here and now, and which of its variants?

The most specific published script wins: first the number of its conditions, then their
weight (connector, category, item, incident, mood, asked again, duty, order state, hours),
then its audience (shop over pack), then priority, then id. What cannot be filled from facts
gives way to the next.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.deciding.mood import Mood
from bot.deciding.state import ConversationState
from bot.facts import Facts
from bot.incidents.values import IncidentKind
from bot.replying.pictures import pictures_of
from bot.replying.render import Filled, fill
from bot.scripts import Asked, Audience, Duty, Hours, Script, Use

_WEIGHTS: Final = {
    Audience.PACK: 0,
    Audience.SHOP: 1,
    Audience.TEAM: 2,
    Audience.PRIVATE: 3,
}
SPOKEN: Final = frozenset({Audience.PACK, Audience.SHOP})
"""Audiences whose scripts the assistant may send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the conditions of scripts are compared with."""

    connector: str
    category: str | None = None
    item: str | None = None
    order_state: str | None = None
    local_time: time = time(12)
    """Shop time."""
    local_day: date | None = None
    """Shop time; None: unknown, and no script is out of its days."""
    outcome: str | None = None
    """Of bargaining, as are the next two."""
    rung: str | None = None
    tactic: str | None = None
    incidents: frozenset[IncidentKind] = frozenset()
    """What lasts in the shop and concerns the turn."""
    mood: Mood = Mood.NEUTRAL
    answered: frozenset[str] = frozenset()
    """Intents that were answered a short while ago and come up again with nothing new."""
    duty: Duty = Duty.STAFFED
    can_show_pictures: bool = True
    """The buyer's channel shows what goes out with a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A script that can be sent, with the variant whose turn it is."""

    script: Script
    variant: int
    filled: Filled
    pictures: tuple[str, ...] = ()
    """Addresses that go out with it."""


class ScriptIndex:
    """The scripts of one pack version by intent and use, best first; immutable."""

    def __init__(
        self, scripts: Iterable[Script], *, audiences: frozenset[Audience] = SPOKEN
    ) -> None:
        """Take the scripts of some audiences; by default what the assistant may say."""
        found: dict[tuple[str, Use], list[Script]] = defaultdict(list)
        spoken = [it for it in scripts if it.audience in audiences]
        for script in spoken:
            if script.phrases is None:
                found[script.intent_id, script.use].append(script)
        self._scripts = {
            key: tuple(sorted(group, key=_rank)) for key, group in found.items()
        }
        self.ruled = tuple(
            sorted((it for it in spoken if it.phrases is not None), key=_rank)
        )
        """Those that words of a text choose, the most specific first."""
        self._intents = {
            script.script_id: script.intent_id
            for group in self._scripts.values()
            for script in group
        }

    def scripts(self, intent_id: str, use: Use) -> tuple[Script, ...]:
        """Return the scripts for an intent and a use, the most specific first."""
        return self._scripts.get((intent_id, use), ())

    def intent_of(self, script_id: str) -> str | None:
        """Return the intent that a script answers, None for one that is not spoken."""
        return self._intents.get(script_id)

    def of_use(self, use: Use) -> tuple[Script, ...]:
        """Return the scripts of a use, whatever their intent, the most specific first."""
        return tuple(
            sorted(
                (
                    one
                    for key, them in self._scripts.items()
                    if key[1] is use
                    for one in them
                ),
                key=_rank,
            )
        )


def situation_of(
    conversation: ConversationState, facts: Facts, *, now: datetime
) -> Situation:
    """Return what script conditions are compared with in a turn."""
    local = now.astimezone(ZoneInfo(facts.timezone))
    return Situation(
        connector=conversation.connector,
        category=None if facts.item is None else facts.item.category,
        item=None if facts.item is None else facts.item.item_id,
        order_state=None if facts.order is None else facts.order.state,
        local_time=local.time(),
        local_day=local.date(),
    )


def select_script(
    scripts: ScriptIndex,
    *,
    intent_id: str,
    use: Use,
    situation: Situation,
    values: Mapping[str, str],
    used: Mapping[str, tuple[int, ...]],
) -> Choice | None:
    """Return the winning script that can be filled, or None when there is none."""
    candidates = find_choices(
        scripts.scripts(intent_id, use), situation=situation, values=values, used=used
    )
    return next(candidates, None)


def find_choices(
    scripts: Iterable[Script],
    *,
    situation: Situation,
    values: Mapping[str, str],
    used: Mapping[str, tuple[int, ...]],
    deferred: frozenset[str] = frozenset(),
) -> Iterator[Choice]:
    """Yield what can be sent, best first: all variants of a script, then the next script.

    Args:
        scripts: Best first, as :class:`ScriptIndex` gives them.
        situation: Compared with the conditions.
        values: Facts by placeholder.
        used: Variants sent in this conversation by script, oldest first.
        deferred: Placeholders that may stay open.
    """
    for script in scripts:
        pictures = pictures_of(script, values, is_shown=situation.can_show_pictures)
        if pictures is None or not is_usable(script, situation):
            continue
        for variant in rotation(len(script.variants), used.get(script.script_id, ())):
            filled = fill(script.variants[variant], values, deferred=deferred)
            if filled is not None:
                yield Choice(
                    script=script, variant=variant, filled=filled, pictures=pictures
                )


def mark_used(
    used: Mapping[str, tuple[int, ...]], *, script_id: str, variant: int
) -> dict[str, tuple[int, ...]]:
    """Return ``used`` after a variant was sent: it is the most recent one now."""
    before = used.get(script_id, ())
    after = {key: variants for key, variants in used.items() if key != script_id}
    after[script_id] = (*(old for old in before if old != variant), variant)
    return after


def fits(script: Script, situation: Situation) -> bool:
    """Return whether every condition of a script that is set holds."""
    conditions = script.conditions
    is_again = script.intent_id in situation.answered
    named: tuple[tuple[tuple[str, ...], str | None], ...] = (
        (conditions.outcome, situation.outcome),
        (conditions.rung, situation.rung),
        (conditions.tactic, situation.tactic),
        (conditions.connector, situation.connector),
        (conditions.category, situation.category),
        (conditions.item, situation.item),
        (conditions.mood, situation.mood),
        (conditions.asked, Asked.AGAIN if is_again else Asked.FIRST),
        (conditions.duty, situation.duty),
        (conditions.order_state, situation.order_state),
    )
    return (
        all(not allowed or value in allowed for allowed, value in named)
        and _is_any(conditions.incident, situation.incidents)
        and (
            not conditions.hours
            or any(_is_within(hours, situation) for hours in conditions.hours)
        )
    )


def is_usable(script: Script, situation: Situation) -> bool:
    """Return whether a script is for this day and this situation."""
    return is_in_time(script, situation.local_day) and fits(script, situation)


def is_in_time(script: Script, day: date | None) -> bool:
    """Return whether a script may be used on a day of the shop; None: some day."""
    if day is None:
        return True
    return (script.valid_from is None or script.valid_from <= day) and (
        script.valid_until is None or day <= script.valid_until
    )


def _is_any(wanted: tuple[IncidentKind, ...], lasting: frozenset[IncidentKind]) -> bool:
    return not wanted or not lasting.isdisjoint(wanted)


def _is_within(hours: Hours, situation: Situation) -> bool:
    """Return whether now lies in a window; equal ends mean the whole day.

    A window over midnight belongs to the day on which it began.
    """
    at = situation.local_time
    if hours.start < hours.end:
        return hours.start <= at < hours.end and _is_day(hours, situation, ago=0)
    if at >= hours.start:
        return _is_day(hours, situation, ago=0)
    return at < hours.end and _is_day(hours, situation, ago=1)


def _is_day(hours: Hours, situation: Situation, *, ago: int) -> bool:
    day = situation.local_day
    if not hours.weekdays or day is None:
        return True
    return (day - timedelta(days=ago)).isoweekday() in hours.weekdays


def rotation(count: int, used: tuple[int, ...]) -> list[int]:
    """Return the variants in the order to try: unused ones, then the longest unseen."""
    unused = [variant for variant in range(count) if variant not in used]
    return [*unused, *(variant for variant in used if variant < count)]


def _rank(script: Script) -> tuple[int, tuple[bool, ...], int, int, str]:
    """Return a sort key: the best script first."""
    conditions = script.conditions
    is_unset = tuple(
        not condition
        for condition in (
            conditions.outcome,
            conditions.rung,
            conditions.tactic,
            conditions.connector,
            conditions.category,
            conditions.item,
            conditions.incident,
            conditions.mood,
            conditions.asked,
            conditions.duty,
            conditions.order_state,
            conditions.hours,
        )
    )
    return (
        sum(is_unset),
        is_unset,
        -_WEIGHTS[script.audience],
        -script.priority,
        script.script_id,
    )
