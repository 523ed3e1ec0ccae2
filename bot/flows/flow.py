"""What is a flow? Slots, questions, branches and ends: content of a pack."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.flows.authority import Authority
from bot.utterances import EntityKind

ANY: Final = "*"
"""Key of a branch that is taken when no other fits."""
OPEN_FOR: Final = timedelta(days=2)
UNKNOWN: Final = "unknown"
"""Value of a branch for a slot that nobody has told."""
DECLINED: Final = ""
"""Value of a slot that the buyer will not, or cannot, tell."""


class SlotKind(StrEnum):
    """How a slot is filled."""

    ORDER = "order"
    """The order the turn is about, or a number that the buyer writes."""
    PICTURE = "picture"
    CHOICE = "choice"
    """One of the slot's options."""
    ENTITY = "entity"
    """A value of one of ``kinds``."""
    YES_NO = "yes_no"
    TEXT = "text"
    """Whatever the buyer answers, in their own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a choice, and how buyers say it."""

    option_id: str
    zh: str
    words: tuple[str, ...] = ()
    """Names of the pack's answer words: an answer that is nothing but such words."""
    says: tuple[str, ...] = ()
    """Phrases that say so in any sentence; the longest phrase in a text counts."""
    intents: tuple[str, ...] = ()
    """Intents that say so when they are wanted as the answer, or beside the wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One thing that a flow may have to know."""

    slot_id: str
    zh: str
    """What people at the desk read: 照片."""
    kind: SlotKind
    options: tuple[Option, ...] = ()
    """Of a choice; of a yes or no what says so besides the words for it."""
    kinds: tuple[EntityKind, ...] = ()
    is_early: bool = False
    """Read before it is asked for, from whatever the buyer says of the matter."""
    marks: tuple[str, ...] = ()
    """Phrases behind which the buyer's own words stand unasked: 少了 in 少了个盖子."""
    words: tuple[str, ...] = ()
    """Of a text: names of answer words that, alone, are the answer: 白色的."""
    vague: tuple[str, ...] = ()
    """Words that tell nothing behind a mark: 少了东西."""
    alike: tuple[str, ...] = ()
    """Intents that an answer to it may be like, and is not: 骨科，周五上午 tells which
    appointment it was, and asks for no department."""
    is_needed: bool = False
    """The work cannot be done without it, an address, say: it stands on the ticket as it
    was told. Personal data in any other text is masked there."""

    def option(self, option_id: str) -> Option | None:
        """Return an option of a choice by its id."""
        return next((it for it in self.options if it.option_id == option_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A step that needs a slot, and asks for it unless it is known."""

    step_id: str
    slot: str
    texts: tuple[str, ...]
    to: Mapping[str, str]
    """The slot's value → the next step."""
    without: str | None = None
    """The next step when the buyer will not tell; None: a person is needed then."""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A step that goes on by a fact, or by a slot that is known."""

    step_id: str
    on: str
    to: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A step that settles the matter, as far as the assistant may."""

    step_id: str
    outcome: str = ""
    """What was settled, for the ticket: refund, resend, claim."""
    texts: tuple[str, ...] = ()
    is_answered: bool = False
    """Instead of ``texts``: what the intent's scripts say to an answer."""
    ticket: str | None = None
    """Type of the ticket that it is recorded on; None: the flow's own."""
    is_claim: bool = False
    """The ticket waits for the approval of a manager, and nothing is promised."""
    needs_person: bool = False
    """The conversation goes to the agents' queue."""
    goes_on: str | None = None
    """The flow that takes over, with everything that is known."""
    reason: str | None = None
    """Why the goods are wrong, where the branch tells it; None: as the flow says."""


Step = Ask | Branch | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One conversation of several turns; immutable, part of a pack."""

    flow_id: str
    zh: str
    ticket: str
    """Type of the ticket that everything is collected on, from the first turn."""
    start: str
    slots: Mapping[str, Slot]
    steps: Mapping[str, Step]
    opening: tuple[str, ...] = ()
    """Said once, before the first question."""
    reason: str | None = None
    """Who pays for the way back follows from it; see :class:`FlowRules`."""
    starts_with: str | None = None
    """The slot that the first words must tell; else the intent is answered as usual."""
    open_for: timedelta = OPEN_FOR
    """So long after the buyer's last word of it the flow can be gone on with."""

    def asked_after(self, step_id: str) -> Iterator[Slot]:
        """Yield the slots that may be asked for at a step or after it, each once."""
        seen: set[str] = set()
        waiting = [step_id]
        slots: dict[str, Slot] = {}
        while waiting:
            step = self.steps.get(waiting.pop(0))
            if step is None or step.step_id in seen:
                continue
            seen.add(step.step_id)
            if isinstance(step, Ask):
                slots.setdefault(step.slot, self.slots[step.slot])
            waiting.extend(followers(step))
        yield from slots.values()


def followers(step: Step) -> tuple[str, ...]:
    """Return the steps that may come next."""
    match step:
        case Ask():
            without = () if step.without is None else (step.without,)
            return (*step.to.values(), *without)
        case Branch():
            return tuple(step.to.values())
        case End():
            return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """How buyers take back what they told, and what is said to it."""

    phrases: tuple[str, ...] = ()
    """Anywhere in a text: 说错了."""
    denials: tuple[str, ...] = ()
    """At its beginning: 不是."""
    pictures: tuple[str, ...] = ()
    """A picture was the wrong one: 照片发错."""
    texts: tuple[str, ...] = ()
    """Said when a value is replaced; ``{flow.corrected}`` is the new one."""
    picture_texts: tuple[str, ...] = ()
    """Said when a picture is asked for anew."""
    late_texts: tuple[str, ...] = ()
    """Said to pictures that come when everything is settled; may name the ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRules:
    """What holds for all flows of a pack."""

    postage: Mapping[str, str] = field(default_factory=dict)
    """Reason → who pays for the way back: ``shop``, ``buyer``, or ``part``: it is asked
    whether the shop takes a share."""
    authority: Authority = field(default_factory=Authority)
    """Unless the shop says otherwise."""
    refusals: tuple[str, ...] = ()
    """Phrases of buyers who will not tell what was asked: 不想拍."""
    approval: str | None = None
    """State in which a claim waits for a manager."""
    approved: str | None = None
    """State that an approved claim goes on in."""
    rejected: str | None = None
    """State that ends a claim which was not approved."""
    approved_texts: tuple[str, ...] = ()
    """Said to the buyer when a manager has approved ``{flow.amount}``."""
    rejected_texts: tuple[str, ...] = ()
    corrections: Corrections = field(default_factory=Corrections)
