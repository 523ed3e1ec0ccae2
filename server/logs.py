"""How does the process speak of itself? Structured lines with personal data masked."""

import io
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

from bot.errors import SettingsError
from bot.replying.masking import mask_personal
from bot.replying.masking_fields import mask_address, mask_name, mask_phone

_SECRET_KEY = re.compile(
    r"(?i)(^|[_-])(secret|password|token|signature|authorization)([_-]|$)"
)


_FIELDS = {
    "buyer_name": mask_name,
    "name": mask_name,
    "phone": mask_phone,
    "address": mask_address,
}
"""Keys whose values are personal data as a whole."""


class _Unfailing(io.TextIOBase):
    """A stream that drops a line it cannot write: a full disk must stop nothing else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or drop."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, or leave it."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def mask_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask personal data in every value, and hide secrets altogether."""
    for key, value in event.items():
        event[key] = _mask(key, value)
    return event


def _mask(key: object, value: Any) -> Any:
    """Return a value without personal data; of containers a masked copy."""
    if isinstance(key, str) and _SECRET_KEY.search(key):
        return "***"
    match value:
        case str() if isinstance(key, str) and key in _FIELDS:
            return _FIELDS[key](value)
        case str():
            return mask_personal(value)
        case Mapping():
            return {
                _mask(None, name): _mask(name, inner) for name, inner in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_mask(None, inner) for inner in value]
        case _:
            return value


def set_up_logging(*, level: str, as_json: bool) -> None:
    """Send structured lines to standard error, the standard library's included.

    Raises:
        SettingsError: there is no such level.
    """
    levels = logging.getLevelNamesMapping()
    if level.upper() not in levels:
        raise SettingsError("logging.level", f"must be one of {', '.join(levels)}")
    number = levels[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_event,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    stream = _Unfailing(sys.stderr)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", stream)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=renderer, foreign_pre_chain=shared
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))
