"""What does a script ask the buyer for, and what does the answer go on with?"""

from typing import Final

from bot.scripts import Ask
from bot.utterances import EntityKind
from scripts_library.yaml_nodes import Fields, Value

_KEYS: Final = ("kinds", "words", "yes_no", "continues", "says")


def read_asks(
    value: Value, *, intent_id: str, variants: tuple[str, ...]
) -> tuple[Ask, ...]:
    """Return what a script asks for.

    Args:
        value: A list of mappings.
        intent_id: Of the script; an answer continues it unless another is named.
        variants: Of the script; a phrase in none of them is reported.
    """
    return tuple(_ask(item, intent_id, variants) for item in value.items())


def _ask(value: Value, intent_id: str, variants: tuple[str, ...]) -> Ask:
    fields = value.fields(required=(), optional=_KEYS)
    ask = Ask(
        continues=fields.read("continues", Value.text, intent_id),
        kinds=fields.choices("kinds", EntityKind),
        words=fields.read("words", Value.texts, ()),
        is_yes_no=fields.flag("yes_no", missing=False),
        says=_says(fields, variants),
    )
    if not (ask.kinds or ask.words or ask.is_yes_no):
        value.complain("nothing answers it: name kinds, words or yes_no")
    if ask.is_yes_no and not ask.says:
        value.complain("yes_no needs says: a yes answers no variant that asks nothing")
    return ask


def _says(fields: Fields, variants: tuple[str, ...]) -> tuple[str, ...]:
    """Return the phrases that make a variant ask; one that stands nowhere is reported."""
    value = fields.values.get("says")
    if value is None:
        return ()
    for item in value.items():
        phrase = str(item.node.value)
        if not any(phrase in variant for variant in variants):
            item.complain(f"{phrase!r} stands in no variant of this script")
    return value.texts()
