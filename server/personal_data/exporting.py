"""What is the copy that a buyer gets? JSON for machines, a page for people, pictures."""

import os
import shutil
import tempfile
import zipfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from bot.errors import NotPermittedError
from server.personal_data.page import page_of
from server.personal_data.places import MARK, exports_folder, media_file
from server.secrets import write_private
from storage.database import Database
from storage.queries.exporting import BuyerData, everything_of
from storage.queries.shops import ShopRecord
from storage.repositories.tombstones import hash_of

_OWNER_ONLY = 0o700


def read_copy(
    database: Database,
    shop: ShopRecord,
    *,
    buyer_ref: str,
    connector: str | None = None,
) -> BuyerData:
    """Return everything that is kept about a buyer.

    Raises:
        NotFoundError: nothing is kept about such a buyer.
    """
    return database.read_now(
        lambda connection: everything_of(
            connection, shop.shop_id, buyer_ref=buyer_ref, connector=connector
        )
    )


def mark_of(database: Database, shop: ShopRecord, buyer_ref: str) -> str:
    """Return the keyed hash that tells whose copy a folder is."""
    return database.read_now(
        lambda connection: hash_of(connection, shop.shop_id, buyer_ref).hex()
    )


def write_copy(
    database: Database,
    shop: ShopRecord,
    *,
    data: BuyerData,
    folder: Path,
    var: Path,
    now: datetime,
) -> int:
    """Write ``buyer.json``, ``buyer.html`` and the pictures; return how many pictures.

    Raises:
        NotPermittedError: the folder holds something already.
    """
    folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise NotPermittedError(f"out: {folder} is not empty")
    # First of all: from now on forgetting the buyer finds this folder.
    write_private(
        folder / MARK, mark_of(database, shop, data.buyer_ref).encode() + b"\n"
    )
    pictures = _copy_pictures(data, shop.shop_id, folder=folder, var=var)
    body = {
        "made_at": now,
        "shop": shop.slug,
        "shop_name": shop.name,
        "buyer_id": data.buyer_ref,
        "connectors": data.connectors,
        **data.records,
    }
    write_private(
        folder / "buyer.json",
        msgspec.json.format(msgspec.json.encode(body), indent=2),
    )
    page = page_of(data, shop_name=shop.name, pictures=pictures, now=now)
    write_private(folder / "buyer.html", page.encode())
    return len(pictures)


def open_archive(
    database: Database, shop: ShopRecord, *, buyer_ref: str, var: Path, now: datetime
) -> IO[bytes]:
    """Return the copy as a ZIP file that nothing on the disk leads to any more.

    Raises:
        NotFoundError: nothing is kept about such a buyer.
    """
    data = read_copy(database, shop, buyer_ref=buyer_ref)
    place = exports_folder(var)
    place.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    with ExitStack() as stack:
        archive = stack.enter_context(tempfile.TemporaryFile(dir=place))
        with tempfile.TemporaryDirectory(dir=place) as name:
            folder = Path(name)
            write_copy(database, shop, data=data, folder=folder, var=var, now=now)
            _pack(folder, archive)
        archive.seek(0)
        stack.pop_all()
        return archive


def _pack(folder: Path, archive: IO[bytes]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.name != MARK:
                packed.write(file, file.relative_to(folder))


def _copy_pictures(
    data: BuyerData, shop_id: int, *, folder: Path, var: Path
) -> dict[str, str]:
    """Copy the pictures that are there still; return name → path inside the copy."""
    copied: dict[str, str] = {}
    for record in data.of("pictures"):
        file = media_file(var, shop_id=shop_id, name=record["name"])
        if file is None or not file.is_file():
            continue
        target = folder / "pictures" / file.name
        target.parent.mkdir(mode=_OWNER_ONLY, exist_ok=True)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream, file.open("rb") as source:
            shutil.copyfileobj(source, stream)
        copied[record["name"]] = f"pictures/{file.name}"
    return copied
