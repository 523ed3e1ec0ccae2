"""Which intents does a pack have, and what do they do?"""

from pathlib import Path

from bot.bargaining.situation import Tactic
from bot.scripts import Effect, Intent, Risk
from scripts_library.readers.folders import note_once, read_folder
from scripts_library.readers.words import read_words
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_REQUIRED = ("zh", "risk")
_OPTIONAL = (
    "effects",
    "urgency",
    "facts_needed",
    "ticket",
    "follow_up",
    "followed_by",
    "tactic",
    "flow",
    "phrases",
    "unless",
)
_MOST_URGENT = 9


def read_intents(root: Path, *, report: Report) -> dict[str, Intent]:
    """Return the intents of a pack by id, in the order of the files."""
    intents: dict[str, Intent] = {}
    for file in read_folder(root, "intents", report=report):
        for intent_id, key, value in file.entries():
            if note_once(key, "intent", intent_id):
                intents[intent_id] = read_intent(intent_id, value)
    return intents


def read_intent(intent_id: str, value: Value) -> Intent:
    """Return the intent that stands under its id."""
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    return Intent(
        intent_id=intent_id,
        zh=fields.text("zh"),
        risk=fields.choice("risk", Risk, missing=Risk.HUMAN),
        effects=frozenset(fields.choices("effects", Effect)),
        urgency=fields.read("urgency", _urgency, 0),
        facts_needed=fields.read("facts_needed", Value.texts, ()),
        ticket=fields.read("ticket", Value.text, None),
        follow_up=fields.read("follow_up", Value.text, None),
        followed_by=fields.read("followed_by", Value.texts, ()),
        tactic=fields.read("tactic", _tactic, None),
        flow=fields.read("flow", Value.text, None),
        phrases=fields.read("phrases", read_words, ()),
        unless=fields.read("unless", read_words, ()),
    )


def _tactic(value: Value) -> Tactic:
    return value.choice(Tactic)


def _urgency(value: Value) -> int:
    return value.integer(at_least=0, at_most=_MOST_URGENT)
