"""Can a file be read as YAML at all, and if not, in which line does it break?"""

from pathlib import Path
from typing import Final

import yaml
from yaml.reader import Reader

from scripts_library.report import Place, Report
from scripts_library.yaml_nodes import Value

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""LibYAML is about ten times faster and not in every build of PyYAML."""
_DEEPEST: Final = 50
"""Levels of lists and mappings; the deepest file of a pack has six."""


def read_yaml(path: Path, *, root: Path, report: Report, kind: str) -> Value | None:
    """Return the content of a file, or None when it cannot be read (reported).

    Args:
        path: The file.
        root: Folder that problems name the file relative to.
        report: Takes the problems.
        kind: Noted as unread when the file is broken, so that what refers to its
            content is not reported as missing.
    """
    file = path.relative_to(root).as_posix()
    problem = Place(file=file, line=0)
    reason = "the file is empty"
    try:
        text = path.read_bytes().decode("utf-8-sig")
        deep_line = _find_deep_line(text)
        if deep_line is None:
            node = yaml.compose(text, Loader=_LOADER)
            if node is not None:
                return Value(node, file, report)
        else:
            problem, reason = Place(file=file, line=deep_line), "nested too deeply"
    except FileNotFoundError:
        reason = "the file is missing"
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem, reason = Place(file=file, line=line), "the text is not UTF-8"
    except yaml.MarkedYAMLError as error:
        problem, reason = _locate(error, file), f"broken YAML: {_explain(error)}"
    except (yaml.YAMLError, UnicodeEncodeError):
        problem = Place(file=file, line=_control_line(path))
        reason = "broken YAML: control characters are not allowed"
    report.add(problem, reason)
    report.note_unread(kind)
    return None


def _find_deep_line(text: str) -> int | None:
    """Return the line where lists and mappings nest deeper than any pack needs.

    Composing nodes recurses in C and would end the process, not raise.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            return 0 if event.start_mark is None else event.start_mark.line + 1
    return None


def _locate(error: yaml.MarkedYAMLError, file: str) -> Place:
    mark = error.problem_mark or error.context_mark
    return Place(file=file, line=0 if mark is None else mark.line + 1)


def _explain(error: yaml.MarkedYAMLError) -> str:
    parts = (error.problem, error.context)
    return ", ".join(part for part in parts if part is not None)


def _control_line(path: Path) -> int:
    """Return the first line with a character that YAML does not take."""
    text = path.read_bytes().decode("utf-8-sig")
    found = Reader.NON_PRINTABLE.search(text)
    return 0 if found is None else text.count("\n", 0, found.start()) + 1
