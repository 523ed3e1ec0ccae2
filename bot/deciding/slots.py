"""A reply lacks a fact that the buyer could tell: which question asks for it?"""

from collections.abc import Iterable, Iterator

from bot.deciding.case import Case
from bot.deciding.state import REMEMBERED
from bot.replying.render import required
from bot.replying.select import is_usable
from bot.scripts import Script, Use


def question_for(case: Case, intent_id: str) -> Script | None:
    """Return the question whose answer lets an intent be answered, None for none.

    The best script decides what is asked for. What was asked in the last turns, and
    was not told, is not asked again.
    """
    slots = case.library.slots.get(intent_id, {})
    if not slots:
        return None
    facts = frozenset().union(*(slot.facts for slot, _ in slots.values()))
    lacking = next(
        (names for names in _lacking(case, intent_id) if facts.issuperset(names)), ()
    )
    asked = _asked_lately(case)
    questions = (
        script
        for name in lacking
        for slot, script in slots.values()
        if name in slot.facts
    )
    return next((it for it in questions if it.script_id not in asked), None)


def _lacking(case: Case, intent_id: str) -> Iterator[tuple[str, ...]]:
    """Yield what each variant lacks that would fit, the best script first."""
    scripts: Iterable[Script] = case.scripts(intent_id, Use.REPLY)
    for script in scripts:
        if not is_usable(script, case.situation):
            continue
        for variant in script.variants:
            names = tuple(
                name for name in required(variant) if not case.values.get(name, "")
            )
            if names:
                yield names


def _asked_lately(case: Case) -> frozenset[str]:
    context = case.context
    return frozenset(
        script_id
        for past in context.conversation.past
        if past.handled_at >= context.now - REMEMBERED
        for script_id, _ in past.said
    )
