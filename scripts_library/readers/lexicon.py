"""Which words and couriers does a trade know?"""

from pathlib import Path

from bot.understanding.lexicon import CourierPattern, Lexicon
from scripts_library.readers.folders import read_file
from scripts_library.readers.patterns import read_whole_pattern
from scripts_library.readers.words import read_words
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_LISTS = ("words", "address_words", "particles", "opt_out_words", "places")
_OPTIONAL = ("opt_out_marks",)
_CLASS_SIZE = 2
"""Fewer words than this are no synonyms."""


def read_lexicon(root: Path, *, report: Report) -> Lexicon:
    """Return lexicon.yaml and couriers.yaml of a pack."""
    couriers = _read_couriers(root, report=report)
    file = read_file(root, "lexicon", report=report)
    if file is None:
        return Lexicon(couriers=couriers)
    fields = file.fields(required=(*_LISTS, "synonyms"), optional=_OPTIONAL)
    lists = {name: fields.read(name, read_words, ()) for name in (*_LISTS, *_OPTIONAL)}
    synonyms = fields.read("synonyms", _synonyms, ())
    return Lexicon(**lists, synonyms=synonyms, couriers=couriers)


def _synonyms(value: Value) -> tuple[tuple[str, ...], ...]:
    classes = []
    owners: dict[str, str] = {}
    for group in value.items():
        words = read_words(group)
        if len(words) < _CLASS_SIZE:
            group.complain("a synonym class needs at least two words")
            continue
        for word in words:
            if word in owners:
                group.complain(f"{word!r} belongs to the class {owners[word]} already")
            owners[word] = words[0]
        classes.append(words)
    return tuple(classes)


def _read_couriers(root: Path, *, report: Report) -> tuple[CourierPattern, ...]:
    file = read_file(root, "couriers", report=report)
    if file is None:
        return ()
    return tuple(_courier(value) for value in file.items())


def _courier(value: Value) -> CourierPattern:
    fields = value.fields(required=("name", "pattern"))
    return CourierPattern(
        name=fields.text("name"),
        pattern=fields.read("pattern", read_whole_pattern, ""),
    )
