"""By which words is a script chosen before anything is guessed?"""

from typing import Final

from bot.phrases import PATTERN_LONGEST, pattern_problem
from bot.scripts import PhraseRule
from scripts_library.yaml_nodes import Value

_KEYS: Final = ("contains", "all", "none", "pattern")


def read_phrases(value: Value) -> PhraseRule:
    """Return a phrase rule; one that fits everything is reported."""
    fields = value.fields(required=(), optional=_KEYS)
    rule = PhraseRule(
        contains=fields.read("contains", Value.texts, ()),
        all=fields.read("all", Value.texts, ()),
        none=fields.read("none", Value.texts, ()),
        pattern=fields.read("pattern", _pattern, ""),
    )
    if not (rule.contains or rule.all or rule.pattern):
        value.complain("nothing is looked for: name contains, all or pattern")
    return rule


def _pattern(value: Value) -> str:
    pattern = value.text()
    if len(pattern) > PATTERN_LONGEST:
        value.complain(f"longer than {PATTERN_LONGEST} characters")
        return ""
    problem = pattern_problem(pattern)
    if problem is not None:
        value.complain(problem)
    return pattern
