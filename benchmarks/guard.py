"""How long does the outgoing guard read a text of 200 characters, all packs on?

``python -m benchmarks.guard``: three kinds of texts, none read twice (the guard remembers
texts, which is not what is asked). *typical* are the pack's own reply templates behind each other;
*dense* are amounts of money and odd spellings without a pause; *worst* are texts put
together from the words that the rules wait for, the slowest tenth of them. A time is the
least processor time of three readings of texts that differ in their last characters, so
that a neighbour on the machine is not counted. The peer is one combined scan by ``re`` of the same patterns
over the folded text: what one would write without a guard, with no figures, prices, personal data or
odd spellings, and blind to where the text allows a word.
"""

import argparse
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count

from benchmarks.percentiles import Histogram
from benchmarks.report import show
from bot.guarding.folding import fold_for_guard
from bot.guarding.guard import Guard
from bot.guarding.prefilter import needs_of
from bot.guarding.prices import PriceLimit
from bot.guarding.rules import GuardRules, GuardSender
from scripts_library.loader import builtin_pack, load_pack

GOAL_SECONDS = 0.001
"""For the 99th percentile of the typical texts, and the median of the worst."""
LENGTH = 200
_LIMIT = PriceLimit(
    item_id="mug",
    title="陶瓷马克杯 350ml 带盖 大容量",
    list_fen=9900,
    floor_fen=7900,
)
"""With a title, so that prices after the item's name are read, too."""
_DENSE = (
    "到手价八十九块九",
    "满300减30",
    "退您5.5元",
    "运费十元",
    "两件190元",
    "打九折再减10元",
    "加薇❤",
    "haopingfanxian",
    "全·网·最·低",
    "验zheng码",
    "三十五给您",
    "五⭐好评",
)
_ENDS = "的了吗呢吧啊呀哦"
_SLOWEST = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and show; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=300, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    pack = load_pack(builtin_pack())
    guard = Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)
    chance = random.Random(args.seed)  # noqa: S311 - a benchmark's texts
    templates = [it for script in pack.scripts for it in script.variants]
    kinds = {
        "typical": [_text(templates, chance) for _ in range(args.texts)],
        "dense": [_text(_DENSE, chance) for _ in range(args.texts)],
        "worst": _worst(guard, pack.guard, chance, args.texts),
    }
    rows, is_missed = [], False
    for name, texts in kinds.items():
        ours = _times(texts, _reader(guard))
        peers = _times(texts, _peer(pack.guard))
        rows.append(_row(name, ours, peers))
        share = 0.5 if name == "worst" else 0.99
        is_missed |= ours.percentile(share) > GOAL_SECONDS
    show(
        f"Guard, {LENGTH} characters, {len(pack.guard.patterns)} rules",
        columns=(
            "texts",
            "p50 µs",
            "p99 µs",
            "re p50 µs",
            "re p99 µs",
            "ratio p50",
            "ratio p99",
        ),
        rows=rows,
    )
    return int(is_missed)


def _reader(guard: Guard) -> Callable[[str], object]:
    return lambda text: guard.check(text, sender=GuardSender.AGENT, limit=_LIMIT)


def _peer(rules: GuardRules) -> Callable[[str], object]:
    combined = re.compile("|".join(f"(?:{it})" for it in _sources(rules)))
    return lambda text: [
        match.span() for match in combined.finditer(fold_for_guard(text).text)
    ]


def _sources(rules: GuardRules) -> Iterator[str]:
    """Yield every pattern that ``re`` understands, too."""
    for rule in rules.patterns:
        yield from (re.escape(word) for word, _ in rule.rewrites)
        for pattern in rule.patterns:
            try:
                re.compile(pattern)
            except re.error:
                continue
            yield pattern


def _worst(
    guard: Guard, rules: GuardRules, chance: random.Random, number: int
) -> list[str]:
    """Return the slowest of many texts made of what the rules wait for."""
    needs = [needs_of(source) for source in _sources(rules)]
    pieces = ["".join(max(it, key=len) for it in sets) for sets in needs if sets]
    texts = [_text(pieces, chance) for _ in range(number)]
    timed = sorted(texts, key=lambda it: _least(it, _reader(guard)), reverse=True)
    return timed[: max(1, int(number * _SLOWEST))]


def _text(pieces: Sequence[str], chance: random.Random) -> str:
    """Return pieces behind each other, as long as a text is here."""
    text = ""
    while len(text) < LENGTH:
        text += chance.choice(pieces)
    return text[:LENGTH]


_fresh = count()


def _least(text: str, read: Callable[[str], object]) -> float:
    """Return the least of three times in seconds; no text is the same as one before."""
    times = []
    for _ in range(3):
        number = next(_fresh)
        mark = "".join(_ENDS[(number >> shift) % 8] for shift in (0, 3, 6, 9, 12, 15))
        once = text[: LENGTH - len(mark)] + mark
        begun = time.thread_time()
        read(once)
        times.append(time.thread_time() - begun)
    return min(times)


def _times(texts: Iterable[str], read: Callable[[str], object]) -> Histogram:
    times = Histogram()
    for text in texts:
        times.record(_least(text, read))
    return times


def _row(name: str, ours: Histogram, peers: Histogram) -> list[str]:
    shares = (0.5, 0.99)
    own = [ours.percentile(share) for share in shares]
    peer = [peers.percentile(share) for share in shares]
    figures = (f"{seconds * 1e6:,.0f}" for seconds in chain(own, peer))
    ratios = (f"{one / other:.1f}" for one, other in zip(own, peer, strict=True))
    return [name, *figures, *ratios]


if __name__ == "__main__":
    sys.exit(main())
