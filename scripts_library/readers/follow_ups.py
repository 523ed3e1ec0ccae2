"""Which follow-up plans does a pack have?"""

from datetime import timedelta
from pathlib import Path

from bot.follow_ups.plans import EndsWhen, FollowUpPlan, Kind, StartsWhen, Window
from scripts_library.readers.durations import read_clock, read_duration
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_ANSWER_WITHIN = timedelta(days=3)
_EXPIRES_AFTER = timedelta(days=7)
_REQUIRED = ("zh", "kind", "delay", "window", "texts")
_OPTIONAL = (
    "is_once_per_order",
    "ends_when",
    "starts_when",
    "then",
    "closes_conversation",
    "waits_for",
    "question",
    "answer_within",
    "expires_after",
    "at",
)


def read_follow_ups(root: Path, *, report: Report) -> dict[str, FollowUpPlan]:
    """Return the follow-up plans of a pack by id."""
    file = read_file(root, "follow_ups", report=report)
    plans: dict[str, FollowUpPlan] = {}
    for plan_id, key, value in () if file is None else file.entries():
        note_once(key, "follow_up", plan_id)
        plans[plan_id] = _plan(plan_id, value)
    return plans


def _plan(plan_id: str, value: Value) -> FollowUpPlan:
    fields = value.fields(required=_REQUIRED, optional=_OPTIONAL)
    return FollowUpPlan(
        plan_id=plan_id,
        zh=fields.text("zh"),
        kind=fields.choice("kind", Kind, missing=Kind.MARKETING),
        delay=fields.read("delay", read_duration, timedelta(0)),
        window=fields.choice("window", Window, missing=Window.CONTACT),
        texts=fields.read(
            "texts", lambda texts: read_templates(texts, "follow_up", plan_id), ()
        ),
        is_once_per_order=fields.flag("is_once_per_order", missing=True),
        ends_when=frozenset(fields.choices("ends_when", EndsWhen)),
        starts_when=fields.read("starts_when", _start, None),
        then=fields.read("then", Value.text, None),
        closes_conversation=fields.flag("closes_conversation", missing=False),
        waits_for=fields.read("waits_for", _fact, None),
        question=fields.read("question", Value.text, None),
        answer_within=fields.read("answer_within", read_duration, _ANSWER_WITHIN),
        expires_after=fields.read("expires_after", read_duration, _EXPIRES_AFTER),
        at=fields.read("at", read_clock, None),
    )


def _start(value: Value) -> StartsWhen:
    return value.choice(StartsWhen)


def _fact(value: Value) -> EndsWhen:
    return value.choice(EndsWhen)
