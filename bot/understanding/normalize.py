"""How does a text look once width, script, repetition and decoration are folded away?"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import opencc

from bot.understanding.lexicon import Lexicon
from bot.understanding.signals import find_marks, fold_character
from bot.utterances import Folded

MATCHED_EDGE: Final = 500
"""Characters matched at each end of a long text (contracts.md, Defaults)."""

_PHRASES: Final = {
    "滑鼠": "鼠标",
    "甚么": "什么",
    "网路": "网络",
    "软体": "软件",
    "简讯": "短信",
    "萤幕": "屏幕",
    "资讯": "信息",
    "宅配": "快递",
    "系咪": "是不",
    "几多": "多少",
    "点解": "为啥",
    "冇货": "没货",
    "有冇": "有没",
    "唔该": "麻烦",
}
"""Taiwan and Hong Kong words after opencc t2s; same length, so positions stay."""
_PHRASE: Final = re.compile("|".join(_PHRASES))
_ASPECT: Final = re.compile(r"(?<![名显卓土原专编所])著(?![名作者称])")
_REPEATED: Final = re.compile(r"([^\da-z])\1{2,}|([a-z])\2{3,}|([^\w\s])\3+| {2,}")
_ONE_FOR_ONE: Final = re.compile(r"[ -~\u4e00-\u9fff、。，！？：；（）～]*")
"""Characters that fold by themselves, each to one, and leave no signal."""
_SEPARATORS: Final = " ,，.。!！?？~～、:：…-—"
_QUESTION_MARKS: Final = "?？"
_REMAINDER_STARTS: Final = frozenset(
    "你您我俺咱这那请能可有什啥怎咋为在多几什帮问麻想要今明昨还都会"
)
"""An address word without punctuation is dropped only when one of these follows:
老板能便宜吗, but not 老板不在 or 客服态度."""
_AFTER_ENDS: Final = frozenset("吗么呢吧啊呀哦嘛了的哈不" + _SEPARATORS)
_ANSWERLESS: Final = frozenset("啊呀哦呢吗嘛哈哟喔诶欸嗯" + _SEPARATORS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A text between two folding steps, with the original index of each character."""

    text: str
    positions: tuple[int, ...]

    def cut(self, start: int, end: int) -> "_Draft":
        """Return the part from ``start`` to ``end``."""
        if start == 0 and end == len(self.text):
            return self
        return _Draft(text=self.text[start:end], positions=self.positions[start:end])


class Folder:
    """Folds texts for one pack; immutable, lives as long as its matcher."""

    def __init__(self, lexicon: Lexicon) -> None:
        converter = opencc.OpenCC("t2s")
        self._simplify = converter.convert
        self._openers = _compile_words((*lexicon.address_words, *lexicon.particles))
        self._address = _compile_words(lexicon.address_words)
        self._free = frozenset(lexicon.particles)

    def fold(self, text: str) -> Folded:
        """Return ``text`` folded, with the way back to its code points."""
        signals: set[str] = set()
        draft = _drop_marks(_take_edges(text), signals)
        draft = _fold_characters(draft, signals)
        draft = self._to_simplified(draft)
        draft = _collapse(draft, signals)
        draft = self._strip_address(_trim(draft))
        return Folded(
            original=text,
            text=draft.text,
            positions=(*draft.positions, len(text)),
            signals=frozenset(signals),
        )

    def _to_simplified(self, draft: _Draft) -> _Draft:
        """Turn Traditional into Simplified characters, one for one."""
        if draft.text.isascii():
            return draft
        converted = convert_in_place(draft.text, self._simplify)
        converted = _ASPECT.sub("着", converted)
        converted = _PHRASE.sub(lambda match: _PHRASES[match.group()], converted)
        return _Draft(text=converted, positions=draft.positions)

    def _strip_address(self, draft: _Draft) -> _Draft:
        """Drop openers before, and address words after, a real question."""
        start = 0
        while (end := self._opener_end(draft.text, start)) is not None:
            start = end
        stripped = draft.cut(start, len(draft.text))
        if not _is_substantial(stripped.text):
            return draft
        return self._strip_tail(stripped)

    def _opener_end(self, text: str, start: int) -> int | None:
        """Return where the opener at ``start`` ends, or None when there is none."""
        if self._openers is None:
            return None
        match = self._openers.match(text, start)
        if match is None or match.end() >= len(text):
            return None
        end = match.end()
        while end < len(text) and text[end] in _ANSWERLESS:
            end += 1
        is_open = end > match.end() or match.group() in self._free
        if is_open or match.group() == "亲" or text[end] in _REMAINDER_STARTS:
            return end
        return end if self._openers.match(text, end) is not None else None

    def _strip_tail(self, draft: _Draft) -> _Draft:
        """Drop an address word that ends a question: 包邮吗亲."""
        if self._address is None:
            return draft
        body = draft.text.rstrip(_SEPARATORS)
        for length in range(4, 0, -1):
            head, tail = body[:-length], body[-length:]
            is_address = self._address.fullmatch(tail) is not None
            if is_address and head and head[-1] in _AFTER_ENDS:
                return (
                    draft.cut(0, len(head)) if _is_substantial(head.strip()) else draft
                )
        return draft


