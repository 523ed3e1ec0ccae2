"""How does a decision grow? Texts that passed the guard, actions, the new state."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from bot.actions import (
    Action,
    Band,
    BuyerAnswered,
    Decision,
    HandOver,
    OpenTicket,
    RecordAsk,
    Reply,
    UpdateConversation,
    UpdateDialogue,
)
from bot.deciding.case import Case
from bot.deciding.opening import Opening
from bot.deciding.promising import promised_in, record_promises
from bot.deciding.reasons import phone_in, reasons_of
from bot.deciding.state import REMEMBERED
from bot.deciding.stretches import stretch_at
from bot.deciding.thread import asks_of
from bot.replying.select import Choice, Situation, find_choices, mark_used
from bot.scripts import Script

INCIDENT_SCRIPT = "incident:"
"""How the ids of what is said of an incident begin."""

REMEMBERED_SCRIPTS = 60
"""Scripts of a conversation whose variants are remembered; the oldest are forgotten."""

_WHEN = frozenset({"ticket.due_at", "time.next_open"})
NOTHING_DEFERRED: frozenset[str] = frozenset()


class Said(StrEnum):
    """What became of the wish to say something."""

    SPOKEN = "spoken"
    """It is a reply of the decision, or the assistant has to be silent anyway."""
    NO_SCRIPT = "no_script"
    """There is nothing that can be filled from facts."""
    BLOCKED = "blocked"
    """The guard let nothing of it pass."""


class Draft:
    """The decision on one case while it is made; lives for one turn."""

    def __init__(self, case: Case) -> None:
        self.case = case
        conversation = case.context.conversation
        self._actions: list[Action] = (
            [BuyerAnswered()] if case.context.buyer.has_nudges else []
        )
        self._texts: set[str] = set()
        self._of_incidents: set[str] = set()
        self._lately = frozenset(
            said
            for past in conversation.past
            if past.handled_at >= case.context.now - REMEMBERED
            for said in past.said
        )
        """What the buyer has just read, by script and variant: not said again."""
        self._used: Mapping[str, tuple[int, ...]] = conversation.used_variants
        self._why: list[str] = []
        self.is_welcomed = False
        self.misses = conversation.misses
        self.has_bargained = False
        """An ask of this turn is answered: the others are part of it."""
        self.is_question_closed = False
        self.has_said_when = False
        """A reply names the time at which a person answers: no second one beside it."""
        self._opening = Opening(case)
        self.has_asked = False
        """A reply asks the buyer something."""

    def add(self, action: Action) -> None:
        """Add an action, once."""
        if action not in self._actions:
            self._actions.append(action)

    def has(self, action: Action) -> bool:
        """Return whether just this follows from the turn."""
        return action in self._actions

    def does(self, *kinds: type[Action]) -> bool:
        """Return whether something of these kinds follows from the turn."""
        return any(isinstance(action, kinds) for action in self._actions)

    def asks(self) -> tuple[RecordAsk, ...]:
        """Return what was asked for in bargaining in this turn."""
        return tuple(it for it in self._actions if isinstance(it, RecordAsk))

    def dialogues(self) -> tuple[UpdateDialogue, ...]:
        """Return what becomes of flows in this turn so far."""
        return tuple(it for it in self._actions if isinstance(it, UpdateDialogue))

    def opens(self, ticket_type: str) -> bool:
        """Return whether the turn opens a ticket of this type already."""
        return any(
            isinstance(action, OpenTicket) and action.ticket_type == ticket_type
            for action in self._actions
        )

    def hands_over(self) -> bool:
        """Return whether the turn brings a person already."""
        return any(isinstance(action, HandOver) for action in self._actions)

    def explain(self, reason: str) -> None:
        """Add a reason in words that a manager understands."""
        self._why.append(reason)

    def finish(self, band: Band, *, intent_id: str, confidence: float) -> Decision:
        """Return the decision with the conversation's new state."""
        conversation = self.case.context.conversation
        replies = [one.text for one in self._actions if isinstance(one, Reply)]
        promising = {
            index: text
            for index, text in enumerate(replies)
            if text not in self._of_incidents
        }
        update = UpdateConversation(
            misses=self.misses,
            is_greeted=conversation.is_greeted or self.is_welcomed,
            last_intent=intent_id,
            used_variants=tuple(self._used.items())[-REMEMBERED_SCRIPTS:],
            is_question_closed=self.is_question_closed,
            mood=self.case.mood.mood,
            stretch_at=stretch_at(self.case.context),
            order_ref=self._named_order(),
        )
        return Decision(
            band=band,
            intent_id=intent_id,
            confidence=confidence,
            actions=(
                *self._actions,
                *record_promises(self.case, promising),
                update,
            ),
            phone=phone_in(self.case.understanding.entities),
            light=self.case.understanding.light,
            mood=self.case.mood.mood,
            explain=partial(
                reasons_of,
                self.case.understanding,
                mood=self.case.mood,
                rules=tuple(self._why),
            ),
        )

    def _named_order(self) -> str | None:
        return self.case.order_ref if self.case.context.is_order_named else None

    def say(
        self,
        scripts: Iterable[Script],
        *,
        deferred: frozenset[str],
        is_figureless: bool,
        reply: Reply,
        planned: Mapping[str, str] = MappingProxyType({}),
        is_opened: bool,
        situation: Situation | None = None,
    ) -> Said:
        """Reply with the first of these scripts that can be filled and may leave.

        Args:
            scripts: Best first.
            deferred: Placeholders that the transaction fills.
            is_figureless: No figure may stand in the text.
            reply: The reply without its text.
            planned: Values of this turn besides the case's.
            is_opened: A feeling may stand before it.
            situation: What conditions are compared with; None: the case's.
        """
        outcome = Said.NO_SCRIPT
        guard = self.case.library.guard
        choices = self.choices(
            scripts, deferred=deferred, planned=planned, situation=situation
        )
        for choice in choices:
            if (choice.script.script_id, choice.variant) in self._lately:
                continue
            text = self.checked(choice)
            if text is None or (is_figureless and guard.names_figure(text)):
                outcome = Said.BLOCKED
            elif text not in self._texts:
                if is_opened:
                    text, self._used = self._opening.before(
                        text, spans=choice.filled.spans, used=self._used
                    )
                self._speak(choice, replace(reply, text=text))
                return Said.SPOKEN
        return outcome

    def _speak(self, choice: Choice, reply: Reply) -> None:
        script = choice.script
        is_fixed = reply.intent_id is None
        self.has_said_when |= not _WHEN.isdisjoint(choice.filled.names)
        self.has_asked |= (
            bool(reply.buttons)
            if is_fixed
            else any(
                asks_of(self.case.library.asking.get(script.script_id), choice.variant)
            )
        )
        self._texts.add(reply.text)
        if script.script_id.startswith(INCIDENT_SCRIPT):
            self._of_incidents.add(reply.text)
        self._used = mark_used(
            self._used, script_id=script.script_id, variant=choice.variant
        )
        self._actions.append(
            replace(
                reply,
                script_id=None if is_fixed else script.script_id,
                variant=choice.variant,
                buttons=self._fit(reply.buttons if is_fixed else script.buttons),
                attachments=self._shown(choice.pictures),
            )
        )

    def _fit(self, buttons: tuple[str, ...]) -> tuple[str, ...]:
        """Return the buttons that the guard lets pass: the shop says them, too."""
        return tuple(
            button
            for button in buttons
            if self.case.judge(button, spans=()).is_sendable
        )

    def _shown(self, pictures: tuple[str, ...]) -> tuple[str, ...]:
        """Return the addresses that the guard lets pass: a buyer reads them, too."""
        return tuple(
            address
            for address in pictures
            if self.case.judge(address, spans=((0, len(address)),)).is_sendable
        )

    def choices(
        self,
        scripts: Iterable[Script],
        *,
        deferred: frozenset[str],
        planned: Mapping[str, str] = MappingProxyType({}),
        situation: Situation | None = None,
    ) -> Iterable[Choice]:
        """Yield what could be said, best first: filled, and not said before if possible."""
        values = self.case.values
        return find_choices(
            scripts,
            situation=self.case.situation if situation is None else situation,
            values={**values, **planned} if planned else values,
            used=self._used,
            deferred=deferred,
        )

    def checked(self, choice: Choice) -> str | None:
        """Return what may be sent for a choice, None when the guard objects."""
        text = choice.filled.text
        verdict = self.case.judge(text, spans=choice.filled.spans)
        if verdict.is_sendable:
            outgoing = verdict.outgoing(text)
            if self._may_promise(choice) or not promised_in(self.case, outgoing):
                return outgoing
            self.explain(f"no promises now ({choice.script.script_id})")
            return None
        self.explain(f"guard: {verdict.findings[0].rule} ({choice.script.script_id})")
        return None

    def _may_promise(self, choice: Choice) -> bool:
        """Return whether what a text promises can be kept.

        Not while an incident is on, but for its own words: a manager wrote them, and
        they are told, not promised.
        """
        if choice.script.script_id.startswith(INCIDENT_SCRIPT):
            return True
        return self.case.context.may_promise and not self.case.incidents
