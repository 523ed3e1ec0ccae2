"""The commands that set up a whole process, each in one of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.server.cli.command_line import CommandLine

ROOT = Path(__file__).parents[3]


def command(line: CommandLine, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "server", *arguments, "--config", str(line.config)]


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XIAOER_")}
    return kept | {"PYTHONUTF8": "1"}


def run(
    line: CommandLine, *arguments: str, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own command
        command(line, *arguments),
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env=environment(),
        timeout=60,
        check=False,
    )


class TestChat:
    def test_each_line_is_answered_and_kept(self, trained: CommandLine) -> None:
        done = run(
            trained, "chat", "--json", stdin="在吗\n\n\xff\n".encode() + b"\xff\n"
        )

        rows = [json.loads(text) for text in done.stdout.splitlines()]
        assert (done.returncode, done.stderr) == (0, b"")
        assert [row["text"] for row in rows] == ["在吗", "ÿ", "\ufffd"]
        assert rows[0]["band"] == "auto"
        assert rows[0]["replies"]
        assert {row["conversation_id"] for row in rows} == {rows[0]["conversation_id"]}

    def test_speaks_in_words_and_ends_when_told(self, trained: CommandLine) -> None:
        done = run(trained, "chat", stdin="在吗\n退出\n没有人听\n".encode())

        told = done.stdout.decode().splitlines()
        assert done.returncode == 0
        assert told
        assert all(text.startswith("小二：") for text in told)

    def test_needs_a_shop(self, line: CommandLine) -> None:
        done = run(line, "chat", "--shop", "other")

        assert done.returncode == 1
        assert done.stderr.decode().strip() == "no shop other"


class TestServe:
    def test_serves_until_it_is_told_to_stop(self, trained: CommandLine) -> None:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command(trained, "serve", "--port", "0", "--demo"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=environment(),
        )
        try:
            assert process.stdout is not None
            told = process.stdout.readline().decode()
            address = told.strip().removeprefix("小二已启动：")
            with urlopen(f"{address}healthz", timeout=10) as answer:  # noqa: S310 - our own
                status = answer.status
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()

        events = [json.loads(text)["event"] for text in errors.splitlines()]
        assert status == 200
        assert process.returncode == 0
        assert events == ["serve.started", "serve.stopping", "serve.stopped"]
        assert (trained.var / "demo.json").stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("host", ["256.0.0.1", "not a host"])
    def test_an_address_that_cannot_be_used_is_named(
        self, trained: CommandLine, host: str
    ) -> None:
        done = run(trained, "serve", "--host", host, "--port", "0")

        assert done.returncode == 1
        assert "server.port" in done.stderr.decode().splitlines()[-1]
        assert b"Traceback" not in done.stderr
