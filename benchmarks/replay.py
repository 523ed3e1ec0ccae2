"""How long does a replay of 10,000 messages take, and what does it hold in memory?

``python -m benchmarks.replay``: a shop whose buyers have written held-out phrasings with
small words around them, a reply to each, read from a database of its own. Two drafts are
replayed on all of them: *words* gives every script of one intent other words, *examples*
gives half of an intent's examples to another, after which every text has to be understood
twice. The peer answers some of the same messages with either library, one message after
the other, as one would without the work of :mod:`server.curating.replaying`.
"""

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.report import scratch, show
from benchmarks.shops import found_shop
from benchmarks.texts import read_phrasings, vary
from bot.actions import Band
from bot.messages import IncomingMessage, Sender
from bot.replaying.report import ReplayReport
from bot.scripts import Pack
from scripts_library.shop.entries import entries_of
from server.cli.libraries import CACHE
from server.curating.previewing import library_with
from server.curating.replaying import Cases, Setting, collect, replay
from server.curating.sharing import processes_here
from server.library import Library, load_library
from server.secrets import open_vault
from server.settings import Settings
from server.shops import shop_of
from storage.database import Database
from storage.migrate import upgrade
from storage.queries.replays import past_messages
from storage.queries.shops import ShopRecord
from storage.repositories.intake import take_message
from storage.states import Direction
from storage.tables import MessageRow, table_of

