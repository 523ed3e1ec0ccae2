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
    PlanFollowUp,
    Reply,
    Suggest,
    UpdateConversation,
    UpdateDialogue,
)
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.mood import Mood
from bot.deciding.opening import Opening
from bot.deciding.promising import promised_in, record_promises
from bot.deciding.reasons import phone_in, reasons_of
from bot.deciding.stretches import stretch_at
from bot.deciding.thread import asks_of
from bot.replying.render import FOLLOW_UP_PLACEHOLDER, OFFER_COUPON, TICKET_PLACEHOLDERS
from bot.replying.select import Choice, Situation, find_choices, mark_used
from bot.scripts import Effect, Script, Use

INCIDENT_SCRIPT = "incident:"
"""How the ids of what is said of an incident begin."""

REMEMBERED_SCRIPTS = 60
"""Scripts of a conversation whose variants are remembered; the oldest are forgotten."""

_WHEN = frozenset({"ticket.due_at", "time.next_open"})
NOTHING_DEFERRED: frozenset[str] = frozenset()
_COUPON_DEFERRED = frozenset({OFFER_COUPON})
_OPENED_TEXTS = frozenset(
    {"fallback", "hand_over", "after_hours", "busy", "please_wait"}
)
"""Fixed texts that a feeling may stand before; the others are feeling enough."""


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
        self._case = case
        conversation = case.context.conversation
        self._actions: list[Action] = (
            [BuyerAnswered()] if case.context.buyer.has_nudges else []
        )
        self._texts: set[str] = set()
        self._of_incidents: set[str] = set()
        self._used: Mapping[str, tuple[int, ...]] = conversation.used_variants
        self._why: list[str] = []
        self._is_welcomed = False
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

    def welcome(self) -> bool:
        """Say once in a conversation that this is automatic; return whether it was now."""
        if self._case.context.conversation.is_greeted or not self._case.can_speak:
            return False
        self._is_welcomed = self.say_text("welcome") is Said.SPOKEN
        return self._is_welcomed

    def say_script(
        self,
        intent_id: str,
        use: Use,
        *,
        with_ticket: bool,
        follow_up: PlanFollowUp | None = None,
    ) -> Said:
        """Reply with the best script for an intent that can be filled and may leave.

        A script that promises a later message is fit only with the ``follow_up``.
        """
        scripts = self._case.scripts(intent_id, use)
        intent = self._case.library.intent(intent_id)
        return self.say(
            scripts,
            deferred=TICKET_PLACEHOLDERS if with_ticket else NOTHING_DEFERRED,
            is_figureless=Effect.BARGAIN in intent.effects,
            reply=Reply(text="", intent_id=intent_id),
            planned=self._planned_values(follow_up),
            is_opened=(
                use is not Use.RECEIPT and intent_id not in self._case.library.wishless
            ),
        )

    def say_offer(
        self, intent_id: str, *, situation: Situation, values: Mapping[str, str]
    ) -> Said:
        """Reply with what a bargaining policy leads to.

        The code of a coupon stays open until the transaction has taken one, unless
        ``values`` has it.
        """
        is_known = OFFER_COUPON in values
        return self.say(
            self._case.library.offers,
            deferred=NOTHING_DEFERRED if is_known else _COUPON_DEFERRED,
            is_figureless=False,
            reply=Reply(text="", intent_id=intent_id),
            planned=values,
            situation=situation,
            is_opened=True,
        )

    def _planned_values(self, follow_up: PlanFollowUp | None) -> Mapping[str, str]:
        if follow_up is None:
            return {}
        plan = self._case.library.pack.follow_ups[follow_up.plan_id]
        return {FOLLOW_UP_PLACEHOLDER: plan.zh}

    def say_text(
        self, name: str, *, buttons: tuple[str, ...] = (), with_ticket: bool = False
    ) -> Said:
        """Reply with one of the pack's fixed texts, by the name of its field."""
        variants = getattr(self._case.library.pack.texts, name)
        return self.say_variants(
            f"text:{name}",
            variants,
            buttons=buttons,
            with_ticket=with_ticket,
            is_opened=(
                name in _OPENED_TEXTS and self._case.mood.mood is not Mood.POLITE
            ),
        )

    def say_variants(
        self,
        script_id: str,
        variants: tuple[str, ...],
        *,
        buttons: tuple[str, ...] = (),
        with_ticket: bool = False,
        is_opened: bool = False,
    ) -> Said:
        """Reply with one of some fixed texts, in turn; ``script_id`` names them.

        Where the assistant may not write, what it notes is noted in silence.
        """
        if not self._case.can_speak:
            return Said.SPOKEN
        text = Script(script_id=script_id, intent_id="", variants=variants)
        return self.say(
            (text,),
            deferred=TICKET_PLACEHOLDERS if with_ticket else NOTHING_DEFERRED,
            is_figureless=False,
            reply=Reply(text="", buttons=buttons),
            is_opened=is_opened,
        )

    def suggest(self, placement: Placement) -> None:
        """Offer the full script of an intent to the agents, when it can be filled.

        While an incident concerns it, what the buyers are told of that.
        """
        incident = self._case.incident_for(placement.intent_id)
        if incident is not None:
            self.add(
                Suggest(
                    text=incident.text,
                    intent_id=placement.intent_id,
                    confidence=placement.confidence,
                )
            )
            return
        scripts = self._case.scripts(placement.intent_id, Use.REPLY)
        for choice in self._choices(scripts, deferred=NOTHING_DEFERRED):
            text = self._checked(choice)
            if text is not None:
                self.add(
                    Suggest(
                        text=text,
                        intent_id=placement.intent_id,
                        confidence=placement.confidence,
                        script_id=choice.script.script_id,
                    )
                )
                return

    def finish(self, band: Band, *, intent_id: str, confidence: float) -> Decision:
        """Return the decision with the conversation's new state."""
        conversation = self._case.context.conversation
        replies = [one.text for one in self._actions if isinstance(one, Reply)]
        promising = {
            index: text
            for index, text in enumerate(replies)
            if text not in self._of_incidents
        }
        update = UpdateConversation(
            misses=self.misses,
            is_greeted=conversation.is_greeted or self._is_welcomed,
            last_intent=intent_id,
            used_variants=tuple(self._used.items())[-REMEMBERED_SCRIPTS:],
            is_question_closed=self.is_question_closed,
            mood=self._case.mood.mood,
            stretch_at=stretch_at(self._case.context),
        )
        return Decision(
            band=band,
            intent_id=intent_id,
            confidence=confidence,
            actions=(
                *self._actions,
                *record_promises(self._case, promising),
                update,
            ),
            phone=phone_in(self._case.understanding.entities),
            light=self._case.understanding.light,
            mood=self._case.mood.mood,
            explain=partial(
                reasons_of,
                self._case.understanding,
                mood=self._case.mood,
                rules=tuple(self._why),
            ),
        )

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
        guard = self._case.library.guard
        choices = self._choices(
            scripts, deferred=deferred, planned=planned, situation=situation
        )
        for choice in choices:
            text = self._checked(choice)
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
                asks_of(self._case.library.asking.get(script.script_id), choice.variant)
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
                attachments=choice.pictures,
            )
        )

    def _fit(self, buttons: tuple[str, ...]) -> tuple[str, ...]:
        """Return the buttons that the guard lets pass: the shop says them, too."""
        return tuple(
            button
            for button in buttons
            if self._case.judge(button, spans=()).is_sendable
        )

    def _choices(
        self,
        scripts: Iterable[Script],
        *,
        deferred: frozenset[str],
        planned: Mapping[str, str] = MappingProxyType({}),
        situation: Situation | None = None,
    ) -> Iterable[Choice]:
        values = self._case.values
        return find_choices(
            scripts,
            situation=self._case.situation if situation is None else situation,
            values={**values, **planned} if planned else values,
            used=self._used,
            deferred=deferred,
        )

    def _checked(self, choice: Choice) -> str | None:
        """Return what may be sent for a choice, None when the guard objects."""
        text = choice.filled.text
        verdict = self._case.judge(text, spans=choice.filled.spans)
        if verdict.is_sendable:
            outgoing = verdict.outgoing(text)
            if self._may_promise(choice) or not promised_in(self._case, outgoing):
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
        return self._case.context.may_promise and not self._case.incidents
