"""Which follow-up plans does a pack have?"""

from datetime import timedelta
from pathlib import Path

from bot.follow_ups.plans import EndsWhen, FollowUpPlan, Kind, Window
from scripts_library.readers.durations import read_clock, read_duration
from scripts_library.readers.folders import note_once, read_file
from scripts_library.readers.templates import read_templates
from scripts_library.report import Report
from scripts_library.yaml_nodes import Value

_REQUIRED = ("zh", "kind", "delay", "window", "texts")
_OPTIONAL = (
    "is_once_per_order",
    "ends_when",
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
    ends_when = fields["ends_when"].items() if "ends_when" in fields else ()
    return FollowUpPlan(
        plan_id=plan_id,
        zh=fields["zh"].text() if "zh" in fields else "",
        kind=fields["kind"].choice(Kind) if "kind" in fields else Kind.MARKETING,
        delay=read_duration(fields["delay"]) if "delay" in fields else timedelta(0),
        window=fields["window"].choice(Window) if "window" in fields else Window.CONTACT,
        texts=(
            read_templates(fields["texts"], "follow_up", plan_id)
            if "texts" in fields
            else ()
        ),
        ends_when=frozenset(end.choice(EndsWhen) for end in ends_when),
        **_optional(fields),
    )