def convert_in_place(text: str, convert: Callable[[str], str]) -> str:
    """Return ``text`` converted, with each character where it stood.

    What would change the length is converted character by character, or kept.
    """
    converted = convert(text)
    if len(converted) == len(text):
        return converted
    pieces = ((character, convert(character)) for character in text)
    return "".join(new if len(new) == 1 else old for old, new in pieces)


def _compile_words(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return a pattern for any of ``words``, longest first; None without words."""
    if not words:
        return None
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)))


def _is_substantial(text: str) -> bool:
    """Tell whether ``text`` says something by itself."""
    return not _ANSWERLESS.issuperset(text)


def _take_edges(text: str) -> _Draft:
    """Return the whole text, or the two ends of a long one with a line break between."""
    size = len(text)
    if size <= 2 * MATCHED_EDGE:
        return _Draft(text=text, positions=tuple(range(size)))
    tail = size - MATCHED_EDGE
    return _Draft(
        text=f"{text[:MATCHED_EDGE]}\n{text[tail:]}",
        positions=(*range(MATCHED_EDGE), MATCHED_EDGE, *range(tail, size)),
    )


def _drop_marks(draft: _Draft, signals: set[str]) -> _Draft:
    """Replace links, emotes and kaomoji by a space and note their signals."""
    marks = find_marks(draft.text)
    if not marks:
        return draft
    pieces: list[str] = []
    positions: list[int] = []
    done = 0
    for start, end, signal in marks:
        signals.add(signal)
        pieces.append(f"{draft.text[done:start]} ")
        positions.extend(draft.positions[done : start + 1])
        done = end
    pieces.append(draft.text[done:])
    positions.extend(draft.positions[done:])
    return _Draft(text="".join(pieces), positions=tuple(positions))


def _fold_characters(draft: _Draft, signals: set[str]) -> _Draft:
    """Fold width and case, drop what is invisible, turn emoji into signals."""
    if _ONE_FOR_ONE.fullmatch(draft.text) is not None:
        folded = unicodedata.normalize("NFKC", draft.text).lower()
        return _Draft(text=folded, positions=draft.positions)
    pieces: list[str] = []
    positions: list[int] = []
    for character, position in zip(draft.text, draft.positions, strict=True):
        folded, signal = fold_character(character)
        pieces.append(folded)
        positions.extend([position] * len(folded))
        if signal is not None:
            signals.add(signal)
    return _Draft(text="".join(pieces), positions=tuple(positions))


def _collapse(draft: _Draft, signals: set[str]) -> _Draft:
    """Shorten repetitions: 哈哈哈哈 to 哈哈, ？？？ to one mark; digits stay."""
    kept: list[int] = []
    done = 0
    for match in _REPEATED.finditer(draft.text):
        repeated = match.group()[0]
        keeps = 2 if repeated.isalnum() else 1
        kept.extend(range(done, match.start() + keeps))
        done = match.end()
        if repeated in _QUESTION_MARKS:
            signals.add("repeated_question")
        elif repeated in "!！":
            signals.add("repeated_exclamation")
    if not kept:
        return draft
    kept.extend(range(done, len(draft.text)))
    return _Draft(
        text="".join(draft.text[index] for index in kept),
        positions=tuple(draft.positions[index] for index in kept),
    )


def _trim(draft: _Draft) -> _Draft:
    """Drop white space at both ends."""
    start = len(draft.text) - len(draft.text.lstrip())
    end = len(draft.text.rstrip())
    return draft.cut(start, max(start, end))
