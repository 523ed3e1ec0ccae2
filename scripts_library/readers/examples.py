"""How do buyers say each intent: the examples to learn from and the held-out lines?"""

from pathlib import Path
from typing import Final

from scripts_library.readers.folders import note_once, read_folder
from scripts_library.report import Place, Report

_FILE: Final = "heldout.tsv"
_HEADER: Final = "intent\ttext"


def read_examples(root: Path, *, report: Report) -> dict[str, tuple[str, ...]]:
    """Return the example utterances of each intent."""
    examples: dict[str, tuple[str, ...]] = {}
    for file in read_folder(root, "examples", report=report):
        for intent_id, key, value in file.entries():
            is_first = note_once(key, "examples", intent_id)
            texts = []
            for item in value.items():
                text = item.text()
                if text:
                    report.note_place("example", intent_id, text, place=item.place)
                    texts.append(text)
            if is_first:
                examples[intent_id] = tuple(texts)
    return examples


def read_heldout(root: Path, *, report: Report) -> tuple[tuple[str, str], ...]:
    """Return (intent, text) of the lines that confidence is calibrated on.

    The file may be missing: a pack without it is calibrated on its examples. Problems
    name the line and never its text, which nobody who writes examples should see.
    """
    lines = _lines(root / _FILE, report=report)
    if lines is None:
        return ()
    if lines[0] != _HEADER:
        report.add(Place(file=_FILE, line=1), "the header must be intent<TAB>text")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        row = _row(line, place=Place(file=_FILE, line=number), report=report)
        if row is not None:
            rows.append(row)
    return tuple(rows)


def _lines(path: Path, *, report: Report) -> list[str] | None:
    """Return the lines of a file; None without one, or when it cannot be read (reported)."""
    if not (path.exists() or path.is_symlink()):
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
        report.add(Place(file=_FILE, line=0), reason)
    except UnicodeDecodeError as error:
        broken_at = error.object.count(b"\n", 0, error.start) + 1
        report.add(Place(file=_FILE, line=broken_at), "the text is not UTF-8")
    else:
        # Not splitlines(): what buyers paste has other signs that end a line.
        return [line.removesuffix("\r") for line in text.split("\n")]
    return None


def _row(line: str, *, place: Place, report: Report) -> tuple[str, str] | None:
    """Return one line as (intent, text), None for a blank or a wrong one."""
    if not line.strip():
        return None
    intent_id, _, text = line.partition("\t")
    if not intent_id or not text.strip() or "\t" in text:
        report.add(place, "expected intent<TAB>text")
        return None
    first = report.note_place("heldout", intent_id, text, place=place)
    if first is not None:
        report.add(place, f"the same row stands in line {first.line} already")
        return None
    return intent_id, text
