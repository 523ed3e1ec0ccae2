"""Which words answer what a trade's scripts ask for?"""

from pathlib import Path
from typing import Final

from bot.understanding.short_answers import AnswerWords
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.words import read_words
from scripts_library.report import Report

_FILE: Final = "answers"


def read_answers(root: Path, *, report: Report) -> dict[str, AnswerWords]:
    """Return the lists of answer words by name; a pack without the file has none."""
    if not (root / f"{_FILE}.yaml").exists():
        return {}
    file = read_file(root, _FILE, report=report)
    lists: dict[str, AnswerWords] = {}
    for name, key, value in () if file is None else file.entries():
        note_once(key, "answer words", name)
        fields = value.fields(required=("zh", "words"))
        lists[name] = AnswerWords(
            zh=fields.text("zh"),
            words=frozenset(fields.read("words", read_words, ())),
        )
    return lists
