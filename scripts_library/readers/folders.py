"""Which files of a pack hold one kind of content?"""

from pathlib import Path

from scripts_library.report import Place, Report
from scripts_library.yaml_files import read_yaml
from scripts_library.yaml_nodes import Value


def read_folder(root: Path, name: str, *, report: Report) -> tuple[Value, ...]:
    """Return the content of every YAML file in a folder of the pack, by file name."""
    paths = sorted((root / name).glob("*.yaml"))
    if not paths:
        report.add(Place(file=name, line=0), "no *.yaml file in this folder")
        report.note_unread(name)
    values = (read_yaml(path, root=root, report=report, kind=name) for path in paths)
    return tuple(value for value in values if value is not None)


def read_file(root: Path, name: str, *, report: Report) -> Value | None:
    """Return the content of ``name.yaml`` of the pack, None when it is broken."""
    return read_yaml(root / f"{name}.yaml", root=root, report=report, kind=name)


def note_once(value: Value, *key: str) -> bool:
    """Remember where a named piece stands; a second one of that name is reported.

    Returns:
        Whether the piece is the first of its name.
    """
    first = value.report.note_place(*key, place=value.place)
    if first is not None:
        kind, name = key[0], key[-1]
        value.complain(f"{kind} {name!r} stands in {first.file}:{first.line} already")
    return first is None
