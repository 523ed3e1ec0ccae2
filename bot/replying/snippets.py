"""Which words do several scripts share? They are put in before a script is used."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot.replying.templates import parse
from bot.scripts import Script

SNIPPET_PREFIX: Final = "snippet."
"""How the placeholders of shared words begin."""
ASK_PREFIX: Final = "ask."
"""How the placeholders begin that a person fills in before sending."""


def is_snippet(name: str) -> bool:
    """Return whether a placeholder stands for shared words."""
    return name.startswith(SNIPPET_PREFIX)


def snippets_in(template: str) -> Iterator[str]:
    """Yield the names of the shared words in a template."""
    for placeholder in parse(template).placeholders():
        if is_snippet(placeholder.name):
            yield placeholder.name.removeprefix(SNIPPET_PREFIX)


def put_in(template: str, snippets: Mapping[str, str]) -> str:
    """Return a template with its shared words; an unknown name stays as it is.

    Shared words hold none themselves: one level is enough, and it always ends.
    """
    for name in snippets_in(template):
        if name in snippets:
            template = template.replace(f"{{{SNIPPET_PREFIX}{name}}}", snippets[name])
    return template


def expanded(
    scripts: Iterable[Script], snippets: Mapping[str, str]
) -> tuple[Script, ...]:
    """Return scripts with their shared words put in."""
    if not snippets:
        return tuple(scripts)
    return tuple(_expanded(script, snippets) for script in scripts)


def _expanded(script: Script, snippets: Mapping[str, str]) -> Script:
    variants = tuple(put_in(variant, snippets) for variant in script.variants)
    return script if variants == script.variants else replace(script, variants=variants)
