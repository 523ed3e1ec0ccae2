"""What does the assistant do about a turn? The one use case that runs the stages."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

from bot.actions import Decision
from bot.deciding.case import Case, make_case
from bot.deciding.clarifying import clarify
from bot.deciding.decide import decide
from bot.deciding.identifying import goes_on
from bot.deciding.library import Library
from bot.deciding.ruling import choose_by_phrases
from bot.deciding.state import TurnContext
from bot.deciding.suggesting import Suggestion, suggest_replies
from bot.deciding.thread import thread_of
from bot.guarding.guard import Guard
from bot.messages import Turn
from bot.ports import Understander
from bot.scripts import Pack, Script
from bot.understanding.context import read_in_context
from bot.utterances import Understanding


class Assistant:
    """The assistant of one pack version; immutable, serves any number of shops."""

    def __init__(
        self,
        pack: Pack,
        understander: Understander,
        *,
        earlier: "Assistant | None" = None,
    ) -> None:
        """Take a pack and what understands texts.

        Args:
            pack: The pack.
            understander: Of the same pack.
            earlier: Of another version of the pack; what has not changed is taken over.
        """
        self.library: Library = Library(
            pack, earlier=None if earlier is None else earlier.library
        )
        self._understander = understander

    @property
    def guard(self) -> Guard:
        """Return the outgoing guard of the pack; follow-ups pass it too."""
        return self.library.guard

    def handle(
        self,
        turn: Turn,
        context: TurnContext,
        *,
        understanding: Understanding | None = None,
    ) -> Decision:
        """Return everything that follows from a turn; pure, so it may be asked again.

        Args:
            turn: What the buyer wrote.
            context: Everything it is decided on.
            understanding: What the text means by itself, where that is known already.
        """
        return decide(self._case(turn, context, understanding))

    def read(
        self,
        turn: Turn,
        context: TurnContext,
        *,
        understanding: Understanding | None = None,
    ) -> Understanding:
        """Return what a turn is understood as, rules of scripts included; as ``handle``."""
        return self._case(turn, context, understanding).understanding

    def suggest(
        self,
        turn: Turn,
        context: TurnContext,
        *,
        most: int = 3,
        own: Sequence[Script] = (),
    ) -> tuple[Suggestion, ...]:
        """Return what a person could answer, the most probable first; changes nothing.

        Args:
            turn: What the buyer wrote.
            context: Everything it is decided on.
            most: Intents that are answered.
            own: Scripts that the person keeps for themselves.
        """
        return suggest_replies(self._case(turn, context), most=most, own=own)

    def _case(
        self,
        turn: Turn,
        context: TurnContext,
        understanding: Understanding | None = None,
    ) -> Case:
        zone = ZoneInfo(context.facts.timezone)
        read = partial(
            self._understander.understand, today=context.now.astimezone(zone).date()
        )
        if understanding is None:
            understanding = read(turn.text)
        thread = thread_of(self.library, turn, context)
        case = make_case(
            self.library,
            turn,
            context=context,
            understanding=read_in_context(understanding, thread),
        )
        case = clarify(case, read=read)
        if case.clarified is None:
            case = choose_by_phrases(case)
        waiting = goes_on(case, case.understanding)
        if waiting is case.understanding:
            return case
        return replace(case, understanding=waiting)
