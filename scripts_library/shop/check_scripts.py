"""Will an edited script ever be said, for how long, and is it worth a second variant?"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz

from bot.replying.names import ENTITY_PREFIX, HEARD_PLACEHOLDERS
from bot.replying.select import SPOKEN
from bot.replying.snippets import ASK_PREFIX, put_in, snippets_in
from bot.replying.templates import placeholders, required, shapes
from bot.scripts import Audience, Pack, Script, Use
from scripts_library.linting.scripts import uses_of
from scripts_library.shop.entries import Key, Kind
from scripts_library.shop.findings import Finding, Severity

LONGEST_BYTES: Final = 2048
"""Of one text in UTF-8: 微信客服 takes no more (developer.work.weixin.qq.com, document
94677, ``text.content``; read 2026-11-23). Of the platforms we know it takes least."""
SOON: Final = timedelta(days=7)
_TOO_ALIKE: Final = 90
"""Of 100, by rapidfuzz's ratio: 好的呢亲 for 好的亲 is no second variant."""
_FACT_LENGTH: Final = 12
"""Characters that a fact is counted for where its value is not known."""


def check_scripts(
    pack: Pack, keys: Collection[Key], *, today: date
) -> Iterator[Finding]:
    """Yield what is wrong with edited scripts besides their words."""
    codes: dict[str, str] = {}
    for script in pack.scripts:
        if script.code:
            codes.setdefault(script.code, script.script_id)
    named = {
        name
        for script in pack.scripts
        for variant in script.variants
        for name in snippets_in(variant)
    }
    for script in pack.scripts:
        if Key(Kind.SCRIPT, script.script_id) in keys:
            yield from _days(script, today)
            yield from _reach(pack, script)
            yield from _variants(pack, script)
            yield from _code(script, codes)
    for name in pack.snippets:
        if Key(Kind.SNIPPET, name) in keys and name not in named:
            yield Finding(
                severity=Severity.WARNING,
                rule="unused",
                kind=Kind.SNIPPET.value,
                entry_id=name,
                place="",
                reason="没有话术用到这个公共片段",
                fix=f"在话术里写 {{snippet.{name}}}，或者删掉它",
            )


def _finding(
    script: Script, rule: str, place: str, reason: str, fix: str, *, is_error: bool
) -> Finding:
    return Finding(
        severity=Severity.ERROR if is_error else Severity.WARNING,
        rule=rule,
        kind=Kind.SCRIPT.value,
        entry_id=script.script_id,
        place=place,
        reason=reason,
        fix=fix,
    )


def _days(script: Script, today: date) -> Iterator[Finding]:
    last = script.valid_until
    if last is None or last - today > SOON:
        return
    is_over = last < today
    yield _finding(
        script,
        "expired" if is_over else "expires_soon",
        "valid.until",
        f"{last:%Y-%m-%d}{'已经过期' if is_over else '就要过期'}",
        "改有效期，或者删掉这条话术" if is_over else "到期后还要用就改有效期",
        is_error=False,
    )


def _reach(pack: Pack, script: Script) -> Iterator[Finding]:
    """Yield why no turn will ever say a script."""
    if script.audience is Audience.PRIVATE:
        yield _finding(
            script,
            "unreachable",
            "audience",
            "店里的话术写成“私人”，谁也用不到",
            "把“谁能用”改成本店或者团队；只给自己用的，存到自己的话术里",
            is_error=False,
        )
    intent = pack.intents.get(script.intent_id)
    if intent is None or script.audience not in SPOKEN:
        return
    if script.use not in uses_of(intent):
        yield _finding(
            script,
            "unreachable",
            "use",
            f"“{intent.zh}”这类问题从来不用“{script.use}”话术",
            "换一个用途，或者换一个意图",
            is_error=True,
        )
    elif all(_asks(variant) for variant in script.variants):
        yield _finding(
            script,
            "unreachable",
            "variants",
            "每条说法都要人先填空，小二自己不会发",
            "把“谁能用”改成团队，或者加一条不用填空的说法",
            is_error=False,
        )
    above = _shadow(pack, script)
    if above is not None:
        yield _finding(
            script,
            "unreachable",
            "priority",
            f"“{above.script_id}”的条件一样，而且总排在前面，这条永远轮不到",
            "加一个条件，提高优先级，或者把说法并到那一条里",
            is_error=False,
        )


def _asks(variant: str) -> bool:
    return any(name.startswith(ASK_PREFIX) for name in required(variant))


def _shadow(pack: Pack, script: Script) -> Script | None:
    """Return a script that is always said before this one, if there is one.

    What speaks of what the buyer has told comes first when they have told it
    (:meth:`bot.deciding.case.Case.scripts`).
    """
    if script.phrases is not None or script.use is Use.OFFER or _hears(script):
        return None
    for other in pack.scripts:
        is_beside = (
            other.script_id != script.script_id
            and (other.intent_id, other.use) == (script.intent_id, script.use)
            and other.conditions == script.conditions
            and other.phrases is None
            and other.audience in SPOKEN
            and other.valid_from is None
            and other.valid_until is None
        )
        if is_beside and _rank(other) < _rank(script) and _is_always_filled(other):
            return other
    return None


def _hears(script: Script) -> bool:
    return any(
        name.startswith(ENTITY_PREFIX) or name in HEARD_PLACEHOLDERS
        for variant in script.variants
        for name in placeholders(variant)
    )


def _rank(script: Script) -> tuple[bool, int, str]:
    return (script.audience is Audience.PACK, -script.priority, script.script_id)


def _is_always_filled(script: Script) -> bool:
    """Return whether a script can be said whatever is known."""
    return any(set(required(one)) <= {"buyer.name"} for one in script.variants)


def _variants(pack: Pack, script: Script) -> Iterator[Finding]:
    texts = [put_in(variant, pack.snippets) for variant in script.variants]
    for (one, first), (other, second) in combinations(enumerate(texts), 2):
        if fuzz.ratio(first, second) >= _TOO_ALIKE:
            yield _finding(
                script,
                "too_alike",
                f"variants[{other}]",
                f"和第{one + 1}条说法几乎一样，买家会觉得在复读",
                "换个说法，或者删掉一条",
                is_error=False,
            )
    for at, text in enumerate(texts):
        size = max(len(_longest(shape).encode()) for shape in shapes(text))
        if size > LONGEST_BYTES:
            yield _finding(
                script,
                "too_long",
                f"variants[{at}]",
                f"约{size}字节，超过平台一条消息的{LONGEST_BYTES}字节",
                "拆成两条话术，或者写短一点",
                is_error=True,
            )


def _longest(shape: str) -> str:
    """Return a text with room for the facts that are filled in."""
    return shape.replace("{", "").replace("}", "") + "一" * (
        _FACT_LENGTH * shape.count("{")
    )


def _code(script: Script, codes: Mapping[str, str]) -> Iterator[Finding]:
    owner = codes.get(script.code)
    if owner is not None and owner != script.script_id:
        yield _finding(
            script,
            "code_taken",
            "code",
            f"快捷码“{script.code}”已经是“{owner}”的",
            "换一个快捷码",
            is_error=True,
        )
