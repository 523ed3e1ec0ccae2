"""What we agreed on and no tool checks: each test is one convention."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from bot import errors
from bot.actions import Action
from bot.bargaining.policy import RedeemKind
from bot.errors import AssistantError
from bot.scripts import Effect
from connectors.registry import CONNECTORS
from scripts_library.loader import load_pack, shipped_packs
from server.cli import COMMANDS
from server.metrics import Metrics
from server.settings import Settings
from server.settings_file import read_settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "connectors", "scripts_library", "server", "storage")
TRADELESS = ("bot", "connectors", "server", "storage")
DOCUMENTS = (ROOT / "README.md", ROOT / "README.zh-CN.md", *ROOT.glob("docs/*.md"))
LOCKS = ("requirements.lock", "requirements-dev.lock")
NODE_LOCK = "requirements-node.lock"
SECTIONS = (
    "## Context",
    "## Decision",
    "## Consequences",
    "## Alternatives",
    "## The check",
)
LONGEST_FILE = 400
OWN_WORDS = frozenset({"review", "refund", "deposit"})
"""A window of the day, a column and two roles of a price: the code's own, and ids of packs
as well."""

# Spelled apart, so that this file does not name them.
_REGISTRIES = re.compile(
    r"(?i)\b(pypi|pythonhosted|npmjs|registry\.npm|(deb|security)\.debian)\."
    r"(org|com|net|cn|edu)"
)
_PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def product_files() -> Iterator[Path]:
    """Every text file of the project, nothing that a tool made."""
    made = {"var", "build", "dist", "htmlcov", "node_modules", "__pycache__"}
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        is_hidden = parts[0].startswith(".") and parts[0] != ".ci"
        is_made = not made.isdisjoint(parts) or ".egg-info" in str(path)
        if path.is_file() and not is_hidden and not is_made:
            yield path


def literals(path: Path) -> Iterator[str]:
    """The string literals of a module without its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    bare = {
        id(statement.value)
        for statement in ast.walk(tree)
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in bare
        ):
            yield node.value


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """The calls of a module, each with what is called as written."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


class TestTrade:
    @pytest.mark.parametrize("folder", shipped_packs(), ids=lambda path: path.name)
    def test_no_id_of_a_shipped_pack_stands_in_the_code(self, folder: Path) -> None:
        pack = load_pack(folder)
        # A word that the code has for something of its own may be an id as well.
        words = set(Effect) | set(RedeemKind) | OWN_WORDS
        ids = {*pack.intents, *pack.ticket_types, *pack.flows} - words

        found = [
            f"{path.relative_to(ROOT)}: {literal}"
            for path in python_files(*TRADELESS)
            for literal in literals(path)
            if literal in ids
        ]

        assert found == []


class TestErrors:
    def test_the_drawn_tree_is_the_tree_of_classes(self) -> None:
        assert errors.__doc__ is not None

        drawn = errors.__doc__.split("\n\n")[1].splitlines()

        assert drawn == list(draw(AssistantError))


def draw(error: type[Exception], *, indent: str = "") -> Iterator[str]:
    """The classes of bot.errors below ``error``, drawn as the module's docstring does."""
    if not indent:
        yield error.__name__
    below = [c for c in error.__subclasses__() if c.__module__ == errors.__name__]
    for child in below:
        is_last = child is below[-1]
        yield f"{indent}{'└── ' if is_last else '├── '}{child.__name__}"
        deeper = indent + ("    " if is_last else "│   ")
        yield from list(draw(child, indent=deeper))


class TestSettings:
    def test_the_example_names_every_setting_with_its_default(self) -> None:
        example = read_settings(ROOT / "config.example.toml", {})

        assert example == Settings()

    def test_the_example_leaves_no_setting_out(self) -> None:
        named = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))

        assert named == msgspec.json.decode(msgspec.json.encode(Settings()))


