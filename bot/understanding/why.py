"""Why did the matcher decide so, in words that a manager understands?"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from bot.understanding.classify import LinearClassifier, Vector
from bot.understanding.entities import PLACEHOLDERS
from bot.understanding.features import Family
from bot.understanding.scoring import Scores
from bot.utterances import EntityKind, Guess

_TERMS: Final = 3
_CONSIDERED: Final = 12
"""Strongest features looked at; most of them overlap."""
KIND_NAMES: Final = {
    EntityKind.ORDER_NO: "订单号",
    EntityKind.TRACKING_NO: "快递单号",
    EntityKind.PHONE: "电话",
    EntityKind.AMOUNT_FEN: "金额",
    EntityKind.DISCOUNT: "折扣",
    EntityKind.DATE: "日期",
    EntityKind.DURATION_DAYS: "时长",
    EntityKind.HEIGHT_CM: "身高",
    EntityKind.WEIGHT_JIN: "体重",
    EntityKind.SIZE: "尺码",
    EntityKind.QUANTITY: "数量",
    EntityKind.PLACE: "地名",
}
_SHOWN: Final = str.maketrans(
    {mark: f"［{KIND_NAMES[kind]}］" for kind, mark in PLACEHOLDERS.items()}
    | {"^": "", "$": ""}
)
_READABLE: Final = frozenset({Family.CHARACTERS.value, Family.WORDS.value})


def explain(
    scores: Scores,
    *,
    guesses: Sequence[Guess],
    examples: Sequence[str],
    labels: Sequence[str],
    classifier: LinearClassifier,
    names: Sequence[str],
) -> tuple[str, ...]:
    """Return sentences about the best guess: nearest example, terms, runner-up.

    Args:
        scores: What the text scored.
        guesses: Best first.
        examples: Texts by example index.
        labels: Intent ids by label index.
        classifier: The model that weighed the terms.
        names: Feature names by row.
    """
    best = guesses[0].intent_id
    label = labels.index(best)
    sentences = []
    nearest = scores.neighbours.nearest(label)
    if nearest is not None:
        sentences.append(
            f"最像“{best}”的例句“{examples[nearest.example]}”（相似度 {nearest.similarity:.0%}）"
        )
    terms = _terms(scores.vector, label=label, classifier=classifier, names=names)
    if terms:
        sentences.append(f"关键词语：{'、'.join(terms)}")
    if len(guesses) > 1 and guesses[1].confidence > 0:
        sentences.append(
            f"其次可能是“{guesses[1].intent_id}”（{guesses[1].confidence:.0%}）"
        )
    return tuple(sentences)


def _terms(
    vector: Vector, *, label: int, classifier: LinearClassifier, names: Sequence[str]
) -> list[str]:
    """Return the terms that spoke most for ``label``, none inside another."""
    shares = classifier.contributions(vector, label=label)
    terms: list[str] = []
    for position in np.argsort(-shares, kind="stable")[:_CONSIDERED]:
        name = names[vector.rows[position]]
        term = name[1:].translate(_SHOWN).replace(" ", "")
        is_new = not any(term in known or known in term for known in terms)
        if shares[position] > 0 and name[0] in _READABLE and term and is_new:
            terms.append(term)
        if len(terms) == _TERMS:
            break
    return terms
