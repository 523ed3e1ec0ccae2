"""The program as the chat window sees it: keeps everything in lists."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot.errors import InvalidSignatureError, RateLimitedError
from bot.messages import Receipt, Sender
from connectors.chat import (
    ChatBuyer,
    ChatDraft,
    ChatMessage,
    ChatPage,
    ChatShop,
    ChatStatus,
    EncodedPicture,
    Hear,
    Named,
    PictureFile,
    Sound,
    Taken,
    Window,
)
from tests.factories import NOW

SHOP = ChatShop(
    slug="demo",
    name="小二演示店",
    secret=b"s3cret",
    colour="#1677ff",
    position="right",
    privacy_url="/chat/demo/privacy",
    origins=("https://shop.example",),
)


@dataclass(slots=True)
class FakeChatHost:
    """One shop, one conversation."""

    messages: list[ChatMessage] = field(default_factory=list)
    drafts: list[ChatDraft] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    ratings: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[EncodedPicture] = field(default_factory=list)
    typed: int = 0
    now: ChatStatus = ChatStatus(phase=Window.ASSISTANT, is_staffed=True)  # noqa: RUF009 - frozen
    is_flooded: bool = False
    is_broken: bool = False
    is_new: bool = False
    """Buyers have not written yet when they come."""
    is_writer: bool = False
    """Who sends a picture has written before."""
    kept_at: Path | None = None
    hearing: list[Hear] = field(default_factory=list)
    is_watched: asyncio.Event = field(default_factory=asyncio.Event)
    is_alone: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the last window has left."""

    def say(self, text: str, **changes: object) -> ChatMessage:
        """Let somebody say something that the windows are told of."""
        number = len(self.messages) + 1
        message = ChatMessage(
            message_id=number,
            client_id=None,
            sender=Sender.ASSISTANT,
            is_automatic=True,
            text=text,
            sent_at=NOW,
        )
        message = replace(message, **changes)  # type: ignore[arg-type] # a field each
        self.messages.append(message)
        self.tell(Sound.MESSAGE, message.message_id)
        return message

    def tell(self, sound: Sound, row_id: int = 0) -> None:
        for hear in tuple(self.hearing):
            hear(sound, row_id)

    def shop(self, slug: str) -> ChatShop | None:
        return SHOP if slug == SHOP.slug else None

    async def enter(
        self, slug: str, *, token: str | None, named: Named | None
    ) -> ChatBuyer:
        if self.is_broken:
            raise ZeroDivisionError("a secret of the program")
        buyer = ChatBuyer(
            shop=slug,
            token="t-1" if token is None else token,
            buyer_ref="anon-1",
            buyer_name=None,
            is_identified=False,
            conversation_id=None if self.is_new else 1,
        )
        return buyer if named is None else await self.identify(buyer, named)

    async def follow(self, buyer: ChatBuyer) -> ChatBuyer:
        return buyer

    async def identify(self, buyer: ChatBuyer, named: Named) -> ChatBuyer:
        self.named.append(named)
        return replace(buyer, buyer_ref=named.user_id, is_identified=True)

    async def receive(self, buyer: ChatBuyer, draft: ChatDraft) -> Taken:
        if self.is_flooded:
            raise RateLimitedError(timedelta(seconds=1.5))
        self.drafts.append(draft)
        message = self.say(
            draft.text,
            sender=Sender.BUYER,
            client_id=draft.client_id,
            is_automatic=False,
        )
        receipt = Receipt(
            conversation_id=1, message_id=message.message_id, is_accepted=True
        )
        return Taken(buyer=buyer, receipt=receipt, sent_at=NOW)

    async def is_known_up_to(self, buyer: ChatBuyer, message_id: int) -> bool:
        return message_id in [it.message_id for it in self.messages]

    async def newer(self, buyer: ChatBuyer, *, after: int, limit: int) -> ChatPage:
        found = [it for it in self.sorted() if it.message_id > after]
        return ChatPage(messages=found[:limit], has_more=len(found) > limit)

    async def older(self, buyer: ChatBuyer, *, before: int, limit: int) -> ChatPage:
        found = [it for it in self.sorted() if it.message_id < before]
        return ChatPage(messages=found[-limit:], has_more=len(found) > limit)

    async def these(self, buyer: ChatBuyer, ids: Sequence[int]) -> ChatPage:
        found = [it for it in self.sorted() if it.message_id in ids]
        return ChatPage(messages=found, has_more=False)

    def sorted(self) -> list[ChatMessage]:
        return sorted(self.messages, key=lambda it: it.message_id)

    async def status(self, buyer: ChatBuyer) -> ChatStatus:
        return self.now

    async def rate(self, buyer: ChatBuyer, *, stars: int, reason: str) -> None:
        self.ratings.append((stars, reason))

    def type(self, buyer: ChatBuyer) -> None:
        self.typed += 1

    async def watch(self, buyer: ChatBuyer, hear: Hear) -> Callable[[], None]:
        self.hearing.append(hear)
        self.is_watched.set()
        self.is_alone.clear()

        def leave() -> None:
            self.hearing.remove(hear)
            if not self.hearing:
                self.is_alone.set()

        return leave

    async def keep_picture(
        self, slug: str, *, token: str, picture: EncodedPicture
    ) -> str:
        self.pictures.append(picture)
        return "/media/" + "a" * 32 + picture.suffix

    async def admit_picture(self, slug: str, *, token: str) -> bool:
        if token != "t-1":
            raise InvalidSignatureError("the token is wrong", connector="web_chat")
        return self.is_writer

    async def picture(self, name: str) -> PictureFile | None:
        if self.kept_at is None:
            return None
        return PictureFile(path=self.kept_at, content_type="image/png")
