"""``xiaoer scripts phrases [FOLDER]``: is every phrase understood as it must be?"""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from bot.utterances import Understanding
from scripts_library.loader import builtin_pack, read_pack
from scripts_library.phrases import Broken, PhraseFailure, check_phrases
from scripts_library.report import Origins
from server.cli.libraries import open_library
from server.logs import set_up_logging

_TODAY: Final = date(2024, 11, 11)
"""No phrase depends on the day; a fixed one makes runs alike."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        default=builtin_pack(),
        help="行业包目录，默认内置电商包",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write one failure a line; 1 when one stops a publication, else 0.

    Raises:
        ScriptLibraryError: The pack has problems.
        TrainingFailedError: It could not be learnt.
    """
    set_up_logging(level="warning", as_json=False)
    loaded = read_pack(args.folder)
    matcher = open_library(args.folder).matcher

    def understand(text: str) -> Understanding:
        return matcher.understand(text, today=_TODAY)

    failures = check_phrases(loaded.pack, understand)
    if args.json:
        print(msgspec.json.encode([_described(one) for one in failures]).decode())
    else:
        for one in failures:
            print(_line(one, loaded.origins), file=sys.stderr)
    return 1 if any(one.stops for one in failures) else 0


def _line(failure: PhraseFailure, origins: Origins) -> str:
    """Return a failure in words, with its place and what was understood instead."""
    kind = Broken.MUST_HIT if failure.broken is Broken.MUST_HIT else Broken.MUST_NOT_HIT
    place = origins.of(kind, failure.text)
    return str(
        place.problem(
            f"{failure.text!r} must be {failure.wanted}, is understood as"
            f" {failure.understood} ({failure.confidence:.2f})"
            + ("" if failure.stops else "; does not stop a publication")
        )
    )


def _described(failure: PhraseFailure) -> dict[str, Any]:
    return {
        "broken": failure.broken.value,
        "intent": failure.intent_id,
        "text": failure.text,
        "wanted": failure.wanted,
        "understood": failure.understood,
        "confidence": round(failure.confidence, 4),
        "stops": failure.stops,
    }
