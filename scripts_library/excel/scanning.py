"""Is a file that calls itself a workbook fit to be opened? Counted before it is built.

The parts are read as a stream, so a file made to fill the memory is refused while the
memory is still empty.
"""

import re
import zipfile
from collections.abc import Callable
from typing import IO, Final
from xml.parsers import expat

LARGEST_UNPACKED: Final = 100_000_000
"""Bytes of all parts; what a part says of its size is what can be read of it."""
MOST_ROWS: Final = 100_000
_MOST_PARTS: Final = 2_000
_MOST_ELEMENTS: Final = 3_000_000
"""Of a part: a cell has up to three, so this is a million cells."""
_MOST_MERGED: Final = 10_000
"""Cells under merged ones; each would be built."""
_PIECE: Final = 1 << 16
_MACROS: Final = re.compile(r"vbaproject|macrosheets/|activex/", re.IGNORECASE)
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_OLD_FORMAT: Final = bytes.fromhex("d0cf11e0")


class UnfitError(Exception):
    """The file is refused; the reason is in words for people."""


def check_beginning(raw: bytes) -> None:
    """Refuse what is another kind of file.

    Raises:
        UnfitError: with what to do.
    """
    if raw[:4] == _OLD_FORMAT:
        raise UnfitError("是旧版 .xls 或加了密码的工作簿，请另存为不加密的 .xlsx")


def scan(packed: zipfile.ZipFile) -> None:
    """Refuse a workbook with macros, or one that would take too much to open.

    Raises:
        UnfitError: with what to do.
        zipfile.BadZipFile: a part is broken.
    """
    parts = packed.infolist()
    if any(_MACROS.search(part.filename) for part in parts):
        raise UnfitError("里面有宏，不导入；请另存为不含宏的 .xlsx")
    is_large = sum(part.file_size for part in parts) > LARGEST_UNPACKED
    if is_large or len(parts) > _MOST_PARTS:
        raise UnfitError("解压后的内容太大")
    for part in parts:
        with packed.open(part) as stream:
            _Counting().read(stream)


class _Counting:
    """Counts what one part would make; lives as long as the part is read."""

    def __init__(self) -> None:
        self._elements = 0
        self._rows = 0
        self._merged = 0

    def read(self, stream: IO[bytes]) -> None:
        """Read a part to its end, or as far as it is XML at all."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = _refuse_doctype
        feed: Callable[[bytes, bool], object] = parser.Parse
        try:
            while piece := stream.read(_PIECE):
                feed(piece, False)  # noqa: FBT003 - expat takes it by position
        except expat.ExpatError:
            # A picture, or broken XML: whoever opens the book stops there, too.
            return

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise UnfitError("内容太多，一个工作表最多大约一百万格")
        match name.rpartition(":")[2]:
            case "row":
                self._rows += 1
                if self._rows > MOST_ROWS:
                    raise UnfitError(
                        f"有工作表超过{MOST_ROWS}行（空行也算）；"
                        "选中下面用不到的行，删除后再导入"
                    )
            case "mergeCell":
                self._merged += _size(attributes.get("ref", ""))
                if self._merged > _MOST_MERGED:
                    raise UnfitError(
                        f"合并单元格太大（{attributes['ref']}），请取消合并"
                    )
            case _:
                pass


def _refuse_doctype(*_: object) -> None:
    raise UnfitError("里面有工作簿不该有的声明（DOCTYPE）")


def _size(reference: str) -> int:
    """Return how many cells A1:B2 covers; what is none covers too many."""
    match = _RANGE.fullmatch(reference)
    if match is None:
        return _MOST_MERGED + 1
    left, top, right, bottom = match.groups()
    width = abs(_number(right) - _number(left)) + 1
    return width * (abs(int(bottom) - int(top)) + 1)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