GOAL_SECONDS = 30.0
_TURNS = 20
"""Of a conversation."""
_AT_ONCE = 2000
_PEER = 200
"""Messages that the peer answers."""
_INTENT, _OTHER = "shipping_time", "invoice"
_messages = table_of(MessageRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How one draft went."""

    name: str
    report: ReplayReport
    seconds: float
    cpu_seconds: float
    """Of processor time, of all processes: what neighbours cannot lengthen much."""
    peer_seconds: float
    """What the peer would take for as many messages."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=processes_here())
    args = parser.parse_args(arguments)
    library = load_library(None, var_path=CACHE)
    with scratch("replay") as folder:
        database = _open(folder)
        try:
            shop = _fill(database, args.messages, seed=args.seed)
            began = time.perf_counter()
            cases = _read(database, shop, limit=args.messages)
            reading = time.perf_counter() - began
        finally:
            database.close()
    setting = Setting(
        shop=shop_of(shop, library=library, settings=Settings()), now=datetime.now(UTC)
    )
    taken = [
        _measure(name, library, pack, cases, setting=setting, processes=args.processes)
        for name, pack in _drafts(library.pack)
    ]
    show(
        f"Replay of {args.messages:,} messages in {args.processes} processes",
        columns=(
            "draft",
            "texts",
            "changed",
            "read s",
            "replay s",
            "cpu s",
            "peer s",
            "ratio",
        ),
        rows=[
            (
                it.name,
                f"{it.report.texts:,}",
                it.report.changed,
                f"{reading:.1f}",
                f"{it.seconds:.1f}",
                f"{it.cpu_seconds:.1f}",
                f"{it.peer_seconds:.1f}",
                f"{it.seconds / it.peer_seconds:.2f}",
            )
            for it in taken
        ],
    )
    own, forks = (
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"most resident: {own} MiB, of a fork {forks} MiB (mostly shared)")
    return int(max(reading + it.seconds for it in taken) > GOAL_SECONDS)


def _measure(
    name: str,
    library: Library,
    pack: Pack,
    cases: Cases,
    *,
    setting: Setting,
    processes: int,
) -> Taken:
    drafted = library_with(library, entries_of(pack))
    began, cpu = time.perf_counter(), _cpu()
    report = replay(library, drafted, cases, setting=setting, processes=processes)
    seconds, used = time.perf_counter() - began, _cpu() - cpu
    some = list(islice(cases, _PEER))
    began = time.perf_counter()
    for case in some:
        for side in (library, drafted):
            side.assistant.handle(setting.turn(case), setting.context(case))
    each = (time.perf_counter() - began) / len(some)
    return Taken(
        name=name,
        report=report,
        seconds=seconds,
        cpu_seconds=used,
        peer_seconds=each * report.messages,
    )


def _cpu() -> float:
    """Return the processor time of this process and of the forks that have ended."""
    used = [resource.getrusage(resource.RUSAGE_SELF)]
    used.append(resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _drafts(pack: Pack) -> Iterator[tuple[str, Pack]]:
    """Yield the drafts as the packs that they make."""
    scripts = tuple(
        replace(it, variants=tuple(f"{text}哦" for text in it.variants))
        if it.intent_id == _INTENT
        else it
        for it in pack.scripts
    )
    yield "words", replace(pack, scripts=scripts)
    lines = pack.examples[_INTENT]
    half = len(lines) // 2
    examples = {
        **pack.examples,
        _INTENT: lines[half:],
        _OTHER: (*pack.examples[_OTHER], *lines[:half]),
    }
    yield "examples", replace(pack, examples=examples)


def _open(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder}/replay.db", vault=open_vault(folder))
    upgrade(database.engine)
    return database


def _fill(database: Database, count: int, *, seed: int) -> ShopRecord:
    """Store a shop with so many handled messages; return it."""
    now = datetime.now(UTC)

    shop = database.write_now(lambda conn: found_shop(conn, name="bench", now=now))
    texts = vary(read_phrasings(), seed=seed)
    conversations = [
        _begin(database, shop, number, now) for number in range(-(-count // _TURNS))
    ]
    rows = [
        row
        for number in range(count)
        for row in _turn(
            shop.shop_id, conversations[number // _TURNS], next(texts), number, now
        )
    ]
    for start in range(0, len(rows), _AT_ONCE):
        _insert(database, rows[start : start + _AT_ONCE])
    return shop


def _insert(database: Database, rows: list[dict[str, Any]]) -> None:
    def unit(conn: Connection) -> None:
        conn.execute(insert(_messages), rows)

    database.write_now(unit)


def _begin(database: Database, shop: ShopRecord, number: int, now: datetime) -> int:
    """Begin a conversation with a message that stays unanswered; return its id."""
    message = IncomingMessage(
        shop=shop.slug,
        connector="signed_http",
        platform_message_id=f"first-{number}",
        buyer_ref=f"buyer-{number}",
        text="你好",
    )
    receipt = database.write_now(
        lambda conn: take_message(conn, shop.shop_id, message=message, now=now)
    )
    return receipt.conversation_id


def _turn(
    shop_id: int, conversation_id: int, text: str, number: int, now: datetime
) -> Iterator[dict[str, Any]]:
    """Yield a buyer's message and the reply."""
    first_id = 1_000_000 + 2 * number
    at = now - timedelta(days=1) + timedelta(seconds=number)
    for place, sender in enumerate((Sender.BUYER, Sender.ASSISTANT)):
        is_own = sender is Sender.BUYER
        said = text if is_own else "48小时内发"
        yield {
            "id": first_id + place,
            "shop_id": shop_id,
            "conversation_id": conversation_id,
            "sender": sender,
            "direction": Direction.INCOMING if is_own else Direction.OUTGOING,
            "text": said,
            "search_text": said,
            "connector": "signed_http",
            "is_verified": False,
            "intent_id": _INTENT,
            "band": Band.AUTO if is_own else None,
            "turn_first_id": first_id,
            "sent_at": at,
            "created_at": at,
            "handled_at": at if is_own else None,
        }


def _read(database: Database, shop: ShopRecord, *, limit: int) -> Cases:
    since = datetime.now(UTC) - timedelta(days=7)
    cases: dict[Any, Counter[Any]] = database.read_now(
        lambda conn: collect(
            past_messages(conn, shop.shop_id, since=since, limit=limit)
        )
    )
    return cases


if __name__ == "__main__":
    sys.exit(main())
