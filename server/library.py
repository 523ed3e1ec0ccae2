"""Which pack is served, and where is its trained matcher? Packs in, assistants out."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.assistant import Assistant
from bot.errors import TrainingFailedError
from bot.scripts import Effect, Pack
from bot.understanding.matcher import Matcher, TrainingSet
from scripts_library.loader import Stamp, builtin_pack, load_pack, pack_stamp
from server.learning.models import Models, build_id, matcher_of
from server.learning.training import Progress, train_into, trained_model


class Build(StrEnum):
    """How a matcher was made of its training set."""

    FULL = "full"
    """Trained: the same for one fingerprint everywhere, and after a restart."""
    OVERLAY = "overlay"
    """An earlier build with the changes laid over it, until the full one is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """One pack with everything made from it; immutable, shared by its shops."""

    pack: Pack
    matcher: Matcher
    assistant: Assistant
    fingerprint: str
    """Of what the matcher learns from, its format included: names the full build."""
    build: Build
    source: "Source"
    frame: Pack
    """The pack as it was read: what a shop's edits are laid over. Else as ``pack``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a pack was read from."""

    folder: Path
    stamp: Stamp
    """Of the folder's files, taken before they were read."""


def load_library(
    folder: Path | None, *, var_path: Path | None, progress: Progress | None = None
) -> Library:
    """Return the pack in a folder (None: the built-in one), trained and ready.

    A trained model is kept under ``var_path``/models by content; without a
    ``var_path`` it is trained anew each time. Training runs in a child process.

    Raises:
        ScriptLibraryError: the pack has problems; all of them are in the error.
        TrainingFailedError: the training process failed or was killed.
    """
    folder = builtin_pack() if folder is None else folder
    source = Source(folder=folder, stamp=pack_stamp(folder))
    pack = load_pack(folder)
    training_set = training_set_of(pack)
    if var_path is None:
        model = trained_model(training_set, progress=progress)
        matcher = matcher_of(model, training_set)
    else:
        models = Models(var_path / "models")
        matcher = _matcher(training_set, models=models, progress=progress)
    return make_library(pack, matcher, source=source, build=Build.FULL)


def make_library(
    pack: Pack,
    matcher: Matcher,
    *,
    source: Source,
    build: Build,
    earlier: Assistant | None = None,
    frame: Pack | None = None,
) -> Library:
    """Return a library of its parts, at once when much is as in an earlier one."""
    return Library(
        pack=pack,
        matcher=matcher,
        assistant=Assistant(pack, matcher, earlier=earlier),
        fingerprint=build_id(training_set_of(pack)),
        build=build,
        source=source,
        frame=pack if frame is None else frame,
    )


def training_set_of(pack: Pack) -> TrainingSet:
    """Return what the matcher learns from."""
    off_topic = pack.with_effect(Effect.OFF_TOPIC)
    return TrainingSet(
        examples=pack.examples,
        heldout=pack.heldout,
        lexicon=pack.lexicon,
        urgency={name: intent.urgency for name, intent in pack.intents.items()},
        off_topic=off_topic[0] if off_topic else None,
    )


def _matcher(
    training_set: TrainingSet, *, models: Models, progress: Progress | None
) -> Matcher:
    """Return the matcher of a training set, trained unless it is kept."""
    matcher = models.load(training_set)
    if matcher is not None:
        return matcher
    file = models.file(training_set)
    with models.alone(training_set):
        matcher = models.load(training_set)
        if matcher is None:  # else another process has trained it meanwhile
            train_into(file, training_set, progress=progress)
            matcher = models.load(training_set)
    if matcher is None:
        raise TrainingFailedError("its file is gone or cannot be read")
    return matcher
