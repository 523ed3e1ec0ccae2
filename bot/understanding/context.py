"""What does a short text mean in the light of what was said before?

The matcher reads each text by itself. Here an answer to our own question becomes the
intent that asked, and a fragment is weighed again by the topic. A sentence that says by
itself what it wants is left as it is, whatever came before.
"""

from dataclasses import dataclass, replace
from typing import Final

from bot.understanding.fragments import (
    FRAGMENT_CONFIDENCE,
    in_light,
    is_fragment,
    weighed,
)
from bot.understanding.short_answers import (
    NO,
    YES,
    is_made_of,
    labels_of,
    shape_of,
)
from bot.understanding.threads import Expected, Thread
from bot.understanding.why import KIND_NAMES
from bot.utterances import Entity, EntityKind, Folded, Guess, Polarity, Understanding

_TELLING_LENGTH: Final = 80
"""Characters of an answer that has more in it than was asked for: a whole address."""
_BARE: Final = 0.95
"""Confidence of a text that is the answer and nothing else."""
_TELLING: Final = 0.9
"""Of a text that holds the answer, beside words that want nothing we know."""

_PERSONAL: Final = frozenset({EntityKind.PHONE, EntityKind.PLACE})
_DISTINCT: Final = frozenset(
    {
        EntityKind.ORDER_NO,
        EntityKind.TRACKING_NO,
        EntityKind.PHONE,
        EntityKind.HEIGHT_CM,
        EntityKind.WEIGHT_JIN,
    }
)
"""Values that an answer is known by among other words. Places, quantities and sizes stand
in wishes of every kind: 两包一共要付好多."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A text as the answer to what was asked."""

    intent_id: str
    entities: tuple[Entity, ...]
    """Of the text, read as what was asked for."""
    is_bare: bool
    """The text is the answer and nothing else."""
    light: str
    """What was asked and told, in words."""


def read_in_context(understanding: Understanding, thread: Thread) -> Understanding:
    """Return an understanding in the light of what was said before; often the same."""
    if understanding.is_opt_out:
        return understanding
    answer = find_answer(understanding, thread)
    if answer is not None:
        return _answered(understanding, answer)
    if is_fragment(understanding):
        return weighed(understanding, thread)
    return understanding


def find_answer(understanding: Understanding, thread: Thread) -> Answer | None:
    """Return what a text answers of the things that were asked; None: nothing.

    A value is first taken for what it looks like, then for what was asked.
    """
    readings = [
        *((expected, understanding.entities) for expected in thread.expected),
        *((expected, _reread(understanding, expected)) for expected in thread.expected),
    ]
    for expected, entities in readings:
        answer = _answer_to(understanding, expected, thread, entities=entities)
        if answer is not None:
            return answer
    return _refusal(understanding, thread)


def _answer_to(
    understanding: Understanding,
    expected: Expected,
    thread: Thread,
    *,
    entities: tuple[Entity, ...],
) -> Answer | None:
    folded = understanding.folded
    text = folded.text
    told = [entity for entity in entities if entity.kind in expected.kinds]
    words = frozenset[str]().union(*(one.words for one in expected.words))
    is_bare = is_made_of(
        text,
        words | YES if expected.is_yes_no else words,
        given=frozenset(_positions(told, folded)),
        labels=labels_of(expected.kinds),
    )
    if not is_bare and not (
        any(entity.kind in _DISTINCT for entity in told)
        and _only_tells(understanding, expected, thread)
    ):
        return None
    name = thread.name(expected.intent_id)
    return Answer(
        intent_id=expected.intent_id,
        entities=entities,
        is_bare=is_bare,
        light=f"接着刚才的话题“{name}”：小二问了{expected.zh}，"
        f"买家答的是“{'、'.join(map(_shown, told)) or text}”",
    )


