"""Which rules must outgoing texts keep?"""

from pathlib import Path

from bot.guarding.rules import (
    Channel,
    GuardPattern,
    GuardRules,
    GuardSender,
    Verdict,
)
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.patterns import read_patterns
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_REQUIRED = ("rule", "category", "verdict", "patterns", "suggestion")
_OPTIONAL = ("unless", "replacement", "channels", "senders")


def read_guard(root: Path, *, report: Report) -> GuardRules:
    """Return guard.yaml of a pack."""
    file = read_file(root, "guard", report=report)
    if file is None:
        return GuardRules()
    fields = file.fields(required=("fixed_terms", "patterns"))
    return GuardRules(
        patterns=tuple(map(_rule, fields.read("patterns", Value.items, ()))),
        fixed_terms=fields.read("fixed_terms", Value.texts, ()),
    )


def _rule(value: Value) -> GuardPattern:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    rule = GuardPattern(
        rule=fields.text("rule"),
        category=fields.text("category"),
        verdict=fields.choice("verdict", Verdict, missing=Verdict.BLOCK),
        patterns=fields.read("patterns", read_patterns, ()),
        suggestion=fields.text("suggestion"),
        unless=fields.read("unless", read_patterns, ()),
        replacement=fields.read("replacement", _replacement, None),
        channels=fields.choices("channels", Channel),
        senders=fields.choices("senders", GuardSender),
    )
    if rule.rule:
        note_once(value, "rule", rule.rule)
    if (rule.verdict is Verdict.REWRITE) is (rule.replacement is None):
        value.complain("a replacement belongs to the verdict rewrite, and only there")
    return rule


def _replacement(value: Value) -> str:
    """Return what stands instead of a hit; nothing at all is allowed when quoted."""
    if value.node.value == "" and value.node.tag.endswith(":str"):
        return ""
    return value.text()
