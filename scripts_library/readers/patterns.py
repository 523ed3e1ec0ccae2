"""Is a regular expression of a pack valid?"""

import re

import regex

from scripts_library.yaml_nodes import Value


def read_pattern(value: Value) -> str:
    """Return a pattern that the ``regex`` package compiles (guard rules)."""
    pattern = value.text()
    try:
        regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        value.complain(f"invalid pattern {pattern!r}: {error}")
    return pattern


def read_whole_pattern(value: Value) -> str:
    """Return a pattern that ``re`` compiles and that needs at least one character."""
    pattern = value.text()
    try:
        if pattern and re.fullmatch(pattern, "") is not None:
            value.complain(f"pattern {pattern!r} matches an empty text")
    except (re.error, OverflowError, RecursionError) as error:
        value.complain(f"invalid pattern {pattern!r}: {error}")
    return pattern


def read_patterns(value: Value) -> tuple[str, ...]:
    """Return a list of guard patterns; an empty one is a problem."""
    if value.is_empty_list:
        value.complain("at least one pattern is needed")
    return tuple(read_pattern(item) for item in value.items())
