"""Which words stand in a list that folded text is compared with?"""

from scripts_library.yaml_nodes import Value


def read_words(value: Value) -> tuple[str, ...]:
    """Return a list of words; capital letters are reported, as folded text has none."""
    for item in value.items():
        word = str(item.node.value)
        if word != word.lower():
            item.complain(f"{word!r} has capital letters; folded text has none")
    return value.texts()
