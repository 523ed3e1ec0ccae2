"""Does every intent have what it needs to be answered?"""

from collections.abc import Iterator

from bot.errors import Problem
from bot.replying.names import ENTITY_PREFIX, HEARD_PLACEHOLDERS
from bot.replying.render import placeholders, required
from bot.scripts import Conditions, Intent, Pack, Risk, Script, Use
from bot.utterances import EntityKind
from scripts_library.report import Origins

_USES = {
    Risk.AUTO: (Use.REPLY,),
    Risk.ASSIST: (Use.REPLY, Use.HOLDING),
    Risk.HUMAN: (Use.REPLY, Use.RECEIPT),
}
_ANYTIME = frozenset({Use.ANSWERED})
"""Uses that any risk may have."""
_ALWAYS_FILLED = frozenset({"buyer.name", "shop.name"})
_UNCONDITIONAL = Conditions()


def lint_scripts(pack: Pack, *, origins: Origins, least: int) -> Iterator[Problem]:
    """Yield intents that may be left without a text to send.

    Args:
        pack: The pack.
        origins: Where its pieces stand.
        least: Variants that each use of an intent needs, of unconditional scripts.
    """
    for intent in pack.intents.values():
        place = origins.of("intent", intent.intent_id)
        for use in _USES[intent.risk]:
            count = _count_usable(pack, intent, use)
            if count < least:
                yield place.problem(
                    f"{intent.intent_id!r} has {count} {use} variants that can be sent"
                    f" when no fact is known, needs {least}"
                )
    yield from _out_of_use(pack, origins)
    yield from _asked_again(pack, origins)


def _count_usable(pack: Pack, intent: Intent, use: Use) -> int:
    """Count the variants that are sent when nothing is known: policies may be missing.

    The full reply of an assist or human intent may need the facts the intent names.
    """
    known = _ALWAYS_FILLED
    if use is Use.REPLY and intent.risk is not Risk.AUTO:
        known |= frozenset(intent.facts_needed)
    return sum(
        known.issuperset(required(variant))
        for script in pack.scripts
        if script.intent_id == intent.intent_id and script.use is use
        if script.conditions == _UNCONDITIONAL
        for variant in script.variants
    )


def _out_of_use(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Yield scripts that no turn can ever send."""
    for script in pack.scripts:
        intent = pack.intents.get(script.intent_id)
        if intent is not None and script.use not in uses_of(intent):
            place = origins.of("script", script.script_id)
            yield place.problem(_explain(script, intent))


def uses_of(intent: Intent) -> frozenset[Use]:
    """Return what scripts of an intent may be for."""
    uses = _ANYTIME.union(_USES[intent.risk])
    return uses if intent.tactic is None else uses | {Use.OFFER}


def _explain(script: Script, intent: Intent) -> str:
    return (
        f"a {script.use} script is never sent for {intent.intent_id!r},"
        f" whose risk is {intent.risk}"
    )


def _asked_again(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Yield what the assistant asks for by itself and, once told, would ask again.

    An order's number is answered by what is known of the order.
    """
    hearing = {script.intent_id for script in pack.scripts if _hears(script)}
    for script in pack.scripts:
        intent = pack.intents.get(script.intent_id)
        is_own = any(
            ask.continues == script.intent_id and (ask.words or _told(ask.kinds))
            for ask in script.asks
        )
        is_auto = intent is not None and intent.risk is Risk.AUTO
        if is_auto and is_own and script.intent_id not in hearing:
            yield origins.of("script", script.script_id).problem(
                f"{script.script_id!r} asks for something, and no script with"
                " use: answered says what follows when it is told"
            )


def _hears(script: Script) -> bool:
    """Return whether a script is for what the buyer has told."""
    return script.use is Use.ANSWERED or any(
        name.startswith(ENTITY_PREFIX) or name in HEARD_PLACEHOLDERS
        for variant in script.variants
        for name in placeholders(variant)
    )


def _told(kinds: tuple[EntityKind, ...]) -> bool:
    return any(kind is not EntityKind.ORDER_NO for kind in kinds)
