"""What is told of a decision besides its actions: why it was made, and a phone number."""

from bot.deciding.mood import MoodReading
from bot.utterances import Entity, EntityKind, Understanding


def reasons_of(
    understanding: Understanding, *, mood: MoodReading, rules: tuple[str, ...]
) -> tuple[str, ...]:
    """Return why a turn was decided so: what was understood, the mood, the rules."""
    felt = (mood.why,) if mood.why else ()
    return (*understanding.why, *felt, *rules)


def phone_in(entities: tuple[Entity, ...]) -> str | None:
    """Return the phone number that was written last."""
    phones = [one.value for one in entities if one.kind is EntityKind.PHONE]
    return str(phones[-1]) if phones else None
