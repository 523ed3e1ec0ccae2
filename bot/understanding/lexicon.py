"""Which words does a shop's trade use, as far as understanding needs to know them?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierPattern:
    """How the tracking numbers of one courier look."""

    name: str
    """As buyers and scripts name the courier: 顺丰, 中通 …"""
    pattern: str
    """Regular expression that matches the whole number, upper case, without spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The words of one pack; every word in Simplified Chinese, lower-case letters."""

    words: tuple[str, ...] = ()
    """Terms the tokenizer must keep whole: 七天无理由, 运费险, 仅退款 …"""
    synonyms: tuple[tuple[str, ...], ...] = ()
    """Groups of words that mean the same here; the first one names the class."""
    address_words: tuple[str, ...] = ()
    """How buyers address the shop: 亲, 老板, 掌柜, 客服 …; dropped before a real question."""
    particles: tuple[str, ...] = ()
    """Openers that add nothing before a real question: 你好, 在吗, 请问, 那个 …"""
    opt_out_words: tuple[str, ...] = ()
    """Fixed words that, alone in a message, end all contact: 退订, 拒收 …"""
    opt_out_marks: tuple[str, ...] = ()
    """A sentence is taken as an opt-out only when it has one of these: 别, 停, 烦 …; empty
    asks for none."""
    couriers: tuple[CourierPattern, ...] = ()
    """Tried in order; the first whole match decides the courier."""
    places: tuple[str, ...] = ()
    """Provinces and cities without their suffix: 新疆, 杭州 …"""
