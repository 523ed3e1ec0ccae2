"""What does a buyer's turn mean? Runs every stage on one text against one model."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.understanding.entities import to_original
from bot.understanding.features import Reading
from bot.understanding.lexicon import Lexicon
from bot.understanding.model import decode, unpack_calibration, unpack_classifier
from bot.understanding.reading import ParsedText, TextParser
from bot.understanding.recall import RecallIndex
from bot.understanding.scoring import Scorer, Scores
from bot.understanding.training import TrainingSet, fingerprint, train
from bot.understanding.why import explain
from bot.utterances import Guess, Understanding

__all__ = ["Matcher", "TrainingSet", "fingerprint", "load_matcher", "train"]

GUESSES: Final = 10
"""Alternatives kept in an Understanding."""
CLAUSE_CONFIDENCE: Final = 0.6
"""A clause adds an intent only when it is this sure by itself."""
SUPPORTED: Final = 5
"""A clause adds an intent only when the whole text ranks it among so many. On held-out
phrasings, which want one thing each, this and the confidence leave 15 in 100 with a
second intent; without it 18, and more of those answered first."""
_CLAUSE_LENGTH: Final = 2
"""Characters; a shorter clause is a sound, not a wish."""
_PUNCTUATION: Final = " ,，.。!！?？~、;；:："


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranking:
    """How one reading was ranked."""

    scores: Scores
    shares: NDArray[np.float64]
    """Calibrated probability of each label."""
    best: int
    """Label with the highest score."""


def load_matcher(
    model: bytes,
    *,
    lexicon: Lexicon,
    urgency: Mapping[str, int],
    off_topic: str | None,
) -> "Matcher":
    """Return the matcher of a trained model; about a second.

    Args:
        model: What :func:`train` returned.
        lexicon: The one the model was trained with.
        urgency: Intent id -> 0 to 9; a missing one counts as 0.
        off_topic: Id of the intent for texts outside the business, if there is one.

    Raises:
        ValueError: If ``model`` has another format; train again.
    """
    return Matcher(model, lexicon=lexicon, urgency=urgency, off_topic=off_topic)


class Matcher:
    """Understands texts with one model; immutable, safe in several threads."""

    def __init__(
        self,
        model: bytes,
        *,
        lexicon: Lexicon,
        urgency: Mapping[str, int],
        off_topic: str | None,
    ) -> None:
        stored = decode(model)
        self._labels = tuple(stored.labels)
        self._examples = tuple(stored.examples)
        self._feature_names = tuple(stored.features)
        self._calibration = unpack_calibration(stored)
        self._scorer = Scorer(
            classifier=unpack_classifier(stored),
            index=RecallIndex(stored.compacts, stored.example_labels),
            label_count=len(stored.labels),
        )
        self._parser = TextParser(lexicon, pinyin=stored.pinyin)
        self._opt_out_words = frozenset(lexicon.opt_out_words)
        self._urgency = dict(urgency)
        self._off_topic = off_topic

    @property
    def intent_ids(self) -> tuple[str, ...]:
        """Return every intent the model can guess, sorted."""
        return self._labels

    def understand(self, text: str, *, today: date) -> Understanding:
        """Return what ``text`` means; relative dates are seen from ``today``."""
        parsed = self._parser.parse(text, today=today)
        if not parsed.clauses and not parsed.folded.signals:
            return self._nothing(parsed)
        ranking = self._rank(parsed.reading)
        guesses = self._guesses(ranking)
        found = self._find_intents(parsed, guesses)
        return Understanding(
            text=text,
            folded=parsed.folded,
            clauses=parsed.clauses,
            entities=to_original(parsed.entities, parsed.folded),
            guesses=guesses,
            intents=self._by_urgency(found),
            why=self._explain(ranking.scores, guesses),
            is_opt_out=self._is_opt_out(parsed),
            clause_guesses=found,
        )

    def _nothing(self, parsed: ParsedText) -> Understanding:
        """Return the understanding of a text without a single letter, digit or emoji."""
        intent = self._labels[0] if self._off_topic is None else self._off_topic
        confidence = 0.0 if self._off_topic is None else 1.0
        return Understanding(
            text=parsed.folded.original,
            folded=parsed.folded,
            clauses=(),
            entities=(),
            guesses=(Guess(intent_id=intent, confidence=confidence),),
            intents=(intent,),
            why=("没有文字内容",),
            clause_guesses={intent: confidence},
        )

    def _rank(self, reading: Reading) -> _Ranking:
        """Return the calibrated probability of every intent."""
        scores = self._scorer.score(reading)
        best = int(scores.total.argmax())
        shares = self._calibration.probabilities(
            scores.total, similarity=float(scores.similarities[best])
        )
        return _Ranking(scores=scores, shares=shares, best=best)

    def _guess(self, ranking: _Ranking, label: int) -> Guess:
        """Return one label of a ranking as a guess."""
        return Guess(
            intent_id=self._labels[label], confidence=float(ranking.shares[label])
        )

    def _guesses(self, ranking: _Ranking) -> tuple[Guess, ...]:
        """Return the most probable intents, best first."""
        order = np.argsort(-ranking.scores.total, kind="stable")[:GUESSES]
        return tuple(self._guess(ranking, label) for label in order.tolist())

    def _find_intents(
        self, parsed: ParsedText, guesses: tuple[Guess, ...]
    ) -> dict[str, float]:
        """Return every intent of the turn with its confidence, in order of position."""
        best = guesses[0]
        if len(parsed.meant) <= 1:
            return {best.intent_id: best.confidence}
        supported = {guess.intent_id for guess in guesses[:SUPPORTED]}
        found: dict[str, float] = {}
        for clause in parsed.meant:
            if len(clause.text) < _CLAUSE_LENGTH:
                continue
            ranking = self._rank(self._parser.read_part(clause.text))
            guess = self._guess(ranking, ranking.best)
            if guess.intent_id in supported and self._adds(guess, best=best):
                known = found.get(guess.intent_id, 0.0)
                found[guess.intent_id] = max(known, guess.confidence)
        known = found.get(best.intent_id, 0.0)
        found[best.intent_id] = max(known, best.confidence)
        return found

    def _adds(self, guess: Guess, *, best: Guess) -> bool:
        """Tell whether a clause's guess is an intent of its own.

        Courtesies (urgency 0) and chat outside the business never stand beside a wish.
        """
        if guess.intent_id == best.intent_id:
            return True
        is_courtesy = self._urgency.get(guess.intent_id, 0) == 0 and bool(self._urgency)
        return (
            guess.confidence >= CLAUSE_CONFIDENCE
            and guess.intent_id != self._off_topic
            and not is_courtesy
        )

    def _by_urgency(self, found: Mapping[str, float]) -> tuple[str, ...]:
        """Return the intents most urgent first; equals in order of position."""
        return tuple(sorted(found, key=lambda intent: -self._urgency.get(intent, 0)))

    def _is_opt_out(self, parsed: ParsedText) -> bool:
        """Tell whether the whole text is one of the fixed opt-out words."""
        return parsed.folded.text.strip(_PUNCTUATION) in self._opt_out_words

    def _explain(self, scores: Scores, guesses: tuple[Guess, ...]) -> tuple[str, ...]:
        """Return the reasons for the best guess."""
        return explain(
            scores,
            guesses=guesses,
            examples=self._examples,
            labels=self._labels,
            classifier=self._scorer.classifier,
            names=self._feature_names,
        )
