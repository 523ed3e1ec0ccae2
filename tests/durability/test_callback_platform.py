import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from benchmarks.durability.callback_platform import CallbackPlatform
from benchmarks.durability.journal import (
    Answered,
    AnyEntry,
    Behaviour,
    Journal,
    Received,
    read_journal,
)
from benchmarks.http_client import sign
from benchmarks.processes import HOST, free_port

SECRET = b"secret"
BODY = (
    '{"delivery_id":5,"conversation_id":1,"buyer_id":"b",'
    '"reply":{"id":10,"text":"亲，在的","sender":"assistant"}}'
).encode()


@dataclass
class Stage:
    """A platform that listens, what it wrote, and what it killed."""

    platform: CallbackPlatform
    port: int
    file: Path
    journal_at_kill: list[AnyEntry] = field(default_factory=list)

    async def post(self, secret: bytes = SECRET) -> int:
        headers = {
            "X-Xiaoer-Timestamp": "1700000000",
            "X-Xiaoer-Signature": sign(secret, timestamp="1700000000", body=BODY),
        }
        address = f"http://{HOST}:{self.port}/callback"
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, data=BODY, headers=headers) as answer,
        ):
            return answer.status

    def entries(self) -> list[AnyEntry]:
        return list(read_journal(self.file))

    def kill(self) -> None:
        self.journal_at_kill += self.entries()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    with Journal(tmp_path / "journal") as journal:
        platform = CallbackPlatform(
            journal=journal,
            choose=random.Random(1),  # noqa: S311 - repeatable, no secret
            patience=0.0,
            kill=lambda: None,
            secret=SECRET,
            is_unreliable=False,
        )
        made = Stage(platform=platform, port=free_port(), file=tmp_path / "journal")
        platform.kill = made.kill
        await platform.start(made.port)
        yield made
        await platform.stop()


class TestCallbackPlatform:
    async def test_writes_down_what_it_takes_and_that_it_answered(
        self, stage: Stage
    ) -> None:
        status = await stage.post()

        received, answered = stage.entries()
        assert status == 200
        assert isinstance(received, Received)
        assert (received.delivery_id, received.message_id) == (5, 10)
        assert (received.text, received.is_signed) == ("亲，在的", True)
        assert isinstance(answered, Answered)
        assert answered.receipt == received.receipt

    async def test_a_wrong_signature_is_written_down(self, stage: Stage) -> None:
        await stage.post(secret=b"other")

        received = stage.entries()[0]
        assert isinstance(received, Received)
        assert not received.is_signed

    async def test_armed_it_kills_after_writing_and_before_answering(
        self, stage: Stage
    ) -> None:
        hit = stage.platform.arm()

        await stage.post()

        (received,) = stage.journal_at_kill
        assert hit.is_set()
        assert isinstance(received, Received)
        assert received.behaviour is Behaviour.KILL
        assert not any(isinstance(entry, Answered) for entry in stage.entries())

    async def test_it_kills_once_for_each_arming(self, stage: Stage) -> None:
        stage.platform.arm()

        await stage.post()
        await stage.post()

        assert len(stage.journal_at_kill) == 1

    async def test_disarmed_it_kills_nobody(self, stage: Stage) -> None:
        stage.platform.arm()
        stage.platform.disarm()

        await stage.post()

        assert stage.journal_at_kill == []

    async def test_an_unreliable_platform_does_everything_in_time(
        self, stage: Stage
    ) -> None:
        stage.platform.is_unreliable = True

        statuses = set()
        for _ in range(120):
            try:
                statuses.add(await stage.post())
            except aiohttp.ClientConnectionError:
                statuses.add(0)

        behaviours = {e.behaviour for e in stage.entries() if isinstance(e, Received)}
        assert behaviours == set(Behaviour) - {Behaviour.KILL}
        assert statuses == {200, 500, 0}
