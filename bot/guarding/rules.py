"""What must not leave a shop: the rules the outgoing guard applies, as a pack gives them.

Patterns are regular expressions of the ``regex`` package. They see the text *folded*
(:mod:`bot.guarding.folding`): Simplified Chinese, lower case, half width, without
spaces, emoji and other separators, and with the pack's evasive spellings undone
(:mod:`bot.guarding.spelling`); of punctuation only ``，`` (a pause) and ``。`` (the end
of a sentence) are left. ``.`` therefore crosses sentences: write ``[^。]``. How a pack
writes them down stands in docs/packs.md.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """What happens to a text, mildest first (contract: ``xiaoer guard``)."""

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    WARN = "warn"
    """Shown to the agent, who may send it all the same."""
    REWRITE = "rewrite"
    """Automatic texts are replaced by their rewriting; people are warned."""
    HUMAN = "human"
    """Only a person may say this; of a price: only who has the authority."""
    BLOCK = "block"
    """Never sent, whoever wrote it."""


class Channel(StrEnum):
    """Whose platform the buyer reads on; decides which contact rules apply."""

    OWN_SITE = "own_site"
    MARKETPLACE = "marketplace"


class GuardSender(StrEnum):
    """Who wrote an outgoing text, as the guard tells them apart."""

    ASSISTANT = "assistant"
    AGENT = "agent"
    MANAGER = "manager"
    """An agent with a manager's authority over prices."""
    FOLLOW_UP = "follow_up"

    @property
    def is_person(self) -> bool:
        """Return whether a person wrote it."""
        return self in (GuardSender.AGENT, GuardSender.MANAGER)


class TextKind(StrEnum):
    """Why an outgoing text is sent."""

    SERVICE = "service"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardPattern:
    """One rule: what it looks for and what follows from a hit."""

    rule: str
    """Unique in a pack; stands in findings."""
    category: str
    """Such as ``review_inducement``, ``off_platform`` or ``credentials``."""
    verdict: Verdict
    suggestion: str
    """What to write instead, for the agent who reads the finding."""
    patterns: tuple[str, ...] = ()
    """Regular expressions over the folded text; compiled with a timeout at use."""
    rewrites: tuple[tuple[str, str], ...] = ()
    """Folded words and what may safely stand instead of each; each is a hit."""
    unless: tuple[str, ...] = ()
    """Regular expressions over the folded text; a hit inside one of their matches is
    no hit (请不要告诉任何人验证码)."""
    replacement: str | None = None
    """What stands in place of a hit of ``patterns``; only with ``rewrite``."""
    since: date | None = None
    """From this day of the shop's on; before it the rule does not fire."""
    is_fact_allowed: bool = False
    """A hit that touches a filled fact is none: 明天送达 from a parcel's track."""
    channels: tuple[Channel, ...] = ()
    """Empty means every channel."""
    senders: tuple[GuardSender, ...] = ()
    """Empty means every sender; a manager is an agent here."""
    kinds: tuple[TextKind, ...] = ()
    """Empty means every kind."""
    source: str = ""
    """The law or platform rule it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A word that people spell in odd ways to get it past a filter."""

    word: str
    """As the patterns write it."""
    forms: tuple[str, ...] = ()
    """Other spellings, folded: vx and 薇信 for 微信."""
    innocent: tuple[str, ...] = ()
    """What sounds like it and is meant as it stands: 验证吗 is no 验证码."""
    is_by_sound: bool = True
    """Other characters of its sound stand for those of a long word, not only letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRules:
    """All rules of one pack; immutable, one per pack version."""

    patterns: tuple[GuardPattern, ...] = ()
    fixed_terms: tuple[str, ...] = ()
    """Words that hold a figure and are no promise of a figure: 七天无理由, 12315."""
    spellings: tuple[Spelling, ...] = ()
    """Of the words that the patterns look for."""
