"""What does another tool's list of phrases say? Two columns, category and text.

Such a phrase becomes a script of the team: agents find it under its category and send it;
the assistant never says it by itself, as nobody has said which question it answers.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bot.errors import Problem, ScriptLibraryError
from bot.scripts import Audience
from scripts_library.excel.imported import Imported, Spot
from scripts_library.excel.scanning import MOST_ROWS
from scripts_library.excel.workbook import LARGEST_FILE, Table
from scripts_library.shop.entries import Key, Kind

_CATEGORIES: Final = frozenset(
    {"分类", "类别", "分组", "组", "目录", "标题", "category", "group", "folder"}
)
_TEXTS: Final = frozenset(
    {"话术", "内容", "文本", "短语", "快捷短语", "快捷回复", "回复", "回复内容", "text"}
    | {"content", "phrase", "reply"}
)
_STEPS: Final = re.compile(r"\s*(?:[/＞>＼\\|｜]|->|→)+\s*")
_TWO: Final = 2
_LONGEST: Final = 100_000
"""Characters of one field."""
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS: Final = (",", "\t", ";", "，")

Rows = Iterable[tuple[int, str, str]]
"""Line, category and text."""


def is_phrase_list(tables: Mapping[str, Table]) -> bool:
    """Return whether a workbook is a phrase list: one sheet of two such columns."""
    filled = [it for it in tables.values() if it.titles or it.rows]
    return len(filled) == 1 and _order(tuple(filled[0].titles)) is not None


def read_phrase_table(
    tables: Mapping[str, Table], *, intent_id: str, file: str
) -> Imported:
    """Return the phrases of a workbook; otherwise as :func:`read_phrase_csv`."""
    (table,) = (it for it in tables.values() if it.titles or it.rows)
    order = _order(tuple(table.titles))
    titles = tuple(table.titles)
    category, text = (0, 1) if order is None else order
    problems = [
        Problem(
            file=table.name,
            line=number,
            reason=f"{cell.column}列「{title}」：是公式或错误值，请粘贴成数值再导入",
            column=cell.column,
            field=title,
        )
        for number, cells in table.rows
        for title, cell in cells.items()
        if cell.is_formula or cell.is_error
    ]
    if problems:
        raise ScriptLibraryError(tuple(problems))

    def rows() -> Iterator[tuple[int, str, str]]:
        for number, cells in table.rows:
            told = [
                "" if title not in cells else str(cells[title].value)
                for title in (titles[category], titles[text])
            ]
            yield number, told[0], told[1]

    return _imported(rows(), intent_id=intent_id, file=file, sheet=table.name)


def read_phrase_csv(raw: bytes, *, intent_id: str, file: str) -> Imported:
    """Return the phrases of a CSV file in UTF-8, with a mark or without, or in GBK.

    Args:
        raw: The file.
        intent_id: Of the intent that the scripts stand under.
        file: Its name.

    Raises:
        ScriptLibraryError: with every problem by line.
    """
    if len(raw) > LARGEST_FILE:
        raise _refused(file, 0, f"文件超过{LARGEST_FILE // 1_000_000}MB")
    text = _decoded(raw, file)
    lines = list(_lines(text, file))
    if not lines:
        raise _refused(file, 0, "是空的")
    order = _order([it.strip() for it in lines[0][1]])
    body = lines if order is None else lines[1:]
    category, phrase = (0, 1) if order is None else order
    wrong = [
        Problem(
            file=file, line=number, reason=f"要有两列（分类、话术），这里有{len(it)}列"
        )
        for number, it in body
        if len(it) != _TWO
    ]
    if wrong:
        raise ScriptLibraryError(tuple(wrong))
    return _imported(
        ((number, it[category], it[phrase]) for number, it in body),
        intent_id=intent_id,
        file=file,
        sheet=file,
    )


def _order(titles: Sequence[str]) -> tuple[int, int] | None:
    """Return which of two titles is the category and which the text."""
    if len(titles) != _TWO:
        return None
    first, second = (it.strip().lower() for it in titles)
    if first in _CATEGORIES and second in _TEXTS:
        return 0, 1
    if first in _TEXTS and second in _CATEGORIES:
        return 1, 0
    return None


def _decoded(raw: bytes, file: str) -> str:
    if raw.startswith(_UTF16):
        return raw.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(file, 0, "不是 UTF-8 也不是 GBK 的文本")


def _lines(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the filled rows with the line in which each begins."""
    if "\0" in text:
        raise _refused(
            file, text.count("\n", 0, text.index("\0")) + 1, "有不能保存的字符"
        )
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    csv.field_size_limit(_LONGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins, count = 1, 0
    try:
        for row in reader:
            if any(field.strip() for field in row):
                count += 1
                if count > MOST_ROWS:
                    raise _refused(file, begins, f"超过{MOST_ROWS}行")
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        reason = f"读不懂这一行，引号要成对，一项不超过{_LONGEST}个字"
        raise _refused(file, begins, reason) from error


def _imported(rows: Rows, *, intent_id: str, file: str, sheet: str) -> Imported:
    content: dict[Key, dict[str, Any]] = {}
    spots: dict[tuple[Key, str], Spot] = {}
    problems = []
    for number, category, text in rows:
        path = [step for step in _STEPS.split(category.strip()) if step]
        if not text.strip():
            problems.append(Problem(file=sheet, line=number, reason="话术是空的"))
            continue
        key = Key(Kind.SCRIPT, _name(path, text))
        if key in content:
            first = spots[key, ""].line
            reason = f"和第{first}行一样（分类和话术都相同）"
            problems.append(Problem(file=sheet, line=number, reason=reason))
            continue
        entry: dict[str, Any] = {
            "intent": intent_id,
            "audience": Audience.TEAM.value,
            "variants": [text.strip()],
        }
        content[key] = {**entry, "category": path} if path else entry
        spots[key, ""] = Spot(sheet, number)
    if problems:
        raise ScriptLibraryError(tuple(problems))
    return Imported(
        file=file, content=content, kinds=frozenset({Kind.SCRIPT}), spots=spots
    )


def _name(path: Sequence[str], text: str) -> str:
    """Return an id that the same phrase has in every import."""
    raw = "\n".join((*path, text.strip()))
    return f"phrase.{hashlib.sha256(raw.encode()).hexdigest()[:12]}"


def _refused(file: str, line: int, reason: str) -> ScriptLibraryError:
    return ScriptLibraryError((Problem(file=file, line=line, reason=reason),))
