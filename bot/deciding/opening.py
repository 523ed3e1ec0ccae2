"""With which words does an answer begin? Feelings first, facts second."""

from collections.abc import Mapping

from bot.deciding.case import Case
from bot.deciding.mood import Mood
from bot.replying.render import Filled, fill
from bot.replying.select import mark_used, rotation

Used = Mapping[str, tuple[int, ...]]
"""Variants sent in a conversation by script, oldest first."""


class Opening:
    """The opening of one turn's first answer; lives for one turn."""

    def __init__(self, case: Case) -> None:
        self._case = case
        mood = case.mood
        self._is_due = mood.is_new and mood.mood is not Mood.NEUTRAL

    def before(
        self, text: str, *, spans: tuple[tuple[int, int], ...], used: Used
    ) -> tuple[str, Used]:
        """Return a text with its opening, and what has been used after it.

        The text stays alone when the mood is not new, when it begins with a feeling of
        its own, and when the guard objects to both together.

        Args:
            text: What is about to be said; the guard has let it pass.
            spans: Where facts stand in it.
            used: Openings are among it.
        """
        rules = self._case.library.pack.moods
        if text.startswith(rules.feeling_already):
            self._is_due = False
        if not self._is_due:
            return text, used
        mood = self._case.mood.mood
        key = f"mood:{mood.value}"
        openings = rules.of(mood).openings
        for variant in rotation(len(openings), used.get(key, ())):
            filled = fill(openings[variant], self._case.values)
            if filled is not None and self._may_stand(filled, text, spans):
                self._is_due = False
                marked = mark_used(used, script_id=key, variant=variant)
                return filled.text + text, marked
        return text, used

    def _may_stand(
        self, opening: Filled, text: str, spans: tuple[tuple[int, int], ...]
    ) -> bool:
        start = len(opening.text)
        moved = tuple((first + start, last + start) for first, last in spans)
        return self._case.judge(
            opening.text + text, spans=(*opening.spans, *moved)
        ).is_sendable
