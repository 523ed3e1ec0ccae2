"""Which processes does a benchmark start: servers of this machine, ended by their id."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
_MODELS = ROOT / "var" / "models"
_MEBIBYTE = 1024 * 1024
_PORTS = range(10_240, 32_000)
_PORT_TRIES = 100
_TRAINING_SECONDS = 300.0
Table = Mapping[str, Mapping[str, Any]]


class StartError(RuntimeError):
    """A process did not start, or said no; the message holds the end of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One configured and migrated server with one shop, in a folder of its own."""

    folder: Path
    config: Path
    database_url: str
    shop: str
    secret: bytes

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of this installation's processes."""
        return {**os.environ, "XIAOER_DATABASE_URL": self.database_url}


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One server process; lives until ``stop`` or ``kill``."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.address.rsplit(":", 1)[1])

    def rss_mb(self) -> float:
        """Return its resident memory in MiB."""
        rss: int = psutil.Process(self.process.pid).memory_info().rss
        return rss / _MEBIBYTE

    def cpu_seconds(self) -> float:
        """Return the processor time it has used since its start."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL) and wait until it is gone."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)

    def stop(self, *, within: float = 20.0) -> None:
        """Ask it to end; end it after ``within`` seconds."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=within)
        except subprocess.TimeoutExpired:
            self.kill()


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens now.

    It lies below the range from which the system takes the ports of outgoing
    connections: a client that knocks while the server is down could otherwise be given
    the server's own port, connect to itself, and keep the server from coming back.

    Raises:
        OSError: a hundred ports tried by chance are all taken.
    """
    for _ in range(_PORT_TRIES):
        port = secrets.choice(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise OSError("no free port was found")


def _toml(table: Table) -> str:
    """Return sections of plain values as TOML (whose scalars and lists are JSON's)."""
    lines: list[str] = []
    for section, values in table.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def run_command(
    arguments: Sequence[str], *, environment: Mapping[str, str]
) -> dict[str, Any]:
    """Run ``xiaoer`` and return the JSON object that it prints ({} for no output).

    Raises:
        StartError: its exit status is not 0, or it prints something else.
    """
    done = subprocess.run(  # noqa: S603 - our own program with our own arguments
        [sys.executable, "-m", "server", *arguments],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        timeout=120,
        check=False,
    )
    text = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode != 0:
        problem = done.stderr.decode("utf-8", "replace")[-2000:]
        raise StartError(f"xiaoer {' '.join(arguments)}: {problem}")
    start = text.find("{")
    try:
        answer: dict[str, Any] = json.loads(text[start:]) if start >= 0 else {}
    except ValueError as error:
        raise StartError(f"xiaoer {arguments[0]} printed: {text[-500:]}") from error
    return answer


def install(
    folder: Path,
    *,
    settings: Table,
    database_url: str | None = None,
    callback_url: str | None = None,
    shop: str = "bench",
) -> Installation:
    """Write a config file, migrate the database and add one shop.

    Trained models are those under ``var`` here, where every command finds them by their
    content: learning the pack takes a minute, and is not what is measured.

    Args:
        folder: A new folder; everything but a PostgreSQL database goes into it.
        settings: Sections that differ from the defaults.
        database_url: SQLAlchemy's; None is a new SQLite file in the folder.
        callback_url: Where replies are POSTed; None leaves them to be fetched.
        shop: Its name in addresses.

    Raises:
        StartError: a command failed.
    """
    folder.mkdir(parents=True)
    config = folder / "config.toml"
    config.write_text(f"var = {json.dumps(str(folder / 'var'))}\n" + _toml(settings))
    _MODELS.mkdir(parents=True, exist_ok=True)
    (folder / "var").mkdir()
    (folder / "var" / "models").symlink_to(_MODELS, target_is_directory=True)
    url = database_url
    if url is None:
        url = f"sqlite:///{folder / 'var' / 'xiaoer.db'}"
    installation = Installation(
        folder=folder, config=config, database_url=url, shop=shop, secret=b""
    )
    environment = installation.environment
    run_command(["db", "upgrade", "--config", str(config)], environment=environment)
    arguments = ["shop", "add", shop, "--name", "压测小店", "--config", str(config)]
    if callback_url is not None:
        arguments += ["--callback-url", callback_url]
    added = run_command(arguments, environment=environment)
    return Installation(
        folder=folder,
        config=config,
        database_url=url,
        shop=added["shop"],
        secret=added["secret"].encode(),
    )


def _spawn(
    arguments: Sequence[str], *, port: int, log: Path, environment: Mapping[str, str]
) -> Running:
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Running(process=process, address=f"http://{HOST}:{port}", log=log)


def start_server(installation: Installation, *, port: int) -> Running:
    """Start ``xiaoer serve``; it may not listen yet."""
    serve = ["server", "serve", "--config", str(installation.config)]
    return _spawn(
        [*serve, "--host", HOST, "--port", str(port)],
        port=port,
        log=installation.folder / "server.log",
        environment=installation.environment,
    )


def start_echo(folder: Path, *, port: int) -> Running:
    """Start the bare echo server; it may not listen yet."""
    return _spawn(
        ["benchmarks.echo", str(port)],
        port=port,
        log=folder / "echo.log",
        environment=os.environ,
    )


def is_ready(running: Running) -> bool:
    """Return True when ``/healthz`` answers 200.

    Raises:
        StartError: the process has ended.
    """
    if running.process.poll() is not None:
        tail = running.log.read_text("utf-8", "replace")[-3000:]
        raise StartError(f"ended with {running.process.returncode}:\n{tail}")
    try:
        with urllib.request.urlopen(f"{running.address}/healthz", timeout=2) as answer:  # noqa: S310 - always http://127.0.0.1
            return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(running: Running, *, within: float = 60.0) -> float:
    """Return the seconds until ``/healthz`` answered.

    Raises:
        StartError: the process ended, or the time is over.
    """
    began = time.monotonic()
    while time.monotonic() - began < within:
        if is_ready(running):
            return time.monotonic() - began
        time.sleep(0.02)
    raise StartError(f"{running.address} did not answer within {within:.0f} s")


def train(installation: Installation) -> None:
    """Run the server once, so that its matcher is trained and kept.

    A first start takes longer and needs more memory than every later one.
    """
    running = start_server(installation, port=free_port())
    try:
        wait_until_ready(running, within=_TRAINING_SECONDS)
    finally:
        running.stop()


@contextlib.contextmanager
def serving(installation: Installation) -> Iterator[Running]:
    """Run a server on a free port; it is stopped at the end."""
    running = start_server(installation, port=free_port())
    try:
        wait_until_ready(running)
        yield running
    finally:
        running.stop()


@contextlib.contextmanager
def echoing(folder: Path) -> Iterator[Running]:
    """Run the bare echo server on a free port; it is stopped at the end."""
    running = start_echo(folder, port=free_port())
    try:
        wait_until_ready(running)
        yield running
    finally:
        running.stop()
