"""Which words tell a buyer's mood, and how does an answer to it begin?"""

from pathlib import Path
from typing import Final

from bot.deciding.mood import Mood, MoodRules, MoodWords
from bot.understanding.signals import EMOJI
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.templates import read_templates
from scripts_library.readers.words import read_words
from scripts_library.report import Report
from scripts_library.yaml_nodes import Fields, Value

_FILE: Final = "moods"
_KEYS: Final = ("marks", "repeats", "repeats_from", "feeling_already", "hand_over")
_MOOD_KEYS: Final = ("words", "unless", "signals", "intents", "openings")
_MOST: Final = 20


def read_moods(root: Path, *, report: Report) -> MoodRules:
    """Return moods.yaml of a pack; a pack without the file knows no moods."""
    if not (root / f"{_FILE}.yaml").exists():
        return MoodRules()
    file = read_file(root, _FILE, report=report)
    if file is None:
        return MoodRules()
    fields = file.fields(required=("moods",), optional=_KEYS)
    hand_over = fields.read("hand_over", _hand_over, Fields({}))
    return MoodRules(
        moods=fields.read("moods", _moods, {}),
        marks=fields.read("marks", _count, 0),
        repeats=fields.read("repeats", _count, 0),
        repeats_from=fields.read("repeats_from", _count, 0),
        feeling_already=fields.read("feeling_already", Value.texts, ()),
        hands_over_unsure=hand_over.flag("angry_and_unsure", missing=False),
        hands_over_twice=hand_over.flag("angry_twice", missing=False),
    )


def _moods(value: Value) -> dict[Mood, MoodWords]:
    moods: dict[Mood, MoodWords] = {}
    for name, key, words in value.entries():
        mood = key.choice(Mood)
        if name == Mood.NEUTRAL:
            key.complain("neutral is what nothing tells: it has no words")
        note_once(key, "mood", name)
        moods[mood] = _words(name, words)
    return moods


def _words(name: str, value: Value) -> MoodWords:
    fields = value.fields(required=(), optional=_MOOD_KEYS)
    return MoodWords(
        words=fields.read("words", read_words, ()),
        unless=fields.read("unless", read_words, ()),
        signals=frozenset(fields.read("signals", _signals, ())),
        intents=frozenset(fields.read("intents", Value.texts, ())),
        openings=fields.read(
            "openings", lambda found: read_templates(found, "mood_opening", name), ()
        ),
    )


def _signals(value: Value) -> tuple[str, ...]:
    for item in value.items():
        signal = item.text()
        if signal and signal not in EMOJI:
            item.complain(f"unknown signal {signal!r}: one of {', '.join(EMOJI)}")
    return value.texts()


def _hand_over(value: Value) -> Fields:
    return value.fields(required=(), optional=("angry_and_unsure", "angry_twice"))


def _count(value: Value) -> int:
    return value.integer(at_least=0, at_most=_MOST)
