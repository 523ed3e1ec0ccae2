"""Which lines of a library are others than those that a model has learnt from?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.understanding.classify import NO_COLUMN
from bot.understanding.knowledge import Knowledge
from bot.understanding.training import TrainingSet


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """How a training set differs from what was learnt."""

    labels: tuple[str, ...]
    """Intent ids as they are now."""
    columns: NDArray[np.intp]
    """For each label the one it was before, or that there was none."""
    label_of: NDArray[np.intp]
    """For each label as it was the one it is now; of one that is gone, any."""
    gone: NDArray[np.bool_]
    """For each known example whether it is removed."""
    removed: tuple[int, ...]
    """The removed examples whose intent is still there."""
    added: tuple[tuple[int, str], ...]
    """Labels and texts."""

    @property
    def is_new(self) -> NDArray[np.bool_]:
        """Tell for each label whether it was not there before."""
        new: NDArray[np.bool_] = self.columns == NO_COLUMN
        return new

    def is_nothing(self, known: Knowledge) -> bool:
        """Tell whether the lines are those that were learnt."""
        return self.labels == known.labels and not (self.added or self.gone.any())


def find_change(known: Knowledge, training_set: TrainingSet) -> Change:
    """Return what is different; how often a line stands in an intent counts."""
    labels = tuple(sorted(training_set.examples))
    wanted = Counter(
        (intent, text) for intent in labels for text in training_set.examples[intent]
    )
    gone = np.zeros(len(known.examples), dtype=np.bool_)
    for example, label in enumerate(known.example_labels):
        line = known.labels[label], known.examples[example]
        if wanted[line] > 0:
            wanted[line] -= 1
        else:
            gone[example] = True
    place_of = {label: place for place, label in enumerate(labels)}
    before = {label: place for place, label in enumerate(known.labels)}
    return Change(
        labels=labels,
        columns=np.array([before.get(one, NO_COLUMN) for one in labels], dtype=np.intp),
        label_of=np.array(
            [place_of.get(one, 0) for one in known.labels], dtype=np.intp
        ),
        gone=gone,
        removed=tuple(
            example
            for example in gone.nonzero()[0].tolist()
            if known.labels[known.example_labels[example]] in place_of
        ),
        added=tuple((place_of[intent], text) for intent, text in wanted.elements()),
    )


def with_own_lines(
    training_set: TrainingSet,
    own: Mapping[str, Sequence[str]],
    *,
    urgency: Mapping[str, int] | None = None,
) -> TrainingSet:
    """Return a pack's training set with a shop's own lines beside them.

    A line of the shop's belongs to its intent only: where the pack has it elsewhere, the
    shop is right.

    Args:
        training_set: Of the pack.
        own: The shop's lines by intent, of the pack or of its own; three to five do.
        urgency: Of the shop's own intents.
    """
    taken = {text for texts in own.values() for text in texts}
    examples = {
        intent: [text for text in texts if text not in taken]
        for intent, texts in training_set.examples.items()
    }
    for intent, texts in own.items():
        examples.setdefault(intent, []).extend(dict.fromkeys(texts))
    return replace(
        training_set,
        examples=examples,
        urgency={**training_set.urgency, **(urgency or {})},
    )
