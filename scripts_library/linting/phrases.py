"""Would the phrases that a pack is checked with prove anything?"""

from collections.abc import Iterator

from bot.errors import Problem
from bot.learning.lines import fold_line
from bot.scripts import Pack
from scripts_library.report import Origins


def lint_phrases(
    pack: Pack, *, origins: Origins, hits: int, near: int
) -> Iterator[Problem]:
    """Yield intents with too few phrases, and phrases that prove nothing.

    What is learnt as an example is understood in any case; a near phrase of the intent
    itself is no near one.

    Args:
        pack: The pack.
        origins: Where its pieces stand.
        hits: Phrases that each intent must be understood from.
        near: Phrases near to it that belong to another.
    """
    for intent_id in pack.intents:
        yield from _too_few(pack, intent_id, origins, hits=hits, near=near)
    learnt = {
        fold_line(text): intent_id
        for intent_id, texts in pack.examples.items()
        for text in texts
    }
    for intent_id, phrases in pack.phrases.items():
        for text in phrases.must_hit:
            if fold_line(text) in learnt:
                reason = f"{text!r} is an example of {learnt[fold_line(text)]}: it proves nothing"
                yield origins.of("must_hit", text).problem(reason)
        for one in phrases.must_not_hit:
            if one.intent_id == intent_id:
                reason = f"{one.text!r} is to be {intent_id}, which it must not hit"
                yield origins.of("must_not_hit", one.text).problem(reason)


def _too_few(
    pack: Pack, intent_id: str, origins: Origins, *, hits: int, near: int
) -> Iterator[Problem]:
    phrases = pack.phrases.get(intent_id)
    counts = (
        ("must_hit", 0 if phrases is None else len(phrases.must_hit), hits),
        ("must_not_hit", 0 if phrases is None else len(phrases.must_not_hit), near),
    )
    for name, count, least in counts:
        if count < least:
            place = origins.of("intent", intent_id)
            yield place.problem(
                f"{intent_id!r} has {count} {name} phrases, needs {least}"
            )
