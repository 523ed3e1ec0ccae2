"""From a folder of YAML to a checked pack, or to everything that is wrong with it."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import ScriptLibraryError
from bot.scripts import Pack
from scripts_library.readers.answers import read_answers
from scripts_library.readers.bargaining import read_bargaining
from scripts_library.readers.clarifying import read_clarifying
from scripts_library.readers.examples import read_examples, read_heldout
from scripts_library.readers.flows import read_flow_rules, read_flows
from scripts_library.readers.follow_ups import read_follow_ups
from scripts_library.readers.guard import read_guard
from scripts_library.readers.identity import read_identity
from scripts_library.readers.incidents import read_incidents
from scripts_library.readers.intents import read_intents
from scripts_library.readers.lexicon import read_lexicon
from scripts_library.readers.moods import read_moods
from scripts_library.readers.must_hit import read_must_hit
from scripts_library.readers.promises import read_promises
from scripts_library.readers.questions import read_questions
from scripts_library.readers.scripts import read_scripts
from scripts_library.readers.settings import Requirements, read_settings
from scripts_library.readers.slots import read_slots
from scripts_library.readers.snippets import read_snippets
from scripts_library.readers.taboos import read_taboos
from scripts_library.readers.texts import read_texts
from scripts_library.readers.tickets import read_tickets
from scripts_library.references import check_references
from scripts_library.report import Origins, Place, Report

_FILES: Final = frozenset(
    (
        "pack.yaml",
        "texts.yaml",
        "lexicon.yaml",
        "couriers.yaml",
        "answers.yaml",
        "bargaining.yaml",
        "questions.yaml",
        "slots.yaml",
        "snippets.yaml",
        "taboos.yaml",
        "ticket_types.yaml",
        "follow_ups.yaml",
        "incidents.yaml",
        "moods.yaml",
        "guard.yaml",
        "promises.yaml",
        "identity.yaml",
        "clarifying.yaml",
        "flows.yaml",
        "phrases.yaml",
    )
)
_FOLDERS: Final = ("intents", "examples", "scripts", "guard", "flows")
_SUFFIXES: Final = (".yaml", ".yml", ".tsv")

Stamp = tuple[tuple[str, int, int, int], ...]
"""Of each file its path, time of change, size and number in the file system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPack:
    """A pack together with what only its files know."""

    pack: Pack
    origins: Origins
    requirements: Requirements


def builtin_pack() -> Path:
    """Return the folder of the e-commerce pack that the product ships."""
    return Path(__file__).parent / "packs" / "ecommerce"


def shipped_packs() -> tuple[Path, ...]:
    """Return the folders of all packs that the product ships, by name."""
    return tuple(
        sorted(file.parent for file in builtin_pack().parent.glob("*/pack.yaml"))
    )


def pack_id_of(folder: Path) -> str:
    """Return how the pack in a folder calls itself; empty when it cannot be read."""
    return read_settings(folder, report=Report()).pack_id


def load_pack(folder: Path) -> Pack:
    """Return the pack in a folder.

    Raises:
        ScriptLibraryError: Something in it cannot be used; holds every problem.
    """
    return read_pack(folder).pack


def read_pack(folder: Path) -> LoadedPack:
    """Return the pack in a folder with the lines of its pieces, for lint.

    Raises:
        ScriptLibraryError: Something in it cannot be used; holds every problem.
    """
    if not folder.is_dir():
        missing = Place(file=folder.name, line=0).problem("no such folder")
        raise ScriptLibraryError((missing,))
    report = Report()
    _check_names(folder, report=report)
    loaded = _read(folder, report=report)
    report.extend(check_references(loaded.pack, report=report))
    if report.problems:
        raise ScriptLibraryError(report.problems)
    return loaded


def pack_fingerprint(folder: Path) -> str:
    """Return a hash that changes with every change to a file of the pack.

    It names what was made from the pack (a trained model), so file names and contents
    count, times do not.
    """
    digest = hashlib.sha256()
    for path in _content(folder):
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def pack_stamp(folder: Path) -> Stamp:
    """Return what changes whenever a file of the pack is written, added or removed.

    No file is opened, so it may be asked several times a second.
    """
    stamp = []
    for place in (folder, *(folder / name for name in _FOLDERS)):
        with suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if entry.name.endswith(_SUFFIXES):
                    with suppress(OSError):  # it was removed meanwhile
                        found = entry.stat()
                        stamp.append(
                            (entry.path, found.st_mtime_ns, found.st_size, found.st_ino)
                        )
    return tuple(sorted(stamp))


def _content(folder: Path) -> list[Path]:
    """Return the files that make up a pack, in a stable order."""
    paths = [folder / name for name in (*_FILES, "heldout.tsv")]
    for name in _FOLDERS:
        paths.extend((folder / name).glob("*.yaml"))
    return sorted(path for path in paths if path.is_file())


def _check_names(folder: Path, *, report: Report) -> None:
    """Report YAML files that nothing reads, such as script.yaml."""
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in _FILES:
            known = ", ".join(sorted(_FILES))
            report.add(Place(file=path.name, line=0), f"unknown file: one of {known}")
    for name in _FOLDERS:
        for path in sorted((folder / name).glob("*.yml")):
            place = Place(file=f"{name}/{path.name}", line=0)
            report.add(place, "the file must be called *.yaml")


def _read(folder: Path, *, report: Report) -> LoadedPack:
    """Return what the files say; problems are in the report."""
    settings = read_settings(folder, report=report)
    tickets = read_tickets(folder, report=report)
    pack = Pack(
        pack_id=settings.pack_id,
        name=settings.name,
        version=settings.version,
        intents=read_intents(folder, report=report),
        examples=read_examples(folder, report=report),
        heldout=read_heldout(folder, report=report),
        scripts=read_scripts(folder, report=report),
        texts=read_texts(folder, report=report),
        lexicon=read_lexicon(folder, report=report),
        bands=settings.bands,
        workflow=tickets.workflow,
        ticket_types=tickets.types,
        follow_ups=read_follow_ups(folder, report=report),
        questions=read_questions(folder, report=report),
        guard=read_guard(folder, report=report),
        hand_over_ticket=settings.hand_over_ticket,
        bad_review=settings.bad_review,
        bargaining=read_bargaining(folder, report=report),
        answer_words=read_answers(folder, report=report),
        moods=read_moods(folder, report=report),
        incidents=read_incidents(folder, report=report),
        slots=read_slots(folder, report=report),
        taboos=read_taboos(folder, report=report),
        policies=settings.policies,
        facts=settings.facts,
        nameless=settings.nameless,
        promises=read_promises(folder, report=report),
        identity=read_identity(folder, report=report),
        clarifying=read_clarifying(folder, report=report),
        flows=read_flows(folder, report=report),
        flow_rules=read_flow_rules(folder, report=report),
        snippets=read_snippets(folder, report=report),
        phrases=read_must_hit(folder, report=report),
    )
    return LoadedPack(
        pack=pack, origins=report.origins, requirements=settings.requirements
    )
