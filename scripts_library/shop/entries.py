"""What of a pack can a shop change, and in which form is it kept?

An *entry* is a JSON object with the keys of the pack's YAML. Entries are values: nobody
changes one that was made.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from bot.errors import ScriptLibraryError
from bot.scripts import Pack
from scripts_library.report import Place
from scripts_library.shop.script_entries import script_entry

LINES: Final = "lines"
"""The key of an examples entry under which its utterances stand."""


class Kind(StrEnum):
    """What an entry is."""

    SCRIPT = "script"
    EXAMPLES = "examples"
    """The utterances of an intent."""
    INTENT = "intent"
    """An intent of the shop's own; those of the pack are not changed."""
    SNIPPET = "snippet"
    """Words that scripts share."""


class Key(NamedTuple):
    """What names an entry."""

    kind: Kind
    entry_id: str


Entry = Mapping[str, Any]
Content = Mapping[Key, Entry]
"""All entries of a library."""
Edits = Mapping[Key, Entry | None]
"""What is other than in a pack; None: removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Entries as one blob with the hash that names it."""

    content_hash: str
    blob: bytes


def entries_of(pack: Pack) -> dict[Key, Entry]:
    """Return what a shop can change of a pack; its intents are not among it."""
    found: dict[Key, Entry] = {
        Key(Kind.SCRIPT, script.script_id): script_entry(script)
        for script in pack.scripts
    }
    for intent_id, lines in pack.examples.items():
        found[Key(Kind.EXAMPLES, intent_id)] = {LINES: list(lines)}
    for name, text in pack.snippets.items():
        found[Key(Kind.SNIPPET, name)] = {"text": text}
    return found


def with_edits(content: Content, edits: Edits) -> dict[Key, Entry]:
    """Return content with edits laid over it."""
    found = dict(content)
    for key, entry in edits.items():
        if entry is None:
            found.pop(key, None)
        else:
            found[key] = entry
    return found


def edits_between(before: Content, after: Content) -> dict[Key, Entry | None]:
    """Return the edits that make one content of another."""
    edits: dict[Key, Entry | None] = dict.fromkeys(
        key for key in before if key not in after
    )
    changed = {key: entry for key, entry in after.items() if before.get(key) != entry}
    return {**edits, **changed}


def pack_entries(entries: Edits) -> Packed:
    """Return entries as a blob; equal entries give an equal hash."""
    rows = [[kind, name, entries[kind, name]] for kind, name in sorted(entries)]  # type: ignore[index]
    raw = msgspec.json.encode(rows, order="deterministic")
    return Packed(
        content_hash=hashlib.sha256(raw).hexdigest(), blob=zlib.compress(raw, 6)
    )


def unpack_edits(blob: bytes) -> dict[Key, Entry | None]:
    """Return the entries of a blob.

    Raises:
        ScriptLibraryError: These bytes are none that :func:`pack_entries` gave.
    """
    try:
        rows = msgspec.json.decode(
            zlib.decompress(blob), type=list[tuple[Kind, str, dict[str, Any] | None]]
        )
    except (zlib.error, msgspec.MsgspecError) as error:
        problem = Place(file="library", line=0).problem(f"unreadable: {error}")
        raise ScriptLibraryError((problem,)) from error
    return {Key(kind, name): entry for kind, name, entry in rows}


def unpack_content(blob: bytes) -> dict[Key, Entry]:
    """Return the content of a blob; otherwise as :func:`unpack_edits`."""
    return {
        key: entry for key, entry in unpack_edits(blob).items() if entry is not None
    }
