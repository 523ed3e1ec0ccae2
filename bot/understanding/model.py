"""What does a trained model consist of, and how does it travel as bytes?"""

from typing import Final

import msgspec
import numpy as np

from bot.understanding.calibrate import Calibration
from bot.understanding.classify import LinearClassifier, Vocabulary

FORMAT: Final = 2
"""Raised whenever features, scoring or this layout change: old caches are rebuilt."""


class StoredModel(msgspec.Struct, frozen=True, kw_only=True):
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
    sharpness: float
    coefficients: tuple[float, float, float, float]
    pinyin: dict[str, str]


def encode(model: StoredModel) -> bytes:
    """Return the model as bytes, the same bytes for the same model."""
    return msgspec.msgpack.encode(model)


def decode(data: bytes) -> StoredModel:
    """Return the model that :func:`encode` made ``data`` from.

    Raises:
        ValueError: If ``data`` is no model of this format; train again.
    """
    model = msgspec.msgpack.decode(data, type=StoredModel)
    if model.format != FORMAT:
        raise ValueError(f"model format {model.format}, this program reads {FORMAT}")
    return model


def pack_classifier(classifier: LinearClassifier) -> tuple[bytes, bytes, bytes]:
    """Return idf, weights and bias as bytes."""
    return (
        classifier.vocabulary.idf.astype("<f4").tobytes(),
        classifier.weights.astype("<f2").tobytes(),
        classifier.bias.astype("<f4").tobytes(),
    )


def unpack_classifier(model: StoredModel) -> LinearClassifier:
    """Return the classifier of a stored model."""
    weights = np.frombuffer(model.weights, dtype="<f2").astype(np.float32)
    return LinearClassifier(
        vocabulary=Vocabulary(
            row_of={name: row for row, name in enumerate(model.features)},
            idf=np.frombuffer(model.idf, dtype="<f4"),
        ),
        weights=weights.reshape(len(model.features), len(model.labels)),
        bias=np.frombuffer(model.bias, dtype="<f4"),
    )


def unpack_calibration(model: StoredModel) -> Calibration:
    """Return the calibration of a stored model."""
    return Calibration(sharpness=model.sharpness, coefficients=model.coefficients)