def _refusal(understanding: Understanding, thread: Thread) -> Answer | None:
    """Return a no to what was offered, or to whatever was said when it means no more."""
    text = understanding.folded.text
    offered = next((one for one in thread.expected if one.is_yes_no), None)
    is_no = offered is not None or understanding.best.intent_id in thread.final
    if thread.declined is None or not is_no or not is_made_of(text, NO):
        return None
    asked = "" if offered is None else f"小二问了{offered.zh}，"
    return Answer(
        intent_id=thread.declined,
        entities=understanding.entities,
        is_bare=True,
        light=f"接着刚才的话题：{asked}买家说的“{text}”是回绝这件事",
    )


def _shown(entity: Entity) -> str:
    """Return what a manager reads of an entity; whom it tells of is left out."""
    name = KIND_NAMES[entity.kind]
    return name if entity.kind in _PERSONAL else f"{name} {entity.value}"


def _reread(understanding: Understanding, expected: Expected) -> tuple[Entity, ...]:
    """Return the entities; of a text that is one value, as the kind that was asked."""
    entities = understanding.entities
    folded = understanding.folded
    kind = shape_of(folded.text, expected.kinds)
    clear = {*expected.kinds, EntityKind.PHONE}
    if kind is None or any(entity.kind in clear for entity in entities):
        return entities
    start, end = folded.span(0, len(folded.text))
    return (
        Entity(
            kind=kind, value=_value(kind, folded.text.strip()), start=start, end=end
        ),
    )


def _value(kind: EntityKind, text: str) -> str | int:
    if kind is EntityKind.QUANTITY:
        return int(text)
    return f"{text}码" if kind is EntityKind.SIZE else text.upper()


def _positions(entities: list[Entity], folded: Folded) -> list[int]:
    """Return where the entities stand in the folded text."""
    return [
        index
        for index, original in enumerate(folded.positions[: len(folded.text)])
        if any(entity.start <= original < entity.end for entity in entities)
    ]


def _only_tells(
    understanding: Understanding, expected: Expected, thread: Thread
) -> bool:
    """Return whether a text with the answer in it wants nothing besides."""
    best = understanding.best
    is_open = (
        best.confidence < FRAGMENT_CONFIDENCE
        or best.intent_id in thread.wishless
        or best.intent_id == expected.intent_id
    )
    return (
        is_open
        and len(understanding.intents) == 1
        and len(understanding.folded.text) <= _TELLING_LENGTH
        and all(
            clause.polarity is Polarity.PLAIN or best.intent_id == expected.intent_id
            for clause in understanding.clauses
        )
    )


def _answered(understanding: Understanding, answer: Answer) -> Understanding:
    """Return an understanding as the answer that it is."""
    best = understanding.best
    says_so = best.intent_id == answer.intent_id
    if says_so and not answer.is_bare and best.confidence >= FRAGMENT_CONFIDENCE:
        # A sentence: nothing is weighed, it is only noted that it tells what was asked.
        guesses = understanding.guesses
    else:
        guesses = _led_by(understanding.guesses, answer)
    return in_light(
        replace(
            understanding,
            entities=answer.entities,
            guesses=guesses,
            intents=(answer.intent_id,),
            clause_guesses={answer.intent_id: guesses[0].confidence},
            answers=answer.intent_id,
        ),
        answer.light,
    )


def _led_by(guesses: tuple[Guess, ...], answer: Answer) -> tuple[Guess, ...]:
    """Return the guesses with the answer's intent first; the others share the rest."""
    others = [guess for guess in guesses if guess.intent_id != answer.intent_id]
    own = sum(g.confidence for g in guesses if g.intent_id == answer.intent_id)
    confidence = max(own, _BARE if answer.is_bare else _TELLING)
    total = sum(guess.confidence for guess in others)
    share = min(1.0, (1 - confidence) / total) if total else 0.0
    return (
        Guess(intent_id=answer.intent_id, confidence=confidence),
        *(replace(guess, confidence=guess.confidence * share) for guess in others),
    )
