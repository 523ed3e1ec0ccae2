"""What do emoji, kaomoji and platform emotes say? Their names stay as signals."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

EMOJI: Final = {
    "emoji_happy": "😀😃😄😁😆😊🙂😇🥳😎😋🤗☺😂🤣",
    "emoji_love": "😍🥰😘💕❤💗💖💓♥🌹💐",
    "emoji_good": "👍👌💯🎉👏✌🆗",
    "emoji_thanks": "🙏🤝🙇",
    "emoji_angry": "😡😠🤬💢👿😤🖕",
    "emoji_bad": "👎💩🤮🤢",
    "emoji_sad": "😢😭😞😔🙁☹😩😫🥺😥😰💔",
    "emoji_doubt": "🤔❓❔🙄😅😓🤷😒😑😐",
    "emoji_bye": "👋",
}
"""Signal name -> the single code points that carry it."""

EMOTES: Final = {
    "emoji_happy": ("微笑", "呲牙", "愉快", "偷笑", "大笑", "笑哭", "嘻嘻", "哈哈"),
    "emoji_love": ("爱心", "色", "玫瑰", "亲亲", "飞吻", "比心", "心"),
    "emoji_good": ("强", "赞", "ok", "好的", "鼓掌", "胜利"),
    "emoji_thanks": ("抱拳", "合十", "谢谢", "感谢", "握手"),
    "emoji_angry": ("发怒", "怒", "抓狂", "愤怒", "咒骂"),
    "emoji_bad": ("弱", "吐", "差劲", "便便", "鄙视"),
    "emoji_sad": ("流泪", "大哭", "难过", "委屈", "快哭了", "可怜", "心碎"),
    "emoji_doubt": ("疑问", "汗", "流汗", "捂脸", "白眼", "尴尬"),
    "emoji_bye": ("再见", "拜拜"),
}
"""Signal name -> names that platforms write in square brackets: [微笑]."""

KAOMOJI: Final = {
    "emoji_happy": ("^_^", "^^", "≧▽≦", "^o^", "•̀ᴗ•́", "´▽`", "◕‿◕", "・ω・"),
    "emoji_sad": ("t_t", "qaq", "tat", "；′⌒`", "╥﹏╥", "ಥ_ಥ", ">_<", "qwq"),
    "emoji_angry": ("╬", "｀д´", "`皿´", "╯°□°", "凸"),
    "emoji_doubt": ("-_-", "=_=", "⊙_⊙", "o_o", "¯\\_"),
}
"""Signal name -> pieces found inside a kaomoji, lower case."""

_EMOJI_SIGNAL: Final = {
    character: name for name, characters in EMOJI.items() for character in characters
}
_EMOTE_SIGNAL: Final = {
    emote: name for name, emotes in EMOTES.items() for emote in emotes
}
_PLAIN_KAOMOJI: Final = ("^_^", "^o^", "T_T", "QAQ", "TAT", "QWQ", ">_<", "-_-", "=_=")
_LINK: Final = r"(?:https?://|www\.)[^\s\u4e00-\u9fff，。！？]+"
_EMOTE: Final = r"\[[\u4e00-\u9fffA-Za-z]{1,4}\]"
_KAOMOJI: Final = (
    r"[(（][^()（）A-Za-z0-9]{0,3}[^()（）A-Za-z0-9\u4e00-\u9fff\s，。！？、,.!?]"
    r"[^()（）\u4e00-\u9fff]{0,8}[)）]"
)
_BARE: Final = "|".join(
    rf"[(（]?(?<![A-Za-z0-9]){re.escape(face)}(?![A-Za-z0-9])[)）]?"
    for face in _PLAIN_KAOMOJI
)
_MARK: Final = re.compile(
    rf"(?P<link>{_LINK})|(?P<emote>{_EMOTE})|(?P<kaomoji>{_KAOMOJI}|{_BARE})",
    re.IGNORECASE,
)
_HINTS: Final = frozenset("[(（:^_>=QTqt") | {"www."}
_EMOJI_BLOCKS: Final = (
    (0x1F000, 0x1FAFF),
    (0x2600, 0x27BF),
    (0x2B00, 0x2BFF),
)


def find_marks(text: str) -> list[tuple[int, int, str]]:
    """Return ``(start, end, signal)`` of links, emotes and kaomoji, left to right."""
    if not any(hint in text for hint in _HINTS):
        return []
    return [
        (match.start(), match.end(), _name_mark(match))
        for match in _MARK.finditer(text)
    ]


def _name_mark(match: re.Match[str]) -> str:
    """Return the signal that one link, emote or kaomoji stands for."""
    found = match.group().lower()
    match match.lastgroup:
        case "link":
            return "link"
        case "emote":
            return _EMOTE_SIGNAL.get(found[1:-1], "emoji_other")
        case _:
            return next(
                (
                    name
                    for name, pieces in KAOMOJI.items()
                    if any(piece in found for piece in pieces)
                ),
                "emoji_other",
            )


@lru_cache(maxsize=65_536)
def fold_character(character: str) -> tuple[str, str | None]:
    """Return what one character becomes, and the signal it leaves behind if any.

    Invisible characters and lone surrogates become nothing; control characters, private
    use (our own placeholders live there) and emoji become a space.
    """
    if "a" <= character <= "z" or "0" <= character <= "9":
        return character, None
    signal = _emoji_signal(character)
    if signal is not None:
        return " ", signal
    match unicodedata.category(character):
        case "Cf" | "Cs" | "Mn" | "Me" | "Cn":
            return "", None
        case "Cc" | "Co" | "Zl" | "Zp" | "Zs":
            return " ", None
        case _:
            return unicodedata.normalize("NFKC", character).lower(), None


def _emoji_signal(character: str) -> str | None:
    """Return the signal of an emoji, or None for any other character."""
    named = _EMOJI_SIGNAL.get(character)
    if named is not None:
        return named
    point = ord(character)
    if any(first <= point <= last for first, last in _EMOJI_BLOCKS):
        return "emoji_other"
    return None
