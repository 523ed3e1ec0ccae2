"""Which pack is served, and where is its trained matcher? Packs in, assistants out."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.assistant import Assistant
from bot.scripts import Effect, Pack
from bot.understanding.matcher import (
    Matcher,
    TrainingSet,
    fingerprint,
    load_matcher,
    train,
)
from bot.understanding.sentences import SentenceEncoder, installed_encoder
from scripts_library.loader import builtin_pack, load_pack

_log = structlog.get_logger(__name__)
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """One pack with everything made from it; immutable, shared by its shops."""

    pack: Pack
    matcher: Matcher
    assistant: Assistant
    fingerprint: str
    """Of the matcher's training set."""


def load_library(
    folder: Path | None, *, var_path: Path | None, progress: Progress | None = None
) -> Library:
    """Return the pack in a folder (None: the built-in one), trained and ready.

    A trained model is kept under ``var_path``/models by content; without a
    ``var_path`` it is trained anew each time.

    Raises:
        ScriptLibraryError: the pack has problems; all of them are in the error.
    """
    pack = load_pack(builtin_pack() if folder is None else folder)
    training_set = training_set_of(pack)
    encoder = installed_encoder()
    key = fingerprint(training_set, encoder=None if encoder is None else encoder.name)
    model = _cached_model(
        training_set, key, encoder=encoder, var_path=var_path, progress=progress
    )
    matcher = load_matcher(
        model,
        lexicon=training_set.lexicon,
        urgency=training_set.urgency,
        off_topic=training_set.off_topic,
        encoder=encoder,
    )
    return Library(
        pack=pack,
        matcher=matcher,
        assistant=Assistant(pack, matcher),
        fingerprint=key,
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


def _cached_model(
    training_set: TrainingSet,
    key: str,
    *,
    encoder: SentenceEncoder | None,
    var_path: Path | None,
    progress: Progress | None,
) -> bytes:
    if var_path is None:
        return train(training_set, encoder=encoder, progress=progress)
    file = var_path / "models" / f"{key}.model"
    if file.exists():
        return file.read_bytes()
    _log.info("library.training", fingerprint=key)
    model = train(training_set, encoder=encoder, progress=progress)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}.part")
    unfinished.write_bytes(model)
    unfinished.replace(file)
    return model
