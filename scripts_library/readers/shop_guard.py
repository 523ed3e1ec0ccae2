"""Which rules does a shop add to the guard of its pack? Read from a YAML file."""

from pathlib import Path

from bot.errors import ScriptLibraryError
from bot.guarding.rules import Channel, GuardSender, TextKind, Verdict
from bot.guarding.shop_rules import ShopRule, phrase_pattern
from scripts_library.readers.folders import note_once
from scripts_library.readers.guard import read_day, read_replacement
from scripts_library.report import Place, Report
from scripts_library.yaml_files import read_yaml
from scripts_library.yaml_nodes import Value

_REQUIRED = ("rule", "verdict", "phrases", "suggestion")
_OPTIONAL = ("unless", "replacement", "since", "channels", "senders", "kinds")
_MOST = 200
"""Rules of one shop."""


def read_shop_rules(path: Path, *, taken: frozenset[str]) -> tuple[ShopRule, ...]:
    """Return the rules in a shop's file: a list, as docs/packs.md describes it.

    Args:
        path: The file.
        taken: Names of the pack's rules, which a shop cannot use again.

    Raises:
        ScriptLibraryError: Something in it cannot be used; holds every problem with its
            line.
    """
    report = Report()
    rules: tuple[ShopRule, ...] = ()
    if path.is_file():
        file = read_yaml(path, root=path.parent, report=report, kind="guard")
        if file is not None:
            items = file.items()
            if len(items) > _MOST:
                file.complain(f"more than {_MOST} rules")
            rules = tuple(_rule(item, taken) for item in items[:_MOST])
    else:
        report.add(Place(file=path.name, line=0), "no such file")
    if report.problems:
        raise ScriptLibraryError(report.problems)
    return rules


def _rule(value: Value, taken: frozenset[str]) -> ShopRule:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    rule = ShopRule(
        rule=fields.text("rule"),
        verdict=fields.choice("verdict", Verdict, missing=Verdict.BLOCK),
        phrases=fields.read("phrases", _phrases, ()),
        suggestion=fields.text("suggestion"),
        unless=fields.read("unless", _phrases, ()),
        replacement=fields.read("replacement", read_replacement, None),
        since=fields.read("since", read_day, None),
        channels=fields.choices("channels", Channel),
        senders=fields.choices("senders", GuardSender),
        kinds=fields.choices("kinds", TextKind),
    )
    if rule.rule in taken:
        value.complain(f"rule {rule.rule!r} is one of the pack's: choose another name")
    elif rule.rule:
        note_once(value, "rule", rule.rule)
    if rule.verdict is Verdict.PASS:
        value.complain("the verdict pass forbids nothing")
    if (rule.verdict is Verdict.REWRITE) is (rule.replacement is None):
        value.complain("a replacement belongs to the verdict rewrite, and only there")
    return rule


def _phrases(value: Value) -> tuple[str, ...]:
    if value.is_empty_list:
        value.complain("at least one phrase is needed")
    for item in value.items():
        phrase = item.text()
        if phrase and phrase_pattern(phrase) is None:
            item.complain(f"nothing is left of a part of {phrase!r} but separators")
    return value.texts()
