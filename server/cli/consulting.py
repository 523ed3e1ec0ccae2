"""What would the assistant do about one text, said first thing by an unknown buyer?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions import Decision, Reply, Suggest
from bot.deciding.case import make_case
from bot.deciding.decide import decide
from bot.deciding.library import Library as DecidingLibrary
from bot.deciding.state import BuyerState, ConversationState, ShopMode, TurnContext
from bot.facts import Facts
from bot.messages import Turn
from bot.replying.names import TICKET_PLACEHOLDERS
from bot.replying.render import placeholders
from bot.scripts import Pack
from bot.utterances import Understanding
from server.library import Library

_ZONE: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One text, what was understood, and what would be done."""

    understanding: Understanding
    decision: Decision

    @property
    def reply(self) -> Reply | Suggest | None:
        """Return what answers the text: what goes out, else what agents are offered."""
        replies = [one for one in self.decision.actions if isinstance(one, Reply)]
        suggestions = [one for one in self.decision.actions if isinstance(one, Suggest)]
        curated = [one for one in replies if one.script_id is not None]
        found: tuple[Reply | Suggest, ...] = (*curated, *replies, *suggestions)
        return found[0] if found else None


class Consultant:
    """Answers single texts from a pack, without a database; immutable."""

    def __init__(
        self, library: Library, *, policies: Mapping[str, str] | None = None
    ) -> None:
        """Take a pack, and a shop's policies in place of the pack's defaults."""
        self._matcher = library.matcher
        self._library = DecidingLibrary(_without_tickets(library.pack))
        self._policies = library.pack.policies if policies is None else policies

    def consult(self, text: str, *, today: date) -> Consultation:
        """Return what would be done about ``text`` at noon of ``today``."""
        return self.decide(self._matcher.understand(text, today=today), today=today)

    def decide(self, understanding: Understanding, *, today: date) -> Consultation:
        """Return what would be done about a text already understood."""
        case = make_case(
            self._library,
            Turn(shop_id=0, conversation_id=0, message_ids=(), text=understanding.text),
            context=self._context(today),
            understanding=understanding,
        )
        return Consultation(understanding=understanding, decision=decide(case))

    def _context(self, today: date) -> TurnContext:
        """Return a fresh conversation of a buyer whom nobody has verified."""
        now = datetime.combine(today, time(12), tzinfo=_ZONE).astimezone(UTC)
        return TurnContext(
            now=now,
            shop_mode=ShopMode.AUTO,
            conversation=ConversationState(
                conversation_id=0, version=0, connector="terminal", is_greeted=True
            ),
            buyer=BuyerState(buyer_id=0),
            facts=Facts(policies=self._policies, nameless=self._library.pack.nameless),
            agents_on_duty=1,
        )


def _without_tickets(pack: Pack) -> Pack:
    """Return the pack without the scripts that name a ticket: nothing is opened here.

    Each intent has others (docs/packs.md), and no reader sees an unfilled placeholder.
    """
    scripts = tuple(
        script
        for script in pack.scripts
        if not any(
            TICKET_PLACEHOLDERS & set(placeholders(variant))
            for variant in script.variants
        )
    )
    return replace(pack, scripts=scripts)


def today_in_shop() -> date:
    """Return the date on the shop's wall."""
    return datetime.now(tz=_ZONE).date()
