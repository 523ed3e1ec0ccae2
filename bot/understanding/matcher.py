"""What does a buyer's turn mean? Runs every stage on one text against one model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from bot.understanding.entities import to_original
from bot.understanding.features import Family, Reading
from bot.understanding.knowledge import Knowledge, unpack_knowledge
from bot.understanding.lexicon import Lexicon
from bot.understanding.model import decode
from bot.understanding.ranking import Ranker, Ranking
from bot.understanding.reading import ParsedText
from bot.understanding.run_ons import part_questions
from bot.understanding.scoring import Scores
from bot.understanding.sentences import SentenceEncoder
from bot.understanding.training import TrainingSet, fingerprint, train
from bot.understanding.why import explain
from bot.utterances import Guess, Understanding

__all__ = ["Matcher", "TrainingSet", "fingerprint", "load_matcher", "train"]

GUESSES: Final = 10
"""Alternatives kept in an Understanding."""
SHORTLISTED: Final = 12
"""Intents of a text, and of each clause, that its second stage may still choose."""
CLAUSE_CONFIDENCE: Final = 0.6
"""A clause adds an intent only when it is this sure by itself."""
SUPPORTED: Final = 5
"""A clause adds an intent only when the whole text ranks it among so many …"""
ALLOWED: Final = 0.01
"""… and gives it this probability: 三天一动不动，是不是丢了 does not say that nothing was
received. On held-out phrasings, which want one thing each, 13 in 100 are left with a second
intent, 4 of them answered first; with the rank alone 17 and 5. Both of two wishes are found
in 0.95 of 120 texts instead of 0.97."""
CLAUSE_ALONE: Final = 0.85
"""A clause as sure as this adds its intent, whatever the whole text ranks. Of 120 texts
with two wishes both are found in 0.89 with it and in 0.86 without, for one more second
intent in 100 held-out phrasings."""
SECOND: Final = 0.2
"""A second guess of the whole text as probable as this is a wish of its own …"""
_TWO_WISHES: Final = 14
"""… in a text of so many characters: 0.91 instead of 0.89, for one more in 100."""
_CLAUSE_LENGTH: Final = 2
"""Characters; a shorter clause is a sound, not a wish."""
_EDGES: Final = frozenset({"^", "$"})
"""What :mod:`features` sets at both ends of a text."""
_PUNCTUATION: Final = " ,，.。!！?？~、;；:："


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    """How a whole text was ranked."""

    ranking: Ranking
    labels: list[int]
    """Of the guesses."""
    guesses: tuple[Guess, ...]
    """The most probable intents, best first."""


def load_matcher(
    model: bytes,
    *,
    lexicon: Lexicon,
    urgency: Mapping[str, int],
    off_topic: str | None,
    encoder: SentenceEncoder | None = None,
) -> "Matcher":
    """Return the matcher of a trained model; about a second.

    Args:
        model: What :func:`train` returned.
        lexicon: The one the model was trained with.
        urgency: Intent id -> 0 to 9; a missing one counts as 0.
        off_topic: Id of the intent for texts outside the business, if there is one.
        encoder: The one the model was trained with, if it was.

    Raises:
        ValueError: If ``model`` has another format, or needs another encoder; train again.
    """
    knowledge = unpack_knowledge(decode(model), lexicon=lexicon, encoder=encoder)
    return Matcher(knowledge, urgency=urgency, off_topic=off_topic)


class Matcher:
    """Understands texts with one model; immutable, safe in several threads."""

    def __init__(
        self,
        knowledge: Knowledge,
        *,
        urgency: Mapping[str, int],
        off_topic: str | None,
    ) -> None:
        self.knowledge = knowledge
        self._labels = knowledge.labels
        self._feature_names = knowledge.feature_names
        self._ranker = knowledge.ranker
        self._parser = knowledge.parser
        self._opt_out_words = frozenset(knowledge.lexicon.opt_out_words)
        self._urgency = dict(urgency)
        self._off_topic = off_topic
        self._never_beside = frozenset(
            label
            for label, intent in enumerate(self._labels)
            if intent == off_topic or (urgency and not urgency.get(intent, 0))
        )

    def encoding_with(
        self, wrap: Callable[[SentenceEncoder], SentenceEncoder]
    ) -> "Matcher":
        """Return this matcher with something around its encoder; itself without one.

        Whoever asks several matchers about the same texts need not encode them twice.
        """
        known, second = self.knowledge, self.knowledge.ranker.second
        if second is None:
            return self
        ranker = Ranker(
            known.ranker.scorer,
            calibration=known.ranker.calibration,
            second=replace(second, encoder=wrap(second.encoder)),
        )
        return Matcher(
            replace(known, ranker=ranker),
            urgency=self._urgency,
            off_topic=self._off_topic,
        )

    @property
    def intent_ids(self) -> tuple[str, ...]:
        """Return every intent the model can guess, sorted."""
        return self._labels

    def understand(self, text: str, *, today: date) -> Understanding:
        """Return what ``text`` means; relative dates are seen from ``today``."""
        return self.understand_all([text], today=today)[0]

    def understand_all(
        self, texts: Sequence[str], *, today: date
    ) -> list[Understanding]:
        """Return what each text means; many at once cost half of one after the other.

        Vectors of many are computed together, so that a confidence may differ from that
        of the text alone by what single precision leaves open.
        """
        parsed = [self._parser.parse(text, today=today) for text in texts]
        readings = [self._readings(one) for one in parsed]
        rankings = self._ranker.rank(readings)
        return [
            self._understand(text, one, them)
            for text, one, them in zip(texts, parsed, rankings, strict=True)
        ]

    def shortlist(self, texts: Sequence[str], *, today: date) -> list[frozenset[str]]:
        """Return the intents that each text may mean, by the first stage alone.

        A fifth of what understanding costs. Of the e-commerce pack's 2,092 held-out
        phrasings none means, with its second stage, what is not among them.
        """
        nothing = self._labels[0] if self._off_topic is None else self._off_topic
        found = []
        for text in texts:
            parsed = self._parser.parse(text, today=today)
            labels = {
                label
                for reading in self._readings(parsed)
                for label in (-self._ranker.rank_first(reading).total)
                .argsort(kind="stable")[:SHORTLISTED]
                .tolist()
            }
            found.append(frozenset((nothing, *(self._labels[it] for it in labels))))
        return found

    def _understand(
        self, text: str, parsed: ParsedText, rankings: Sequence[Ranking]
    ) -> Understanding:
        if not rankings:
            return self._nothing(parsed, is_certain=True)
        ranking, *of_clauses = rankings
        if self._off_topic is not None and self._is_foreign(ranking.scores):
            return self._nothing(parsed, is_certain=False)
        if len(parsed.meant) == 1:
            of_clauses = list(
                part_questions(
                    parsed.meant[0].text,
                    ranking,
                    parser=self._parser,
                    ranker=self._ranker,
                )
            )
        ranked = self._guess(ranking)
        found = self._find_intents(ranked, of_clauses, size=len(parsed.folded.text))
        return Understanding(
            text=text,
            folded=parsed.folded,
            clauses=parsed.clauses,
            entities=to_original(parsed.entities, parsed.folded),
            guesses=ranked.guesses,
            intents=self._by_urgency(found, best=ranked.guesses[0].intent_id),
            explain=partial(self._explain, ranked),
            is_opt_out=self._is_opt_out(parsed),
            clause_guesses=found,
        )

    def _nothing(self, parsed: ParsedText, *, is_certain: bool) -> Understanding:
        """Return the understanding of a text that nothing can be read from.

        Certainly nothing is a text without a single letter, digit or emoji; signs that no
        example has (another script) may mean anything, so that the guess is worth 0.
        """
        intent = self._labels[0] if self._off_topic is None else self._off_topic
        confidence = 1.0 if is_certain and self._off_topic is not None else 0.0
        return Understanding(
            text=parsed.folded.original,
            folded=parsed.folded,
            clauses=parsed.clauses,
            entities=to_original(parsed.entities, parsed.folded),
            guesses=(Guess(intent_id=intent, confidence=confidence),),
            intents=(intent,),
            explain=_explain_nothing if is_certain else _explain_foreign,
            is_opt_out=self._is_opt_out(parsed),
            clause_guesses={intent: confidence},
        )

    def _is_foreign(self, scores: Scores) -> bool:
        """Tell whether a text has nothing in common with any example but its stance."""
        return not scores.similarities.any() and all(
            _is_empty(self._feature_names[row]) for row in scores.vector.rows.tolist()
        )

    def _guess(self, ranking: Ranking) -> _Ranked:
        """Return the most probable intents of a ranking."""
        labels, shares = ranking.leaders(GUESSES)
        return _Ranked(
            ranking=ranking,
            labels=labels,
            guesses=tuple(
                Guess(intent_id=self._labels[label], confidence=share)
                for label, share in zip(labels, shares, strict=True)
            ),
        )

    def _readings(self, parsed: ParsedText) -> list[Reading]:
        """Return the whole text as it is ranked and, where there are several, each clause.

        Nothing of a text without a single letter, digit or emoji.
        """
        if not parsed.clauses and not parsed.folded.signals:
            return []
        if len(parsed.meant) == 1:
            return [parsed.reading]
        clauses = [
            self._parser.read_part(clause.text)
            for clause in parsed.meant
            if len(clause.text) >= _CLAUSE_LENGTH
        ]
        return [parsed.reading, *clauses]

    def _find_intents(
        self, ranked: _Ranked, of_clauses: Sequence[Ranking], *, size: int
    ) -> dict[str, float]:
        """Return every intent of the turn with its confidence, in order of position.

        Args:
            ranked: The whole text.
            of_clauses: Its clauses, where there are several.
            size: Characters of the folded text.
        """
        best = ranked.guesses[0]
        open_labels = self._open_labels(ranked)
        found: dict[str, float] = {}
        for ranking in of_clauses:
            intent = self._labels[ranking.best]
            if self._adds(ranking, best=ranked.labels[0], open_labels=open_labels):
                found[intent] = max(found.get(intent, 0.0), ranking.confidence)
        found[best.intent_id] = max(found.get(best.intent_id, 0.0), best.confidence)
        if len(found) == 1 and size >= _TWO_WISHES:
            found |= self._second_wish(ranked)
        return found

    def _adds(self, ranking: Ranking, *, best: int, open_labels: Sequence[int]) -> bool:
        """Tell whether a clause adds what it wants by itself to the wishes of a turn."""
        label = ranking.best
        if label in open_labels:
            return label == best or ranking.confidence >= CLAUSE_CONFIDENCE
        return ranking.confidence >= CLAUSE_ALONE and label not in self._never_beside

    def _second_wish(self, ranked: _Ranked) -> dict[str, float]:
        """Return what a long text probably wants besides, said in the same breath."""
        if len(ranked.guesses) == 1 or not self._never_beside.isdisjoint(
            ranked.labels[:2]
        ):
            return {}
        second = ranked.guesses[1]
        if second.confidence < SECOND:
            return {}
        return {second.intent_id: second.confidence}

    def _open_labels(self, ranked: _Ranked) -> list[int]:
        """Return the labels that a clause may have: the best, and what may stand by it.

        Courtesies (urgency 0) and chat outside the business never stand beside a wish.
        """
        best, *others = ranked.labels[:SUPPORTED]
        allowed = (
            label
            for label, guess in zip(others, ranked.guesses[1:], strict=False)
            if guess.confidence >= ALLOWED
        )
        return [best, *(label for label in allowed if label not in self._never_beside)]

    def _by_urgency(self, found: Mapping[str, float], *, best: str) -> tuple[str, ...]:
        """Return the intents most urgent first.

        Of equals what the whole text wants comes first: it has read 便宜点 in the light of
        the promise behind it. The others follow in order of position.
        """
        return tuple(
            sorted(
                found,
                key=lambda intent: (-self._urgency.get(intent, 0), intent != best),
            )
        )

    def _is_opt_out(self, parsed: ParsedText) -> bool:
        """Tell whether the whole text is one of the fixed opt-out words."""
        return parsed.folded.text.strip(_PUNCTUATION) in self._opt_out_words

    def _explain(self, ranked: _Ranked) -> tuple[str, ...]:
        """Return the reasons for the best guess."""
        return explain(
            ranked.ranking.scores,
            guesses=ranked.guesses,
            examples=self.knowledge.examples,
            labels=self._labels,
            classifier=self._ranker.scorer.classifier,
            names=self._feature_names,
        )


def _is_empty(feature: str) -> bool:
    """Tell whether every text has a feature: an edge, or a stance."""
    family, name = feature[0], feature[1:]
    return family == Family.STANCE or (family == Family.CHARACTERS and name in _EDGES)


def _explain_nothing() -> tuple[str, ...]:
    """Return the reason for what is guessed of a text without content."""
    return ("没有文字内容",)


def _explain_foreign() -> tuple[str, ...]:
    """Return the reason for what is guessed of signs that no example has."""
    return ("没有一个认识的字",)
