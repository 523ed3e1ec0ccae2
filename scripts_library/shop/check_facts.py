"""Does a text say another figure than the shop's own facts do?"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from bot.guarding.figures import find_figures
from bot.replying.snippets import put_in
from bot.replying.templates import shapes
from bot.scripts import Pack
from bot.understanding.numerals import NUMBER, parse_number
from scripts_library.shop.entries import Key, Kind
from scripts_library.shop.findings import Finding, Severity

_MEASURE: Final = re.compile(
    rf"({NUMBER})\s*个?(小时|钟头|分钟|工作日|天|日|周|个?月|年|元|块|折|公斤|斤)"
)
_SAME: Final = {"钟头": "小时", "日": "天", "块": "元", "个月": "月"}
"""Units that mean another one."""
_FACT: Final = r"\{[^{}]*\}"

_Figure = tuple[float, str]


def check_facts(
    pack: Pack, keys: Collection[Key], *, facts: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield figures of edited texts that contradict what the shop has said of itself.

    What the pack calls fixed terms (七天无理由) is the law's figure, not the shop's.

    Args:
        pack: With the edits.
        keys: The edited entries.
        facts: The shop's phrases by placeholder.
    """
    terms = "|".join(map(re.escape, pack.guard.fixed_terms)) or r"(?!)"
    skipped = re.compile(rf"{_FACT}|{terms}")
    known = {name: set(_figures(phrase)) for name, phrase in facts.items()}
    for key, place, text in _texts(pack, keys):
        for shape in shapes(text):
            for figure in dict.fromkeys(_figures(skipped.sub(" ", shape))):
                yield from _contradicted(key, place, figure, known, facts)


def _contradicted(
    key: Key,
    place: str,
    figure: _Figure,
    known: Mapping[str, set[_Figure]],
    facts: Mapping[str, str],
) -> Iterator[Finding]:
    number, unit = figure
    same_unit = {
        name: figures
        for name, figures in known.items()
        if any(it[1] == unit for it in figures)
    }
    if not same_unit or any(figure in figures for figures in same_unit.values()):
        return
    names = sorted(same_unit)
    said = "；".join(f"{facts[name]}（{name}）" for name in names)
    yield Finding(
        severity=Severity.ERROR,
        rule="contradicts_fact",
        kind=key.kind.value,
        entry_id=key.entry_id,
        place=place,
        reason=f"写的是{number:g}{unit}，店铺资料里是：{said}",
        fix="不写数字，用资料：" + "、".join(f"{{{name}}}" for name in names),
    )


def _texts(pack: Pack, keys: Collection[Key]) -> Iterator[tuple[Key, str, str]]:
    for script in pack.scripts:
        key = Key(Kind.SCRIPT, script.script_id)
        if key in keys:
            for at, variant in enumerate(script.variants):
                yield key, f"variants[{at}]", put_in(variant, pack.snippets)
    for name, text in pack.snippets.items():
        key = Key(Kind.SNIPPET, name)
        if key in keys:
            yield key, "text", text


def _figures(text: str) -> Iterator[_Figure]:
    """Yield the measures of a text that a buyer could hold the shop to."""
    spans = find_figures(text)
    for match in _MEASURE.finditer(text):
        number = parse_number(match[1])
        is_figure = any(
            start < match.end() and match.start() < end for start, end in spans
        )
        if number is not None and is_figure:
            yield number, _SAME.get(match[2], match[2])
