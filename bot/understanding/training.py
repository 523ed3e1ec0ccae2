"""How does a library of examples become a model?"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec
import numpy as np

from bot.understanding.classify import LinearClassifier
from bot.understanding.confidence import Confidence, fit_confidence
from bot.understanding.features import Reading
from bot.understanding.lexicon import Lexicon
from bot.understanding.model import (
    FORMAT,
    StoredModel,
    encode,
    pack_calibration,
    pack_classifier,
    pack_sentences,
)
from bot.understanding.pinyin import build_table
from bot.understanding.ranking import SentenceModel
from bot.understanding.reading import TextParser
from bot.understanding.sentences import SentenceEncoder, Vectors
from bot.understanding.unseen import Material, cross_validate, fit_stages, judge

Progress = Callable[[str, float], None]
"""Called with a stage in Chinese and the finished share, 0 to 1."""

_HELDOUT_ENOUGH: Final = 50
"""Fewer held-out phrasings calibrate worse than cross-validation over the examples."""
_GROUPS: Final = 256
"""Texts are encoded in groups that their own words decide. What stands beside a text moves
its vector by a rounding: so a line more moves those of its group only, and vectors that
are kept from an earlier training are those that this one would have made."""


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
    material: Material


class _Reader:
    """Reads texts, and encodes them where there is an encoder; tells how far it is."""

    def __init__(
        self,
        parser: TextParser,
        *,
        encoder: SentenceEncoder | None,
        report: Progress,
        total: int,
    ) -> None:
        self._parser = parser
        self._encoder = encoder
        self._report = report
        self._total = max(total, 1)
        self._done = 0
        self._names: dict[str, str] = {}

    def read(self, pairs: Sequence[tuple[int, str]], *, label_count: int) -> Material:
        """Return labelled texts as both stages see them."""
        readings = tuple(
            self._slim(self._parser.parse(text).reading) for _, text in pairs
        )
        return Material(
            readings=readings,
            targets=tuple(target for target, _ in pairs),
            label_count=label_count,
            vectors=None if self._encoder is None else self._encode(readings),
        )

    def _slim(self, reading: Reading) -> Reading:
        """Return a reading that shares the names of its features with the others.

        Thousands of examples have the same few runs of characters; each with texts of its
        own they would fill gigabytes.
        """
        share = self._names.setdefault
        return replace(
            reading,
            features={
                family: tuple(map(share, names, names))
                for family, names in reading.features.items()
            },
        )

    def _encode(self, readings: Sequence[Reading]) -> Vectors:
        assert self._encoder is not None  # noqa: S101 - for the type checker
        groups: dict[int, list[int]] = {}
        for place, reading in enumerate(readings):
            groups.setdefault(_group(reading.text), []).append(place)
        vectors = np.zeros((len(readings), self._encoder.size), dtype=np.float32)
        for places in groups.values():
            texts = sorted({readings[place].text for place in places})
            row_of = {text: row for row, text in enumerate(texts)}
            rows = [row_of[readings[place].text] for place in places]
            vectors[places] = self._encoder.encode(texts)[rows]
            self._done += len(places)
            self._report("计算句向量", 0.1 + 0.4 * self._done / self._total)
        return vectors


def _group(text: str) -> int:
    """Return a number below :data:`_GROUPS`, the same for a text anywhere."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return digest[0] % _GROUPS


def fingerprint(training_set: TrainingSet, *, encoder: str | None = None) -> str:
    """Return a hash of everything the model depends on, its format included.

    Args:
        training_set: What is learnt from.
        encoder: Name of the sentence encoder, if there is one.
    """
    content = (
        FORMAT,
        encoder,
        sorted(
            (intent, list(texts)) for intent, texts in training_set.examples.items()
        ),
        [list(row) for row in training_set.heldout],
        training_set.off_topic,
        msgspec.to_builtins(training_set.lexicon),
    )
    return hashlib.sha256(msgspec.msgpack.encode(content)).hexdigest()


def train(
    training_set: TrainingSet,
    *,
    encoder: SentenceEncoder | None = None,
    progress: Progress | None = None,
) -> bytes:
    """Return a model of ``training_set`` as bytes; the same set gives the same bytes.

    Args:
        training_set: What is learnt from.
        encoder: With one the model has a second stage and needs it when loaded.
        progress: Told how far it is.

    Raises:
        ValueError: If there is not a single example.
    """
    report = progress if progress is not None else _ignore
    report("读取例句", 0.0)
    pinyin = build_table()
    parser = TextParser(training_set.lexicon, pinyin=pinyin)
    labels = tuple(sorted(training_set.examples))
    pairs = [
        (target, text)
        for target, label in enumerate(labels)
        for text in training_set.examples[label]
    ]
    if not pairs:
        raise ValueError("a matcher needs at least one example")
    target_of = {label: target for target, label in enumerate(labels)}
    apart = [
        (target_of[label], text)
        for label, text in training_set.heldout
        if label in target_of
    ]
    reader = _Reader(
        parser, encoder=encoder, report=report, total=len(pairs) + len(apart)
    )
    corpus = _Corpus(
        labels=labels,
        texts=tuple(text for _, text in pairs),
        material=reader.read(pairs, label_count=len(labels)),
    )
    unseen = reader.read(apart, label_count=len(labels))
    report("训练分类器", 0.5)
    stages = fit_stages(corpus.material)
    report("校准置信度", 0.8)
    off_topic = (
        None
        if training_set.off_topic is None
        else target_of.get(training_set.off_topic)
    )
    confidence = fit_confidence(
        judge(stages, unseen)
        if len(apart) >= _HELDOUT_ENOUGH
        else cross_validate(corpus.material),
        off_topic=off_topic,
    )
    report("打包模型", 0.95)
    model = _store(
        corpus,
        classifier=_with_lead(
            stages.scorer.classifier, lead=confidence.lead, label=off_topic
        ),
        sentences=stages.sentences,
        confidence=confidence,
        encoder=encoder,
        pinyin=pinyin,
    )
    report("完成", 1.0)
    return model


def _ignore(stage: str, share: float) -> None:
    """Take progress and tell nobody."""


def _with_lead(
    classifier: LinearClassifier, *, lead: float, label: int | None
) -> LinearClassifier:
    """Return the classifier with a lead given to one label."""
    if label is None:
        return classifier
    bias = np.array(classifier.bias)
    bias[label] += lead
    return replace(classifier, bias=bias)


def _store(
    corpus: _Corpus,
    *,
    classifier: LinearClassifier,
    sentences: SentenceModel | None,
    confidence: Confidence,
    encoder: SentenceEncoder | None,
    pinyin: dict[str, str],
) -> bytes:
    """Return everything as one block of bytes."""
    idf, weights, bias = pack_classifier(classifier)
    stored = None
    if encoder is not None and sentences is not None:
        stored = pack_sentences(
            replace(sentences, share=confidence.share),
            encoder=encoder.name,
            calibration=confidence.both,
        )
    return encode(
        StoredModel(
            format=FORMAT,
            labels=list(corpus.labels),
            examples=list(corpus.texts),
            compacts=[reading.compact for reading in corpus.material.readings],
            example_labels=list(corpus.material.targets),
            features=list(classifier.vocabulary.row_of),
            idf=idf,
            weights=weights,
            bias=bias,
            calibration=pack_calibration(confidence.first),
            sentences=stored,
            pinyin=pinyin,
        )
    )
