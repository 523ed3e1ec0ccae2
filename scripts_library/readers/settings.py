"""What does pack.yaml say: identity, thresholds, requirements, default policies?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.facts import NAMELESS
from bot.replying.names import ALL_PLACEHOLDERS, POLICY_PLACEHOLDERS
from bot.scripts import BadReview, Bands
from scripts_library.readers.folders import note_once, read_file
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_CAUTIOUS = Bands(auto=1.0, auto_margin=1.0, assist=1.0)
"""Stands in for thresholds that could not be read."""
_FACT: Final = re.compile(r"shop\.[a-z][a-z_]{1,39}")
_MOST_STARS = 5
_MOST = 1000
"""No pack asks for more examples or variants of one thing than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """How much content lint asks of a pack; an explicit 0 asks for none."""

    examples: int = 1
    """Of each intent."""
    variants: int = 1
    """Of each fixed text, and of the scripts of an intent that need no fact."""
    must_hit: int = 0
    """Phrases that each intent must be understood from."""
    must_not_hit: int = 0
    """Phrases near to each intent that belong to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSettings:
    """The content of pack.yaml."""

    pack_id: str = ""
    name: str = ""
    version: str = ""
    bands: Bands = _CAUTIOUS
    requirements: Requirements = Requirements()
    hand_over_ticket: str = ""
    bad_review: BadReview | None = None
    policies: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    nameless: str = NAMELESS


def read_settings(root: Path, *, report: Report) -> PackSettings:
    """Return pack.yaml of a pack; its problems go to the report."""
    value = read_file(root, "pack", report=report)
    if value is None:
        return PackSettings()
    value.report.note_place("pack", place=value.place)
    fields = value.fields(
        required=("id", "name", "version", "bands", "hand_over_ticket"),
        optional=("requirements", "bad_review", "facts", "policies", "nameless"),
    )
    facts = fields.read("facts", _facts, {})
    report.facts = frozenset(facts)
    return PackSettings(
        pack_id=fields.text("id"),
        name=fields.text("name"),
        version=fields.text("version"),
        bands=fields.read("bands", _bands, _CAUTIOUS),
        requirements=fields.read("requirements", _requirements, Requirements()),
        hand_over_ticket=fields.text("hand_over_ticket"),
        bad_review=fields.read("bad_review", _bad_review, None),
        policies=fields.read("policies", _policies, {}),
        facts=facts,
        nameless=fields.read("nameless", Value.text, NAMELESS),
    )


def _bands(value: Value) -> Bands:
    names = ("auto", "auto_margin", "assist")
    fields = value.fields(required=names)
    auto, margin, assist = (fields.read(name, Value.fraction, 1.0) for name in names)
    bands = Bands(auto=auto, auto_margin=margin, assist=assist)
    if bands.assist > bands.auto:
        value.complain(f"assist {bands.assist} is above auto {bands.auto}")
    return bands


def _bad_review(value: Value) -> BadReview:
    fields = value.fields(required=("stars", "ticket", "follow_up"))
    return BadReview(
        stars=fields.read("stars", _stars, 0),
        ticket=fields.text("ticket"),
        follow_up=fields.text("follow_up"),
    )


def _stars(value: Value) -> int:
    return value.integer(at_least=0, at_most=_MOST_STARS)


def _requirements(value: Value) -> Requirements:
    names = ("examples", "variants", "must_hit", "must_not_hit")
    fields = value.fields(required=(), optional=names)
    default = Requirements()
    return Requirements(
        examples=fields.read("examples", _count, default.examples),
        variants=fields.read("variants", _count, default.variants),
        must_hit=fields.read("must_hit", _count, default.must_hit),
        must_not_hit=fields.read("must_not_hit", _count, default.must_not_hit),
    )


def _count(value: Value) -> int:
    return value.integer(at_least=0, at_most=_MOST)


def _facts(value: Value) -> dict[str, str]:
    """Return the policies that only this trade has, with what people call them."""
    facts: dict[str, str] = {}
    for name, key, zh in value.entries():
        if _FACT.fullmatch(name) is None or name in ALL_PLACEHOLDERS:
            key.complain(f"{name!r} is no new name such as shop.duty_phone")
        note_once(key, "fact", name)
        facts[name] = zh.text()
    return facts


def _policies(value: Value) -> dict[str, str]:
    policies: dict[str, str] = {}
    for name, key, phrase in value.entries():
        if name not in POLICY_PLACEHOLDERS and name not in value.report.facts:
            key.complain(f"unknown policy {name!r}: see the placeholders of the pack")
        note_once(key, "policy", name)
        policies[name] = phrase.text()
    return policies
