"""Which changes does a replay find, grouped, counted and with examples?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bot.actions import Band
from bot.replaying.comparing import Answer, ChangeKind, Verdict

EXAMPLES: Final = 5
"""Texts shown of each group: the most frequent of those that are worse, then the rest."""


class GroupKey(NamedTuple):
    """What the changes of a group have in common."""

    kind: ChangeKind
    intent_before: str
    intent_after: str
    band_before: Band
    band_after: Band
    script_before: str
    script_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One text of a group with both answers."""

    text: str
    """Masked."""
    count: int
    verdicts: Mapping[Verdict, int]
    before: Answer
    after: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes of the same sort."""

    key: GroupKey
    count: int
    """Messages."""
    verdicts: Mapping[Verdict, int]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """What a draft would change."""

    messages: int
    texts: int
    """Different ones."""
    changed: int
    """Messages."""
    kinds: Mapping[ChangeKind, int]
    verdicts: Mapping[Verdict, int]
    groups: tuple[Group, ...]
    """The most that are worse first."""


class Tally:
    """Counts changes as they come; holds a few examples a group."""

    def __init__(self) -> None:
        self._messages = 0
        self._texts: set[int] = set()
        self._groups: dict[GroupKey, _Counting] = {}

    def see(self, text: str, *, count: int) -> None:
        """Count messages, changed or not."""
        self._messages += count
        self._texts.add(hash(text))

    def add(
        self,
        kind: ChangeKind,
        text: str,
        *,
        before: Answer,
        after: Answer,
        verdicts: Mapping[Verdict, int],
    ) -> None:
        """Count messages of one text whose answer changes."""
        example = Example(
            text=text,
            count=sum(verdicts.values()),
            verdicts=dict(verdicts),
            before=before,
            after=after,
        )
        key = _key(kind, before, after)
        self._groups.setdefault(key, _Counting()).add(example)

    def report(self) -> ReplayReport:
        """Return what was counted."""
        groups = [counting.group(key) for key, counting in self._groups.items()]
        kinds: Counter[ChangeKind] = Counter()
        verdicts: Counter[Verdict] = Counter()
        for group in groups:
            kinds[group.key.kind] += group.count
            verdicts.update(group.verdicts)
        return ReplayReport(
            messages=self._messages,
            texts=len(self._texts),
            changed=sum(kinds.values()),
            kinds={kind: kinds[kind] for kind in ChangeKind if kinds[kind]},
            verdicts={one: verdicts[one] for one in Verdict},
            groups=tuple(sorted(groups, key=_gravest_first)),
        )


@dataclass(slots=True)
class _Counting:
    count: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)

    def add(self, example: Example) -> None:
        self.count += example.count
        self.verdicts.update(example.verdicts)
        self.examples.append(example)
        self.examples.sort(key=_telling)
        del self.examples[EXAMPLES:]

    def group(self, key: GroupKey) -> Group:
        return Group(
            key=key,
            count=self.count,
            verdicts={one: self.verdicts[one] for one in Verdict},
            examples=tuple(self.examples),
        )


def _key(kind: ChangeKind, before: Answer, after: Answer) -> GroupKey:
    """Return the group of a change: what matters less than its kind is left out."""
    has_scripts = kind in {ChangeKind.GUARDED, ChangeKind.SCRIPT, ChangeKind.REPLY}
    is_of_intent = kind is ChangeKind.INTENT
    return GroupKey(
        kind=kind,
        intent_before=before.intent_id,
        intent_after=after.intent_id,
        band_before=Band.AUTO if is_of_intent else before.band,
        band_after=Band.AUTO if is_of_intent else after.band,
        script_before=" ".join(before.scripts) if has_scripts else "",
        script_after=" ".join(after.scripts) if has_scripts else "",
    )


def _telling(example: Example) -> tuple[int, int, str]:
    return (-example.verdicts.get(Verdict.WORSE, 0), -example.count, example.text)


def _gravest_first(group: Group) -> tuple[int, int, int, GroupKey]:
    return (
        -group.verdicts[Verdict.WORSE],
        list(ChangeKind).index(group.key.kind),
        -group.count,
        group.key,
    )
