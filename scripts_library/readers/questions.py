"""Which questions does the assistant ask, and which answers can it read?"""

from pathlib import Path

from bot.understanding.answers import Question
from scripts_library.readers.folders import note_once, read_file
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value


def read_questions(root: Path, *, report: Report) -> dict[str, Question]:
    """Return the questions of a pack by id."""
    file = read_file(root, "questions", report=report)
    questions: dict[str, Question] = {}
    for question_id, key, value in () if file is None else file.entries():
        note_once(key, "question", question_id)
        fields = value.fields(required=("zh", "answers"))
        questions[question_id] = Question(
            question_id=question_id,
            answers=fields.read("answers", _answers, {}),
        )
    return questions


def _answers(value: Value) -> dict[str, tuple[str, ...]]:
    return {name: phrases.texts() for name, _, phrases in value.entries()}
