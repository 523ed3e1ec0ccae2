"""What pack is served when a shop's content stands in the frame of a release?

The frame gives everything that a shop does not change: intents of the trade, flows,
guard, tickets, texts. An entry that cannot be used is left out and told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.errors import Problem
from bot.replying.snippets import snippets_in
from bot.scripts import Audience, Intent, Pack, Script
from scripts_library.readers.intents import read_intent
from scripts_library.readers.scripts import read_script
from scripts_library.readers.snippets import read_snippet
from scripts_library.references import check_references
from scripts_library.report import Origins, Report
from scripts_library.shop.entries import LINES, Content, Entry, Key, Kind, entries_of
from scripts_library.shop.nodes import EntryNodes
from scripts_library.yaml_nodes import Value

_RESERVED = ":"
"""In the ids of what the assistant says by itself: clarify:…, incident:…."""
LONGEST_LINE: Final = 5000
"""Characters of an example: as long as a buyer's text that is taken."""
_MOST_ROUNDS = 6
"""Rounds in which entries are left out that name what is missing, or was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryProblem:
    """What keeps an entry from being used."""

    key: Key
    path: str
    """Where in the entry; empty: the whole."""
    reason: str

    def __str__(self) -> str:
        """Return the problem in one line."""
        place = f"{self.key.kind}/{self.key.entry_id}"
        return f"{place}{f' {self.path}' if self.path else ''}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A pack of frame and content, with what was left out of it."""

    pack: Pack
    problems: tuple[EntryProblem, ...]
    origins: Origins
    """Names the entry (as file) of each piece that was read from one."""


def compose(frame: Pack, content: Content) -> Composed:
    """Return the pack that a content makes in a frame."""
    composing = _Composing(frame, content)
    problems: list[EntryProblem] = []
    composed = composing.run()
    rounds = 1
    while composed.problems and rounds < _MOST_ROUNDS:
        problems += composed.problems
        composing.leave_out({problem.key for problem in composed.problems})
        composed = composing.run()
        rounds += 1
    problems += composed.problems
    return replace(composed, problems=tuple(dict.fromkeys(problems)))


class _Composing:
    """One composition; what is left out is left out in every later round."""

    def __init__(self, frame: Pack, content: Content) -> None:
        self._frame = frame
        self._content = dict(content)
        self._known = entries_of(frame)
        self._own = {script.script_id: script for script in frame.scripts}

    def leave_out(self, keys: set[Key]) -> None:
        """Do without some entries."""
        for key in keys:
            self._content.pop(key, None)

    def run(self) -> Composed:
        """Return what the entries make that are not left out."""
        reading = _Reading(self._content)
        frame = self._frame
        snippets = {
            key.entry_id: self._snippet(reading, key)
            for key in reading.keys(Kind.SNIPPET, first=frame.snippets)
        }
        intents = {**frame.intents, **self._intents(reading)}
        scripts = self._scripts(reading, intents, snippets)
        examples = self._examples(reading, intents)
        pack = replace(
            frame,
            intents=intents,
            scripts=tuple(scripts),
            examples=examples,
            snippets=snippets,
        )
        if not reading.problems:
            for problem in check_references(pack, report=reading.report):
                reading.tell(problem)
        return Composed(
            pack=pack,
            problems=tuple(reading.problems),
            origins=reading.report.origins,
        )

    def _snippet(self, reading: "_Reading", key: Key) -> str:
        fields = reading.value(key).fields(required=("text",))
        return fields.read("text", read_snippet, "")

    def _intents(self, reading: "_Reading") -> dict[str, Intent]:
        found = {}
        for key in reading.keys(Kind.INTENT):
            if key.entry_id in self._frame.intents:
                reading.complain(key, "", "行业包里已经有这个意图")
                continue
            value = reading.value(key)
            value.report.note_place("intent", key.entry_id, place=value.place)
            found[key.entry_id] = read_intent(key.entry_id, value)
        return found

    def _scripts(
        self,
        reading: "_Reading",
        intents: Mapping[str, Intent],
        snippets: Mapping[str, str],
    ) -> list[Script]:
        """Return the scripts: those of the frame in their places, then the shop's."""
        scripts = {}
        for key in reading.keys(Kind.SCRIPT, first=self._own):
            entry = self._content[key]
            if self._known.get(key) == entry:
                scripts[key.entry_id] = self._own[key.entry_id]
                continue
            if _RESERVED in key.entry_id:
                reading.complain(key, "", "编号里不能有冒号：小二自己的话这样编号")
            script = read_script(reading.value(key), script_id=key.entry_id)
            if script.audience is Audience.PACK:
                script = replace(script, audience=Audience.SHOP)
            scripts[key.entry_id] = script
        for script in scripts.values():
            for path, reason in _missing(script, intents, snippets):
                reading.complain(Key(Kind.SCRIPT, script.script_id), path, reason)
        return list(scripts.values())

    def _examples(
        self, reading: "_Reading", intents: Mapping[str, Intent]
    ) -> dict[str, tuple[str, ...]]:
        examples = {}
        for key in reading.keys(Kind.EXAMPLES, first=self._frame.examples):
            if key.entry_id not in intents:
                reading.complain(key, "", "没有这个意图")
                continue
            examples[key.entry_id] = _lines(reading, key, self._content[key])
        return examples


