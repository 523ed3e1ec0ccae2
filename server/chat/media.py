"""Where do pictures lie? One file each, whole before its row is there."""

import hashlib
import os
import secrets
from pathlib import Path

from connectors.chat import EncodedPicture
from storage.repositories.media import NewPicture


def media_path(var: Path, *, shop_id: int, name: str) -> Path:
    """Return where the picture of this name lies."""
    return var / "media" / str(shop_id) / name[:2] / name


def store_picture(var: Path, *, shop_id: int, picture: EncodedPicture) -> NewPicture:
    """Write a picture's file under a name that nobody can guess; return its row.

    The file is there with all of its bytes, or not at all, whenever the power goes.
    """
    name = secrets.token_hex(16) + picture.suffix
    path = media_path(var, shop_id=shop_id, name=name)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("xb") as file:
        file.write(picture.content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    _sync_folder(path.parent)
    return NewPicture(
        name=name,
        content_type=picture.content_type,
        size=len(picture.content),
        width=picture.width,
        height=picture.height,
        sha256=hashlib.sha256(picture.content).digest(),
    )


def _sync_folder(folder: Path) -> None:
    """Make the new name last; only where folders can be opened."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
