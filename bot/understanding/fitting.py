"""How are the weights of the linear models found? Needed for training only.

Nothing else imports scikit-learn or scipy, which take half a second to load.
"""

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.understanding.classify import LinearClassifier, build_vocabulary
from bot.understanding.features import Reading
from bot.understanding.ranking import SentenceModel
from bot.understanding.sentences import Vectors

_TOLERANCE: Final = 0.1
"""Where the machine stops; liblinear's own default for this problem. Of the 33,900 examples
of a whole pack it is found in two thirds of the time that 0.0001 takes, and no held-out
phrasing is ranked otherwise."""
_BAYES_SHARE: Final = 0.3
"""Margin that naive Bayes gives the label it prefers in a typical text."""
_BAYES_PRIOR: Final = 0.03
_BAYES_REST: Final = 0.1
_SENTENCE_C: Final = 30.0
"""Little ridge: vectors of length 1 need large weights."""
_SENTENCE_STEPS: Final = 60
"""Of 34,900 examples in three fifths of the time of 100, and as right on held-out phrasings:
0.935 with the other stage, either way."""
_ABSENT: Final = -10.0
"""Log-odds of a label without examples."""


def fit_classifier(
    readings: Sequence[Reading], labels: Sequence[int], *, label_count: int
) -> LinearClassifier:
    """Return a linear support vector classifier over the examples.

    One against the rest with squared hinge loss: seconds where a logistic regression over
    as many features takes half a minute, and as accurate here. A share of naive Bayes,
    linear as well and so folded into the same weights, steadies rare features.
    """
    vocabulary = build_vocabulary(readings)
    vectors = [vocabulary.vectorize(reading) for reading in readings]
    matrix = csr_matrix(
        (
            np.concatenate([vector.values for vector in vectors]).astype(np.float64),
            np.concatenate([vector.rows for vector in vectors]),
            np.concatenate(([0], np.cumsum([vector.rows.size for vector in vectors]))),
        ),
        shape=(len(readings), len(vocabulary.row_of)),
    )
    weights = np.zeros((len(vocabulary.row_of), label_count), dtype=np.float32)
    bias = np.full(label_count, -1.0, dtype=np.float32)
    present = sorted(set(labels))
    if len(present) == 1:
        bias[present[0]] = 1.0
    else:
        with ThreadPoolExecutor(max_workers=1) as beside:
            # The machine is found without the interpreter's lock.
            odds = beside.submit(_bayes_weights, matrix, labels, present)
            machine = LinearSVC(C=1.0, tol=_TOLERANCE, random_state=0)
            machine.fit(matrix, np.asarray(labels))
            bayes = odds.result()
        columns, offsets = machine.coef_, machine.intercept_
        if len(present) == 2:  # noqa: PLR2004 - two labels share one hyperplane
            columns = np.vstack((-columns, columns))
            offsets = np.concatenate((-offsets, offsets))
        weights[:, present] = columns.T + bayes
        bias[present] = offsets
    return LinearClassifier(vocabulary=vocabulary, weights=weights, bias=bias)


def _bayes_weights(
    matrix: csr_matrix, labels: Sequence[int], present: Sequence[int]
) -> NDArray[np.float32]:
    """Return features × labels log-odds of each feature, scaled like margins."""
    column_of = {label: column for column, label in enumerate(present)}
    columns = [column_of[label] for label in labels]
    shape = (len(present), len(labels))
    members = csr_matrix(
        (np.ones(len(labels), dtype=np.float32), (columns, range(len(labels)))),
        shape=shape,
    )
    light = matrix.astype(np.float32)
    inside = (members @ light).toarray()
    outside = inside.sum(axis=0) - inside + np.float32(_BAYES_REST)
    inside += np.float32(_BAYES_PRIOR)
    inside /= inside.sum(axis=1, keepdims=True)
    outside /= outside.sum(axis=1, keepdims=True)
    odds = np.log(inside, out=inside)
    odds -= np.log(outside, out=outside)
    reached = float(np.median(np.abs(light @ odds.T).max(axis=1)))
    odds *= np.float32(_BAYES_SHARE / max(reached, 1e-9))
    weights: NDArray[np.float32] = odds.T
    return weights


def fit_sentences(
    vectors: Vectors, labels: Sequence[int], *, label_count: int
) -> SentenceModel:
    """Return a logistic regression over the sentence vectors of the examples.

    Dense and of few numbers, so that here it takes seconds; it knows what is alike where
    the support vectors know what differs, and the two together are right more often than
    either.
    """
    weights = np.zeros((vectors.shape[1], label_count), dtype=np.float32)
    bias = np.full(label_count, _ABSENT, dtype=np.float32)
    present = sorted(set(labels))
    if len(present) == 1:
        bias[present[0]] = 0.0
        return SentenceModel(weights=weights, bias=bias)
    with warnings.catch_warnings():
        # It is stopped before it converges: the last steps change no ranking.
        warnings.simplefilter("ignore", ConvergenceWarning)
        machine = LogisticRegression(C=_SENTENCE_C, max_iter=_SENTENCE_STEPS).fit(
            vectors, np.asarray(labels)
        )
    columns, offsets = machine.coef_, machine.intercept_
    if len(present) == 2:  # noqa: PLR2004 - two labels share one hyperplane
        columns = np.vstack((-columns, columns)) / 2
        offsets = np.concatenate((-offsets, offsets)) / 2
    weights[:, present] = columns.T
    bias[present] = offsets
    return SentenceModel(weights=weights, bias=bias)
