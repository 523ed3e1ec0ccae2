"""What does a library of any size look like, made from the examples of one pack?

Smaller than the pack: a sample of its examples, every intent in proportion. Larger: all of
them, and new lines, each the head of one example and the tail of another of the same
intent: cut between clauses where both have some, anywhere otherwise. So a line has the
words, the length and the intent of real ones, and new character sequences only at its seam.
"""

import random
import re
from collections.abc import Mapping, Sequence
from typing import Final

LONGEST: Final = 40
"""Characters of a composed line; the tail of a longer one is left away."""
_TRIES: Final = 1000
_CLAUSE: Final = re.compile(r"(?<=[,，.。!！?？;；~～、 ])")

Examples = Mapping[str, Sequence[str]]


def make_library(examples: Examples, *, size: int, seed: int) -> dict[str, list[str]]:
    """Return a library of exactly ``size`` lines; the same arguments give the same.

    Raises:
        ValueError: an intent has too few examples to make so many different lines.
    """
    have = {intent: len(texts) for intent, texts in examples.items()}
    library = {}
    for intent, quota in _shares(have, size).items():
        # One generator an intent: a change in one leaves the others as they are.
        chance = random.Random(f"{seed} {intent}")  # noqa: S311 - the same lines each time
        texts = list(examples[intent])
        library[intent] = (
            chance.sample(texts, quota)
            if quota <= len(texts)
            else _grow(texts, quota=quota, chance=chance)
        )
    return library


def _shares(have: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many lines each intent gets, in proportion and ``size`` in all."""
    total = sum(have.values())
    shares = {}
    seen = given = 0
    for intent, count in have.items():
        seen += count
        shares[intent] = seen * size // total - given
        given += shares[intent]
    return shares


def _grow(texts: Sequence[str], *, quota: int, chance: random.Random) -> list[str]:
    """Return the texts and new lines made of them, ``quota`` in all."""
    lines = dict.fromkeys(texts)
    failures = 0
    while len(lines) < quota:
        line = compose(*chance.choices(texts, k=2), chance=chance)
        if len(line) > 1 and line not in lines:
            lines[line] = None
            failures = 0
        elif (failures := failures + 1) > _TRIES:
            raise ValueError(f"{len(texts)} examples do not make {quota} lines")
    return list(lines)


def compose(first: str, second: str, *, chance: random.Random) -> str:
    """Return the head of one line with the tail of another."""
    heads, tails = _CLAUSE.split(first), _CLAUSE.split(second)
    if len(heads) > 1 and len(tails) > 1:
        head = "".join(heads[: chance.randrange(1, len(heads))])
        tail = "".join(tails[chance.randrange(1, len(tails)) :])
    else:
        head = first[: chance.randint(1, len(first))]
        tail = second[chance.randrange(len(second)) :]
    return (head + tail)[:LONGEST].strip()