def _missing(
    script: Script, intents: Mapping[str, Intent], snippets: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield where a script names what nobody has, and what that is."""
    if script.intent_id not in intents:
        yield "intent", f"没有“{script.intent_id}”这个意图"
    for at, variant in enumerate(script.variants):
        for name in snippets_in(variant):
            if name not in snippets:
                yield f"variants[{at}]", f"没有“{name}”这个公共片段"


def _lines(reading: "_Reading", key: Key, entry: Entry) -> tuple[str, ...]:
    lines = entry.get(LINES)
    if not isinstance(lines, list) or set(entry) != {LINES}:
        reading.complain(key, LINES, "例句应当是一列文字")
        return ()
    for at, line in enumerate(lines):
        if not isinstance(line, str) or not line.strip():
            reading.complain(key, f"{LINES}[{at}]", "例句不能为空")
            return ()
        if len(line) > LONGEST_LINE:
            reading.complain(
                key, f"{LINES}[{at}]", f"例句超过{LONGEST_LINE}个字，买家发不了这么长"
            )
            return ()
    return tuple(lines)


class _Reading:
    """The entries of one round as values for the readers, and what these complain of."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._nodes: dict[str, EntryNodes] = {}
        self._keys: dict[str, Key] = {}
        self.report = Report()
        self._told: list[EntryProblem] = []

    @property
    def problems(self) -> list[EntryProblem]:
        """Return everything found so far."""
        return [*self._told, *map(self._entry_problem, self.report.problems)]

    def keys(
        self, kind: Kind, *, first: Mapping[str, object] | None = None
    ) -> list[Key]:
        """Return the keys of a kind: those of the frame in its order, then by name."""
        before = [Key(kind, name) for name in first or ()]
        known = set(before)
        others = sorted(
            key for key in self._content if key.kind is kind and key not in known
        )
        return [key for key in before if key in self._content] + others

    def value(self, key: Key) -> Value:
        """Return an entry for a reader."""
        file = f"{key.kind}/{key.entry_id}"
        nodes = EntryNodes(self._content[key], file=file)
        self._nodes[file] = nodes
        self._keys[file] = key
        return nodes.value(self.report)

    def complain(self, key: Key, path: str, reason: str) -> None:
        """Tell a problem of an entry."""
        self._told.append(EntryProblem(key=key, path=path, reason=reason))

    def tell(self, problem: Problem) -> None:
        """Tell what does not belong together."""
        self._told.append(self._entry_problem(problem))

    def _entry_problem(self, problem: Problem) -> EntryProblem:
        nodes = self._nodes.get(problem.file)
        if nodes is not None:
            return EntryProblem(
                key=self._keys[problem.file],
                path=nodes.path_of(problem),
                reason=problem.reason,
            )
        kind, _, name = problem.file.partition("/")
        known = {
            "variant": Kind.SCRIPT,
            "examples": Kind.EXAMPLES,
            "example": Kind.EXAMPLES,
        }
        found = known.get(kind) or (Kind(kind) if kind in set(Kind) else Kind.SCRIPT)
        return EntryProblem(
            key=Key(found, name.partition("/")[0]), path="", reason=problem.reason
        )
