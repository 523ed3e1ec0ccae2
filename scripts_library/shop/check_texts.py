"""May the words of edited entries leave the shop? The guard and the taboos read them."""

from collections.abc import Collection, Iterator

from bot.guarding.guard import Guard
from bot.guarding.rules import Channel, GuardSender, TextKind, Verdict
from bot.replying.snippets import put_in
from bot.replying.taboos import find_slips
from bot.replying.templates import shapes
from bot.scripts import Pack, Script
from scripts_library.linting.taboos import applying
from scripts_library.shop.entries import Key, Kind
from scripts_library.shop.findings import Finding, Severity


def check_texts(
    pack: Pack, keys: Collection[Key], *, guard: Guard
) -> Iterator[Finding]:
    """Yield what the guard and the taboos object to in edited scripts and snippets."""
    for script in pack.scripts:
        key = Key(Kind.SCRIPT, script.script_id)
        if key in keys:
            yield from _script(pack, key, script, guard)
    for name, text in pack.snippets.items():
        key = Key(Kind.SNIPPET, name)
        if key in keys:
            yield from _guarded(key, "text", text, guard)


def _script(pack: Pack, key: Key, script: Script, guard: Guard) -> Iterator[Finding]:
    for at, variant in enumerate(script.variants):
        place = f"variants[{at}]"
        text = put_in(variant, pack.snippets)
        yield from _guarded(key, place, text, guard)
        kept = applying(pack, script, text)
        for shape in shapes(text):
            for slip in find_slips(shape, kept):
                yield Finding(
                    severity=Severity.ERROR,
                    rule=f"taboo.{slip.taboo.taboo}",
                    kind=key.kind.value,
                    entry_id=key.entry_id,
                    place=place,
                    reason=f"“{slip.words}”是忌讳的说法（{slip.taboo.zh}）",
                    fix=slip.taboo.instead,
                )
    for at, button in enumerate(script.buttons):
        yield from _guarded(key, f"buttons[{at}]", button, guard)
    for at, address in enumerate(script.pictures):
        yield from _guarded(key, f"pictures[{at}]", address, guard, is_fact=True)


def _guarded(
    key: Key, place: str, text: str, guard: Guard, *, is_fact: bool = False
) -> Iterator[Finding]:
    """Yield what the strictest channel would not let pass, in every shape of a text.

    Args:
        key: Of the entry.
        place: Of the text in it.
        text: A template, or an address.
        guard: Of the shop.
        is_fact: Figures in it claim nothing.
    """
    for shape in shapes(text):
        verdict = guard.check(
            shape,
            filled_spans=((0, len(shape)),) if is_fact else (),
            sender=GuardSender.ASSISTANT,
            channel=Channel.MARKETPLACE,
            kind=TextKind.SERVICE,
        )
        if verdict.verdict is Verdict.PASS:
            continue
        for one in verdict.findings:
            yield Finding(
                severity=Severity.ERROR,
                rule=f"guard.{one.category}.{one.rule}",
                kind=key.kind.value,
                entry_id=key.entry_id,
                place=place,
                reason=f"“{shape[one.start : one.end]}”不能发给买家",
                fix=one.suggestion,
            )
