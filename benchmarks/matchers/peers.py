"""Which matchers are compared, and what does each need?"""

from dataclasses import dataclass
from typing import Final

_CHILDREN: Final = "benchmarks.matchers.children"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What is installed for one or several peers, outside our lock."""

    name: str
    """Of its folder under var/peers."""
    requirements: tuple[str, ...]
    python: str | None = None
    """As in "3.10", where the distribution runs on no other; None is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One matcher to be measured."""

    name: str
    """Short, for the command line and JSON."""
    title: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: Environment | None = None
    """None runs in our own interpreter."""


_RAPIDFUZZ: Final = Environment(
    name="rapidfuzz",
    requirements=("rapidfuzz==3.14.6", "jieba==0.42.1", "numpy==2.4.6"),
)
_BM25S: Final = Environment(
    name="bm25s", requirements=("bm25s==0.3.16", "jieba==0.42.1", "numpy==2.4.6")
)
_SKLEARN: Final = Environment(
    name="scikit-learn",
    requirements=("scikit-learn==1.9.1", "scipy==1.17.1", "numpy==2.4.6"),
)
_CHATTERBOT: Final = Environment(
    name="chatterbot",
    requirements=("chatterbot==1.2.15", "spacy==3.8.18", "sqlalchemy==2.0.58"),
)
_RASA: Final = Environment(
    name="rasa",
    requirements=(
        "rasa[jieba]==3.6.21",
        "tensorflow==2.12.0",
        "numpy==1.23.5",
        "sqlalchemy==1.4.54",
        "setuptools==70.3.0",
    ),
    python="3.10",
)
OURS: Final = Peer(name="ours", title="Xiaoer", module=f"{_CHILDREN}.ours")
PEERS: Final = (
    OURS,
    Peer(
        name="plain",
        title="Xiaoer, no sentence vectors",
        module=f"{_CHILDREN}.ours",
        arguments=("--plain",),
    ),
    Peer(
        name="ratio",
        title="rapidfuzz ratio",
        module=f"{_CHILDREN}.fuzzy",
        arguments=("ratio",),
        environment=_RAPIDFUZZ,
    ),
    Peer(
        name="wratio",
        title="rapidfuzz WRatio",
        module=f"{_CHILDREN}.fuzzy",
        arguments=("WRatio",),
        environment=_RAPIDFUZZ,
    ),
    Peer(
        name="token_set",
        title="rapidfuzz token_set_ratio, jieba",
        module=f"{_CHILDREN}.fuzzy",
        arguments=("token_set_ratio",),
        environment=_RAPIDFUZZ,
    ),
    Peer(
        name="bm25",
        title="bm25s, jieba",
        module=f"{_CHILDREN}.bm25",
        environment=_BM25S,
    ),
    Peer(
        name="ngrams",
        title="scikit-learn, character n-grams",
        module=f"{_CHILDREN}.ngrams",
        environment=_SKLEARN,
    ),
    Peer(
        name="chatterbot",
        title="ChatterBot 1.2.15 BestMatch",
        module=f"{_CHILDREN}.best_match",
        environment=_CHATTERBOT,
    ),
    Peer(
        name="rasa",
        title="Rasa 3.6.21 DIET, jieba",
        module=f"{_CHILDREN}.diet",
        environment=_RASA,
    ),
)
