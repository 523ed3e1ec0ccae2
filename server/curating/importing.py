"""How does a file become changes of a draft? Read, compared, saved whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.errors import NotPermittedError
from bot.scripts import Effect, Pack
from scripts_library.excel.imported import Imported, find_changes
from scripts_library.excel.library_book import read_tables
from scripts_library.excel.library_write import Tell
from scripts_library.excel.phrase_lists import (
    is_phrase_list,
    read_phrase_csv,
    read_phrase_table,
)
from scripts_library.excel.workbook import read_workbook
from scripts_library.shop.entries import Content, Edits, with_edits
from scripts_library.shop.wording import EntryChanged, describe
from server.curating.contents import DraftReading, Frame, Standing
from server.curating.drafting import Who, begin_draft
from server.curating.saving import save_all
from storage.repositories.drafts import EntryChange

_OPENED = 0.7
"""Share of the time that opening a workbook takes."""
_CSV = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a file would change of a draft, worked out but not stored."""

    imported: Imported
    edits: Edits
    changes: tuple[EntryChanged, ...]
    """In words."""

    def counts(self) -> dict[str, int]:
        """Return how many entries would be added, changed and removed."""
        found = [one.what for one in self.changes]
        return {what: found.count(what) for what in ("added", "changed", "removed")}


def read_file(
    raw: bytes,
    *,
    file: str,
    frame: Pack,
    timezone: str,
    intent: str | None = None,
    tell: Tell = lambda _stage, _share: None,
) -> Imported:
    """Return what a workbook, or a list of phrases as workbook or CSV, says.

    Args:
        raw: The file.
        file: Its name; by its ending a CSV file is told from a workbook.
        frame: The release's pack.
        timezone: Of the shop.
        intent: Under which phrases stand; None: the one for everything else.
        tell: Told how far it is.

    Raises:
        ScriptLibraryError: with every problem by sheet, row and column.
        NotPermittedError: it may hold macros.
    """
    name = file.lower()
    under = _intent_of(frame) if intent is None else intent
    if name.endswith(_CSV):
        return read_phrase_csv(raw, intent_id=under, file=file)
    if not name.endswith(".xlsx"):
        raise NotPermittedError(f"{file}: 只导入 .xlsx 和 .csv，别的格式请另存")
    tables = read_workbook(
        raw, file=file, told=lambda share: tell("打开工作簿", share * _OPENED)
    )
    if is_phrase_list(tables):
        return read_phrase_table(tables, intent_id=under, file=file)
    return read_tables(tables, frame=frame, timezone=timezone, file=file, tell=tell)


def work_out(imported: Imported, current: Content, *, frame: Pack) -> Import:
    """Return what a file changes of a library.

    Raises:
        ScriptLibraryError: with what cannot be used, or what others changed meanwhile.
    """
    edits = find_changes(imported, current, frame=frame)
    return Import(
        imported=imported,
        edits=edits,
        changes=describe(
            current,
            with_edits(current, edits),
            intents=_names(frame),
        ),
    )


def store(
    conn: Connection,
    who: Who,
    *,
    draft: str,
    reading: DraftReading | None,
    frame: Frame,
    standing: Standing,
    work: Import,
    why: str = "",
) -> int:
    """Save an import in a draft, beginning it when there is none; return its revision.

    Args:
        conn: Of the unit.
        who: Imports it.
        draft: Name of the draft.
        reading: The open draft as it was compared; None: it is to be begun.
        frame: The release's pack.
        standing: What is published.
        work: What the file changes.
        why: Said of each entry.

    Raises:
        TakenError: somebody has begun one of this name meanwhile.
        StaleStateError: the draft was saved meanwhile.
    """
    if reading is None:
        record = begin_draft(
            conn, who, name=draft, frame=frame, standing=standing, note=why
        )
    else:
        record = reading.draft
    return save_all(
        conn,
        who,
        draft=draft,
        seen=record.revision,
        changes=[
            EntryChange(
                kind=key.kind.value, entry_id=key.entry_id, content=entry, reason=why
            )
            for key, entry in work.edits.items()
        ],
        source=work.imported.file,
    )


def _intent_of(frame: Pack) -> str:
    return next(iter(frame.with_effect(Effect.OFF_TOPIC)), "")


def _names(frame: Pack) -> Mapping[str, str]:
    return {name: intent.zh for name, intent in frame.intents.items()}
