"""Whether whoever looks at a conversation learns who is typing in it."""

from bot.messages import Sender
from server.live.typing import Typed, Typing


class TestTyping:
    def test_the_conversation_and_the_shop_hear_it(self) -> None:
        typing = Typing()
        heard: list[tuple[str, Typed]] = []
        typing.listen(
            lambda it: heard.append(("conversation", it)), shop_id=1, conversation_id=7
        )
        typing.listen(lambda it: heard.append(("shop", it)), shop_id=1)

        typing.tell(1, 7, Sender.BUYER)

        assert sorted(heard, key=lambda it: it[0]) == [
            ("conversation", Typed(1, 7, Sender.BUYER)),
            ("shop", Typed(1, 7, Sender.BUYER)),
        ]

    def test_others_do_not(self) -> None:
        typing = Typing()
        heard: list[Typed] = []
        typing.listen(heard.append, shop_id=1, conversation_id=7)
        typing.listen(heard.append, shop_id=2)

        typing.tell(1, 8, Sender.AGENT)

        assert heard == []

    def test_whoever_has_left_does_not(self) -> None:
        typing = Typing()
        heard: list[Typed] = []
        leave = typing.listen(heard.append, shop_id=1, conversation_id=7)

        leave()
        leave()
        typing.tell(1, 7, Sender.AGENT)

        assert heard == []
