"""How does a shop's library leave as the folder of a pack, and come back from one?"""

import shutil
from pathlib import Path
from typing import Any, Final

import yaml

from bot.scripts import Pack
from scripts_library.loader import load_pack
from scripts_library.shop.entries import (
    LINES,
    Content,
    Entry,
    Key,
    Kind,
    entries_of,
)
from scripts_library.shop.script_entries import intent_entry

_WIDE: Final = 10_000
"""Characters of a line: a text stays on one."""


def write_folder(target: Path, *, frame: Path, content: Content) -> None:
    """Write a pack: what a release brings, with a shop's content in it.

    Args:
        target: A folder that is not there yet, or empty.
        frame: The folder of the release's pack.
        content: What the shop speaks from.

    Raises:
        FileExistsError: ``target`` holds something.
        OSError: it cannot be written.
    """
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(17, "is not empty", str(target))
    shutil.copytree(frame, target, dirs_exist_ok=True)
    for name in ("scripts", "examples"):
        shutil.rmtree(target / name)
        (target / name).mkdir()
    _dump(
        target / "scripts" / "library.yaml",
        [{"id": name, **it} for name, it in _of(content, Kind.SCRIPT)],
    )
    _dump(
        target / "examples" / "library.yaml",
        {name: it.get(LINES, []) for name, it in _of(content, Kind.EXAMPLES)},
    )
    intents = dict(_of(content, Kind.INTENT))
    if intents:
        _dump(target / "intents" / "shop.yaml", intents)
    snippets = {name: it.get("text", "") for name, it in _of(content, Kind.SNIPPET)}
    (target / "snippets.yaml").unlink(missing_ok=True)
    if snippets:
        _dump(target / "snippets.yaml", snippets)


def read_folder_content(folder: Path, *, frame: Pack) -> dict[Key, Entry]:
    """Return what of a pack's folder is a shop's content; the rest is not looked at.

    Raises:
        ScriptLibraryError: the pack has problems; all of them are in the error.
    """
    pack = load_pack(folder)
    content = entries_of(pack)
    for intent_id, intent in pack.intents.items():
        if intent_id not in frame.intents:
            content[Key(Kind.INTENT, intent_id)] = intent_entry(intent)
    return content


def _of(content: Content, kind: Kind) -> list[tuple[str, Entry]]:
    return [(key.entry_id, it) for key, it in content.items() if key.kind is kind]


def _dump(path: Path, value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=_WIDE)
    path.write_text(text, encoding="utf-8")
