"""May every template of a pack leave the shop as it is written?"""

from collections.abc import Iterator
from dataclasses import fields

from bot.errors import Problem
from bot.follow_ups.plans import Kind
from bot.guarding.guard import Guard
from bot.guarding.rules import Channel, GuardSender, TextKind, Verdict
from bot.replying.templates import shapes
from bot.scripts import Pack, Texts
from scripts_library.report import Origins

_OFFERED = ("fallback_buttons",)
"""Texts of which every one is shown at once: they do not rotate."""


def lint_texts(pack: Pack, *, origins: Origins, least: int) -> Iterator[Problem]:
    """Yield fixed texts with too few variants and whatever the guard objects to.

    Args:
        pack: The pack.
        origins: Where its pieces stand.
        least: Variants that each fixed text and each follow-up needs.
    """
    found = tuple(templates(pack))
    yield from _too_few(found, origins, least)
    guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
    for key, variants, sender in found:
        for index, variant in enumerate(variants):
            place = origins.of(*key, str(index))
            for reason in objections(guard, variant, sender):
                yield place.problem(reason)
    yield from _buttons(pack, origins, guard)
    yield from _marketing(pack, origins)


Template = tuple[tuple[str, str], tuple[str, ...], GuardSender]
"""What the templates belong to, the templates, and in whose name they are sent."""


def templates(pack: Pack) -> Iterator[Template]:
    """Yield every template of a pack, under the name of what it belongs to."""
    for script in pack.scripts:
        yield ("variant", script.script_id), script.variants, GuardSender.ASSISTANT
    for name, variants in fixed_texts(pack.texts):
        yield ("text", name), variants, GuardSender.ASSISTANT
    for plan in pack.follow_ups.values():
        yield ("follow_up", plan.plan_id), plan.texts, GuardSender.FOLLOW_UP
    for slot in pack.slots.values():
        yield ("slot_text", slot.slot_id), slot.texts, GuardSender.ASSISTANT
    yield from _of_manners(pack)
    yield from _of_promises(pack)


def _of_manners(pack: Pack) -> Iterator[Template]:
    """Yield what incidents and moods say."""
    if pack.incidents.again:
        yield ("incident", "again"), pack.incidents.again, GuardSender.ASSISTANT
    for mood, words in pack.moods.moods.items():
        if words.openings:
            yield (
                ("mood_opening", mood.value),
                words.openings,
                GuardSender.ASSISTANT,
            )


def _of_promises(pack: Pack) -> Iterator[Template]:
    """Yield apologies for broken promises, and what is said about identity."""
    for kind in pack.promises.kinds:
        if kind.apologies:
            yield ("promise", kind.kind_id), kind.apologies, GuardSender.ASSISTANT
    if pack.identity is not None:
        for field in fields(pack.identity):
            said = getattr(pack.identity, field.name)
            yield ("identity", field.name), said, GuardSender.ASSISTANT


def fixed_texts(texts: Texts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name and the variants of each text that rotates."""
    for field in fields(texts):
        variants = getattr(texts, field.name)
        if field.name not in _OFFERED and isinstance(variants, tuple):
            yield field.name, variants


def _too_few(
    found: tuple[Template, ...], origins: Origins, least: int
) -> Iterator[Problem]:
    for key, variants, _ in found:
        if key[0] != "variant" and len(variants) < least:
            place = origins.of(*key, "0")
            reason = f"{key[1]!r} has {len(variants)} variants, needs {least}"
            yield place.problem(reason)


def _buttons(pack: Pack, origins: Origins, guard: Guard) -> Iterator[Problem]:
    """Yield buttons that must not be shown: what they say, the shop says."""
    for script in pack.scripts:
        for button in script.buttons:
            place = origins.of("variant", script.script_id, "0")
            for reason in objections(guard, button, GuardSender.ASSISTANT):
                yield place.problem(f"button {reason}")
    for button in pack.texts.fallback_buttons:
        place = origins.of("text", "fallback_buttons", "0")
        for reason in objections(guard, button, GuardSender.ASSISTANT):
            yield place.problem(f"button {reason}")


def objections(guard: Guard, template: str, sender: GuardSender) -> Iterator[str]:
    """Yield what the strictest channel would not let pass; facts stand in braces.

    Every text is read that the template may come out as: with its defaults, and without
    its optional parts.
    """
    found: dict[str, None] = {}
    for shape in shapes(template):
        verdict = guard.check(
            shape, sender=sender, channel=Channel.MARKETPLACE, kind=TextKind.SERVICE
        )
        if verdict.verdict is Verdict.PASS:
            continue
        for one in verdict.findings:
            words = shape[one.start : one.end]
            found[f"{words!r} ({one.category}, {one.rule}): {one.suggestion}"] = None
    yield from found


def _marketing(pack: Pack, origins: Origins) -> Iterator[Problem]:
    """Yield a suffix that names no word the program would understand as a refusal."""
    suffix = pack.texts.marketing_suffix
    is_needed = any(plan.kind is Kind.MARKETING for plan in pack.follow_ups.values())
    if is_needed and not any(word in suffix for word in pack.lexicon.opt_out_words):
        place = origins.of("text", "marketing_suffix", "0")
        yield place.problem("the suffix names none of the opt_out_words of the lexicon")
