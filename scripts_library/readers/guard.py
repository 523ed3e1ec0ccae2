"""Which rules must outgoing texts keep? ``guard.yaml`` and ``guard/*.yaml`` of a pack."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from bot.guarding.folding import fold_for_guard
from bot.guarding.rules import (
    Channel,
    GuardPattern,
    GuardRules,
    GuardSender,
    Spelling,
    TextKind,
    Verdict,
)
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.guard_words import (
    Words,
    read_guard_patterns,
    read_words,
)
from scripts_library.report import Report
from scripts_library.yaml_files import read_yaml
from scripts_library.yaml_nodes import Fields, Value

_REQUIRED = ("rule", "verdict", "suggestion")
_OPTIONAL = (
    "category",
    "patterns",
    "rewrites",
    "unless",
    "replacement",
    "since",
    "is_fact_allowed",
    "channels",
    "senders",
    "kinds",
    "source",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What the rules of one file have in common unless they say otherwise."""

    category: str = ""
    source: str = ""
    unless: tuple[str, ...] = ()
    words: Words = field(default_factory=dict)
    """Classes of words that patterns may name, of the whole pack."""


def read_guard(root: Path, *, report: Report) -> GuardRules:
    """Return guard.yaml of a pack with the rules of every file in its folder guard."""
    file = read_file(root, "guard", report=report)
    if file is None:
        return GuardRules()
    fields = file.fields(
        required=("fixed_terms", "patterns"), optional=("spellings", "words")
    )
    words = fields.read("words", read_words, {})
    patterns = (
        *read_rules(fields, "patterns", shared=_Shared(words=words)),
        *(
            rule
            for path in sorted((root / "guard").glob("*.yaml"))
            for rule in _read_category(path, words, root=root, report=report)
        ),
    )
    spellings = tuple(map(_spelling, fields.read("spellings", Value.items, ())))
    return GuardRules(
        patterns=patterns,
        fixed_terms=fields.read("fixed_terms", Value.texts, ()),
        spellings=(*spellings, *_of_rewrites(patterns, known=spellings)),
    )


def read_rules(
    fields: Fields, key: str, *, shared: _Shared
) -> tuple[GuardPattern, ...]:
    """Return the rules in the list of a key; problems are in the report."""
    return tuple(_rule(value, shared) for value in fields.read(key, Value.items, ()))


def _of_rewrites(
    rules: Iterable[GuardPattern], *, known: Iterable[Spelling]
) -> Iterator[Spelling]:
    """Yield the words that rules rewrite, which may be spelled in letters as well."""
    words = {word for rule in rules for word, _ in rule.rewrites if len(word) > 1}
    for word in sorted(words - {it.word for it in known}):
        yield Spelling(word=word, is_by_sound=False)


def _read_category(
    path: Path, words: Words, *, root: Path, report: Report
) -> tuple[GuardPattern, ...]:
    file = read_yaml(path, root=root, report=report, kind="guard")
    if file is None:
        return ()
    fields = file.fields(required=("category", "rules"), optional=("source", "unless"))
    shared = _Shared(
        category=fields.text("category"),
        source=fields.text("source"),
        unless=fields.read("unless", partial(read_guard_patterns, words=words), ()),
        words=words,
    )
    return read_rules(fields, "rules", shared=shared)


def _rule(value: Value, shared: _Shared) -> GuardPattern:
    required = _REQUIRED if shared.category else (*_REQUIRED, "category")
    fields = value.fields(required=required, optional=_OPTIONAL)
    read_patterns = partial(read_guard_patterns, words=shared.words)
    rule = GuardPattern(
        rule=fields.text("rule"),
        category=fields.read("category", Value.text, shared.category),
        verdict=fields.choice("verdict", Verdict, missing=Verdict.BLOCK),
        patterns=fields.read("patterns", read_patterns, ()),
        rewrites=fields.read("rewrites", _rewrites, ()),
        suggestion=fields.text("suggestion"),
        unless=(*fields.read("unless", read_patterns, ()), *shared.unless),
        replacement=fields.read("replacement", read_replacement, None),
        since=fields.read("since", read_day, None),
        is_fact_allowed=fields.flag("is_fact_allowed", missing=False),
        channels=fields.choices("channels", Channel),
        senders=fields.choices("senders", GuardSender),
        kinds=fields.choices("kinds", TextKind),
        source=fields.read("source", Value.text, shared.source),
    )
    if rule.rule:
        note_once(value, "rule", rule.rule)
    _check(value, fields, rule)
    return rule


def _check(value: Value, fields: Fields, rule: GuardPattern) -> None:
    """Report a rule that looks for nothing, or whose rewriting is not one."""
    if "patterns" not in fields.values and "rewrites" not in fields.values:
        value.complain("missing key: patterns")
    is_rewrite = rule.verdict is Verdict.REWRITE
    needs_replacement = is_rewrite and "patterns" in fields.values
    if needs_replacement is (rule.replacement is None) or (
        rule.rewrites and not is_rewrite
    ):
        value.complain("a replacement belongs to the verdict rewrite, and only there")


def _rewrites(value: Value) -> tuple[tuple[str, str], ...]:
    """Return folded words with what stands instead of each; the same one once."""
    found: dict[str, str] = {}
    for name, key, instead in value.entries():
        word = fold_for_guard(name).text
        if word != name:
            key.complain(f"{name!r} is not folded: write {word!r}")
        found[word] = read_replacement(instead)
    return tuple(found.items())


def _spelling(value: Value) -> Spelling:
    fields = value.fields(required=("word",), optional=("forms", "innocent"))
    spelling = Spelling(
        word=fields.text("word"),
        forms=fields.read("forms", Value.texts, ()),
        innocent=fields.read("innocent", Value.texts, ()),
    )
    for form in (spelling.word, *spelling.forms):
        folded = fold_for_guard(form).text
        if folded != form:
            value.complain(f"{form!r} is not folded: write {folded!r}")
    if spelling.word:
        note_once(value, "spelling", spelling.word)
    return spelling


def read_day(value: Value) -> date | None:
    """Return a day written as 2024-09-01."""
    written = str(value.node.value)
    try:
        return date.fromisoformat(written)
    except ValueError:
        value.complain(f"expected a day such as 2024-09-01, found {written!r}")
        return None


def read_replacement(value: Value) -> str:
    """Return what stands instead of a hit; nothing at all is allowed when quoted."""
    if value.node.value == "" and value.node.tag.endswith(":str"):
        return ""
    return value.text()
