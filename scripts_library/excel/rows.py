"""What does each cell of a row say? Typed values, and every problem with its place."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bot.catalogue.checking import WrongFactError
from bot.errors import Problem
from scripts_library.excel.cells import (
    NOTHING,
    read_lines,
    read_pairs,
    restore,
)
from scripts_library.excel.times import clock_of, day_meant, moment_of
from scripts_library.excel.workbook import CellValue, Written

LONGEST_TEXT: Final = 2000
"""Characters of one text; replies that quote it must stay readable."""
LARGEST_FEN: Final = 100_000_000_000
_YES_NO: Final = {"是": True, "否": False}
_FIRST_YEAR, _LAST_YEAR = 1970, 2999
_SURE_DIGITS: Final = 10**15
"""From here on Excel does not keep every digit of a number."""
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")

Value = TypeVar("Value")


class Row:
    """One row of a sheet while it is read; notes its problems by column."""

    def __init__(
        self,
        sheet: str,
        number: int,
        cells: Mapping[str, Written],
        *,
        columns: Mapping[str, str],
        zone: ZoneInfo,
        longest: int = LONGEST_TEXT,
    ) -> None:
        """Take a row.

        Args:
            sheet: Name of the sheet.
            number: As a person sees it.
            cells: By title; empty ones are not there.
            columns: Letter of each title.
            zone: Of the shop: times without an offset are meant in it.
            longest: Characters of one text.
        """
        self.line = number
        self._longest = longest
        self.sheet = sheet
        self._cells = cells
        self._columns = columns
        self._zone = zone
        self.problems: list[Problem] = []

    def complain(self, title: str, reason: str) -> None:
        """Note a problem of a cell."""
        column = self.letter(title)
        shown = "?" if column is None else column
        self.problems.append(
            Problem(
                file=self.sheet,
                line=self.line,
                reason=f"{shown}列「{title}」：{reason}",
                column=column,
                field=title,
            )
        )

    def letter(self, title: str) -> str | None:
        """Return the letter of a column; None when the sheet has none of the title."""
        return self._columns.get(title)

    def is_blank(self, *titles: str) -> bool:
        """Return whether none of these cells says anything."""
        return not any(title in self._cells for title in titles)

    def text(self, title: str) -> str | None:
        """Return a text; None when the cell is empty, an empty one for （空）."""
        cell = self._string(title)
        return None if cell is None else self._checked(title, restore(cell))

    def required(self, title: str) -> str:
        """Return a text that has to say something; a problem when it does not."""
        known = len(self.problems)
        text = self.text(title)
        if text is not None and text.strip():
            return text
        if len(self.problems) == known:
            self.complain(title, "不能为空")
        return ""

    def lines(self, title: str) -> tuple[str, ...] | None:
        """Return the lines of a cell; None when it is empty, none of them for （无）."""
        cell = self._string(title)
        if cell is None:
            return None
        return tuple(self._checked(title, line) for line in read_lines(cell))

    def pairs(self, title: str) -> Mapping[str, str]:
        """Return the names and values of a cell's lines: 面料：雪纺."""
        cell = self._string(title)
        try:
            found = {} if cell is None else read_pairs(cell)
        except ValueError as error:
            self.complain(
                title, f"每行写成“名称：内容”，名称不能重复，这行不对：{error}"
            )
            return {}
        for text in (*found, *found.values()):
            self._checked(title, text)
        return found

    def words(self, title: str, known: Collection[str]) -> tuple[str, ...] | None:
        """Return words joined by 、; each one that is not known is a problem."""
        cell = self._string(title)
        if cell is None:
            return None
        if cell == NOTHING:
            return ()
        found = tuple(word for word in re.split(r"[、，,\s]+", cell.strip()) if word)
        for word in found:
            if word not in known:
                self.complain(title, f"不认识“{word}”")
        return found

    def choice(self, title: str, known: Mapping[str, Value]) -> Value | None:
        """Return what one of several words stands for."""
        cell = self._string(title)
        if cell is None:
            return None
        if cell.strip() not in known:
            self.complain(title, f"只能填{'、'.join(known)}")
            return None
        return known[cell.strip()]

    def is_yes(self, title: str) -> bool | None:
        """Return whether it says 是."""
        cell = self._cells.get(title)
        if cell is not None and isinstance(cell.value, bool):
            return cell.value
        return self.choice(title, _YES_NO)

    def fen(self, title: str) -> int | None:
        """Return an amount of yuan in fen."""
        number = self._decimal(title)
        if number is None:
            return None
        fen = number * 100
        if not 0 <= fen <= LARGEST_FEN or fen != fen.to_integral_value():
            self.complain(title, "要填不小于0、最多两位小数的金额（元）")
            return None
        return int(fen)

    def whole(self, title: str, *, least: int = 0, most: int = 10**9) -> int | None:
        """Return a whole number."""
        number = self._decimal(title)
        if number is None:
            return None
        if number != number.to_integral_value() or not least <= number <= most:
            self.complain(title, f"要填{least}到{most}的整数")
            return None
        return int(number)

    def number(self, title: str) -> float | None:
        """Return a number from 0 on."""
        number = self._decimal(title)
        if number is None:
            return None
        if number < 0 or not math.isfinite(float(number)):
            self.complain(title, "要填不小于0的数")
            return None
        return float(number)

    def clocks(self, title: str) -> tuple[time, ...] | None:
        """Return times of day joined by 、: 12:00、17:00."""
        cell = self._cells.get(title)
        if cell is not None and isinstance(cell.value, time):
            return (cell.value,)
        text = self._string(title)
        if text is None:
            return None
        words = () if text == NOTHING else re.split(r"[、，,\s]+", text.strip())
        try:
            return tuple(clock_of(word) for word in words if word)
        except ValueError:
            self.complain(title, "要填时刻，例如 12:00、15:00、17:00")
            return None

    def moment(self, title: str) -> datetime | None:
        """Return a moment, UTC; without an offset it is shop time."""
        cell = self._cells.get(title)
        value = None if cell is None else self._value(title, cell)
        if value is None:
            return None
        at = moment_of(value)
        if at is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            self.complain(title, "要填日期时间，例如 2026-11-30 18:00")
            return None
        local = at if at.tzinfo is not None else at.replace(tzinfo=self._zone)
        return local.astimezone(UTC)

    def make(
        self, maker: Callable[[], Value], wrong: Mapping[str, tuple[str, str]]
    ) -> Value | None:
        """Return what is made of the row, None when it has problems.

        Args:
            maker: Makes it.
            wrong: By field of the value: the title of its column, and what is wrong.
        """
        if self.problems:
            return None
        try:
            return maker()
        except WrongFactError as error:
            title, reason = wrong[error.field]
            self.complain(title, reason)
            return None

    def _checked(self, title: str, text: str) -> str:
        if len(text) > self._longest:
            self.complain(title, f"一项不能超过{self._longest}个字")
        if _UNSTORABLE.search(text) is not None:
            self.complain(title, "有不能保存的字符")
        return text

    def _string(self, title: str) -> str | None:
        cell = self._cells.get(title)
        value = None if cell is None else self._value(title, cell)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool):
            return str(value).upper()  # as Excel shows it
        if isinstance(value, date | time):
            told = f"{value:%H:%M}" if isinstance(value, time) else f"{value:%Y-%m-%d}"
            self.complain(
                title,
                f"变成了日期或时间（{told}）；把单元格格式改成“文本”再重新填写",
            )
            return None
        if abs(value) >= _SURE_DIGITS:
            self.complain(title, "数字太长，末位已被改掉；把格式改成“文本”再重新填写")
            return None
        if isinstance(value, float) and value.is_integer():
            return str(int(value))  # a number that people mean as a name: 20260001
        return str(value)

    def day(self, title: str) -> date | None:
        """Return a day."""
        cell = self._cells.get(title)
        value = None if cell is None else self._value(title, cell)
        if value is None:
            return None
        at = moment_of(value)
        if at is not None and at.time() == time() and at.year >= _FIRST_YEAR:
            return at.date()
        self.complain(title, f"要填日期，例如 2026-11-11{day_meant(value)}")
        return None

    def _decimal(self, title: str) -> Decimal | None:
        cell = self._cells.get(title)
        value = None if cell is None else self._value(title, cell)
        if value is None:
            return None
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(value, bool) or not number.is_finite():
            self.complain(title, "要填数字")
            return None
        return number

    def _value(self, title: str, cell: Written) -> CellValue:
        if cell.is_formula:
            self.complain(title, "是公式，请粘贴成数值再导入")
            return None
        if cell.is_error:
            self.complain(title, f"是错误值 {cell.value}")
            return None
        return cell.value
