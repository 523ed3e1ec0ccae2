"""Does a template say what good service never says?"""

from collections.abc import Iterator

from bot.errors import Problem
from bot.replying.names import FOLLOW_UP_PLACEHOLDER, TICKET_PLACEHOLDERS
from bot.replying.taboos import Taboo, find_slips
from bot.replying.templates import placeholders, shapes
from bot.scripts import Pack, Script, Use
from scripts_library.linting.flows import flow_texts
from scripts_library.linting.texts import templates
from scripts_library.report import Origins

_SETTLED = TICKET_PLACEHOLDERS | {FOLLOW_UP_PLACEHOLDER}
_ANSWERS = frozenset({Use.REPLY, Use.ANSWERED})
"""Uses beside which nothing else happens: the others bring a person or a ticket."""


def lint_taboos(pack: Pack, *, origins: Origins) -> Iterator[Problem]:
    """Yield the texts that break a taboo, with the words and better ones.

    Read are scripts, fixed texts, follow-ups, slot questions, flows, answers to claims,
    incidents, apologies, questions of identity, openings and buttons.
    """
    scripts = {script.script_id: script for script in pack.scripts}
    for key, variants in _every_text(pack):
        script = scripts.get(key[1]) if key[0] == "variant" else None
        for index, variant in enumerate(variants):
            place = origins.of(*key, str(index))
            kept = applying(pack, script, variant)
            for reason in dict.fromkeys(_reasons(variant, kept)):
                yield place.problem(reason)


def _every_text(pack: Pack) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield everything that buyers may read, under the name of what it belongs to."""
    for key, variants, _ in templates(pack):
        yield key, variants
    yield from flow_texts(pack)
    for script in pack.scripts:
        if script.buttons:
            yield ("button", script.script_id), script.buttons
    yield ("text", "fallback_buttons"), pack.texts.fallback_buttons


def _reasons(variant: str, taboos: tuple[Taboo, ...]) -> Iterator[str]:
    for shape in shapes(variant):
        for slip in find_slips(shape, taboos):
            taboo = slip.taboo
            yield f"{slip.words!r} ({taboo.taboo}, {taboo.zh}): {taboo.instead}"


def applying(pack: Pack, script: Script | None, variant: str) -> tuple[Taboo, ...]:
    """Return the taboos that hold for a template."""
    is_idle = script is not None and _is_idle(pack, script, variant)
    return tuple(one for one in pack.taboos if is_idle or not one.is_claim)


def _is_idle(pack: Pack, script: Script, variant: str) -> bool:
    """Return whether nothing is done beside a reply, so that it must not claim it."""
    intent = pack.intents.get(script.intent_id)
    return (
        intent is not None
        and script.use in _ANSWERS
        and intent.ticket is None
        and intent.follow_up is None
        and _SETTLED.isdisjoint(placeholders(variant))
    )
