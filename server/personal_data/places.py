"""Where do files with personal data lie? Pictures, and copies made for buyers."""

import shutil
from pathlib import Path

MARK = ".buyer"
"""File inside a copy that tells by a keyed hash whose copy it is."""


def media_folder(var: Path) -> Path:
    """Return the folder of the pictures that buyers sent."""
    return var / "media"


def exports_folder(var: Path) -> Path:
    """Return the folder of the copies that were made for buyers."""
    return var / "exports"


def media_file(var: Path, *, shop_id: int, name: str) -> Path | None:
    """Return the file of a shop's picture; None for a name that leads elsewhere."""
    folder = media_folder(var) / str(shop_id) / name[:2]
    file = folder / name
    return file if file.resolve().parent == folder.resolve() else None


def delete_media(var: Path, *, shop_id: int, names: tuple[str, ...]) -> int:
    """Delete pictures; return how many there were. One that is gone is no fault."""
    count = 0
    for name in names:
        file = media_file(var, shop_id=shop_id, name=name)
        if file is not None and file.is_file():
            file.unlink(missing_ok=True)
            count += 1
    return count


def delete_exports(var: Path, mark: str) -> int:
    """Delete every copy that was made for the buyer of this hash; return how many."""
    marks = [
        file
        for file in exports_folder(var).rglob(MARK)
        if file.read_text("utf-8").strip() == mark
    ]
    for file in marks:
        shutil.rmtree(file.parent)
    return len(marks)
