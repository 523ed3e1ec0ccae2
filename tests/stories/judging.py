"""Did what must follow from a step follow? Each complaint in words; none: it did."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.stories.values import Expectation, Seen, SeenTicket, Table

_PLACEHOLDER = re.compile(r"[{}]")


def complaints(expected: Expectation, seen: Seen) -> tuple[str, ...]:
    """Return everything that was expected and did not come, or came and must not."""
    checks = (_words, _more, _outcome, _person, _offers, _tickets, _promises, _plans)
    return tuple(one for check in checks for one in check(expected, seen))


def always(
    seen: Seen, *, said_before: Iterable[str], floors: Sequence[int]
) -> tuple[str, ...]:
    """Return what no story need say: it holds for every reply of the assistant.

    Args:
        seen: ``replies`` are the assistant's own.
        said_before: Its earlier replies to this buyer.
        floors: Lowest prices of the story's items, in fen.
    """
    found = [
        f"空位没填上：{text}" for text in seen.replies if _PLACEHOLDER.search(text)
    ]
    counts = Counter((*said_before, *seen.replies))
    found += [
        f"同样的话说了两遍：{text}" for text in set(seen.replies) if counts[text] > 1
    ]
    for floor in floors:
        figure = _figure(floor)
        found += [f"说出了底价：{text}" for text in seen.replies if figure.search(text)]
    return tuple(found)


def _figure(fen: int) -> re.Pattern[str]:
    """Return a pattern of an amount however its cents are written."""
    yuan, rest = divmod(fen, 100)
    cents = r"(\.0{1,2})?" if rest == 0 else r"\." + f"{rest:02d}".rstrip("0") + "0?"
    return re.compile(rf"(?<![\d.:：-]){yuan}{cents}(?![\d.:：-])")


def _words(expected: Expectation, seen: Seen) -> Iterator[str]:
    for pattern in expected.says:
        if not re.search(pattern, seen.text, re.MULTILINE):
            yield f"该说到：{pattern}"
    for pattern in expected.never:
        hit = re.search(pattern, seen.text, re.MULTILINE)
        if hit is not None:
            yield f"不该说：{hit.group()}（{pattern}）"
    for figure in expected.facts:
        if figure not in seen.text:
            yield f"该有这个数：{figure}"


def _more(expected: Expectation, seen: Seen) -> Iterator[str]:
    if expected.replies is not None and len(seen.replies) != expected.replies:
        yield f"该有{expected.replies}句，来了{len(seen.replies)}句"
    offered = "\n".join(seen.suggestions)
    for pattern in expected.suggested:
        if not re.search(pattern, offered):
            yield f"该给客服备好：{pattern}；备的是：{offered!r}"


def _outcome(expected: Expectation, seen: Seen) -> Iterator[str]:
    if expected.band is not None and seen.band != expected.band:
        yield f"该由{expected.band}答，是{seen.band}"
    for intent in expected.intent:
        if intent not in seen.intents:
            yield f"该听成{intent}，听成{', '.join(sorted(seen.intents)) or '没听出'}"


def _person(expected: Expectation, seen: Seen) -> Iterator[str]:
    pairs = (
        ("转到人工", expected.handed_over, seen.is_handed_over),
        ("被拦下", expected.refused, seen.is_refused),
        ("留底", expected.audited, seen.is_audited),
    )
    for name, wanted, found in pairs:
        if wanted is not None and wanted is not found:
            yield f"{'该' if wanted else '不该'}{name}"


def _offers(expected: Expectation, seen: Seen) -> Iterator[str]:
    if expected.offers is None:
        return
    pairs = list(zip(expected.offers, seen.offers, strict=False))
    is_right = len(expected.offers) == len(seen.offers) and all(
        wanted.items() <= found.items() for wanted, found in pairs
    )
    if not is_right:
        yield f"该让到这里：{_list(expected.offers)}；让了：{_list(seen.offers)}"


def _tickets(expected: Expectation, seen: Seen) -> Iterator[str]:
    if expected.tickets is None:
        return
    if not expected.tickets and seen.tickets:
        yield f"不该有工单，有：{[one.type for one in seen.tickets]}"
    for wanted in expected.tickets:
        fitting = [one for one in seen.tickets if _fits(wanted, one)]
        count = wanted.get("count")
        if not fitting or (count is not None and len(fitting) != count):
            have = [(one.type, one.order) for one in seen.tickets]
            yield f"该有工单{dict(wanted)}，有：{have}"
            continue
        for pattern in wanted.get("with", ()):
            if not any(re.search(pattern, one.text) for one in fitting):
                yield f"工单上该有：{pattern}；写的是：{fitting[0].text}"


def _fits(wanted: Table, one: SeenTicket) -> bool:
    is_of_type = wanted.get("type", one.type) == one.type
    is_of_order = wanted.get("order", one.order) == one.order
    is_as_it_stands = all(
        getattr(one, name).startswith(wanted.get(name, ""))
        for name in ("due", "plan", "state", "priority")
    )
    return bool(is_of_type and is_of_order and is_as_it_stands)


def _promises(expected: Expectation, seen: Seen) -> Iterator[str]:
    if expected.promises is None:
        return
    if not expected.promises and seen.promises:
        yield f"不该有承诺，有：{_list(seen.promises)}"
    for wanted in expected.promises:
        if not any(_is_kept_in_mind(wanted, one) for one in seen.promises):
            yield f"该记下承诺{dict(wanted)}，记了：{_list(seen.promises)}"


def _is_kept_in_mind(wanted: Table, one: Table) -> bool:
    """Compare a promise; a due day fits every minute of it."""
    due = str(wanted.get("due", ""))
    rest = {name: value for name, value in wanted.items() if name != "due"}
    return str(one.get("due", "")).startswith(due) and rest.items() <= one.items()


def _plans(expected: Expectation, seen: Seen) -> Iterator[str]:
    wanted = expected.follow_ups
    if wanted is not None and sorted(wanted) != sorted(seen.follow_ups):
        yield f"该排着的跟进：{sorted(wanted)}，排着：{sorted(seen.follow_ups)}"


def _list(tables: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(one) for one in tables]
