"""How is a template written? Placeholders with filters and defaults, optional parts.

``{order.no}``                      a fact; without it the template is not sent
``{order.promised_ship_at|before}`` a fact in another form (:mod:`bot.replying.filters`)
``{entity.size|default:您要的码}``   a fact, or these literal words when there is none
``[[，单号{order.tracking_no}]]``    left out whole when one of its facts is missing
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from bot.replying.filters import FILTERS

_TOKEN: Final = regex.compile(r"(\[\[|\]\]|\{[^{}]*\})")
_DEFAULT: Final = "default:"
_OPEN: Final = "[["
_CLOSE: Final = "]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """One fact that a template speaks of."""

    source: str
    """As it is written, braces included."""
    name: str
    filters: tuple[str, ...] = ()
    default: str | None = None
    """Said when there is no fact; an explicit empty one says nothing."""


Piece = str | Placeholder
"""Literal words, or a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a template that is said whole or, if optional, left out whole."""

    pieces: tuple[Piece, ...]
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template, taken apart."""

    parts: tuple[Part, ...]
    problems: tuple[str, ...] = ()
    """What is written wrong; a template with problems is not loaded."""

    def placeholders(self) -> tuple[Placeholder, ...]:
        """Return every placeholder, in order."""
        return tuple(
            piece
            for part in self.parts
            for piece in part.pieces
            if isinstance(piece, Placeholder)
        )


@lru_cache(maxsize=8192)
def parse(template: str) -> Template:
    """Return a template taken apart, with everything that is written wrong in it."""
    return _Parser().parse(template)


def placeholders(template: str) -> tuple[str, ...]:
    """Return the names of all placeholders, in order, known or not."""
    return tuple(it.name for it in parse(template).placeholders())


def required(template: str) -> tuple[str, ...]:
    """Return the placeholders without whose fact the template is not sent."""
    return tuple(
        piece.name
        for part in parse(template).parts
        if not part.is_optional
        for piece in part.pieces
        if isinstance(piece, Placeholder) and piece.default is None
    )


def shapes(template: str) -> tuple[str, ...]:
    """Return what a template may come out as, facts standing in braces by their name.

    All facts known; none that may be missing; and each optional part alone left out.
    """
    parts = parse(template).parts
    optional = [index for index, part in enumerate(parts) if part.is_optional]
    whole = frozenset(range(len(parts)))
    shown = [whole, *(whole - {index} for index in optional)]
    found = [_shape(parts, kept, with_defaults=False) for kept in shown]
    bare = _shape(parts, whole - frozenset(optional), with_defaults=True)
    return tuple(dict.fromkeys((*found, bare)))


def _shape(
    parts: tuple[Part, ...], kept: frozenset[int], *, with_defaults: bool
) -> str:
    return "".join(
        _literal(piece, with_defaults=with_defaults)
        for index, part in enumerate(parts)
        if index in kept
        for piece in part.pieces
    )


def _literal(piece: Piece, *, with_defaults: bool) -> str:
    if isinstance(piece, str):
        return piece
    if with_defaults and piece.default is not None:
        return piece.default
    return f"{{{piece.name}}}"


class _Parser:
    """One run over one template."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._pieces: list[Piece] = []
        self._is_inside = False
        self._problems: list[str] = []

    def parse(self, template: str) -> Template:
        for token in _TOKEN.split(template):
            match token:
                case "":
                    pass
                case "[[":
                    self._open()
                case "]]":
                    self._close()
                case _:
                    self._add(token)
        if self._is_inside:
            self._problems.append(f"{_OPEN} without its {_CLOSE}")
        self._end_part(is_optional=False)
        return Template(parts=tuple(self._parts), problems=tuple(self._problems))

    def _open(self) -> None:
        if self._is_inside:
            self._problems.append(f"{_OPEN} inside {_OPEN}")
            return
        self._end_part(is_optional=False)
        self._is_inside = True

    def _close(self) -> None:
        if not self._is_inside:
            self._problems.append(f"{_CLOSE} without its {_OPEN}")
            return
        if not any(isinstance(it, Placeholder) for it in self._pieces):
            self._problems.append(f"a part in {_OPEN} {_CLOSE} names no placeholder")
        elif all(
            it.default is not None for it in self._pieces if isinstance(it, Placeholder)
        ):
            self._problems.append(
                f"a part in {_OPEN} {_CLOSE} is never left out: all have defaults"
            )
        self._end_part(is_optional=True)
        self._is_inside = False

    def _end_part(self, *, is_optional: bool) -> None:
        if self._pieces:
            self._parts.append(
                Part(pieces=tuple(self._pieces), is_optional=is_optional)
            )
            self._pieces = []

    def _add(self, token: str) -> None:
        if not token.startswith("{") or not token.endswith("}"):
            if any(brace in token for brace in "{}"):
                self._problems.append("a brace without its partner")
            self._pieces.append(token)
            return
        self._pieces.append(self._placeholder(token))

    def _placeholder(self, source: str) -> Placeholder:
        name, *rest = source[1:-1].split("|")
        default: str | None = None
        if rest and rest[-1].startswith(_DEFAULT):
            default = rest.pop().removeprefix(_DEFAULT)
        for word in rest:
            if word.startswith(_DEFAULT):
                self._problems.append(f"{source}: the default must come last")
            elif word not in FILTERS:
                known = ", ".join(FILTERS)
                self._problems.append(
                    f"{source}: unknown filter {word!r}: one of {known}"
                )
        return Placeholder(
            source=source,
            name=name,
            filters=tuple(word for word in rest if word in FILTERS),
            default=default,
        )
