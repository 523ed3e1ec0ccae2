"""How does a library of examples become a model?"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from bot.understanding.calibrate import Calibration, Outcome, fit_calibration
from bot.understanding.features import Reading
from bot.understanding.lexicon import Lexicon
from bot.understanding.model import FORMAT, StoredModel, encode, pack_classifier
from bot.understanding.pinyin import build_table
from bot.understanding.reading import TextParser
from bot.understanding.recall import RecallIndex
from bot.understanding.scoring import Scorer

Progress = Callable[[str, float], None]
"""Called with a stage in Chinese and the finished share, 0 to 1."""

_FOLDS: Final = 5
_HELDOUT_ENOUGH: Final = 50
"""Fewer held-out phrasings calibrate worse than cross-validation over the examples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """What a matcher learns from: one pack, or one pack and a shop's own lines."""

    examples: Mapping[str, Sequence[str]]
    """Intent id -> utterances."""
    heldout: Sequence[tuple[str, str]] = ()
    """(intent id, utterance) kept apart from the examples: calibrates confidence."""
    lexicon: Lexicon = field(default_factory=Lexicon)
    urgency: Mapping[str, int] = field(default_factory=dict)
    """Intent id -> 0 to 9; not learnt from, handed on to the matcher."""
    off_topic: str | None = None
    """Id of the intent that means "outside the business"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Corpus:
    """The examples, read."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    readings: tuple[Reading, ...]
    targets: tuple[int, ...]


def fingerprint(training_set: TrainingSet) -> str:
    """Return a hash of everything the model depends on, its format included."""
    content = (
        FORMAT,
        sorted(
            (intent, list(texts)) for intent, texts in training_set.examples.items()
        ),
        [list(row) for row in training_set.heldout],
        msgspec.to_builtins(training_set.lexicon),
    )
    return hashlib.sha256(msgspec.msgpack.encode(content)).hexdigest()


def train(training_set: TrainingSet, *, progress: Progress | None = None) -> bytes:
    """Return a model of ``training_set`` as bytes; the same set gives the same bytes.

    Raises:
        ValueError: If there is not a single example.
    """
    report = progress if progress is not None else _ignore
    report("读取例句", 0.0)
    pinyin = build_table()
    parser = TextParser(training_set.lexicon, pinyin=pinyin)
    corpus = _read_corpus(training_set, parser)
    report("训练分类器", 0.2)
    scorer = _fit_scorer(corpus, tuple(range(len(corpus.texts))))
    report("校准置信度", 0.6)
    calibration = _calibrate(training_set, corpus=corpus, parser=parser, scorer=scorer)
    report("打包模型", 0.95)
    model = _store(corpus, scorer=scorer, calibration=calibration, pinyin=pinyin)
    report("完成", 1.0)
    return model


def _ignore(stage: str, share: float) -> None:
    """Take progress and tell nobody."""


def _read_corpus(training_set: TrainingSet, parser: TextParser) -> _Corpus:
    """Return every example read, in a fixed order."""
    labels = tuple(sorted(training_set.examples))
    pairs = [
        (target, text)
        for target, label in enumerate(labels)
        for text in training_set.examples[label]
    ]
    if not pairs:
        raise ValueError("a matcher needs at least one example")
    return _Corpus(
        labels=labels,
        texts=tuple(text for _, text in pairs),
        readings=tuple(parser.parse(text).reading for _, text in pairs),
        targets=tuple(target for target, _ in pairs),
    )


def _fit_scorer(corpus: _Corpus, chosen: Sequence[int]) -> Scorer:
    """Return a scorer that has learnt from the ``chosen`` examples only."""
    from bot.understanding.fitting import fit_classifier  # noqa: PLC0415 - slow to import

    readings = [corpus.readings[index] for index in chosen]
    targets = [corpus.targets[index] for index in chosen]
    return Scorer(
        classifier=fit_classifier(readings, targets, label_count=len(corpus.labels)),
        index=RecallIndex([reading.compact for reading in readings], targets),
        label_count=len(corpus.labels),
    )


def _calibrate(
    training_set: TrainingSet, *, corpus: _Corpus, parser: TextParser, scorer: Scorer
) -> Calibration:
    """Return the calibration from held-out phrasings, else by cross-validation."""
    target_of = {label: target for target, label in enumerate(corpus.labels)}
    unseen = [
        (parser.parse(text).reading, target_of[label])
        for label, text in training_set.heldout
        if label in target_of
    ]
    if len(unseen) >= _HELDOUT_ENOUGH:
        return fit_calibration(
            [_outcome(scorer, reading, label=label) for reading, label in unseen]
        )
    return fit_calibration(_cross_validate(corpus))


def _cross_validate(corpus: _Corpus) -> list[Outcome]:
    """Return how each example is scored by a model that has not seen it."""
    size = len(corpus.texts)
    folds = min(_FOLDS, size)
    if folds < 2:  # noqa: PLR2004 - one example cannot be held out
        return []
    outcomes: list[Outcome] = []
    for fold in range(folds):
        # Examples of a label stand together, so every fifth line samples each label.
        scorer = _fit_scorer(corpus, [i for i in range(size) if i % folds != fold])
        outcomes.extend(
            _outcome(scorer, corpus.readings[index], label=corpus.targets[index])
            for index in range(fold, size, folds)
        )
    return outcomes


def _outcome(scorer: Scorer, reading: Reading, *, label: int) -> Outcome:
    """Return how ``scorer`` judges one phrasing whose label is known."""
    scores = scorer.score(reading)
    return Outcome(scores=scores.total, similarities=scores.similarities, label=label)


def _store(
    corpus: _Corpus, *, scorer: Scorer, calibration: Calibration, pinyin: dict[str, str]
) -> bytes:
    """Return everything as one block of bytes."""
    idf, weights, bias = pack_classifier(scorer.classifier)
    return encode(
        StoredModel(
            format=FORMAT,
            labels=list(corpus.labels),
            examples=list(corpus.texts),
            compacts=[reading.compact for reading in corpus.readings],
            example_labels=list(corpus.targets),
            features=list(scorer.classifier.vocabulary.row_of),
            idf=idf,
            weights=weights,
            bias=bias,
            sharpness=calibration.sharpness,
            coefficients=calibration.coefficients,
            pinyin=pinyin,
        )
    )
