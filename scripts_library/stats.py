"""How much content does a pack have for each intent?"""

from collections import Counter
from dataclasses import dataclass, fields

from bot.scripts import Conditions, Pack, Script


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentStats:
    """What one intent has, in numbers."""

    intent: str
    zh: str
    risk: str
    examples: int
    held_out: int
    scripts: int
    variants: int
    situations: tuple[str, ...]
    """The conditions that some script of it has."""
    must_hit: int
    must_not_hit: int


def count_content(pack: Pack) -> tuple[IntentStats, ...]:
    """Return the counts of every intent, in the order of the pack."""
    held_out = Counter(intent_id for intent_id, _ in pack.heldout)
    scripts: dict[str, list[Script]] = {name: [] for name in pack.intents}
    for script in pack.scripts:
        scripts[script.intent_id].append(script)
    return tuple(
        IntentStats(
            intent=name,
            zh=intent.zh,
            risk=intent.risk.value,
            examples=len(pack.examples.get(name, ())),
            held_out=held_out[name],
            scripts=len(scripts[name]),
            variants=sum(len(script.variants) for script in scripts[name]),
            situations=_situations(scripts[name]),
            must_hit=len(pack.phrases[name].must_hit) if name in pack.phrases else 0,
            must_not_hit=(
                len(pack.phrases[name].must_not_hit) if name in pack.phrases else 0
            ),
        )
        for name, intent in pack.intents.items()
    )


def _situations(scripts: list[Script]) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in fields(Conditions)
        if any(getattr(script.conditions, field.name) for script in scripts)
    )
