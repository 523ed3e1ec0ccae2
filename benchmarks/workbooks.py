"""How long does a library of 20,000 rows take out to a workbook, and in again?

``python -m benchmarks.workbooks``: the examples of the e-commerce pack with lines made of
them, as many as make 20,000 rows with its scripts. Measured: exporting, importing it
unchanged, importing all of it into an empty library, and importing as many phrases of
another tool's list, each of which becomes a script.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from benchmarks.scale.library import make_library
from bot.scripts import Pack
from scripts_library.excel.imported import Imported
from scripts_library.excel.library_book import read_library
from scripts_library.excel.library_write import write_library
from scripts_library.excel.workbook import read_workbook
from scripts_library.loader import builtin_pack, load_pack
from scripts_library.shop.entries import LINES, Entry, Key, Kind, entries_of
from server.cli.progress import shown
from server.curating.importing import read_file, work_out

GOAL_S = 20.0
_ROWS = 20_000
_ZONE = "Asia/Shanghai"

Done = TypeVar("Done")


def main() -> int:
    """Measure; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=_ROWS)
    rows = parser.parse_args().rows
    pack = load_pack(builtin_pack())
    content = _content(pack, rows)
    with shown("导出") as tell:
        out_s, raw = _timed(
            lambda: write_library(content, frame=pack, timezone=_ZONE, tell=tell)
        )
    have = sum(len(it.rows) for it in read_workbook(raw, file="library").values())
    with shown("导入") as tell:

        def read() -> Imported:
            return read_library(
                raw, frame=pack, timezone=_ZONE, file="library", tell=tell
            )

        same_s, same = _timed(lambda: work_out(read(), content, frame=pack).changes)
        new_s, new = _timed(
            lambda: work_out(replace(read(), marks={}), {}, frame=pack).changes
        )
    phrases = _phrases(rows)
    csv_s, scripts = _timed(lambda: _imported(phrases, pack))
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"rows {have:,} (with those that are only shown), {len(raw):,} bytes")
    print(f"export {out_s:.1f} s")
    print(f"import unchanged {same_s:.1f} s ({len(same)} changes)")
    print(f"import of everything {new_s:.1f} s ({len(new)} changes)")
    print(f"import of {rows:,} phrases {csv_s:.1f} s ({scripts} scripts)")
    print(f"rss {rss} MB, goal {GOAL_S:.0f} s each")
    return 0 if max(out_s, same_s, new_s, csv_s) < GOAL_S and not same else 1


def _content(pack: Pack, rows: int) -> dict[Key, Entry]:
    """Return the pack's scripts, and examples that fill up the rows."""
    content: dict[Key, Entry] = {
        key: entry for key, entry in entries_of(pack).items() if key.kind is Kind.SCRIPT
    }
    used = sum(1 + len(entry["variants"]) for entry in content.values())
    lines = make_library(pack.examples, size=max(rows - used, 1000), seed=1)
    for intent_id, texts in lines.items():
        content[Key(Kind.EXAMPLES, intent_id)] = {LINES: texts}
    return content


def _phrases(rows: int) -> bytes:
    lines = (
        f"售后/第{row % 50}组,您好，第{row}条已经为您处理好了" for row in range(rows)
    )
    return "\r\n".join(("分类,话术", *lines)).encode("gbk")


def _imported(phrases: bytes, pack: Pack) -> int:
    imported = read_file(phrases, file="list.csv", frame=pack, timezone=_ZONE)
    return len(work_out(imported, entries_of(pack), frame=pack).changes)


def _timed(work: Callable[[], Done]) -> tuple[float, Done]:
    began = time.perf_counter()
    done = work()
    return time.perf_counter() - began, done


if __name__ == "__main__":
    sys.exit(main())
