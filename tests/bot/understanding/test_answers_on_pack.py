"""No sentence that wants something is taken for an answer to what the pack asks."""

from datetime import date

import pytest

from bot.deciding.library import Library as Scripts
from bot.deciding.thread import expectation
from bot.scripts import Ask, Effect
from bot.understanding.context import find_answer
from bot.understanding.threads import Thread
from bot.utterances import Understanding
from server.library import Library

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module", name="wishes")
def _wishes(library: Library) -> list[tuple[str, Understanding]]:
    """Return the held-out phrasings, which are whole texts, with their intents."""
    acknowledged = library.pack.with_effect(Effect.ACKNOWLEDGE)
    return [
        (intent, library.matcher.understand(text, today=TODAY))
        for intent, text in library.pack.heldout
        if intent not in acknowledged
    ]


class TestWhatThePackAsks:
    def test_hardly_a_wish_is_taken_for_an_answer(
        self, library: Library, wishes: list[tuple[str, Understanding]]
    ) -> None:
        scripts = Scripts(library.pack)
        asks = {ask for script in library.pack.scripts for ask in script.asks}

        taken = {
            (read.text, ask.continues)
            for ask in asks
            for intent, read in wishes
            if _is_taken(scripts, ask, intent=intent, read=read)
        }

        # 1616 phrasings under 41 questions: none on 2026-11-23.
        assert len(taken) <= 0.0002 * len(wishes) * len(asks)


def _is_taken(scripts: Scripts, ask: Ask, *, intent: str, read: Understanding) -> bool:
    """Return whether an answer is found that neither the text nor its intent supports."""
    thread = Thread(
        expected=(expectation(scripts, ask, is_newest=True),),
        wishless=scripts.wishless,
    )
    answer = find_answer(read, thread)
    return answer is not None and answer.intent_id not in {intent, read.best.intent_id}
