"""Which classes of words do the guard's patterns share? ``words`` of ``guard.yaml``.

A class is an alternation with a name: ``reward: 红包|返现``. ``<reward>`` in a pattern
stands for it, so that a word found once counts in every rule that speaks of such words.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Final

import regex

from scripts_library.readers.patterns import read_pattern
from scripts_library.yaml_nodes import Value

Words = Mapping[str, str]
"""Alternations by name."""

_NAMED: Final = re.compile(r"(?<!\(\?)(?<!\(\?P)<([a-z_]+)>")
"""Not the name of a group: (?P<name>…)."""


def read_words(value: Value) -> Words:
    """Return the classes of words of a pack."""
    return {name: read_pattern(written) for name, _, written in value.entries()}


def read_guard_patterns(value: Value, *, words: Words) -> tuple[str, ...]:
    """Return a list of patterns, the classes of words in them written out.

    An empty list, a class that is not there and an invalid pattern are problems.
    """
    if value.is_empty_list:
        value.complain("at least one pattern is needed")
    return tuple(_read(item, words) for item in value.items())


def _read(value: Value, words: Words) -> str:
    written = value.text()
    unknown = [name for name in _NAMED.findall(written) if name not in words]
    for name in unknown:
        known = ", ".join(words) or "none"
        value.complain(f"unknown class of words <{name}>: there is {known}")
    if unknown:
        return written
    pattern = _NAMED.sub(partial(_write_out, words=words), written)
    try:
        regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        value.complain(f"invalid pattern {written!r}: {error}")
    return pattern


def _write_out(match: re.Match[str], *, words: Words) -> str:
    return f"(?:{words[match[1]]})"
