"""Is a reply template written well enough to be filled?"""

from collections.abc import Collection

from bot.replying.names import ALL_PLACEHOLDERS
from bot.replying.snippets import is_snippet
from bot.replying.templates import parse
from scripts_library.yaml_nodes import Value


def read_templates(
    value: Value, *key: str, extra: Collection[str] = ()
) -> tuple[str, ...]:
    """Return a list of templates; unknown placeholders and stray braces are reported.

    Args:
        value: A list of strings.
        key: Names what the templates belong to; each is remembered under its index.
        extra: Placeholders that only these templates may use.
    """
    templates: list[str] = []
    for item in value.items():
        template = item.text()
        check_template(item, template, extra=extra)
        index = str(len(templates))
        value.report.note_place(*key, index, place=item.place)
        if template in templates:
            item.complain("the same variant stands in this list already")
        templates.append(template)
    if value.is_empty_list:
        value.complain("at least one variant is needed")
    return tuple(templates)


def check_template(value: Value, template: str, *, extra: Collection[str] = ()) -> None:
    """Report what keeps a template from being filled."""
    written = parse(template)
    own = value.report.facts
    for name in dict.fromkeys(it.name for it in written.placeholders()):
        known = name in ALL_PLACEHOLDERS or name in extra or name in own
        if not known and not is_snippet(name):
            value.complain(f"unknown placeholder {{{name}}}")
    for reason in dict.fromkeys(written.problems):
        value.complain(reason)
