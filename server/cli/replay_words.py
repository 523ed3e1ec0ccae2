"""How is a replay told? In words, and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.actions import Band
from bot.replaying.comparing import Answer, ChangeKind, Verdict
from bot.replaying.report import Example, Group, ReplayReport
from scripts_library.shop.findings import Finding

KINDS: Final = {
    ChangeKind.GUARDED: "发不出去了（被合规检查拦下）",
    ChangeKind.INTENT: "理解变了",
    ChangeKind.BAND: "谁来答变了",
    ChangeKind.SCRIPT: "换了话术",
    ChangeKind.REPLY: "换了说法",
}
VERDICTS: Final = {
    Verdict.BETTER: "变好",
    Verdict.WORSE: "变差",
    Verdict.UNCLEAR: "要人看",
}
BANDS: Final = {
    Band.AUTO: "自动答",
    Band.ASSIST: "人工确认",
    Band.HAND_OVER: "转人工",
}
_SHOWN: Final = 30
"""Groups in the words; JSON and page have all of them."""
_REPLY_SHOWN: Final = 60


def report_lines(
    report: ReplayReport,
    findings: Sequence[Finding],
    *,
    intents: Mapping[str, str],
) -> Iterator[str]:
    """Yield a replay in lines, what must be looked at first."""
    yield summary(report)
    for finding in findings:
        yield f"不能发布：{finding.reason}；{finding.fix}"
    for group in report.groups[:_SHOWN]:
        yield ""
        yield f"{headline(group, intents)}：{counted(group)}"
        for example in group.examples:
            yield from _example_lines(example, group.key.kind)
    if len(report.groups) > _SHOWN:
        yield ""
        yield f"还有 {len(report.groups) - _SHOWN} 组，见 --json 或 --html"


def summary(report: ReplayReport) -> str:
    """Return the counts in one line."""
    verdicts = "，".join(
        f"{VERDICTS[one]} {report.verdicts.get(one, 0)}" for one in Verdict
    )
    return (
        f"重放 {report.messages} 条买家消息（{report.texts} 种说法），"
        f"{report.changed} 条的回答会变：{verdicts}"
    )


def headline(group: Group, intents: Mapping[str, str]) -> str:
    """Return what the changes of a group have in common."""
    key = group.key
    before = intents.get(key.intent_before, key.intent_before)
    after = intents.get(key.intent_after, key.intent_after)
    if key.kind is ChangeKind.INTENT:
        what = f"{before} → {after}"
    elif key.kind is ChangeKind.BAND:
        what = f"{before}，{BANDS[key.band_before]} → {BANDS[key.band_after]}"
    elif key.kind is ChangeKind.REPLY:
        what = f"{before}，{key.script_after}"
    else:
        what = f"{before}，{key.script_before or '无'} → {key.script_after or '无'}"
    return f"{KINDS[key.kind]}：{what}"


def counted(group: Group) -> str:
    """Return how many messages a group has, and how they turn out."""
    parts = [
        f"{VERDICTS[one]} {group.verdicts[one]}"
        for one in Verdict
        if group.verdicts.get(one)
    ]
    return f"{group.count} 条（{'，'.join(parts)}）"


def answered(answer: Answer) -> str:
    """Return what a library says, in one line."""
    text = " / ".join(answer.text.splitlines())
    return f"[{BANDS[answer.band]}] {text or '（不回复）'}"


def report_json(report: ReplayReport, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return a replay as plain values."""
    return {
        "messages": report.messages,
        "texts": report.texts,
        "changed": report.changed,
        "kinds": dict(report.kinds),
        "verdicts": dict(report.verdicts),
        "must_hit": list(findings),
        "groups": [
            {
                **group.key._asdict(),
                "count": group.count,
                "verdicts": dict(group.verdicts),
                "examples": list(group.examples),
            }
            for group in report.groups
        ],
    }


def _example_lines(example: Example, kind: ChangeKind) -> Iterator[str]:
    text = " ".join(example.text.split())
    yield f"  “{text}” ×{example.count}"
    if kind is not ChangeKind.INTENT:
        yield f"    原来：{_cut(answered(example.before))}"
        yield f"    改后：{_cut(answered(example.after))}"


def _cut(text: str) -> str:
    return text if len(text) <= _REPLY_SHOWN else f"{text[:_REPLY_SHOWN]}…"
