"""Can the intents of a pack be learnt and told apart from its examples?"""

from collections.abc import Iterator

from bot.errors import Problem
from bot.learning.lines import fold_line
from bot.scripts import Pack
from scripts_library.report import Origins, Place


def lint_examples(pack: Pack, *, origins: Origins, least: int) -> Iterator[Problem]:
    """Yield intents with too few examples, and lines that stand twice.

    A held-out line that is an example too stands twice as well.

    Args:
        pack: The pack.
        origins: Where its pieces stand.
        least: Examples that each intent needs.
    """
    yield from _too_few(pack, origins, least)
    lines: dict[str, tuple[str, Place]] = {}
    for intent_id, texts in pack.examples.items():
        for text in texts:
            place = origins.of("example", intent_id, text)
            owner, first = lines.setdefault(fold_line(text), (intent_id, place))
            if first != place:
                where = f"{owner} ({first.file}:{first.line})"
                yield place.problem(f"{text!r} is also an example of {where}")
    for intent_id, text in pack.heldout:
        known = lines.get(fold_line(text))
        if known is not None:
            place = origins.of("heldout", intent_id, text)
            yield place.problem(
                f"held-out line {text!r} is an example of {known[0]}: confidence"
                " would be calibrated on what was learnt"
            )


def _too_few(pack: Pack, origins: Origins, least: int) -> Iterator[Problem]:
    for intent_id in pack.intents:
        count = len(pack.examples.get(intent_id, ()))
        if count < least:
            place = origins.of("intent", intent_id)
            yield place.problem(f"{intent_id!r} has {count} examples, needs {least}")
