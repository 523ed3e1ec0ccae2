"""How does a replay look on a page? One HTML file, nothing from elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from bot.replaying.comparing import Verdict
from bot.replaying.report import Example, Group, ReplayReport
from scripts_library.shop.findings import Finding
from server.cli.replay_words import VERDICTS, answered, counted, headline, summary

_STYLE: Final = """
body{font:14px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1f2937;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .3rem;border-bottom:1px solid #e5e7eb}
table{border-collapse:collapse;width:100%;margin:.4rem 0;table-layout:fixed}
th,td{border:1px solid #e5e7eb;padding:.2rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f3f4f6}.n{width:4rem;text-align:right}.stop{color:#b91c1c}.worse{color:#b91c1c}.better{color:#15803d}
"""


def render_page(
    report: ReplayReport,
    findings: Sequence[Finding],
    *,
    intents: Mapping[str, str],
    title: str,
) -> str:
    """Return the page of a replay."""
    return "\n".join(
        (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>发布预演</title><style>{_STYLE}</style></head><body>",
            f"<h1>发布预演：{escape(title)}</h1><p>{escape(summary(report))}</p>",
            *_findings(findings),
            *(line for group in report.groups for line in _group(group, intents)),
            "</body></html>",
        )
    )


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield "<h2>不能发布：必须理解对的说法</h2><ul>"
    for one in findings:
        yield f'<li class="stop">{escape(one.reason)}；{escape(one.fix)}</li>'
    yield "</ul>"


def _group(group: Group, intents: Mapping[str, str]) -> Iterator[str]:
    yield f"<h2>{escape(headline(group, intents))}</h2><p>{escape(counted(group))}</p>"
    yield '<table><tr><th>买家说</th><th class="n">条数</th><th>原来</th><th>改后</th>'
    yield '<th class="n">结果</th></tr>'
    for example in group.examples:
        yield _row(example)
    yield "</table>"


def _row(example: Example) -> str:
    verdict = max(Verdict, key=lambda one: example.verdicts.get(one, 0))
    return (
        f'<tr><td>{escape(example.text)}</td><td class="n">{example.count}</td>'
        f"<td>{escape(answered(example.before))}</td>"
        f"<td>{escape(answered(example.after))}</td>"
        f'<td class="n {verdict.value}">{VERDICTS[verdict]}</td></tr>'
    )
