"""What is said when typed facts contradict themselves?"""


class WrongFactError(ValueError):
    """A field of a typed fact cannot be as it is; names it.

    A ValueError, which decoders turn into an error of theirs that names the place; it
    leaves this program only as one of the tree in bot/errors.py.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")
