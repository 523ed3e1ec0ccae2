"""Which labels do the nearest examples have?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.matchers.children.serving import TOP


def nearest_labels(scores: Any, labels: Sequence[str]) -> list[str]:
    """Return the labels of the examples with the highest scores, each once.

    Args:
        scores: One number an example (a numpy array); what scores 0 is not near.
        labels: Of the examples, in the same order.
    """
    found: dict[str, None] = {}
    for example in np.argsort(-scores, kind="stable"):
        if scores[example] <= 0 or len(found) == TOP:
            break
        found[labels[example]] = None
    return list(found)