class TestFiles:
    def test_no_python_file_is_longer_than_a_person_reads(self) -> None:
        lengths = {
            str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
            for path in python_files(*PACKAGES, "benchmarks", "tests")
            if "versions" not in path.parts  # a migration is written once, by Alembic
        }

        too_long = {k: v for k, v in lengths.items() if v > LONGEST_FILE}

        assert too_long == {}

    def test_nothing_names_a_registry(self) -> None:
        found = [
            str(path.relative_to(ROOT))
            for path in product_files()
            if _REGISTRIES.search(path.read_text("utf-8", errors="replace"))
        ]

        assert found == []


class TestLocks:
    @pytest.mark.parametrize("name", [*LOCKS, NODE_LOCK])
    def test_a_lock_says_nothing_of_where_packages_come_from(self, name: str) -> None:
        lines = (ROOT / name).read_text("utf-8").splitlines()

        odd = [x for x in lines if "://" in x or re.match(r"\s*-(-(?!hash=)|\w)", x)]

        assert odd == []

    def test_the_web_lock_names_versions_and_hashes_only(self) -> None:
        lock = json.loads((ROOT / "web/package-lock.json").read_text("utf-8"))
        packages = [one for path, one in lock["packages"].items() if path]

        assert packages
        assert all(one["integrity"].startswith("sha512-") for one in packages)
        assert not any("resolved" in one for one in packages)

    def test_both_locks_agree(self) -> None:
        run, develop = (
            dict(_PIN.findall((ROOT / name).read_text("utf-8"))) for name in LOCKS
        )

        assert run.items() <= develop.items()


class TestDecisions:
    @pytest.mark.parametrize(
        "path", sorted(ROOT.glob("docs/decisions/*.md")), ids=lambda p: p.stem
    )
    def test_a_record_has_every_section_in_order(self, path: Path) -> None:
        lines = path.read_text("utf-8").splitlines()

        headings = tuple(line for line in lines if line.startswith("## "))

        assert headings == SECTIONS
        assert re.fullmatch(rf"# {path.stem[:4]} .+", lines[0])

    def test_numbers_run_without_gaps(self) -> None:
        names = sorted(path.stem for path in ROOT.glob("docs/decisions/*.md"))

        assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


class TestDocuments:
    def test_every_command_is_described(self) -> None:
        described = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)

        missing = [c.name for c in COMMANDS if f"xiaoer {c.name}" not in described]

        assert missing == []

    def test_every_action_is_described(self) -> None:
        described = (ROOT / "docs/architecture.md").read_text("utf-8")

        names = [action.__name__ for action in get_args(Action)]

        assert [name for name in names if f"| `{name}` |" not in described] == []

    def test_every_metric_is_described(self) -> None:
        described = (ROOT / "docs/operating.md").read_text("utf-8")

        names = [metric.name for metric in Metrics().registry.collect()]

        assert [name for name in names if f"| `{name}" not in described] == []

    def test_every_connector_is_described(self) -> None:
        described = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)

        assert [name for name in CONNECTORS if name not in described] == []

    def test_every_link_to_a_file_leads_somewhere(self) -> None:
        documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]

        broken = [
            f"{path.relative_to(ROOT)}: {target}"
            for path in documents
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
            if not (path.parent / target).exists()
        ]

        assert broken == []


class TestTests:
    def test_no_test_sleeps_for_a_fixed_time(self) -> None:
        found = [
            f"{path.relative_to(ROOT)}:{call.lineno}"
            for path in python_files("tests")
            for name, call in calls(path)
            if name in {"time.sleep", "asyncio.sleep"}
            and ast.unparse(call.args[0]) != "0"
        ]

        assert found == []

    def test_nothing_is_patched(self) -> None:
        found = [
            str(path.relative_to(ROOT))
            for path in python_files("tests")
            if re.search(
                r"^(from|import) unittest", path.read_text("utf-8"), re.MULTILINE
            )
        ]

        assert found == []
