"""How does a raw text become what the model sees? The stages before any intent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.understanding.clauses import split_clauses, without_denied
from bot.understanding.entities import EntityFinder
from bot.understanding.features import FeatureReader, Reading
from bot.understanding.lexicon import Lexicon
from bot.understanding.normalize import Folder
from bot.understanding.pinyin import PinyinReader
from bot.understanding.tokenize import make_tokenizer
from bot.utterances import Clause, Entity, Folded

_ANY_DAY: Final = date(2024, 1, 1)
"""Features hold the kind of a date, never its value, so any day does for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedText:
    """One text after folding, entities and clauses."""

    folded: Folded
    entities: tuple[Entity, ...]
    """Folded positions."""
    clauses: tuple[Clause, ...]
    meant: tuple[Clause, ...]
    """The clauses left after corrections: of 不是要退，是想换 the second."""
    reading: Reading
    """Of the meant part of the text."""


class TextParser:
    """Parses texts with one pack's words; immutable, safe in several threads."""

    def __init__(self, lexicon: Lexicon, *, pinyin: Mapping[str, str]) -> None:
        self._folder = Folder(lexicon)
        self._entities = EntityFinder(lexicon)
        self._features = FeatureReader(
            lexicon, tokenizer=make_tokenizer(lexicon), pinyin=PinyinReader(pinyin)
        )

    def parse(self, text: str, *, today: date = _ANY_DAY) -> ParsedText:
        """Return everything known about ``text`` before intents are ranked."""
        folded = self._folder.fold(text)
        entities = self._entities.find(folded.text, today=today)
        clauses = split_clauses(folded)
        meant = without_denied(clauses)
        if len(meant) == len(clauses):
            reading = self._features.read(
                folded.text, entities=entities, signals=folded.signals
            )
        else:
            joined = "，".join(clause.text for clause in meant)
            reading = self.read_part(joined, signals=folded.signals)
        return ParsedText(
            folded=folded,
            entities=entities,
            clauses=clauses,
            meant=meant,
            reading=reading,
        )

    def read_part(self, text: str, *, signals: frozenset[str] = frozenset()) -> Reading:
        """Return the features of an already folded text, such as one clause."""
        entities = self._entities.find(text, today=_ANY_DAY)
        return self._features.read(text, entities=entities, signals=signals)
