"""Contents of any kind, for properties that must hold for all of them."""

from typing import Any

from hypothesis import strategies as st

from scripts_library.excel import library_words as words
from scripts_library.shop.entries import LINES, Content, Entry, Key, Kind
from tests.scripts_library.excel.facts_strategies import TEXTS

LONG = st.sampled_from(["长" * 33_000, "\\" * 17_000, "😀\n" * 9_000, "=" * 32_767])
"""Texts that one cell cannot hold."""
ANY_TEXT = TEXTS | st.just("")
NAMES = TEXTS.filter(lambda text: bool(text.strip()))
_LISTS = st.lists(ANY_TEXT, max_size=3)
_DAYS = st.dates().map(lambda day: day.isoformat())
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 10**12) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(ANY_TEXT, inner, max_size=2)
    ),
    max_leaves=4,
)


def _choices(of: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(of)), max_size=2)


WHENS = st.fixed_dictionaries(
    {},
    optional={
        "outcome": _choices(words.OUTCOMES),
        "order_state": _choices(words.ORDER_STATES),
        "item": _LISTS,
        "hours": _LISTS,
    },
)
ASKS = st.fixed_dictionaries(
    {},
    optional={
        "kinds": _choices(words.ENTITIES),
        "words": _LISTS,
        "yes_no": st.booleans(),
        "continues": ANY_TEXT,
        "says": _LISTS,
    },
)
SCRIPTS: st.SearchStrategy[Entry] = st.fixed_dictionaries(
    {},
    optional={
        "intent": ANY_TEXT | _JSON,
        "use": st.sampled_from(sorted(words.USES)) | TEXTS,
        "audience": st.sampled_from(sorted(words.AUDIENCES)),
        "priority": st.integers(-1, 10**10) | st.booleans(),
        "category": _LISTS,
        "tags": _LISTS | _JSON,
        "code": ANY_TEXT,
        "valid": st.fixed_dictionaries({}, optional={"from": _DAYS, "until": _DAYS}),
        "when": WHENS | _JSON,
        "phrases": st.fixed_dictionaries({}, optional={"all": _LISTS}) | _JSON,
        "variables": st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=2),
        "asks": st.lists(ASKS, max_size=2) | _JSON,
        "variants": st.lists(ANY_TEXT | LONG, max_size=3) | _JSON,
        "还没有的": _JSON,
    },
)
EXAMPLES: st.SearchStrategy[Entry] = st.fixed_dictionaries(
    {LINES: st.lists(ANY_TEXT | LONG, max_size=3)}
) | st.fixed_dictionaries({}, optional={LINES: _LISTS | _JSON, "x": _JSON})
SNIPPETS: st.SearchStrategy[Entry] = st.fixed_dictionaries(
    {"text": ANY_TEXT | LONG}
) | st.fixed_dictionaries({}, optional={"text": _JSON})
INTENTS: st.SearchStrategy[Entry] = st.fixed_dictionaries(
    {},
    optional={
        "zh": ANY_TEXT,
        "risk": st.sampled_from(sorted(words.RISKS)) | TEXTS,
        "effects": _choices(words.EFFECTS),
        "urgency": st.integers(0, 9),
    },
)


def _keyed(
    kind: Kind, entries: st.SearchStrategy[Entry]
) -> st.SearchStrategy[dict[Key, Entry]]:
    return st.dictionaries(NAMES.map(lambda name: Key(kind, name)), entries, max_size=3)


CONTENTS: st.SearchStrategy[Content] = st.tuples(
    _keyed(Kind.SCRIPT, SCRIPTS),
    _keyed(Kind.EXAMPLES, EXAMPLES),
    _keyed(Kind.SNIPPET, SNIPPETS),
    _keyed(Kind.INTENT, INTENTS),
).map(lambda parts: {key: it for part in parts for key, it in part.items()})
