"""Is a story file usable, and what does it say? Unknown keys are problems with lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bot.errors import Problem, ScriptLibraryError
from scripts_library.report import Report
from scripts_library.yaml_files import read_yaml
from scripts_library.yaml_nodes import Value
from tests.stories.shapes import DEEDS, STEP, read_given, read_table
from tests.stories.values import Step, Story

NOT_YET: Final = "not_yet.yaml"


def read_stories(folder: Path) -> tuple[Story, ...]:
    """Return every story of a folder, by file and line.

    Raises:
        ScriptLibraryError: Something in a file cannot be used; ``problems`` name file
            and line of each.
    """
    report = Report()
    stories = [
        story
        for path in sorted(folder.glob("*.yaml"))
        if path.name != NOT_YET
        for story in _file(path, folder, report)
    ]
    _raise(report)
    return tuple(stories)


def read_not_yet(folder: Path) -> dict[str, str]:
    """Return why a story is known to fail, by its id.

    Raises:
        ScriptLibraryError: The file cannot be used.
    """
    report = Report()
    value = read_yaml(folder / NOT_YET, root=folder, report=report, kind="not yet")
    known: dict[str, str] = {}
    for item in () if value is None else value.items():
        entry = read_table(item, {"id": Value.text, "why": Value.text}, ("id", "why"))
        if entry.get("id") in known:
            item.complain(f"story {entry['id']!r} stands here already")
        known[entry.get("id", "")] = entry.get("why", "")
    _raise(report)
    return known


def _raise(report: Report) -> None:
    problems: tuple[Problem, ...] = report.problems
    if problems:
        raise ScriptLibraryError(problems)


def _file(path: Path, root: Path, report: Report) -> list[Story]:
    value = read_yaml(path, root=root, report=report, kind="stories")
    if value is None:
        return []
    parts = value.fields(required=("stories",), optional=("given",))
    common: dict[str, Any] = parts.read("given", read_given, {})
    return [_story(one, common) for one in parts.read("stories", Value.items, ())]


def _story(value: Value, common: Mapping[str, Any]) -> Story:
    parts = value.fields(required=("id", "zh", "rule", "turns"), optional=("given",))
    story_id = parts.text("id")
    first = value.report.note_place("story", story_id, place=value.place)
    if first is not None:
        value.complain(f"story {story_id!r} stands in {first.file}:{first.line}")
    steps = tuple(_step(one) for one in parts.read("turns", Value.items, ()))
    if sum(1 for step in steps if step.buyer) < 2:
        value.complain("a story needs two turns of a buyer or more")
    own: dict[str, Any] = parts.read("given", read_given, {})
    return Story(
        story_id=story_id,
        zh=parts.text("zh"),
        rule=parts.text("rule"),
        file=value.place.file,
        line=value.place.line,
        given={**common, **own},
        steps=steps,
    )


def _step(value: Value) -> Step:
    table = read_table(value, STEP)
    deeds = [name for name in DEEDS if name in table]
    if len(deeds) != 1:
        value.complain(f"expected one of {', '.join(DEEDS)}, found {len(deeds)}")
    for name in ("item", "order"):
        if name in table and "buyer" not in table:
            value.complain(f"{name} belongs to a line of a buyer")
    return Step(line=value.place.line, **table)
