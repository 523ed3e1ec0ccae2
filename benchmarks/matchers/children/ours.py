"""Ours: learns from the rows alone, with the pack's lexicon and the encoder.

As ``xiaoer eval`` does; with ``--plain`` without sentence vectors.
"""

import sys
from dataclasses import replace
from datetime import date

from benchmarks.matchers.children.serving import TOP, Rank, Rows, serve
from bot.understanding.matcher import TrainingSet, load_matcher, train
from bot.understanding.sentences import installed_encoder
from scripts_library.loader import builtin_pack, load_pack
from server.library import training_set_of

_TODAY = date(2024, 11, 11)


def learn(rows: Rows, *, is_pack: bool, is_plain: bool = False) -> Rank:
    """Return what ranks labels by their confidence.

    Args:
        rows: The examples.
        is_pack: They are the pack's own: its held-out lines calibrate the confidence, and
            its intent for what is outside the business is known.
        is_plain: Without sentence vectors.
    """
    examples: dict[str, list[str]] = {}
    for label, text in rows:
        examples.setdefault(label, []).append(text)
    of_pack = training_set_of(load_pack(builtin_pack()))
    training_set = (
        replace(of_pack, examples=examples)
        if is_pack
        else TrainingSet(examples=examples, lexicon=of_pack.lexicon)
    )
    encoder = None if is_plain else installed_encoder()
    matcher = load_matcher(
        train(training_set, encoder=encoder),
        lexicon=training_set.lexicon,
        urgency=training_set.urgency,
        off_topic=training_set.off_topic,
        encoder=encoder,
    )

    def rank(text: str) -> list[str]:
        understanding = matcher.understand(text, today=_TODAY)
        return [guess.intent_id for guess in understanding.guesses[:TOP]]

    return rank


if __name__ == "__main__":
    serve(
        lambda rows: learn(
            rows, is_pack="--pack" in sys.argv, is_plain="--plain" in sys.argv
        )
    )
