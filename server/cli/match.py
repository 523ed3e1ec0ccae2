"""``xiaoer match``: utterances in, one JSON object a line out."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from bot.utterances import Entity, Guess
from server.cli.common import add_config, count, opened
from server.cli.consulting import Consultant, Consultation, today_in_shop
from server.cli.libraries import open_library
from server.library import Library
from server.logs import set_up_logging
from server.packs import pack_folder
from storage.queries.shops import ShopRecord

_TOP: Final = 3
_YEARS: Final = range(1900, 2201)
"""Of ``--today``; due times and windows need days around it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``xiaoer match``."""
    parser.add_argument("--shop", help="按这家店铺的政策填话术（读数据库）")
    add_config(parser)
    parser.add_argument("--pack", type=Path, help="行业包目录，默认内置电商包")
    parser.add_argument("--top", type=count, default=_TOP, help="列出几个备选意图")
    parser.add_argument("--today", type=_day, help="相对日期的基准，YYYY-MM-DD")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answer every line of standard input; return the exit status.

    Raises:
        ScriptLibraryError: The pack has problems.
        NotFoundError: There is no such shop.
        SettingsError: A setting is wrong.
    """
    set_up_logging(level="warning", as_json=False)
    folder, record = args.pack, None
    if args.shop is not None:
        with opened(args) as tools:
            record = tools.shop(args.shop)
            chosen = pack_folder(tools.settings, record.pack_id)
        folder = chosen if folder is None else folder
    library = open_library(folder)
    today = today_in_shop() if args.today is None else args.today
    policies = None if record is None else _policies(record, library)
    match_lines(
        Consultant(library, policies=policies),
        source=sys.stdin.buffer,
        target=sys.stdout.buffer,
        today=today,
        top=args.top,
    )
    return 0


def match_lines(
    consultant: Consultant,
    *,
    source: BinaryIO,
    target: BinaryIO,
    today: date,
    top: int = _TOP,
) -> None:
    """Write one JSON line for each line of ``source``, at once.

    Args:
        consultant: Answers the texts.
        source: UTF-8 lines; invalid bytes are replaced.
        target: Gets the JSON lines, flushed after each.
        today: Relative dates are seen from this day.
        top: How many alternatives to list.
    """
    for text in _lines(source):
        answer = describe(consultant.consult(text, today=today), top=top)
        target.write(msgspec.json.encode(answer) + b"\n")
        target.flush()


def describe(consultation: Consultation, *, top: int) -> dict[str, Any]:
    """Return one answer with exactly the keys of the contract."""
    understanding = consultation.understanding
    reply = consultation.reply
    return {
        "text": _printable(understanding.text),
        "intent": understanding.best.intent_id,
        "confidence": _rounded(understanding.best.confidence),
        "band": consultation.decision.band.value,
        "alternatives": [
            _alternative(guess) for guess in understanding.guesses[1 : top + 1]
        ],
        "intents": list(understanding.intents),
        "entities": [_entity(entity) for entity in understanding.entities],
        "script_id": None if reply is None else reply.script_id,
        "reply": None if reply is None else reply.text,
        "why": list(understanding.why),
    }


def _day(text: str) -> date:
    """Return the day of ``--today``."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be YYYY-MM-DD: {text}") from error
    if day.year not in _YEARS:
        years = f"{_YEARS[0]} to {_YEARS[-1]}"
        raise argparse.ArgumentTypeError(f"must be in the years {years}: {text}")
    return day


def _policies(record: ShopRecord, library: Library) -> Mapping[str, str]:
    """Return the policies of the shop that was named."""
    return {
        **library.pack.policies,
        "shop.name": record.name,
        **record.policies,
    }


def _lines(source: BinaryIO) -> Iterator[str]:
    """Yield the lines of ``source`` without their ends."""
    for line in iter(source.readline, b""):
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


def _printable(text: str) -> str:
    """Return ``text`` without lone surrogates, which JSON cannot carry."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _alternative(guess: Guess) -> dict[str, Any]:
    """Return one of the other guesses."""
    return {"intent": guess.intent_id, "confidence": _rounded(guess.confidence)}


def _entity(entity: Entity) -> dict[str, Any]:
    """Return one entity; the courier only where the number decides it."""
    described: dict[str, Any] = {
        "kind": entity.kind.value,
        "value": entity.value,
        "start": entity.start,
        "end": entity.end,
    }
    if entity.courier is not None:
        described["courier"] = entity.courier
    return described


def _rounded(share: float) -> float:
    """Return a probability in four places."""
    return round(share, 4)
