"""What does a matcher know? Everything that was learnt, ready for use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.understanding.lexicon import Lexicon
from bot.understanding.model import (
    StoredModel,
    unpack_calibration,
    unpack_classifier,
    unpack_sentences,
)
from bot.understanding.ranking import Ranker, SecondOpinion
from bot.understanding.reading import TextParser
from bot.understanding.recall import RecallIndex
from bot.understanding.scoring import Scorer
from bot.understanding.sentences import SentenceEncoder


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """A trained model, or one with changes laid over it; shared by its matchers."""

    labels: tuple[str, ...]
    """Intent ids, sorted; a label is a place in here."""
    examples: tuple[str, ...]
    """Texts, as neighbours number them."""
    example_labels: tuple[int, ...]
    feature_names: tuple[str, ...]
    """By row of the vocabulary."""
    ranker: Ranker
    lexicon: Lexicon
    parser: TextParser
    pinyin: Mapping[str, str] = field(repr=False)
    base: "Knowledge | None" = None
    """The trained model below an overlay."""


def unpack_knowledge(
    stored: StoredModel, *, lexicon: Lexicon, encoder: SentenceEncoder | None
) -> Knowledge:
    """Return what a stored model knows.

    Raises:
        ValueError: If the model needs another encoder.
    """
    return Knowledge(
        labels=tuple(stored.labels),
        examples=tuple(stored.examples),
        example_labels=tuple(stored.example_labels),
        feature_names=tuple(stored.features),
        ranker=Ranker(
            Scorer(
                classifier=unpack_classifier(stored),
                index=RecallIndex(stored.compacts, stored.example_labels),
                label_count=len(stored.labels),
            ),
            calibration=unpack_calibration(stored.calibration),
            second=_second_opinion(stored, encoder=encoder),
        ),
        lexicon=lexicon,
        parser=TextParser(lexicon, pinyin=stored.pinyin),
        pinyin=stored.pinyin,
    )


def _second_opinion(
    stored: StoredModel, *, encoder: SentenceEncoder | None
) -> SecondOpinion | None:
    """Return the second stage of a stored model; None for a model without one.

    Raises:
        ValueError: If the model needs another encoder.
    """
    sentences = stored.sentences
    if sentences is None:
        return None
    if encoder is None or encoder.name != sentences.encoder:
        raise ValueError(f"this model needs the sentence encoder {sentences.encoder}")
    return SecondOpinion(
        encoder=encoder,
        model=unpack_sentences(sentences),
        calibration=unpack_calibration(sentences.calibration),
    )
