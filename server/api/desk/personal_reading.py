"""How is a request about personal data read? Its row, its numbers, its reason."""

from aiohttp import web

from bot.errors import NotFoundError
from connectors.signed_http.wire import invalid
from server.api.desk.paging import LARGEST

_FEWEST_LETTERS = 4
"""Of a reason: Chinese characters count, punctuation and digits do not."""
_DIGITS = 20
"""Of a number in an address: one more than the largest id has."""


def row_id(request: web.Request, name: str) -> int:
    """Return the row id in the path; what is none is not there."""
    text = request.match_info[name]
    if not (text.isascii() and text.isdigit()) or int(text[:_DIGITS]) > LARGEST:
        raise NotFoundError(name, text)
    return int(text[:_DIGITS])


def number_of(request: web.Request, name: str, *, default: int, most: int) -> int:
    """Return a number of the query, at least 1."""
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:_DIGITS]) <= most):
        raise invalid(f"must be a number from 1 to {most}", field=name)
    return int(text[:_DIGITS])


def reason_of(reason: str) -> str:
    """Return a reason without blanks around it; one that says nothing is refused."""
    told = reason.strip()
    letters = sum(character.isalpha() for character in told)
    if letters < _FEWEST_LETTERS or not told.isprintable():
        raise invalid(
            f"must say why, with {_FEWEST_LETTERS} letters at least, all printable",
            field="reason",
        )
    return told
