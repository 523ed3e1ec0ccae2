"""What is a text read in the light of: what was asked, and what it was about?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.understanding.short_answers import AnswerWords
from bot.understanding.why import KIND_NAMES
from bot.utterances import EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One thing that our newest words asked for."""

    intent_id: str
    """Goes on with an answer."""
    kinds: tuple[EntityKind, ...] = ()
    words: tuple[AnswerWords, ...] = ()
    is_yes_no: bool = False

    @property
    def zh(self) -> str:
        """Return what was asked for: 身高、体重."""
        names = [KIND_NAMES[kind] for kind in self.kinds]
        names += [words.zh for words in self.words]
        return "、".join(names) or "要不要"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What a turn is read in the light of; made anew for each turn."""

    expected: tuple[Expected, ...] = ()
    declined: str | None = None
    """The intent of a no to our newest words; without one a no is read like any text."""
    final: frozenset[str] = frozenset()
    """Intents that end something for good: a bare no to what was said is none of them."""
    topic: str | None = None
    """What the buyer wanted last."""
    likely: frozenset[str] = frozenset()
    """Intents that a fragment most probably means here: the topic, what commonly follows
    it, and what goes on with an answer."""
    wishless: frozenset[str] = frozenset()
    """Intents that want nothing: greetings, thanks, chat."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Intent id -> what managers call it."""

    def name(self, intent_id: str) -> str:
        """Return what managers call an intent."""
        return self.names.get(intent_id, intent_id)
