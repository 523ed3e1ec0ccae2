"""What must not leave a shop: the rules the outgoing guard applies, as a pack gives them.

``guard.yaml`` of a pack holds them in this form::

    fixed_terms: [七天无理由, "12315"]
    patterns:
      - rule: review_reward              # unique; stands in findings
        category: review_inducement
        verdict: block                   # warn | rewrite | human | block
        patterns: ["好评.{0,6}(返|红包)"]  # any of them is a hit
        unless: ["没有好评返现"]           # optional: a hit inside one of these is none
        suggestion: 只邀请如实评价，不谈好处
        replacement: ""                  # only with rewrite: what stands there instead
        channels: [marketplace]          # optional; missing means every channel
        senders: [assistant, agent]      # optional; missing means every sender

Patterns are regular expressions of the ``regex`` package. They see the text *folded*
(:mod:`bot.guarding.folding`): Simplified Chinese, lower case, half width, without
spaces, emoji and other separators; of punctuation only ``，`` (a pause) and ``。`` (the end
of a sentence) are left. ``.`` therefore crosses sentences: write ``[^。]``.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What happens to a text, mildest first (contract: ``xiaoer guard``)."""

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    WARN = "warn"
    """Shown to the agent, who may send it all the same."""
    REWRITE = "rewrite"
    """Automatic texts are replaced by their rewriting; people are warned."""
    HUMAN = "human"
    """Only a person may say this."""
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
    FOLLOW_UP = "follow_up"


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
    patterns: tuple[str, ...]
    """Regular expressions over the folded text; compiled with a timeout at use."""
    suggestion: str
    """What to write instead, for the agent who reads the finding."""
    unless: tuple[str, ...] = ()
    """Regular expressions over the folded text; a hit inside one of their matches is
    no hit (请不要告诉任何人验证码)."""
    replacement: str | None = None
    """What stands in place of a hit; given exactly when the verdict is ``rewrite``."""
    channels: tuple[Channel, ...] = ()
    """Empty means every channel."""
    senders: tuple[GuardSender, ...] = ()
    """Empty means every sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRules:
    """All rules of one pack; immutable, one per pack version."""

    patterns: tuple[GuardPattern, ...] = ()
    fixed_terms: tuple[str, ...] = ()
    """Words that hold a figure and are no promise of a figure: 七天无理由, 12315."""
