"""Is a reply template written well enough to be filled?"""

import re
from typing import Final

from bot.replying.render import ALL_PLACEHOLDERS, placeholders
from scripts_library.yaml_nodes import Value

_BRACES: Final = re.compile(r"\{[^{}]*\}")


def read_templates(value: Value, *key: str) -> tuple[str, ...]:
    """Return a list of templates; unknown placeholders and stray braces are reported.

    Args:
        value: A list of strings.
        key: Names what the templates belong to; each is remembered under its index.
    """
    templates: list[str] = []
    for item in value.items():
        template = item.text()
        check_template(item, template)
        index = str(len(templates))
        value.report.note_place(*key, index, place=item.place)
        if template in templates:
            item.complain("the same variant stands in this list already")
        templates.append(template)
    if value.is_empty_list:
        value.complain("at least one variant is needed")
    return tuple(templates)


def check_template(value: Value, template: str) -> None:
    """Report what keeps a template from being filled."""
    for name in dict.fromkeys(placeholders(template)):
        if name not in ALL_PLACEHOLDERS:
            value.complain(f"unknown placeholder {{{name}}}")
    if any(brace in _BRACES.sub("", template) for brace in "{}"):
        value.complain("a brace without its partner")
