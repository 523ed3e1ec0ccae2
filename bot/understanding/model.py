"""What does a trained model consist of, and how does it travel as bytes?"""

import zlib
from typing import Final

import msgspec
import numpy as np

from bot.understanding.calibrate import Calibration
from bot.understanding.classify import LinearClassifier, Vocabulary
from bot.understanding.ranking import SentenceModel

FORMAT: Final = 11
"""Raised whenever features, scoring or this layout change: old caches are rebuilt."""


class StoredCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """A :class:`Calibration`."""

    sharpness: float
    coefficients: tuple[float, float, float, float]


class StoredSentences(msgspec.Struct, frozen=True, kw_only=True):
    """What judges the vectors of one encoder."""

    encoder: str
    """Name of the encoder whose vectors the weights fit."""
    weights: bytes
    """float16, numbers of a vector × labels."""
    bias: bytes
    """float32, one per label."""
    share: float
    calibration: StoredCalibration


class StoredModel(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """Everything that training yields; arrays as little-endian bytes."""

    format: int
    labels: list[str]
    examples: list[str]
    """Example texts as the pack has them."""
    compacts: list[str]
    """The same texts as compared."""
    example_labels: list[int]
    features: list[str]
    idf: bytes
    """float32, one per feature."""
    weights: bytes
    """float16, features × labels; the rounding moves no best guess on held-out phrasings."""
    bias: bytes
    """float32, one per label."""
    calibration: StoredCalibration
    sentences: StoredSentences | None
    pinyin: dict[str, str]
    checksum: int | None = None
    """CRC-32 of the model without it, so that no broken byte answers differently; None in
    models of before there was one."""


def encode(model: StoredModel) -> bytes:
    """Return the model as bytes, the same bytes for the same model."""
    return msgspec.msgpack.encode(
        msgspec.structs.replace(model, checksum=_checksum(model))
    )


def decode(data: bytes) -> StoredModel:
    """Return the model that :func:`encode` made ``data`` from.

    Raises:
        ValueError: If ``data`` is no model of this format, or broken; train again.
    """
    model = msgspec.msgpack.decode(data, type=StoredModel)
    if model.format != FORMAT:
        raise ValueError(f"model format {model.format}, this program reads {FORMAT}")
    if model.checksum not in {None, _checksum(model)}:
        raise ValueError("the model is broken: its checksum is another")
    return model


def _checksum(model: StoredModel) -> int:
    """Return what a changed byte changes; a twentieth of a second for a whole pack."""
    content = msgspec.structs.replace(model, checksum=None)
    return zlib.crc32(msgspec.msgpack.encode(content))


def pack_classifier(classifier: LinearClassifier) -> tuple[bytes, bytes, bytes]:
    """Return idf, weights and bias as bytes."""
    return (
        classifier.vocabulary.idf.astype("<f4").tobytes(),
        classifier.weights.astype("<f2").tobytes(),
        classifier.bias.astype("<f4").tobytes(),
    )


def unpack_classifier(model: StoredModel) -> LinearClassifier:
    """Return the classifier of a stored model."""
    weights = np.frombuffer(model.weights, dtype="<f2")
    return LinearClassifier(
        vocabulary=Vocabulary(
            row_of={name: row for row, name in enumerate(model.features)},
            idf=np.frombuffer(model.idf, dtype="<f4"),
        ),
        weights=weights.reshape(len(model.features), len(model.labels)),
        bias=np.frombuffer(model.bias, dtype="<f4"),
    )


def pack_calibration(calibration: Calibration) -> StoredCalibration:
    """Return a calibration as it is stored."""
    return StoredCalibration(
        sharpness=calibration.sharpness, coefficients=calibration.coefficients
    )


def unpack_calibration(stored: StoredCalibration) -> Calibration:
    """Return a stored calibration."""
    return Calibration(sharpness=stored.sharpness, coefficients=stored.coefficients)


def pack_sentences(
    model: SentenceModel, *, encoder: str, calibration: Calibration
) -> StoredSentences:
    """Return a sentence model as it is stored."""
    return StoredSentences(
        encoder=encoder,
        weights=model.weights.astype("<f2").tobytes(),
        bias=model.bias.astype("<f4").tobytes(),
        share=model.share,
        calibration=pack_calibration(calibration),
    )


def unpack_sentences(stored: StoredSentences) -> SentenceModel:
    """Return the sentence model that was stored."""
    bias = np.frombuffer(stored.bias, dtype="<f4")
    weights = np.frombuffer(stored.weights, dtype="<f2").astype(np.float32)
    return SentenceModel(
        weights=weights.reshape(-1, bias.size), bias=bias, share=stored.share
    )
